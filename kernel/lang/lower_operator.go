package lang

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"strings"
)

func (e *emitter) unary(x *ast.UnaryExpr) string {
	switch x.Op {
	case token.ARROW:
		return e.recvHelper(e.typeOf(x.X), false) + "(" + e.expr(x.X) + ")"
	case token.AND:
		if lit, ok := ast.Unparen(x.X).(*ast.CompositeLit); ok {
			return e.newOf(e.typeOf(lit)) + "(" + e.composite(lit, e.typeOf(lit)) + ")"
		}
		if x, ok := ast.Unparen(x.X).(*ast.IndexExpr); ok {
			if _, isPtr := core(e.typeOf(x.X)).(*types.Pointer); isPtr {
				return "&((*" + e.operand(x.X) + ")[:])[" + e.expr(x.Index) + "]" // the interpreter takes no address through the pointer
			}
		}
	}
	if b, ok := core(e.typeOf(x)).(*types.Basic); ok && x.Op == token.SUB && b.Info()&types.IsFloat != 0 {
		return "(-1 * " + e.operand(x.X) + ")" // the interpreter subtracts from zero, which loses a sign
	}
	return x.Op.String() + e.operand(x.X)
}

// newOf is a function that gives the address of a copy: the interpreter's own
// literals may stand at one address in each round of a loop.
func (e *emitter) newOf(t types.Type) string {
	typ := e.typ(t)
	return e.helper("new "+e.unaliasImports(typ), "new", func(h string) string {
		return fmt.Sprintf("func %s(v %s) *%s { p := new(%s); *p = v; return p }", h, typ, typ, typ)
	})
}

func (e *emitter) binary(x *ast.BinaryExpr) string {
	if x.Op == token.EQL || x.Op == token.NEQ {
		if text, ok := e.equality(x.X, x.Y); ok {
			if x.Op == token.NEQ {
				return "!" + text
			}
			return text
		}
	}
	if v := e.info.Types[x.X].Value; v != nil && (x.Op == token.LAND || x.Op == token.LOR) {
		if constant.BoolVal(v) == (x.Op == token.LAND) { // the interpreter gets constants on the left wrong
			return e.binOperand(x.Y)
		}
		return e.constant(x.X, v, e.typeOf(x.X))
	}
	l, r := e.binOperand(x.X), e.operandOf(x)
	if a, b := e.typeOf(x.X), e.typeOf(x.Y); (x.Op == token.EQL || x.Op == token.NEQ) && !types.Identical(a, b) {
		if c, ok := core(a).(*types.Chan); ok && c.Dir() == types.SendRecv && !e.isNil(ast.Unparen(x.Y)) {
			l = "(" + e.typ(b) + ")(" + l + ")"
		} else if _, ok := core(a).(*types.Struct); ok {
			r = e.typ(a) + "(" + r + ")"
		} else if c, ok := core(b).(*types.Chan); ok && c.Dir() == types.SendRecv && !e.isNil(ast.Unparen(x.X)) {
			r = "(" + e.typ(a) + ")(" + r + ")"
		}
	}
	if (x.Op == token.LAND || x.Op == token.LOR) && typeText.MatchString(l) {
		// The interpreter would begin with the type, and not come back to the value.
		l = "func() " + e.typ(types.Default(e.typeOf(x.X))) + " { return " + l + " }()"
	}
	return l + " " + x.Op.String() + " " + r
}

// typeText finds the types in a lowered expression that are no names.
var typeText = regexp.MustCompile("\\bmap\\[|\\bfunc\\b|\\bstruct\\b|\\binterface\\b|\\bchan\\b|\\(\\*|(^|[^\\w\\])}\"`])\\[")

// operandOf lowers the right operand of an operation.
func (e *emitter) operandOf(x *ast.BinaryExpr) string {
	v := e.info.Types[x.Y].Value
	if v == nil {
		if x.Op == token.SHL || x.Op == token.SHR {
			return e.shiftCount(e.binOperand(x.Y), x.Y)
		}
		return e.binOperand(x.Y)
	}
	switch x.Op {
	case token.SHL, token.SHR:
		return constant.ToInt(v).ExactString()
	case token.QUO:
		if b, ok := core(e.typeOf(x.X)).(*types.Basic); ok && b.Info()&types.IsInteger == 0 && constant.Sign(v) == 0 {
			return e.typ(types.Default(e.typeOf(x.X))) + "(rtǃ.Zero)" // the interpreter refuses to divide by it
		}
	}
	return e.binOperand(x.Y)
}

// shiftCount is a shift's right operand, lowered to text: the interpreter takes a
// negative one for a large one, so what may be negative is checked.
func (e *emitter) shiftCount(text string, y ast.Expr) string {
	b, ok := core(e.typeOf(y)).(*types.Basic)
	if !ok || b.Info()&types.IsUnsigned != 0 {
		if _, ok := ast.Unparen(y).(*ast.BinaryExpr); ok {
			return "uint64(" + text + ")"
		}
		return text
	}
	if e.counts[e.objectOf(y)] {
		return text
	}
	if and, ok := ast.Unparen(y).(*ast.BinaryExpr); ok && and.Op == token.AND {
		if m := e.info.Types[and.Y].Value; m != nil && constant.Sign(m) >= 0 {
			return "uint64(" + text + ")"
		}
	}
	return e.helper("shift", "shift", func(h string) string {
		return fmt.Sprintf("func %s(n int64) uint64 {\nif n < 0 { rtǃ.BadShift() }\nreturn uint64(n)\n}", h)
	}) + "(int64(" + text + "))"
}

// objectOf is the variable that x is; nil when it is none.
func (e *emitter) objectOf(x ast.Expr) types.Object {
	if id, ok := ast.Unparen(x).(*ast.Ident); ok {
		return e.info.ObjectOf(id)
	}
	return nil
}

func (e *emitter) binOperand(x ast.Expr) string {
	s := e.expr(x)
	if _, ok := x.(*ast.BinaryExpr); ok && e.info.Types[x].Value == nil {
		return "(" + s + ")"
	}
	if _, ok := x.(*ast.UnaryExpr); ok && e.info.Types[x].Value == nil {
		return "(" + s + ")"
	}
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "*") {
		return "(" + s + ")"
	}
	return s
}
