package display

import (
	"fmt"
	"reflect"
	"strings"
)

// This package stands below the libraries of tensors and of Arrow tables, so it
// knows their values by the methods they have. docs/adr/0041 says why.

// tensor is what GoMLX's tensors have; Shape() is read by reflection, for its
// type is GoMLX's.
type tensor interface {
	Rank() int
	Size() int
	IsScalar() bool
	ConstFlatData(read func(flat any)) error
	Summary(precision int) string
}

func ofTensor(v any, r reflect.Value) (Bundle, bool) {
	t, ok := v.(tensor)
	if !ok {
		return Bundle{}, false
	}
	head := "tensor"
	if s, ok := method(r, "Shape"); ok {
		head += " " + strings.TrimSpace(fmt.Sprint(s.Interface()))
	}
	if t.IsScalar() || t.Rank() != 2 {
		return Text(head + "\n" + clip(values(t), plainRunes)), true
	}
	shape, _ := method(r, "Shape")
	dims := dimensions(shape)
	if len(dims) != 2 {
		return Text(head + "\n" + clip(values(t), plainRunes)), true
	}
	var table Table
	err := t.ConstFlatData(func(flat any) { table = ofMatrix(fold(reflect.ValueOf(flat), dims)) })
	if err != nil {
		return Text(head + "\n" + err.Error()), true
	}
	table.Total, table.Note = dims[0], fmt.Sprintf("%s, %s × %s", head, count(dims[0]), count(dims[1]))
	return table.Display(), true
}

// values is a few values of a tensor of any rank, without a copy of the rest.
func values(t tensor) string {
	s := ""
	err := t.ConstFlatData(func(flat any) {
		if f := reflect.ValueOf(flat); f.Kind() == reflect.Slice {
			s = Wrap(ends(f), textWidth)
		}
	})
	if err != nil {
		return err.Error()
	}
	return s
}

func dimensions(shape reflect.Value) []int {
	if shape.IsValid() && shape.Kind() == reflect.Struct {
		if d, ok := shape.FieldByName("Dimensions").Interface().([]int); ok {
			return d
		}
	}
	return nil
}

// fold is the first rows of a flat matrix as a slice of slices that share its
// memory.
func fold(flat reflect.Value, dims []int) reflect.Value {
	rows := min(dims[0], matrixRows)
	out := reflect.MakeSlice(reflect.SliceOf(flat.Type()), rows, rows)
	for i := range rows {
		out.Index(i).Set(flat.Slice(i*dims[1], (i+1)*dims[1]))
	}
	return out
}

// counted is what both an Arrow table and an Arrow record have.
type counted interface {
	NumRows() int64
	NumCols() int64
}

// array is one chunk of an Arrow column.
type array interface {
	Len() int
	IsNull(i int) bool
	ValueStr(i int) string
}

func ofArrow(v any, r reflect.Value) (Bundle, bool) {
	c, ok := v.(counted)
	if !ok || !r.MethodByName("Schema").IsValid() || !r.MethodByName("Column").IsValid() {
		return Bundle{}, false
	}
	schema, ok := method(r, "Schema")
	if !ok || !schema.MethodByName("Field").IsValid() {
		return Bundle{}, false
	}
	rows := int(c.NumRows())
	t := Table{Total: rows, Rows: make([][]any, rowsToRead(rows)),
		Note:  plural(rows, "row") + " × " + plural(int(c.NumCols()), "column"),
		Empty: "no rows × " + plural(int(c.NumCols()), "column")}
	for j := range int(c.NumCols()) {
		field := schema.MethodByName("Field").Call([]reflect.Value{reflect.ValueOf(j)})[0]
		t.Columns = append(t.Columns, field.FieldByName("Name").String())
		t.Types = append(t.Types, fmt.Sprint(field.FieldByName("Type").Interface()))
		column := r.MethodByName("Column").Call([]reflect.Value{reflect.ValueOf(j)})[0]
		for i, cell := range arrowCells(column, len(t.Rows)) {
			t.Rows[i] = append(t.Rows[i], cell)
		}
	}
	return t.Display(), true
}

// arrowCells is the first n values of a column, whose values lie in chunks in a
// table and in one array in a record.
func arrowCells(column reflect.Value, n int) []any {
	var out []any
	for _, a := range arrays(column) {
		for i := 0; i < a.Len() && len(out) < n; i++ {
			out = append(out, arrowCell(a, i))
		}
	}
	for len(out) < n {
		out = append(out, nil)
	}
	return out
}

func arrays(column reflect.Value) []array {
	if a, ok := column.Interface().(array); ok {
		return []array{a}
	}
	data, ok := method(column, "Data")
	if !ok {
		return nil
	}
	chunks, ok := method(data, "Chunks")
	if !ok {
		return nil
	}
	var out []array
	for i := range chunks.Len() {
		if a, ok := chunks.Index(i).Interface().(array); ok {
			out = append(out, a)
		}
	}
	return out
}

// arrowCell is the Go value where the array has one (numbers, booleans), so
// that numbers stand right and share their decimals, else Arrow's own text.
func arrowCell(a array, i int) any {
	if a.IsNull(i) {
		return nil
	}
	if m := reflect.ValueOf(a).MethodByName("Value"); m.IsValid() && m.Type().NumIn() == 1 && m.Type().NumOut() == 1 {
		if k := m.Type().Out(0).Kind(); k >= reflect.Bool && k <= reflect.Float64 && !speaks(m.Type().Out(0)) {
			if v := m.Call([]reflect.Value{reflect.ValueOf(i)})[0]; v.Type().PkgPath() == "" {
				return v.Interface()
			}
		}
	}
	return a.ValueStr(i)
}

// method calls a method without arguments that returns one value.
func method(v reflect.Value, name string) (reflect.Value, bool) {
	m := v.MethodByName(name)
	if !m.IsValid() || m.Type().NumIn() != 0 || m.Type().NumOut() != 1 {
		return reflect.Value{}, false
	}
	return m.Call(nil)[0], true
}
