package dataset

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"
	"unsafe"

	"github.com/cellar-ml/cellar/internal/hint"
)

const (
	blockSize    = 1 << 20
	longestField = 64 << 20 // a quote that is open for longer is taken for one that was never closed
)

// A block is whole records of a file, the first of them on line.
type block struct {
	data  []byte
	line  int
	first bool // the file's first
}

// A splitter cuts a file into blocks at line ends that are not within quotes.
type splitter struct {
	r    io.Reader
	rest []byte
	line int
	size int
	done bool
	pool *sync.Pool // of blocks that are done with; may be nil
}

func (s *splitter) next() (block, error) {
	size := max(s.size, 1)
	buf := append(s.buffer(), s.rest...)
	for !s.done {
		from := len(buf)
		if cap(buf)-from < size {
			buf = append(make([]byte, 0, 2*cap(buf)+size), buf...)
		}
		n, err := fill(s.r, buf[from:from+size])
		buf = buf[:from+n]
		if errors.Is(err, io.EOF) {
			s.done = true
			break
		}
		if err != nil {
			return block{}, err
		}
		if end := lastRecord(buf); end > 0 {
			return s.cut(buf, end), nil
		}
		if len(buf) > longestField {
			break
		}
	}
	if len(buf) == 0 {
		return block{}, io.EOF
	}
	return s.cut(buf, len(buf)), nil
}

// fill is io.ReadFull whose io.EOF means the end, and whose io.ErrUnexpectedEOF
// is r's own: a packed file that was cut short.
func fill(r io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var m int
		m, err = r.Read(buf[n:])
		n += m
	}
	return n, err
}

// buffer has room for a block and the usual rest of the one before.
func (s *splitter) buffer() []byte {
	if s.pool != nil {
		if b, ok := s.pool.Get().(*[]byte); ok {
			return (*b)[:0]
		}
	}
	return make([]byte, 0, s.size+s.size/8)
}

func (s *splitter) cut(buf []byte, end int) block {
	b := block{buf[:end], s.line + 1, s.line == 0}
	s.line += bytes.Count(b.data, []byte{'\n'})
	s.rest = append(s.rest[:0], buf[end:]...)
	return b
}

// lastRecord is the end of the last line of buf before which every quote is
// closed; 0 for none.
func lastRecord(buf []byte) int {
	quotes := bytes.Count(buf, []byte{'"'})
	for end := len(buf); ; {
		i := bytes.LastIndexByte(buf[:end], '\n')
		if i < 0 {
			return 0
		}
		quotes -= bytes.Count(buf[i:end], []byte{'"'})
		if quotes%2 == 0 {
			return i + 1
		}
		end = i
	}
}

// A parser gives the records of a block by the rules of encoding/csv, from which
// its errors come, in a fraction of the time.
type parser struct {
	data  []byte // the block, and behind it the fields that do not stand in it as they are
	size  int    // of the block
	delim []byte
	at    int
	line  int
	plain bool // no quote in the block
	spans []span
}

func newParser(b block, delimiter rune) *parser {
	return &parser{data: b.data, size: len(b.data), delim: []byte(string(delimiter)), line: b.line, plain: bytes.IndexByte(b.data, '"') < 0}
}

// next returns the fields of a record, which are valid until the next call, and
// its line; io.EOF behind the last.
func (p *parser) next() ([]span, int, error) {
	p.spans = p.spans[:0]
	for p.at < p.size {
		rest := p.data[p.at:p.size]
		end := bytes.IndexByte(rest, '\n')
		size := end + 1
		if end < 0 {
			end, size = len(rest), len(rest)
		}
		if end > 0 && rest[end-1] == '\r' {
			end--
		}
		line := p.line
		switch {
		case end == 0:
			p.at, p.line = p.at+size, p.line+1
			continue
		case !p.plain && bytes.IndexByte(rest[:end], '"') >= 0:
			err := p.quoted(rest)
			return p.spans, line, err
		}
		p.split(p.at, p.at+end)
		p.at, p.line = p.at+size, p.line+1
		return p.spans, line, nil
	}
	return nil, 0, io.EOF
}

// split takes a line without quotes apart.
func (p *parser) split(from, end int) {
	for {
		i := p.delimiter(p.data[from:end])
		if i < 0 {
			p.spans = append(p.spans, span{uint32(from), uint32(end)})
			return
		}
		p.spans = append(p.spans, span{uint32(from), uint32(from + i)})
		from += i + len(p.delim)
	}
}

func (p *parser) delimiter(text []byte) int {
	if len(p.delim) == 1 {
		return bytes.IndexByte(text, p.delim[0])
	}
	return bytes.Index(text, p.delim)
}

// quoted reads the record at the beginning of text, which has quotes.
func (p *parser) quoted(text []byte) error {
	at := 0
	for {
		field, size, ok := p.field(text[at:], p.at+at)
		if !ok {
			return p.wrong(text)
		}
		p.spans = append(p.spans, field)
		at += size
		if bytes.HasPrefix(text[at:], p.delim) {
			at += len(p.delim)
			continue
		}
		at += lineEnd(text[at:])
		break
	}
	p.at += at
	p.line += bytes.Count(text[:at], []byte{'\n'})
	return nil
}

