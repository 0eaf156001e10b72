package worker

import (
	"strings"
	"unicode/utf8"

	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/link"
)

// A place is where a cursor stands: in Go, or on a magic's line.
type place struct {
	code   string // the Go code around the cursor
	before int    // where that begins in the cell, in code points
	cursor int    // in code points of code, or of the line
	magic  bool
	line   string
}

// placeAt finds what the cursor of a cell stands in; false where nobody knows
// the language: the text under a magic that takes no Go.
func (w *worker) placeAt(code string, cursor int) (place, bool) {
	at := byteOffset(code, cursor)
	seg, ok := magicAt(code, at)
	if !ok {
		return place{code: code, cursor: cursor}, true
	}
	if w.opt.Magics == nil {
		return place{}, false
	}
	inGo := func(from, to int) (place, bool) {
		before := utf8.RuneCountInString(code[:from])
		return place{code: code[from:to], before: before, cursor: cursor - before}, true
	}
	offset := at - seg.LineOffset()
	from := w.opt.Magics.GoAt(seg.Line)
	switch {
	case from >= 0 && offset >= from && seg.Kind == lang.CellMagic:
		return inGo(seg.LineOffset()+from, seg.Start+len(seg.Text))
	case from >= 0 && offset >= from:
		return inGo(seg.LineOffset()+from, seg.LineOffset()+len(seg.Line))
	case offset > len(seg.Line):
		return place{}, false
	}
	if brace := strings.LastIndexByte(seg.Line[:offset], '{'); brace > strings.LastIndexByte(seg.Line[:offset], '}') {
		return inGo(seg.LineOffset()+brace+1, at)
	}
	before := utf8.RuneCountInString(code[:seg.LineOffset()])
	return place{magic: true, line: seg.Line, before: before, cursor: cursor - before}, true
}

// magicAt is the segment that is not Go at a byte offset of the code: on a
// magic's line after the name that it binds, or anywhere in a %% cell. A % or
// %% alone begins one.
func magicAt(code string, offset int) (lang.Segment, bool) {
	for _, seg := range lang.Split(code) {
		end := seg.LineOffset() + len(seg.Line)
		if seg.Kind == lang.CellMagic {
			end = seg.Start + len(seg.Text)
		}
		if seg.Kind != lang.Go && seg.LineOffset() <= offset && offset <= end {
			return seg, true
		}
	}
	if start := strings.LastIndexByte(code[:offset], '\n') + 1; strings.Trim(code[start:offset], "%") == "" && offset > start {
		return lang.Begun(code, start, offset)
	}
	return lang.Segment{}, false
}

// complete answers a completion; a fault in it leaves no matches rather than a
// question without an answer.
func (w *worker) complete(m link.Complete) (reply link.Completed) {
	reply = link.Completed{ID: m.ID, Start: m.Cursor, End: m.Cursor}
	defer func() { _ = recover() }()
	p, ok := w.placeAt(m.Code, m.Cursor)
	switch {
	case !ok:
		return reply
	case p.magic:
		ms, start, end := w.opt.Magics.Complete(w.magicAsk(p.line, p.cursor))
		return link.Completed{ID: m.ID, Matches: ms, Start: p.before + start, End: p.before + end}
	}
	return w.goMatches(m.ID, p.code, p.cursor, p.before)
}

func (w *worker) magicAsk(line string, cursor int) MagicAsk {
	return MagicAsk{Line: line, Cursor: cursor, Session: w.session, History: w.past}
}

// goMatches completes Go code that begins at code point before of the cell.
func (w *worker) goMatches(id, code string, cursor, before int) link.Completed {
	found, start, end := lang.Complete(w.view(), code, cursor)
	reply := link.Completed{ID: id, Start: before + start, End: before + end}
	for _, f := range found {
		reply.Matches = append(reply.Matches, link.Match{Text: f.Text, Kind: f.Kind, Signature: f.Signature})
	}
	return reply
}

func byteOffset(s string, n int) int {
	for i := range s {
		if n <= 0 {
			return i
		}
		n--
	}
	return len(s)
}

func (w *worker) inspect(m link.Inspect) (reply link.Inspected) {
	reply = link.Inspected{ID: m.ID}
	defer func() { _ = recover() }()
	p, ok := w.placeAt(m.Code, m.Cursor)
	switch {
	case !ok:
		return reply
	case p.magic:
		reply.Bundle, reply.Found = w.opt.Magics.Inspect(w.magicAsk(p.line, p.cursor))
		return reply
	}
	if in, ok := lang.Inspect(w.view(), p.code, p.cursor, m.Detail); ok {
		reply.Found, reply.Bundle = true, w.inspection(in, m.Detail)
	}
	return reply
}

func isComplete(m link.IsComplete) link.CompleteStatus {
	if _, _, ok := asksHelp(m.Code); ok {
		return link.CompleteStatus{ID: m.ID, Status: "complete"}
	}
	status, indent := lang.Status(m.Code)
	return link.CompleteStatus{ID: m.ID, Status: status, Indent: indent}
}
