package interp

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"
)

const (
	badIndex = "runtime error: index out of range"
	badSlice = "runtime error: slice bounds out of range"
)

// withNumbers adds index and length to the text of a fault, which the interpreter
// leaves out: by looking again at what the cell's own statements index on the line.
// The one that is at fault is among them, with the values that it had, so its
// numbers are those found, if these are all the same. The text stays as it is where
// they are not, where a call may have changed a value, or one cannot be seen.
func (s *Session) withNumbers(r *run, text string, frames []Frame) (full string) {
	if text != badIndex && text != badSlice || len(frames) == 0 || frames[0].Func != "" || r.unit == nil || r.unit.Cell() != frames[0].Cell {
		return text
	}
	defer func() {
		if recover() != nil { // a value that cannot be looked into
			full = text
		}
	}()
	b := bounds{s: s, r: r}
	for _, n := range r.unit.Suspects(frames[0].Line) {
		ast.Inspect(n, b.visit)
	}
	found := slices.Compact(b.found)
	if b.unknown || len(found) != 1 || !strings.HasPrefix(found[0], text) {
		return text
	}
	return found[0]
}

// watch takes where the running cell keeps the addresses of its local variables.
func (s *Session) watch(at ...*any) {
	if r := s.cell(); r != nil {
		r.watched = at
	}
}

// nextCheck makes the next check for an interrupt call the host, which disarms it.
func (s *Session) nextCheck() {
	s.mu.Lock()
	*s.stop = true
	s.mu.Unlock()
	s.watching.Store(true)
}

// bounds looks for what is out of range in a statement.
type bounds struct {
	s       *Session
	r       *run
	found   []string
	unknown bool // something that may have been it cannot be told
}

func (b *bounds) visit(n ast.Node) bool {
	switch x := n.(type) {
	case *ast.FuncLit, *ast.CallExpr, *ast.TypeAssertExpr:
		if call, ok := n.(*ast.CallExpr); ok && (isName(call.Fun, "len") || isName(call.Fun, "println") || isPrinter(call.Fun)) {
			return true
		}
		b.unknown = true // what it changes, or where it panics, is not known
		return false
	case *ast.BinaryExpr:
		b.unknown = b.unknown || (x.Op == token.LAND || x.Op == token.LOR) && indexes(x.Y)
	case *ast.AssignStmt:
		b.unknown = b.unknown || setsBeforeFault(x)
	case *ast.IndexExpr:
		if b.faulty(x.X) {
			return true // so that this is not reached
		}
		base, ok := b.value(x.X)
		if ok && base.Kind() == reflect.Map {
			return true
		}
		i, known := b.number(x.Index)
		if !ok || !known || !measured(base) {
			b.unknown = true
		} else if i < 0 {
			b.found = append(b.found, fmt.Sprintf("%s [%d]", badIndex, i))
		} else if i >= base.Len() {
			b.found = append(b.found, fmt.Sprintf("%s [%d] with length %d", badIndex, i, base.Len()))
		}
	case *ast.SliceExpr:
		b.slice(x)
	}
	return true
}

// faulty says whether an index in x is out of range.
func (b *bounds) faulty(x ast.Expr) bool {
	in := bounds{s: b.s, r: b.r}
	ast.Inspect(x, in.visit)
	return len(in.found) > 0
}

// indexes says whether something is indexed in x.
func indexes(x ast.Node) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.IndexExpr, *ast.SliceExpr:
			found = true
		}
		return !found
	})
	return found
}

// setsBeforeFault says whether an assignment may set a variable before it stores
// to what is out of range, whose index has been read by then: i, xs[i] = 1, 2.
func setsBeforeFault(s *ast.AssignStmt) bool {
	sets, stores := false, false
	for _, l := range s.Lhs {
		id, ok := ast.Unparen(l).(*ast.Ident)
		sets = sets || ok && id.Name != "_"
		stores = stores || indexes(l)
	}
	return sets && stores || len(s.Lhs) > 1 && stores
}

