package lang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"unicode/utf8"
)

// InspectExpr says what an expression is: a name as Inspect has it, an import
// path, and of whatever else its type.
func InspectExpr(v View, expr string, detail int) (Inspection, bool) {
	q := newQuery(v, expr, 0)
	if p := strings.Trim(expr, `"`); strings.Contains(expr, `"`) || strings.Contains(p, "/") {
		if in, ok := q.packageDoc(packageBase(p), p); ok {
			return in, true
		}
	}
	if token.IsKeyword(expr) {
		return q.builtin(expr, "keyword")
	}
	x, err := parser.ParseExpr(expr)
	if err != nil {
		return Inspection{}, false
	}
	if id := lastName(x); id != nil {
		return Inspect(v, expr, utf8.RuneCountInString(expr[:int(id.End())-1]), detail)
	}
	const it = "cellar__it"
	q = newQuery(v, it+" := "+expr, 0)
	c := q.check(0, len(it))
	if c == nil {
		return Inspection{}, false
	}
	t := c.info.TypeOf(c.name())
	if spec, ok := c.parent(1).(*ast.ValueSpec); ok && len(spec.Values) == 1 {
		t = c.info.TypeOf(spec.Values[0]) // which may be several
	}
	if t == nil || t == types.Typ[types.Invalid] {
		return Inspection{}, false
	}
	in := Inspection{Name: expr, Kind: "expression", Signature: expr + " " + types.TypeString(t, c.qualify)}
	if n, ok := named(t); ok && n.Obj().Pkg() != nil {
		in.Signature += "\n\n" + c.declaration(n.Obj())
		if p := n.Obj().Pkg().Path(); p != c.pkg.Path() {
			in.Doc, in.Package = v.Packages.Doc(p, n.Obj().Name()), p
		} else if v.Source != nil {
			_, in.Doc = v.Source(n.Obj().Name())
		}
	}
	return in, true
}

// lastName is the name that an expression ends with, pointers and parentheses
// aside; nil where it does not.
func lastName(x ast.Expr) *ast.Ident {
	switch x := x.(type) {
	case *ast.Ident:
		return x
	case *ast.SelectorExpr:
		return x.Sel
	case *ast.StarExpr:
		return lastName(x.X)
	case *ast.ParenExpr:
		return lastName(x.X)
	}
	return nil
}

// named is the type with a name that t is, or points to.
func named(t types.Type) (*types.Named, bool) {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	return n, ok
}

// keywordForms are the statements and types that keywords begin, and what they
// mean, in the words of the language specification.
var keywordForms = map[string]string{
	"break":       "break [Label]\nEnds the innermost for, switch or select, or the one with the label.",
	"case":        "case Expression, ...:  case Type, ...:  case v := <-channel:\nBegins a clause of a switch or select.",
	"chan":        "chan T   chan<- T   <-chan T\nA channel of values of type T; with an arrow only to send or to receive.",
	"const":       "const Name [T] = Expression\nDeclares a constant.",
	"continue":    "continue [Label]\nBegins the next iteration of the innermost for, or of the one with the label.",
	"default":     "default:\nThe clause of a switch or select that is taken when no other is.",
	"defer":       "defer f(x)\nCalls f when the function around it returns or panics; x is evaluated now.",
	"else":        "if Condition { ... } else { ... }\nIs executed when the condition is false.",
	"fallthrough": "fallthrough\nGoes on with the first statement of the next clause of a switch.",
	"for":         "for { }   for Condition { }   for i := 0; i < n; i++ { }   for k, v := range x { }\nRepeats a block.",
	"func":        "func Name[T Constraint](p A) R { ... }   func (r T) Method() { ... }   func(p A) R { ... }\nDeclares a function or a method, or is a function's value or type.",
	"go":          "go f(x)\nCalls f in a new goroutine.",
	"goto":        "goto Label\nGoes on at the statement with the label, in the same function.",
	"if":          "if [Statement;] Condition { ... } else { ... }\nExecutes one of two blocks.",
	"import":      "import [Name] \"path\"\nMakes the exported names of a package available.",
	"interface":   "interface { Method(p A) R; ~int | ~string }\nA type by the methods that its values have, or by the types it admits.",
	"map":         "map[K]V\nA map from keys of type K to values of type V.",
	"package":     "package name\nBegins a file.",
	"range":       "for k, v := range x { }\nGoes over an integer, string, array, slice, map, channel or iterator function.",
	"return":      "return [Expression, ...]\nEnds the function around it, with its results.",
	"select":      "select { case v := <-a: ... case b <- x: ... default: ... }\nWaits for one of several channel operations.",
	"struct":      "struct { A, B T; Embedded }\nA type by its fields.",
	"switch":      "switch [Statement;] [Expression] { case a, b: ... default: ... }   switch v := x.(type) { case T: ... }\nExecutes the first clause that matches.",
	"type":        "type Name T   type Name = T\nDeclares a type, or another name for one.",
	"var":         "var Name T = Expression\nDeclares a variable.",
}
