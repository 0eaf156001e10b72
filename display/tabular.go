package display

import (
	"fmt"
	"reflect"
	"strings"
)

const (
	// Numbers of a vector that are shown: the first and the last of these.
	vectorHead, vectorTail = 12, 4
	// Lines and columns of a matrix that are shown.
	matrixRows, matrixCols = 20, 20
)

// ofTabular shows what has rows: slices of structs or of maps, maps, matrices,
// and long vectors.
func ofTabular(_ any, r reflect.Value) (Bundle, bool) {
	if r.Kind() == reflect.Pointer {
		r = r.Elem() // a pointer to a slice or a map shows what it points to
		if k := r.Kind(); k != reflect.Slice && k != reflect.Map && k != reflect.Array {
			return Bundle{}, false
		}
	}
	switch r.Kind() {
	case reflect.Map:
		if r.Len() > 0 {
			return ofMap(r).Display(), true
		}
	case reflect.Slice, reflect.Array:
		return ofList(r)
	}
	return Bundle{}, false
}

func ofList(r reflect.Value) (Bundle, bool) {
	if r.Len() == 0 {
		return Text(typeName(r.Type()) + " (empty)"), true
	}
	elem := element(r)
	switch {
	case rower(r.Index(0)):
		return ofRows(r).Display(), true
	case isRecord(elem):
		return ofRecords(r, elem).Display(), true
	case elem != nil && elem.Kind() == reflect.Map && elem.Key().Kind() == reflect.String && allMaps(r):
		return ofMaps(r).Display(), true
	case elem != nil && isVector(elem):
		return ofMatrix(r).Display(), true
	case r.Len() > vectorHead+vectorTail && elem != nil && isScalar(elem):
		return Text(vector(r)), true
	}
	return Bundle{}, false
}

// element is the type that every element of r has, with pointers taken off; nil
// where elements of an interface differ.
func element(r reflect.Value) reflect.Type {
	t := r.Type().Elem()
	if t.Kind() != reflect.Interface {
		return deref(t)
	}
	var same reflect.Type
	for i := range r.Len() {
		e := r.Index(i).Elem()
		if !e.IsValid() {
			continue
		}
		if et := deref(e.Type()); same != nil && et != same {
			return nil
		} else {
			same = et
		}
	}
	return same
}

func deref(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// isRecord holds for structs that are rows: not for those with a text of their
// own, such as a time.
func isRecord(t reflect.Type) bool {
	return t != nil && t.Kind() == reflect.Struct && !speaks(t) && len(fields(t)) > 0
}

var (
	stringer  = reflect.TypeFor[fmt.Stringer]()
	errorType = reflect.TypeFor[error]()
)

// speaks holds when values of t, or pointers to them, say how they are written.
func speaks(t reflect.Type) bool {
	for _, x := range []reflect.Type{t, reflect.PointerTo(t)} {
		if x.Implements(stringer) || x.Implements(errorType) {
			return true
		}
	}
	return false
}

func isScalar(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct, reflect.Map, reflect.Slice, reflect.Array, reflect.Pointer, reflect.Interface, reflect.Func, reflect.Chan:
		return speaks(t)
	}
	return true
}

func isVector(t reflect.Type) bool {
	k := t.Kind()
	return (k == reflect.Slice || k == reflect.Array) && !speaks(t) && isScalar(t.Elem()) && t.Elem().Kind() != reflect.Uint8
}

func allMaps(r reflect.Value) bool {
	for i := range r.Len() {
		if v := bare(r.Index(i)); !v.IsValid() || v.Kind() != reflect.Map {
			return false
		}
	}
	return true
}

// A row is a value that says itself which columns it has.
type row interface {
	Row() (names []string, values []any)
}

func rower(v reflect.Value) bool {
	if v = bare(v); !v.IsValid() || !v.CanInterface() {
		return false
	}
	_, ok := v.Interface().(row)
	return ok
}

