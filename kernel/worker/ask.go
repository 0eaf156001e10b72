package worker

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/link"
)

// complete answers a completion; a fault in it leaves no matches rather than a
// question without an answer.
func (w *worker) complete(m link.Complete) (reply link.Completed) {
	reply = link.Completed{ID: m.ID, Start: m.Cursor, End: m.Cursor}
	defer func() { _ = recover() }()
	at := byteOffset(m.Code, m.Cursor)
	if seg, ok := magicAt(m.Code, at); ok {
		offset := at - seg.LineOffset()
		if offset > len(seg.Line) || w.opt.Magics == nil {
			return reply // the body of a %% cell: only its magic knows its language
		}
		if brace := strings.LastIndexByte(seg.Line[:offset], '{'); brace > strings.LastIndexByte(seg.Line[:offset], '}') {
			return w.completeGo(m.ID, m.Code, seg.LineOffset()+brace+1, at)
		}
		before := utf8.RuneCountInString(m.Code[:seg.LineOffset()])
		ms, start, end := w.opt.Magics.Complete(seg.Line, m.Cursor-before)
		return link.Completed{ID: m.ID, Matches: ms, Start: before + start, End: before + end}
	}
	return w.goMatches(m.ID, m.Code, m.Cursor, 0)
}

// completeGo completes the Go expression in a magic's {braces}, which begins at
// byte from.
func (w *worker) completeGo(id, code string, from, at int) link.Completed {
	before := utf8.RuneCountInString(code[:from])
	return w.goMatches(id, code[from:at], utf8.RuneCountInString(code[from:at]), before)
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
	at := byteOffset(m.Code, m.Cursor)
	if seg, ok := magicAt(m.Code, at); ok {
		if at > seg.LineOffset()+len(seg.Line) || w.opt.Magics == nil {
			return reply
		}
		before := utf8.RuneCountInString(m.Code[:seg.LineOffset()])
		reply.Bundle, reply.Found = w.opt.Magics.Inspect(seg.Line, m.Cursor-before)
		return reply
	}
	in, ok := lang.Inspect(w.view(), m.Code, m.Cursor)
	if ok {
		reply.Found, reply.Bundle = true, inspection(in, m.Detail)
	}
	return reply
}

// inspection lays out what is known of a name.
func inspection(in lang.Inspection, detail int) display.Bundle {
	var text, page strings.Builder
	add := func(label, body string, code bool) {
		if body = strings.TrimRight(body, "\n"); body == "" {
			return
		}
		if text.Len() > 0 {
			text.WriteString("\n\n")
		}
		if label != "" {
			fmt.Fprintf(&text, "%s:\n", label)
			fmt.Fprintf(&page, "<p><b>%s</b></p>", label)
		}
		text.WriteString(body)
		tag := "<pre style=\"white-space: pre-wrap\">%s</pre>"
		if code {
			tag = "<pre><code>%s</code></pre>"
		}
		fmt.Fprintf(&page, tag, html.EscapeString(body))
	}
	add("", in.Signature, true)
	add("Value", in.Preview, true)
	add("", in.Doc, false)
	if detail > 0 || in.Kind == "function" && in.Package == "" {
		add("Source", in.Source, true)
	}
	if in.Package != "" && in.Kind != "package" {
		add("", fmt.Sprintf("import %q", in.Package), true)
	}
	return display.HTML(page.String(), text.String())
}

func isComplete(m link.IsComplete) link.CompleteStatus {
	status, indent := lang.Status(m.Code)
	return link.CompleteStatus{ID: m.ID, Status: status, Indent: indent}
}

// help is the inspection that "x?" and "?x" ask for; detail is 1 for "x??".
func help(code string) (name string, detail int, ok bool) {
	s := strings.TrimSpace(code)
	name = strings.Trim(s, "?")
	marks := len(s) - len(name)
	if marks == 0 || marks > 2 || name == "" || strings.ContainsAny(name, " \t\n;(){}=\"`'?") {
		return "", 0, false
	}
	return name, marks - 1, true
}