// lineEnd is the length of the end of the line at the beginning of text; 0 at the
// end of the file.
func lineEnd(text []byte) int {
	switch {
	case bytes.HasPrefix(text, []byte("\r\n")):
		return 2
	case len(text) > 0 && (text[0] == '\n' || text[0] == '\r'):
		return 1
	}
	return 0
}

// atEnd says whether a line ends here: a \r ends one only before \n or the end.
func atEnd(text []byte) bool {
	return len(text) == 0 || text[0] == '\n' || text[0] == '\r' && (len(text) == 1 || text[1] == '\n')
}

// field reads one field of text, which stands at base, and returns how much of text
// it takes, without what stands behind it.
func (p *parser) field(text []byte, base int) (field span, size int, ok bool) {
	if len(text) == 0 || text[0] != '"' {
		end := bytes.IndexByte(text, '\n')
		if end < 0 {
			end = len(text)
		}
		if end > 0 && text[end-1] == '\r' {
			end--
		}
		if i := p.delimiter(text[:end]); i >= 0 {
			end = i
		}
		return span{uint32(base), uint32(base + end)}, end, bytes.IndexByte(text[:end], '"') < 0
	}
	var parts [][]byte
	for from := 1; ; {
		i := bytes.IndexByte(text[from:], '"')
		if i < 0 {
			return span{}, 0, false
		}
		end := from + i
		if end+1 < len(text) && text[end+1] == '"' {
			parts = append(parts, text[from:end+1])
			from = end + 2
			continue
		}
		ok = bytes.HasPrefix(text[end+1:], p.delim) || atEnd(text[end+1:])
		if parts == nil && bytes.IndexByte(text[1:end], '\r') < 0 {
			return span{uint32(base + 1), uint32(base + end)}, end + 1, ok
		}
		return p.join(append(parts, text[from:end])), end + 1, ok
	}
}

// join puts the parts behind the block as one, with each \r\n as \n.
func (p *parser) join(parts [][]byte) span {
	all := bytes.ReplaceAll(bytes.Join(parts, nil), []byte("\r\n"), []byte("\n"))
	from := len(p.data)
	p.data = append(p.data, all...)
	return span{uint32(from), uint32(len(p.data))}
}

// wrong is encoding/csv's error about the record that begins text.
func (p *parser) wrong(text []byte) error {
	c := csv.NewReader(bytes.NewReader(text))
	c.Comma, c.FieldsPerRecord = []rune(string(p.delim))[0], -1
	_, err := c.Read()
	var e *csv.ParseError
	if errors.As(err, &e) {
		shifted := *e
		shifted.Line, shifted.StartLine = e.Line+p.line-1, e.StartLine+p.line-1
		return &shifted
	}
	return &csv.ParseError{StartLine: p.line, Line: p.line, Column: 1, Err: csv.ErrQuote}
}

// each calls visit with every record of a block but the header. The fields are spans
// of p.data and valid until the next.
func (f *textFile) each(b block, visit func(p *parser, fields []span, line int) error) error {
	p := newParser(b, f.options.Delimiter)
	valid := utf8.Valid(b.data) && bytes.IndexByte(b.data, 0) < 0
	header := b.first && f.first
	for {
		fields, line, err := p.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return f.bad(err)
		}
		for i := 0; !valid && i < len(fields); i++ {
			v := p.data[fields[i].from:fields[i].to]
			if bytes.IndexByte(v, 0) >= 0 {
				return hint.New(fmt.Errorf("read %s: line %d: a NUL byte, in %s: this is no text", f.path, line, f.columnAt(i)),
					"say what it is with --format parquet or arrow; if it is text: iconv -f UTF-16LE -t UTF-8, or tr -d '\\000' < "+f.path+" > text.csv")
			}
			if !utf8.Valid(v) {
				return hint.New(fmt.Errorf("read %s: line %d: %s is not UTF-8, in %s", f.path, line, quoted(string(v)), f.columnAt(i)),
					"convert it: iconv -f LATIN1 -t UTF-8 "+f.path+" > utf8.csv (if it is Latin 1)")
			}
		}
		if header {
			header = false
			continue
		}
		if err := visit(p, fields, line); err != nil {
			return err
		}
	}
}

// records calls visit with every record of a block but the header.
func (f *textFile) records(b block, visit func(r record) error) error {
	var r record
	return f.each(b, func(p *parser, fields []span, line int) error {
		r.line, r.fields = line, r.fields[:0]
		for _, s := range fields {
			r.fields = append(r.fields, p.data[s.from:s.to])
		}
		return visit(r)
	})
}

// columnAt is how an error names a column.
func (f *textFile) columnAt(i int) string {
	if i >= 0 && i < len(f.names) {
		return fmt.Sprintf("column %q", f.names[i])
	}
	return fmt.Sprintf("field %d", i+1)
}

// text is b as a string that must not be kept longer than b.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// texts copies fields.
func texts(fields [][]byte) []string {
	list := make([]string, len(fields))
	for i, v := range fields {
		list[i] = strings.Clone(text(v))
	}
	return list
}
