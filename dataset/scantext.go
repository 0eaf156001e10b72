package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
)

// large is the size of a file whose types are taken from its first block, to be
// proved while it is read, instead of reading it twice.
const large = 64 << 20

// Retyped is the Err of ReadStream's reader when a large file has, further down,
// values that its first part did not promise. What was read is of no use:
// ReadStream with Options reads the file with the types that fit all of it.
type Retyped struct{ Options ReadOptions }

func (*Retyped) Error() string { return "the types of the first part do not fit the whole file" }

func scanText(ctx context.Context, f textFile) (array.RecordReader, error) {
	f.rounded = &rounded{first: map[int]odd{}}
	if err := f.prepare(); err != nil {
		return nil, err
	}
	columns, err := f.columns()
	if err != nil {
		return nil, err
	}
	chosen := f.options.settled
	guessed := false
	if chosen == nil {
		info, err := os.Stat(f.path)
		if err != nil {
			return nil, err
		}
		if guessed = f.streamed && info.Size() >= large; guessed {
			err = f.peek(columns)
		} else {
			err = f.survey(ctx, columns)
		}
		if err != nil {
			return nil, err
		}
		if chosen, err = settle(f.path, columns); err != nil {
			return nil, err
		}
		if !guessed {
			f.tell(columns)
		}
	}
	return f.build(ctx, columns, chosen, guessed), nil
}

func settle(path string, columns []column) ([]int, error) {
	chosen := make([]int, len(columns))
	for i := range columns {
		var err error
		if chosen[i], err = columns[i].settle(path); err != nil {
			return nil, err
		}
	}
	return chosen, nil
}

// tell says of a column that is text what made it so.
func (f *textFile) tell(columns []column) {
	for _, c := range columns {
		if c.lost.line > 0 && f.options.Note != nil {
			f.options.Note(fmt.Sprintf("column %q is text because of line %d, which has %s; the values before it are %s",
				c.name, c.lost.line, quoted(c.lost.value), kinds()[c.was].name))
		}
	}
}

// quoted is a value in quotes, the first of it when it is long.
func quoted(v string) string { return strconv.Quote(display.Shorten(v, 40)) }

// A surveyed is what a block says of the columns.
type surveyed struct {
	columns []column
	ragged  ragged
}

// observe looks at every value of a block.
func (f *textFile) observe(b block, columns []column) (surveyed, error) {
	s := surveyed{columns, ragged{path: f.path, want: len(columns)}}
	kinds := kinds()
	err := f.records(b, func(r record) error {
		if len(r.fields) != len(columns) && f.options.Ragged != RaggedPad {
			if f.options.Ragged == RaggedRefuse {
				s.ragged.add(r)
			}
			return nil
		}
		for i := range columns {
			columns[i].observe(field(r, i), r.line, kinds)
		}
		return nil
	})
	return s, err
}

// survey looks at every value of the file.
func (f *textFile) survey(ctx context.Context, columns []column) error {
	fresh := slices.Clone(columns)
	ragged := ragged{path: f.path, want: len(columns)}
	err := parallel(ctx, f, func(b block) (surveyed, error) { return f.observe(b, slices.Clone(fresh)) }, func(s surveyed) error {
		ragged.join(s.ragged)
		for i := range columns {
			columns[i].join(s.columns[i])
		}
		return nil
	})
	if err == nil {
		err = ragged.err(f.options.Delimiter)
	}
	if err != nil || !slices.ContainsFunc(columns, func(c column) bool { return c.mask == 0 && c.badLine == 0 }) {
		return err
	}
	// Parts that fit a type each, but not the same: the line is found in order.
	copy(columns, fresh)
	return f.inOrder(func(b block) error {
		_, err := f.observe(b, columns)
		return err
	})
}

// peek looks at the first block.
func (f *textFile) peek(columns []column) error {
	err := f.inOrder(func(b block) error {
		_, err := f.observe(b, columns)
		return errors.Join(io.EOF, err)
	})
	for i := range columns {
		columns[i].badLine = 0 // build finds it, and whether it is the first
		if columns[i].mask == 0 {
			columns[i].mask = named(columns[i].asked)
		}
	}
	if errors.Is(err, io.EOF) {
		return nil // what else is wrong with the block, build finds too
	}
	return err
}

