package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/dataset"
)

// How much of an artifact a viewer shows.
const (
	viewBytes   = 512 << 10
	viewRows    = 200
	viewColumns = 100
	viewParquet = 32 << 20 // bytes of a file that is read for its first rows
)

// A grid is a table of whatever there is.
type grid struct {
	Head []string
	Rows [][]cell
}

// Numeric reports whether a column holds numbers only.
func (g grid) Numeric(i int) bool {
	for _, r := range g.Rows {
		if i < len(r) && r[i].Text != "" && !r[i].Number {
			return false
		}
	}
	return len(g.Rows) > 0
}

// head reads the beginning of an artifact; whole reports whether that is all.
func (s *Server) head(ctx context.Context, v *view) (data []byte, whole bool, err error) {
	blob, err := s.store.Blobs().Open(ctx, v.Digest)
	if err != nil {
		return nil, false, err
	}
	defer blob.Close()
	data, err = io.ReadAll(io.LimitReader(blob, viewBytes+1))
	if len(data) > viewBytes {
		return data[:viewBytes], false, err
	}
	return data, true, err
}

// lookText shows what reads as text; JSON is set out in lines.
func (s *Server) lookText(ctx context.Context, v *view) error {
	data, whole, err := s.head(ctx, v)
	if err != nil {
		return err
	}
	text := data
	if !whole { // the last character may be cut
		for i := 0; i < utf8.UTFMax && !utf8.Valid(text); i++ {
			text = text[:len(text)-1]
		}
		v.Note = fmt.Sprintf("The first %d KiB are shown.", viewBytes>>10)
	}
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		v.Note = ""
		return nil
	}
	v.Kind, v.Text = "text", string(text)
	var set bytes.Buffer
	if whole && v.Media == "application/json" && json.Indent(&set, text, "", "  ") == nil {
		v.Text = set.String()
	}
	return nil
}

// lookTable shows the first rows of text with separators.
func (s *Server) lookTable(ctx context.Context, v *view) error {
	data, whole, err := s.head(ctx, v)
	if err != nil {
		return err
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	if v.Media == "text/tab-separated-values" {
		r.Comma = '\t'
	}
	for len(v.Table.Rows) < viewRows {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			if !whole {
				break // the last line is cut
			}
			return err
		}
		record = record[:min(len(record), viewColumns)]
		if v.Table.Head == nil {
			v.Table.Head = record
			continue
		}
		var row []cell
		for _, text := range record {
			row = append(row, textCell(text, isNumber(text)))
		}
		v.Table.Rows = append(v.Table.Rows, row)
	}
	v.Note = fmt.Sprintf("The first %d rows are shown.", len(v.Table.Rows))
	return nil
}

func isNumber(s string) bool {
	var f float64
	return json.Unmarshal([]byte(s), &f) == nil
}

// lookParquet shows the first rows of a Parquet file that is not too large to
// be read for them.
func (s *Server) lookParquet(ctx context.Context, v *view) error {
	if v.Size > viewParquet {
		v.Kind = ""
		return nil
	}
	blob, err := s.store.Blobs().Open(ctx, v.Digest)
	if err != nil {
		return err
	}
	defer blob.Close()
	f, err := os.CreateTemp("", "cellar-view-*.parquet")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = io.Copy(f, blob)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	t, err := dataset.Read(ctx, f.Name(), dataset.ReadOptions{Format: "parquet"})
	if err != nil {
		return errors.New("the file is no Parquet that can be read")
	}
	defer t.Release()
	v.Table = firstRows(t)
	if n := len(v.Table.Rows); int64(n) < t.NumRows() {
		v.Note = fmt.Sprintf("The first %d of %s rows are shown.", n, commas(int(t.NumRows())))
	}
	return nil
}

// firstRows is the beginning of a table.
func firstRows(t arrow.Table) grid {
	var g grid
	rows := int(min(t.NumRows(), viewRows))
	g.Rows = make([][]cell, rows)
	for i := range int(min(t.NumCols(), viewColumns)) {
		col := t.Column(i)
		g.Head = append(g.Head, col.Name())
		at, float := 0, arrow.IsFloating(col.DataType().ID())
		number := float || arrow.IsInteger(col.DataType().ID())
		for _, chunk := range col.Data().Chunks() {
			for j := 0; j < chunk.Len() && at < rows; j++ {
				c := cell{Number: number}
				if !chunk.IsNull(j) {
					c = textCell(chunk.ValueStr(j), number)
				}
				if v, err := strconv.ParseFloat(c.Text, 64); float && err == nil {
					c = numberCell(v)
				}
				g.Rows[at] = append(g.Rows[at], c)
				at++
			}
		}
	}
	for i := range g.Head {
		var cells []*cell
		for _, r := range g.Rows {
			cells = append(cells, &r[i])
		}
		align(cells)
	}
	return g
}
