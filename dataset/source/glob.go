package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/hint"
)

func isGlob(ref string) bool {
	path, _, _ := strings.Cut(ref, "#")
	return !strings.HasPrefix(ref, "http") && strings.ContainsAny(path, "*?[")
}

// openGlob reads the files that match as one table, in the order of their names.
// They have the same columns, in any order; what is an integer in one and a
// fraction in another is float64 in all, and what cannot be the same otherwise is
// text.
func openGlob(ctx context.Context, j *job, ref string) (array.RecordReader, error) {
	var files []string
	var err error
	if strings.HasPrefix(ref, "s3://") {
		files, err = listS3(ctx, ref)
	} else {
		files, err = filepath.Glob(ref)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", ref, err)
	}
	if len(files) == 0 {
		return nil, hint.New(fmt.Errorf("read %s: no file matches", ref), "* stands for any characters but /; quote the pattern in a shell")
	}
	slices.Sort(files)
	columns, schema, err := j.agree(ctx, files)
	if err != nil {
		return nil, err
	}
	return j.concatenate(ctx, files, columns, schema), nil
}

// agree finds the types that fit all files.
func (j *job) agree(ctx context.Context, files []string) (map[string]dataset.ColumnOptions, *arrow.Schema, error) {
	columns := map[string]dataset.ColumnOptions{}
	maps.Copy(columns, j.Columns)
	var first *arrow.Schema
	types := map[string]arrow.DataType{}
	for i, file := range files {
		j.progress(Progress{Phase: "look", Done: int64(i), Total: int64(len(files)), Unit: "files"})
		r, err := j.open(ctx, file)
		if err != nil {
			return nil, nil, err
		}
		s := r.Schema()
		r.Release()
		if first == nil {
			first = s
		}
		if err := sameNames(files[0], file, first, s); err != nil {
			return nil, nil, err
		}
		for _, f := range s.Fields() {
			old := types[f.Name]
			if old == nil || arrow.TypeEqual(old, f.Type) {
				types[f.Name] = f.Type
				continue
			}
			name, t := common(old, f.Type)
			o := columns[f.Name]
			if types[f.Name] = t; o.Type == "" || o.Type != j.Columns[f.Name].Type {
				o.Type = name
				columns[f.Name] = o
			}
		}
	}
	fields := make([]arrow.Field, first.NumFields())
	for i, f := range first.Fields() {
		fields[i] = arrow.Field{Name: f.Name, Type: types[f.Name], Nullable: true}
	}
	return columns, arrow.NewSchema(fields, nil), nil
}

func sameNames(firstFile, file string, first, s *arrow.Schema) error {
	for _, f := range first.Fields() {
		if !s.HasField(f.Name) {
			return hint.New(fmt.Errorf("read %s: no column %q, which %s has", file, f.Name, firstFile), "leave the file out of the pattern, or load it by itself")
		}
	}
	for _, f := range s.Fields() {
		if !first.HasField(f.Name) {
			return hint.New(fmt.Errorf("read %s: column %q, which %s has not", file, f.Name, firstFile), "leave the file out of the pattern, or load it by itself")
		}
	}
	return nil
}

// common is the type that values of both fit.
func common(a, b arrow.DataType) (string, arrow.DataType) {
	is := func(x, y arrow.Type) bool { return a.ID() == x && b.ID() == y || a.ID() == y && b.ID() == x }
	if is(arrow.INT64, arrow.FLOAT64) {
		return "float64", arrow.PrimitiveTypes.Float64
	}
	local := &arrow.TimestampType{Unit: arrow.Microsecond}
	if is(arrow.DATE32, arrow.TIMESTAMP) && (arrow.TypeEqual(a, local) || arrow.TypeEqual(b, local)) {
		return "timestamp", local
	}
	return "string", arrow.BinaryTypes.String
}

func (j *job) concatenate(ctx context.Context, files []string, columns map[string]dataset.ColumnOptions, schema *arrow.Schema) array.RecordReader {
	at := 0
	var r array.RecordReader
	release := func() {
		if r != nil {
			r.Release()
			r = nil
		}
	}
	var next func() (arrow.Record, error)
	next = func() (arrow.Record, error) {
		if r == nil {
			if at == len(files) {
				return nil, io.EOF
			}
			one := *j
			one.Columns, one.Progress = columns, nil
			j.progress(Progress{Phase: "read", Done: int64(at), Total: int64(len(files)), Unit: "files"})
			var err error
			r, err = one.open(ctx, files[at])
			j.fetched = append(j.fetched, one.fetched[len(j.fetched):]...)
			if err != nil {
				return nil, err
			}
			at++
		}
		rec, err := nextOf(r)
		if errors.Is(err, io.EOF) {
			release()
			return next()
		}
		var again *dataset.Retyped
		if errors.As(err, &again) {
			return nil, hint.New(fmt.Errorf("read %s: its types change further down", files[at-1]), "name the types of its columns")
		}
		if err != nil {
			return nil, err
		}
		return arrange(rec, schema, files[at-1])
	}
	return dataset.NewReader(schema, next, release)
}

// arrange puts a record's columns in the order of schema.
func arrange(rec arrow.Record, schema *arrow.Schema, file string) (arrow.Record, error) {
	list := make([]arrow.Array, schema.NumFields())
	for i, f := range schema.Fields() {
		at := rec.Schema().FieldIndices(f.Name)
		if len(at) == 0 {
			return nil, fmt.Errorf("read %s: no column %q", file, f.Name)
		}
		list[i] = rec.Column(at[0])
		if !arrow.TypeEqual(list[i].DataType(), f.Type) {
			return nil, hint.New(fmt.Errorf("read %s: column %q is %s, and %s elsewhere", file, f.Name, list[i].DataType(), f.Type), "name the column's type")
		}
	}
	return array.NewRecord(schema, list, rec.NumRows()), nil
}
