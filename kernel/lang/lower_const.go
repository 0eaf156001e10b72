package lang

import (
	"go/ast"
	"go/constant"
	"go/types"
	"math"
	"strconv"
	"strings"
)

// constant writes a constant of a type.
func (e *emitter) constant(x ast.Expr, v constant.Value, t types.Type) string {
	b, ok := core(t).(*types.Basic)
	if !ok { // a constant in an interface
		return e.constant(x, v, defaultType(v))
	}
	if b.Info()&types.IsUntyped != 0 {
		t = types.Default(t)
		b = t.Underlying().(*types.Basic)
	}
	s, isPlain := literal(v, b)
	if s == "" {
		e.refuse(x.Pos(), "constant %s of type %s", v, t)
	}
	if _, named := types.Unalias(t).(*types.Named); named || !isPlain {
		return e.typ(t) + "(" + s + ")"
	}
	return s
}

func defaultType(v constant.Value) types.Type {
	switch v.Kind() {
	case constant.Bool:
		return types.Typ[types.Bool]
	case constant.String:
		return types.Typ[types.String]
	case constant.Int:
		return types.Typ[types.Int]
	case constant.Float:
		return types.Typ[types.Float64]
	}
	return types.Typ[types.Complex128]
}

// literal writes v; plain when the literal has type b by itself.
func literal(v constant.Value, b *types.Basic) (s string, isPlain bool) {
	info := b.Info()
	switch {
	case info&types.IsBoolean != 0:
		return v.String(), true
	case info&types.IsString != 0:
		return strconv.Quote(constant.StringVal(v)), true
	case info&types.IsInteger != 0:
		return constant.ToInt(v).ExactString(), b.Kind() == types.Int
	case info&types.IsFloat != 0:
		f, _ := constant.Float64Val(constant.ToFloat(v))
		return floatLiteral(f), b.Kind() == types.Float64
	case info&types.IsComplex != 0:
		re, _ := constant.Float64Val(constant.Real(v))
		im, _ := constant.Float64Val(constant.Imag(v))
		return "rtǃ.Complex(" + floatLiteral(re) + ", " + floatLiteral(im) + ")", b.Kind() == types.Complex128
	}
	return "", false
}

// toInt writes the size in a make, which may be any constant that is whole.
func toInt(v constant.Value) string { return constant.ToInt(v).ExactString() }

func floatLiteral(f float64) string {
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") && !math.IsInf(f, 0) {
		s += ".0"
	}
	return s
}
