package source

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/hint"
)

const jsonShape = "a table is an array of objects, or an object a line"

// readJSON takes an array of objects, or one object a line; all of the file says
// what the types are.
func (j *job) readJSON(ctx context.Context, path string) (array.RecordReader, error) {
	begin := head(path, 1<<16)
	if len(strings.TrimSpace(string(begin))) == 0 {
		return nil, hint.New(fmt.Errorf("read %s: the file is empty", path), jsonShape)
	}
	if err := dataset.NotText(path, begin); err != nil {
		return nil, err
	}
	j.progress(Progress{Phase: "read"})
	r, err := j.select1(ctx, path, "SELECT * FROM read_json_auto("+literal(path)+", sample_size = -1, maximum_object_size = 134217728)")
	if err != nil && strings.Contains(err.Error(), "JSON") {
		if fault := jsonFault(path); fault != nil {
			return nil, fault
		}
	}
	if err != nil || r.Schema().NumFields() != 1 || r.Schema().Field(0).Name != "json" {
		return r, err
	}
	// The column of what is no object, or one that is called so.
	if err := onlyObjects(path); err != nil {
		r.Release()
		return nil, err
	}
	return r, nil
}

// jsonFault finds where a file stops being JSON in UTF-8; nil when it does not.
func jsonFault(path string) error {
	if err := validText(path); err != nil {
		return err
	}
	return eachToken(path, func(int, json.Token, func() string) error { return nil })
}

// onlyObjects finds the first record that is no object, and a file without any.
func onlyObjects(path string) error {
	list, records := false, 0
	err := eachToken(path, func(depth int, t json.Token, at func() string) error {
		d, isDelim := t.(json.Delim)
		switch {
		case isDelim && (d == ']' || d == '}'):
			return nil
		case depth == 0 && d == '[' && records == 0 && !list:
			list = true
			return nil
		case depth > 1 || depth == 1 && !list:
			return nil
		}
		if records++; d != '{' {
			return hint.New(fmt.Errorf("read %s: %s: record %d is no object", path, at(), records), jsonShape)
		}
		return nil
	})
	if err == nil && records == 0 {
		err = hint.New(fmt.Errorf("read %s: there is no object in it", path), jsonShape)
	}
	return err
}

// eachToken calls visit with the tokens of a file, and how many brackets are open
// before each; at says where it stands.
func eachToken(path string, visit func(depth int, t json.Token, at func() string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	text := bufio.NewReader(f)
	if mark, _ := text.Peek(3); string(mark) == "\xef\xbb\xbf" {
		_, _ = text.Discard(3) // the mark is buffered
	}
	lines := &lineCounter{r: text}
	d := json.NewDecoder(lines)
	depth := 0
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) && depth == 0 {
			return nil
		}
		at := d.InputOffset() // of an error, where it begins; a syntax error's own leaves out brackets
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = errors.New("the file ends before its last bracket is closed")
			}
			return hint.New(fmt.Errorf("read %s: %s: %w", path, lines.at(at), err), "mend the file there; "+jsonShape)
		}
		if err := visit(depth, t, func() string { return lines.at(at - 1) }); err != nil {
			return err
		}
		switch t {
		case json.Delim('['), json.Delim('{'):
			depth++
		case json.Delim(']'), json.Delim('}'):
			depth--
		}
	}
}

// validText finds the first byte that is not UTF-8.
func validText(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	text, line, column := bufio.NewReaderSize(f, 1<<20), 1, 0
	for {
		c, n, err := text.ReadRune()
		if err != nil {
			return nil // its end; a fault of the disk comes again elsewhere
		}
		if column++; c == utf8.RuneError && n == 1 {
			return hint.New(fmt.Errorf("read %s: line %d, column %d: a byte that is not UTF-8", path, line, column),
				"convert it: iconv -f CP1252 -t UTF-8 "+path+" > utf8.json (if it is of Windows, or Latin 1)")
		}
		if c == '\n' {
			line, column = line+1, 0
		}
	}
}

// A lineCounter remembers where lines begin.
type lineCounter struct {
	r      io.Reader
	n      int64
	starts []int64
}

func (l *lineCounter) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i, c := range p[:n] {
		if c == '\n' {
			l.starts = append(l.starts, l.n+int64(i)+1)
		}
	}
	l.n += int64(n)
	return n, err
}

// at is the line and the column of an offset, both from 1.
func (l *lineCounter) at(offset int64) string {
	line := sort.Search(len(l.starts), func(i int) bool { return l.starts[i] > offset })
	if line > 0 {
		offset -= l.starts[line-1]
	}
	return fmt.Sprintf("line %d, column %d", line+1, offset+1)
}