func (b *bounds) slice(x *ast.SliceExpr) {
	if b.faulty(x.X) {
		return
	}
	base, ok := b.value(x.X)
	if !ok || !measured(base) || x.Slice3 {
		b.unknown = true
		return
	}
	lo, hi, most, word := 0, base.Len(), base.Len(), "length"
	if base.Kind() == reflect.Slice {
		most, word = base.Cap(), "capacity"
	}
	for _, part := range []struct {
		x  ast.Expr
		to *int
	}{{x.Low, &lo}, {x.High, &hi}} {
		if part.x != nil {
			if *part.to, ok = b.number(part.x); !ok {
				b.unknown = true
				return
			}
		}
	}
	switch {
	case hi < 0:
		b.found = append(b.found, fmt.Sprintf("%s [:%d]", badSlice, hi))
	case hi > most:
		b.found = append(b.found, fmt.Sprintf("%s [:%d] with %s %d", badSlice, hi, word, most))
	case lo < 0:
		b.found = append(b.found, fmt.Sprintf("%s [%d:]", badSlice, lo))
	case lo > hi:
		b.found = append(b.found, fmt.Sprintf("%s [%d:%d]", badSlice, lo, hi))
	}
}

func measured(v reflect.Value) bool {
	return v.Kind() == reflect.Slice || v.Kind() == reflect.Array || v.Kind() == reflect.String
}

func isName(x ast.Expr, name string) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == name
}

// isPrinter says whether x is a function of fmt, which changes nothing.
func isPrinter(x ast.Expr) bool {
	sel, ok := x.(*ast.SelectorExpr)
	return ok && isName(sel.X, "fmt") && strings.Contains(sel.Sel.Name, "rint")
}

// variable is what a variable of the session holds, or a local one whose address
// the running cell keeps.
func (b *bounds) variable(id *ast.Ident) (reflect.Value, bool) {
	if e := b.r.unit.Variable(id); e != nil {
		return b.s.value(e)
	}
	i, ok := b.r.unit.Watched(id)
	if !ok || i >= len(b.r.watched) {
		return reflect.Value{}, false
	}
	v := reflect.ValueOf(*b.r.watched[i])
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return reflect.Value{}, false
	}
	return v.Elem(), true
}

// value is what a variable of the session holds, or an element or field of it.
func (b *bounds) value(x ast.Expr) (reflect.Value, bool) {
	switch x := x.(type) {
	case *ast.Ident:
		return b.variable(x)
	case *ast.ParenExpr:
		return b.value(x.X)
	case *ast.StarExpr:
		if v, ok := b.value(x.X); ok && v.Kind() == reflect.Pointer && !v.IsNil() {
			return v.Elem(), true
		}
	case *ast.SelectorExpr:
		v, ok := b.value(x.X)
		if ok && v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		if ok && v.Kind() == reflect.Struct {
			v = v.FieldByName(x.Sel.Name)
			return v, v.IsValid()
		}
	case *ast.IndexExpr:
		v, ok := b.value(x.X)
		i, known := b.number(x.Index)
		if ok && known && (v.Kind() == reflect.Slice || v.Kind() == reflect.Array) && i >= 0 && i < v.Len() {
			return v.Index(i), true
		}
	}
	return reflect.Value{}, false
}

// number is an index made of numbers, variables and constants of the session,
// lengths, and sums and products of them.
func (b *bounds) number(x ast.Expr) (int, bool) {
	switch x := x.(type) {
	case *ast.BasicLit:
		n, exact := constant.Int64Val(constant.MakeFromLiteral(x.Value, x.Kind, 0))
		return int(n), exact && x.Kind == token.INT
	case *ast.ParenExpr:
		return b.number(x.X)
	case *ast.UnaryExpr:
		n, ok := b.number(x.X)
		return -n, ok && x.Op == token.SUB
	case *ast.BinaryExpr:
		l, ok := b.number(x.X)
		r, ok2 := b.number(x.Y)
		sums := map[token.Token]int{token.ADD: l + r, token.SUB: l - r, token.MUL: l * r}
		n, known := sums[x.Op]
		return n, ok && ok2 && known
	case *ast.CallExpr:
		if len(x.Args) == 1 && isName(x.Fun, "len") {
			v, ok := b.value(x.Args[0])
			return lenOf(v, ok), ok
		}
		return 0, false
	case *ast.Ident:
		if c, isConst := b.r.unit.Object(x).(*types.Const); isConst {
			n, exact := constant.Int64Val(constant.ToInt(c.Val()))
			return int(n), exact
		}
	}
	v, ok := b.value(x)
	if !ok || !v.CanInt() {
		return 0, false
	}
	return int(v.Int()), true
}

func lenOf(v reflect.Value, ok bool) int {
	if !ok {
		return 0
	}
	return v.Len()
}
