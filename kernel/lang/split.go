package lang

import "strings"

// A SegmentKind says what a part of a cell is.
type SegmentKind int

// The kinds of Segment.
const (
	Go        SegmentKind = iota // statements, expressions, declarations
	LineMagic                    // %name ..., or name := %name ...
	Shell                        // !command, or name := !command
	CellMagic                    // %%name ..., or name := %%name ..., and the rest of the cell
)

// A Segment is a part of a cell: the segments of a cell, joined, are its text.
type Segment struct {
	Kind       SegmentKind
	Text       string // the text, with its last newline
	Start      int    // offset in the cell, in bytes
	StartLine  int    // from 1
	Bind       string // x in "x := %name": the variable that takes the result
	Line       string // magics: from the % or ! on, without the newline
	Body       string // CellMagic: what follows the first line
	lineOffset int    // offset of Line in the cell
}

// LineOffset is where the % or ! of a magic stands in the cell, in bytes.
func (s Segment) LineOffset() int { return s.lineOffset }

// Split cuts a cell into Go and magic lines, in order. A line is a magic when it
// begins, outside brackets, strings and comments, where a statement may begin,
// with % or !, or assigns such a line to a name.
func Split(code string) []Segment {
	var (
		segs  []Segment
		lx    lineLexer
		start int
		line  = 1
		gline = 1
	)
	flush := func(end int) {
		if end > start {
			segs = append(segs, Segment{Kind: Go, Text: code[start:end], Start: start, StartLine: gline})
		}
	}
	for off := 0; off < len(code); {
		end := off + strings.IndexByte(code[off:], '\n') + 1
		if end == off {
			end = len(code)
		}
		text := code[off:end]
		if lx.atStatement() {
			if seg, ok := magicLine(text); ok {
				flush(off)
				seg.Start, seg.StartLine = off, line
				seg.lineOffset += off
				if seg.Kind == CellMagic {
					seg.Body, seg.Text = code[end:], code[off:]
					return append(segs, seg)
				}
				segs = append(segs, seg)
				start, gline = end, line+1
				off, line = end, line+1
				continue
			}
		}
		lx.scan(text)
		off, line = end, line+1
	}
	flush(len(code))
	return segs
}

// Begun is the magic line of which only the marks between two offsets are there
// yet, as completion meets it; false where no statement may begin.
func Begun(code string, start, end int) (Segment, bool) {
	var lx lineLexer
	for _, seg := range Split(code[:start]) {
		if seg.Kind == Go {
			lx.scan(seg.Text)
		}
	}
	marks := code[start:end]
	return Segment{Kind: LineMagic, Text: marks, Start: start, Line: marks, lineOffset: start}, lx.atStatement() && marks != ""
}

// magicLine recognises one magic line.
func magicLine(text string) (Segment, bool) {
	body := strings.TrimRight(text, "\r\n")
	trimmed := strings.TrimLeft(body, " \t")
	at := len(body) - len(trimmed)
	seg := Segment{Text: text, lineOffset: at, Line: trimmed}
	if name, rest, ok := bindPrefix(trimmed); ok {
		seg.Bind = name
		seg.lineOffset = len(body) - len(rest)
		seg.Line = rest
	}
	switch {
	case strings.HasPrefix(seg.Line, "%%") && len(seg.Line) > 2 && seg.Line[2] != ' ':
		seg.Kind = CellMagic
	case len(seg.Line) > 1 && seg.Line[0] == '%' && seg.Line[1] != ' ' && seg.Line[1] != '%':
		seg.Kind = LineMagic
	case strings.HasPrefix(seg.Line, "!") && strings.TrimSpace(seg.Line[1:]) != "" && seg.Line[1] != '=':
		seg.Kind = Shell
	default:
		return Segment{}, false
	}
	return seg, seg.Bind == "" || seg.Kind != Shell || shellBind(seg.Line)
}

// shellBind says whether "x := !rest" is a shell line and not Go's negation:
// a command has a blank or is no Go identifier.
func shellBind(line string) bool {
	word := line[1:]
	return strings.ContainsAny(word, " \t/") && !strings.ContainsAny(word, "()&|")
}

// bindPrefix splits "name := rest" when rest begins a magic.
func bindPrefix(s string) (name, rest string, ok bool) {
	n := 0
	for n < len(s) && isIdentByte(s[n], n == 0) {
		n++
	}
	after := strings.TrimLeft(s[n:], " \t")
	if n == 0 || !strings.HasPrefix(after, ":=") {
		return "", "", false
	}
	rest = strings.TrimLeft(after[2:], " \t")
	if rest == "" || rest[0] != '%' && rest[0] != '!' {
		return "", "", false
	}
	return s[:n], rest, true
}

func isIdentByte(c byte, first bool) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80 || !first && c >= '0' && c <= '9'
}

// lineLexer follows strings, comments and brackets from line to line.
type lineLexer struct {
	depth   int
	raw     bool // inside a backquoted string
	comment bool // inside /* */
	open    bool // the last token wants more: an operator, a comma
}

// atStatement says whether the next line begins a statement at the top level.
func (l *lineLexer) atStatement() bool {
	return l.depth == 0 && !l.raw && !l.comment && !l.open
}

func (l *lineLexer) scan(line string) {
	for i := 0; i < len(line); {
		rest := line[i:]
		switch {
		case l.raw || l.comment:
			n := l.skipTo(rest)
			if n < 0 {
				return
			}
			i += n
		case strings.HasPrefix(rest, "//"):
			return
		case strings.HasPrefix(rest, "/*"):
			l.comment = true
			i += 2
		case rest[0] == '`':
			l.raw = true
			i++
		case rest[0] == '"' || rest[0] == '\'':
			i += quoted(rest)
			l.open = false
		default:
			l.char(rest)
			if strings.HasPrefix(rest, "++") || strings.HasPrefix(rest, "--") {
				l.open = false
				i++
			}
			i++
		}
	}
}

// skipTo ends a raw string or a block comment in rest; -1 when it goes on.
func (l *lineLexer) skipTo(rest string) int {
	end := "*/"
	if l.raw {
		end = "`"
	}
	n := strings.Index(rest, end)
	if n < 0 {
		return -1
	}
	if l.raw {
		l.open = false
	}
	l.raw, l.comment = false, false
	return n + len(end)
}

func (l *lineLexer) char(rest string) {
	c := rest[0]
	switch c {
	case ' ', '\t', '\r', '\n':
	case '(', '[', '{':
		l.depth++
		l.open = true
	case ')', ']', '}':
		l.depth = max(0, l.depth-1)
		l.open = false
	case ';':
		l.open = false
	default:
		l.open = !isIdentByte(c, false)
	}
}

// quoted is the length of the interpreted string or rune literal at the start
// of s; an unterminated one ends with its line.
func quoted(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return i + 1
		case '\n':
			return i
		}
	}
	return len(s)
}