// ofRows has the columns of all its rows, in the order of their first
// appearance.
func ofRows(r reflect.Value) Table {
	t := Table{Total: r.Len()}
	places := map[string]int{}
	for i := range rowsToRead(r.Len()) {
		v := bare(r.Index(i))
		x, ok := v.Interface().(row)
		if !ok || isNil(v) {
			t.Rows = append(t.Rows, nil)
			continue
		}
		names, values := x.Row()
		cells := make([]any, len(t.Columns))
		for j, name := range names {
			place, known := places[name]
			if !known {
				place = len(t.Columns)
				places[name] = place
				t.Columns, cells = append(t.Columns, name), append(cells, nil)
			}
			cells[place] = at(values, j)
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// fields is the indices of the fields that a row shows.
func fields(t reflect.Type) []int {
	var out []int
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() && fieldName(t, i) != "_" {
			out = append(out, i)
		}
	}
	return out
}

// rowsToRead bounds how much of a long value is looked at.
func rowsToRead(n int) int { return min(n, TableRows) }

func ofRecords(r reflect.Value, elem reflect.Type) Table {
	t := Table{Total: r.Len()}
	idx := fields(elem)
	for _, i := range idx {
		t.Columns = append(t.Columns, fieldName(elem, i))
	}
	for i := range rowsToRead(r.Len()) {
		t.Rows = append(t.Rows, record(bare(r.Index(i)), idx))
	}
	return t
}

// record is one struct, or a pointer to one, as a row; nil is an empty row.
func record(v reflect.Value, idx []int) []any {
	if v.IsValid() && v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	row := make([]any, len(idx))
	if v.IsValid() {
		for j, i := range idx {
			row[j] = inside(v.Field(i))
		}
	}
	return row
}

// inside is the value for a table's cell: nil for nil pointers, and what a
// pointer to a plain value points to.
func inside(v reflect.Value) any {
	v = bare(v)
	if !v.IsValid() || isNil(v) && v.Kind() != reflect.Slice {
		return nil
	}
	if v.Kind() == reflect.Pointer && isScalar(v.Elem().Type()) && !hasText(v) {
		v = v.Elem()
	}
	if !v.CanInterface() {
		return plain(v, cellRunes)
	}
	return v.Interface()
}

func ofMaps(r reflect.Value) Table {
	t := Table{Total: r.Len()}
	places := map[string]int{}
	for i := range rowsToRead(r.Len()) {
		for _, k := range sortedKeys(bare(r.Index(i))) {
			if _, ok := places[k.String()]; !ok {
				places[k.String()] = len(places)
				t.Columns = append(t.Columns, k.String())
			}
		}
	}
	for i := range rowsToRead(r.Len()) {
		m, row := bare(r.Index(i)), make([]any, len(t.Columns))
		for _, k := range m.MapKeys() {
			row[places[k.String()]] = inside(m.MapIndex(k))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func ofMap(m reflect.Value) Table {
	t := Table{Columns: []string{"key", "value"}, Total: m.Len()}
	elem := deref(m.Type().Elem())
	var idx []int
	if isRecord(elem) {
		idx = fields(elem)
		t.Columns = t.Columns[:1]
		for _, i := range idx {
			t.Columns = append(t.Columns, fieldName(elem, i))
		}
	}
	for i, k := range sortedKeys(m) {
		if i == rowsToRead(m.Len()) {
			break
		}
		row := []any{inside(k)}
		if idx != nil {
			row = append(row, record(m.MapIndex(k), idx)...)
		} else {
			row = append(row, inside(m.MapIndex(k)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// ofMatrix shows the left upper part of a matrix; its rows may differ in length.
func ofMatrix(r reflect.Value) Table {
	cols := 0
	for i := range min(r.Len(), matrixRows) {
		if v := bare(r.Index(i)); v.IsValid() && v.Kind() != reflect.Pointer {
			cols = max(cols, v.Len())
		}
	}
	t := Table{Total: r.Len(), Columns: []string{""}, Note: fmt.Sprintf("%s, %s × %s", typeName(r.Type()), count(r.Len()), count(cols))}
	for j := range min(cols, matrixCols) {
		t.Columns = append(t.Columns, fmt.Sprint(j))
	}
	if cols > matrixCols {
		t.Note += fmt.Sprintf(", the first %d columns", matrixCols)
	}
	for i := range min(r.Len(), matrixRows) {
		v, row := bare(r.Index(i)), []any{i}
		for j := range min(v.Len(), matrixCols) {
			row = append(row, inside(v.Index(j)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// vector writes the two ends of a long list.
func vector(r reflect.Value) string {
	return Wrap(fmt.Sprintf("%s, %s values %s", typeName(r.Type()), count(r.Len()), ends(r)), textWidth)
}

// ends is the first and the last values of a list.
func ends(r reflect.Value) string {
	var b strings.Builder
	b.WriteByte('[')
	for i := 0; i < r.Len(); i++ {
		if i == vectorHead && r.Len() > vectorHead+vectorTail {
			b.WriteString("… ")
			i = r.Len() - vectorTail
		}
		b.WriteString(clip(plain(r.Index(i), cellRunes), cellRunes/4))
		if i < r.Len()-1 {
			b.WriteByte(' ')
		}
	}
	return b.String() + "]"
}

// typeName is Go's name of t; long struct types without a name are shortened.
func typeName(t reflect.Type) string { return clip(t.String(), 60) }
