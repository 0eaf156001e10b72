package dataset

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/internal/hint"
)

// A textFile is one delimited file on its way into a table.
type textFile struct {
	path    string
	options ReadOptions
	names   []string
	first   bool // the first record is a header
	read    func(int64)
	rounded *rounded
	// streamed: the reader can start again when the types of the first part do not fit.
	streamed bool
}

// A record is one line of the file, which may span several with quotes.
type record struct {
	line   int
	fields [][]byte
}

func readText(ctx context.Context, f textFile) (arrow.Table, error) {
	r, err := scanText(ctx, f)
	if err != nil {
		return nil, err
	}
	return Collect(r)
}

func field(r record, i int) []byte {
	if i < len(r.fields) {
		return r.fields[i]
	}
	return nil
}

// prepare finds the delimiter and the names.
func (f *textFile) prepare() error {
	if f.options.Delimiter == 0 {
		line, err := f.firstLine()
		if err != nil {
			return err
		}
		f.options.Delimiter = sniff(line)
	}
	if d := f.options.Delimiter; d == '"' || d == '\r' || d == '\n' || !utf8.ValidRune(d) {
		return hint.New(fmt.Errorf("read %s: delimiter %q cannot be used", f.path, d), `give one character, such as ";"`)
	}
	header, err := f.header()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(header.fields, func(v []byte) bool { return bytes.IndexByte(v, '\r') >= 0 }) {
		return hint.New(fmt.Errorf("read %s: line %d: its lines end in a carriage return alone", f.path, header.line), "write them anew: tr '\\r' '\\n' < "+f.path+" > lines.csv")
	}
	if header.fields == nil {
		return hint.New(fmt.Errorf("read %s: the file is empty", f.path), "a table needs a line of column names, or data with header none")
	}
	return f.name(header)
}

// header is the file's first record; without fields where there is none.
func (f *textFile) header() (record, error) {
	r, err := f.open()
	if err != nil {
		return record{}, err
	}
	defer r.Close()
	s := splitter{r: r, size: 1 << 16}
	var first record
	stop := errors.New("stop")
	for first.fields == nil {
		b, err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return record{}, fmt.Errorf("read %s: %w", f.path, err)
		}
		err = f.records(b, func(r record) error {
			first = r
			return stop
		})
		if err != nil && !errors.Is(err, stop) {
			return record{}, err
		}
	}
	return first, nil
}

func (f *textFile) name(header record) error {
	words := texts(header.fields)
	switch f.options.Header {
	case HeaderAuto:
		f.first = !allNumbers(words)
	case HeaderFirst:
		f.first = true
	}
	f.names = make([]string, len(words))
	for i := range f.names {
		if f.first {
			f.names[i] = strings.TrimSpace(words[i])
		}
		if f.names[i] == "" {
			f.names[i] = fmt.Sprintf("column_%d", i+1)
		}
	}
	if f.options.Names != nil {
		if len(f.options.Names) != len(f.names) {
			return hint.New(fmt.Errorf("read %s: %d names for %d columns", f.path, len(f.options.Names), len(f.names)),
				"the columns are "+strings.Join(clip(f.names, 20), ", "))
		}
		f.names = f.options.Names
	}
	seen := map[string]int{}
	for i, n := range f.names {
		if before, twice := seen[n]; twice {
			return hint.New(fmt.Errorf("read %s: line %d: columns %d and %d are both named %q", f.path, header.line, before+1, i+1, n),
				"rename one in the file, or give names for all columns with --names")
		}
		seen[n] = i
	}
	return nil
}

// firstLine is the beginning of the file up to the end of its first line that
// is not within quotes.
func (f *textFile) firstLine() (string, error) {
	r, err := f.open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	head := make([]byte, 1<<16)
	n, err := fill(r, head)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read %s: %w", f.path, err)
	}
	text := strings.TrimLeft(string(head[:n]), "\r\n")
	quoted := false
	for i, c := range text {
		if c == '"' {
			quoted = !quoted
		}
		if c == '\n' && !quoted {
			return text[:i], nil
		}
	}
	return text, nil
}

// sniff is the delimiter that occurs most often in line outside quotes; comma
// wins a tie.
func sniff(line string) rune {
	count := map[rune]int{}
	quoted := false
	for _, c := range line {
		if c == '"' {
			quoted = !quoted
		}
		if !quoted {
			count[c]++
		}
	}
	best := ','
	for _, c := range ";\t|" {
		if count[c] > count[best] {
			best = c
		}
	}
	return best
}

// open opens the file behind its byte order mark.
func (f *textFile) open() (io.ReadCloser, error) {
	r, err := open(f.path, f.read)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.path, err)
	}
	b := bufio.NewReaderSize(r, 1<<16)
	mark, _ := b.Peek(16)
	if bytes.HasPrefix(mark, []byte("\xef\xbb\xbf")) {
		_, _ = b.Discard(3) // the mark is buffered
	}
	if err := NotText(f.path, mark); err != nil {
		r.Close()
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{b, r}, nil
}

// marks are the first bytes of files that are no text of ours; those of markup in any case.
var marks = []struct{ begins, what, advice string }{
	{"\xff\xfe\x00\x00", "the text is UTF-32, not UTF-8", "convert it: iconv -f UTF-32 -t UTF-8 %s > utf8"},
	{"\x00\x00\xfe\xff", "the text is UTF-32, not UTF-8", "convert it: iconv -f UTF-32 -t UTF-8 %s > utf8"},
	{"\xff\xfe", "the text is UTF-16, not UTF-8", "convert it: iconv -f UTF-16 -t UTF-8 %s > utf8"},
	{"\xfe\xff", "the text is UTF-16, not UTF-8", "convert it: iconv -f UTF-16 -t UTF-8 %s > utf8"},
	{"PAR1", "this is a Parquet file", "read it with --format parquet"},
	{"ARROW1", "this is an Arrow file", "read it with --format arrow"},
	{"PK\x03\x04", "this is a zip archive, or a spreadsheet", "unpack it, or save the sheet as CSV"},
	{"<!doctype html", "this is a web page", "is the address, or what was saved, the data itself?"},
	{"<html", "this is a web page", "is the address, or what was saved, the data itself?"},
}

// NotText is an error where head, the first bytes of the file at path, says that
// the file is no text in UTF-8.
func NotText(path string, head []byte) error {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	for _, m := range marks {
		begins := string(head[:min(len(head), len(m.begins))])
		if begins == m.begins || m.begins[0] == '<' && strings.EqualFold(begins, m.begins) {
			return hint.New(fmt.Errorf("read %s: %s", path, m.what), strings.ReplaceAll(m.advice, "%s", path))
		}
	}
	return nil
}

// bad says where quotes went wrong.
func (f *textFile) bad(err error) error {
	var p *csv.ParseError
	if !errors.As(err, &p) {
		return fmt.Errorf("read %s: %w", f.path, err)
	}
	what := hint.New(fmt.Errorf("read %s: line %d, column %d: %w", f.path, p.Line, p.Column, p.Err),
		`a quoted field begins with " right after the delimiter and ends with " right before the next; a quote within is written twice`)
	if p.StartLine != p.Line {
		what = hint.New(fmt.Errorf("read %s: line %d, column %d: %w (the record begins on line %d)", f.path, p.Line, p.Column, p.Err, p.StartLine),
			"a quote that is opened on the record's first line may not be closed")
	}
	return what
}