func (f *textFile) inOrder(visit func(block) error) error {
	r, err := f.open()
	if err != nil {
		return err
	}
	defer r.Close()
	for s := (splitter{r: r, size: blockSize}); ; {
		b, err := s.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = visit(b)
		}
		if err != nil {
			return err
		}
	}
}

// errMisfit is a value that is not of its column's kind.
var errMisfit = errors.New("a value of another type")

// build reads the file with the kinds of its columns known, or guessed.
func (f *textFile) build(ctx context.Context, columns []column, chosen []int, guessed bool) array.RecordReader {
	schema, kinds := typed(columns, chosen)
	ctx, cancel := context.WithCancel(ctx)
	ready := make(chan arrow.Record, runtime.GOMAXPROCS(0))
	var failed error
	go func() {
		defer close(ready)
		failed = parallel(ctx, f, func(b block) (arrow.Record, error) { return f.fill(b, schema, columns, kinds, guessed) }, func(r arrow.Record) error {
			select {
			case ready <- r:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
		switch {
		case guessed && errors.Is(failed, errMisfit):
			failed = f.retype(ctx)
		case failed == nil && guessed:
			f.tell(columns)
			fallthrough
		case failed == nil:
			f.rounded.tell(f.options.Note, columns)
		}
	}()
	sent := false
	next := func() (arrow.Record, error) {
		r, ok := <-ready
		switch {
		case ok:
			sent = true
			return r, nil
		case failed != nil:
			return nil, failed
		case !sent: // a header alone
			sent = true
			return array.NewRecordBuilder(memory.DefaultAllocator, schema).NewRecord(), nil
		}
		return nil, io.EOF
	}
	return NewReader(schema, next, func() {
		cancel()
		for range ready { // until nobody reads the file
		}
	})
}

func typed(columns []column, chosen []int) (*arrow.Schema, []kind) {
	fields, list, all := make([]arrow.Field, len(columns)), make([]kind, len(columns)), kinds()
	for i, c := range columns {
		list[i] = all[chosen[i]]
		fields[i] = arrow.Field{Name: c.name, Type: list[i].arrow, Nullable: true}
	}
	return arrow.NewSchema(fields, nil), list
}

// retype finds what is wrong with the file as a whole, or the types that fit it.
func (f *textFile) retype(ctx context.Context) error {
	columns, err := f.columns()
	if err != nil {
		return err
	}
	if err := f.survey(ctx, columns); err != nil {
		return err
	}
	chosen, err := settle(f.path, columns)
	if err != nil {
		return err
	}
	f.tell(columns)
	o := f.options
	o.settled = chosen
	return &Retyped{o}
}

// fill makes a record of a block.
func (f *textFile) fill(b block, schema *arrow.Schema, columns []column, chosen []kind, guessed bool) (arrow.Record, error) {
	n := bytes.Count(b.data, []byte{'\n'}) + 1
	t := cells{spans: make([]span, 0, min(n*len(columns), len(b.data)+1)), lines: make([]int, 0, n), width: len(columns)}
	err := f.each(b, func(p *parser, fields []span, line int) error {
		if len(fields) != len(columns) && f.options.Ragged != RaggedPad {
			if f.options.Ragged == RaggedSkip {
				return nil
			}
			return f.misfit(guessed, line, -1)
		}
		t.add(fields, line)
		t.data = p.data
		return nil
	})
	if err != nil {
		return nil, err
	}
	filled := make([]arrow.Array, len(columns))
	for i := range columns {
		c, bad := &columns[i], 0
		filled[i], bad = chosen[i].fill(&t, i, c, guessed && c.asked == "")
		if guessed && c.asked == "" && c.values == 0 && bad < 0 && filled[i].NullN() < t.rows() {
			bad = 0 // a column without a value in the first block has one
		}
		if bad >= 0 {
			return nil, f.misfit(guessed, t.lines[bad], i)
		}
		if values, ok := filled[i].(*array.Float64); ok {
			f.rounded.look(&t, i, values)
		}
	}
	return array.NewRecord(schema, filled, int64(t.rows())), nil
}

func (f *textFile) misfit(guessed bool, line, column int) error {
	if guessed {
		return errMisfit
	}
	return hint.New(fmt.Errorf("read %s: line %d, field %d: the file changed while it was read", f.path, line, column+1), "read it again when nothing writes to it")
}
