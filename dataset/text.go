package dataset

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
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
}

// A record is one line of the file, which may span several with quotes.
type record struct {
	line   int
	fields []string
}

func readText(ctx context.Context, f textFile) (arrow.Table, error) {
	if err := f.prepare(ctx); err != nil {
		return nil, err
	}
	columns, err := f.columns()
	if err != nil {
		return nil, err
	}
	rows := 0
	ragged := ragged{path: f.path, want: len(f.names)}
	err = f.each(ctx, func(r record) error {
		if len(r.fields) != len(f.names) && f.options.Ragged == RaggedRefuse {
			ragged.add(r)
			return nil
		}
		if len(r.fields) != len(f.names) && f.options.Ragged == RaggedSkip {
			return nil
		}
		rows++
		for i := range columns {
			columns[i].observe(field(r, i), r.line)
		}
		return nil
	})
	if err == nil {
		err = ragged.err(f.options.Delimiter)
	}
	if err != nil {
		return nil, err
	}
	for i := range columns {
		if err := columns[i].settle(f.path); err != nil {
			return nil, err
		}
	}
	return f.build(ctx, columns, rows)
}

func field(r record, i int) string {
	if i < len(r.fields) {
		return r.fields[i]
	}
	return ""
}

// prepare finds the delimiter and the names.
func (f *textFile) prepare(ctx context.Context) error {
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
	stop := errors.New("stop")
	var header record
	err := f.each(ctx, func(r record) error {
		header = record{r.line, append([]string(nil), r.fields...)}
		return stop
	})
	if err != nil && !errors.Is(err, stop) {
		return err
	}
	if header.fields == nil {
		return hint.New(fmt.Errorf("read %s: the file is empty", f.path), "a table needs a line of column names, or data with header none")
	}
	return f.name(header)
}

func (f *textFile) name(header record) error {
	switch f.options.Header {
	case HeaderAuto:
		f.first = !allNumbers(header.fields)
	case HeaderFirst:
		f.first = true
	}
	f.names = make([]string, len(header.fields))
	for i := range f.names {
		if f.first {
			f.names[i] = strings.TrimSpace(header.fields[i])
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
				"rename one in the file, or give names for all columns")
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
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
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
	r, err := open(f.path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.path, err)
	}
	b := bufio.NewReaderSize(r, 1<<16)
	mark, _ := b.Peek(4)
	switch {
	case bytes.HasPrefix(mark, []byte("\xef\xbb\xbf")):
		_, _ = b.Discard(3) // the mark is buffered
	case bytes.HasPrefix(mark, []byte("\xff\xfe")), bytes.HasPrefix(mark, []byte("\xfe\xff")):
		r.Close()
		return nil, hint.New(fmt.Errorf("read %s: the text is UTF-16, not UTF-8", f.path), "convert it: iconv -f UTF-16 -t UTF-8 "+f.path+" > utf8.csv")
	case bytes.HasPrefix(mark, []byte("PAR1")):
		r.Close()
		return nil, hint.New(fmt.Errorf("read %s: this is a Parquet file", f.path), "read it with format parquet")
	}
	return struct {
		io.Reader
		io.Closer
	}{b, r}, nil
}

// each calls visit with every record after the header, whose fields are valid
// during the call.
func (f *textFile) each(ctx context.Context, visit func(record) error) error {
	r, err := f.open()
	if err != nil {
		return err
	}
	defer r.Close()
	c := csv.NewReader(r)
	c.Comma, c.FieldsPerRecord, c.ReuseRecord = f.options.Delimiter, -1, true
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return fmt.Errorf("read %s: %w", f.path, context.Cause(ctx))
		}
		fields, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return f.bad(err)
		}
		line, _ := c.FieldPos(0)
		for _, v := range fields {
			if !utf8.ValidString(v) {
				return hint.New(fmt.Errorf("read %s: line %d: %q is not UTF-8", f.path, line, v),
					"convert it: iconv -f LATIN1 -t UTF-8 "+f.path+" > utf8.csv (if it is Latin 1)")
			}
		}
		if n == 0 && f.first {
			continue
		}
		if err := visit(record{line, fields}); err != nil {
			return err
		}
	}
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
