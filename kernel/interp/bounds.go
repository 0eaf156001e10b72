package interp

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"reflect"
	"strings"

	"github.com/cellar-ml/cellar/kernel/lang"
)

const (
	badIndex = "runtime error: index out of range"
	badSlice = "runtime error: slice bounds out of range"
)

// withNumbers adds index and length to the text of a fault, which the interpreter
// leaves out: by looking again at what the cell's own statement indexes. It is
// the text alone where that is not certain: for local variables, for calls, and
// for lines that are not a statement.
func (s *Session) withNumbers(text string, frames []Frame) (full string) {
	if text != badIndex && text != badSlice || len(frames) == 0 || frames[0].Func != "" {
		return text
	}
	defer func() {
		if recover() != nil { // a value that cannot be looked into
			full = text
		}
	}()
	b := bounds{s: s}
	for _, st := range ownLine(frames[0].Cell, frames[0].Line) {
		ast.Inspect(st, b.visit)
	}
	if b.unknown || len(b.found) != 1 || !strings.HasPrefix(b.found[0], text) {
		return text
	}
	return b.found[0]
}

// ownLine is the statements on a line of a cell that stands in no block, so that
// its names are the session's; none when there is more on it than statements
// without a block.
func ownLine(c lang.Cell, line int) []ast.Stmt {
	lines := strings.Split(c.Code, "\n")
	if line < 1 || line > len(lines) || nested(strings.Join(lines[:line-1], "\n")) {
		return nil
	}
	f, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc _() {\n"+lines[line-1]+"\n}", parser.SkipObjectResolution)
	if err != nil || len(f.Decls) != 1 {
		return nil
	}
	list := f.Decls[0].(*ast.FuncDecl).Body.List
	for _, st := range list {
		switch st.(type) {
		case *ast.ExprStmt, *ast.AssignStmt, *ast.IncDecStmt, *ast.DeclStmt:
		default:
			return nil
		}
	}
	return list
}

// nested says whether Go text ends within brackets.
func nested(text string) bool {
	var sc scanner.Scanner
	sc.Init(token.NewFileSet().AddFile("", -1, len(text)), []byte(text), nil, 0)
	depth := 0
	for {
		switch _, tok, _ := sc.Scan(); tok {
		case token.LBRACE, token.LPAREN, token.LBRACK:
			depth++
		case token.RBRACE, token.RPAREN, token.RBRACK:
			depth--
		case token.EOF:
			return depth != 0
		}
	}
}

// bounds looks for what is out of range in a statement.
type bounds struct {
	s       *Session
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
		b.unknown = b.unknown || x.Op == token.LAND || x.Op == token.LOR
	case *ast.IndexExpr:
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

func (b *bounds) slice(x *ast.SliceExpr) {
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

// value is what a variable of the session holds, or an element or field of it.
func (b *bounds) value(x ast.Expr) (reflect.Value, bool) {
	switch x := x.(type) {
	case *ast.Ident:
		if e, ok := b.s.lang.Lookup(x.Name); ok {
			return b.s.value(e)
		}
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
		if e, ok := b.s.lang.Lookup(x.Name); ok {
			if c, isConst := e.Obj.(*types.Const); isConst {
				n, exact := constant.Int64Val(constant.ToInt(c.Val()))
				return int(n), exact
			}
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
