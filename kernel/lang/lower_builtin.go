package lang

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"strings"
)

// arrayOf is the array that t is, or points to.
func arrayOf(t types.Type) (*types.Array, bool) {
	if p, ok := core(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	a, ok := core(t).(*types.Array)
	return a, ok
}

// builtinMake checks sizes that are not constants, as the compiled program does,
// and large ones.
func (e *emitter) builtinMake(x *ast.CallExpr) string {
	t := e.typeOf(x.Args[0])
	typ := e.typ(t)
	what := "map"
	size := int64(0)
	switch c := core(t).(type) {
	case *types.Chan:
		what, size = "chan", gcSizes.Sizeof(c.Elem())
		if c.Dir() != types.SendRecv {
			typ = "chan " + e.typ(c.Elem())
			if strings.HasPrefix(typ, "chan <-") {
				typ = "chan (" + e.typ(c.Elem()) + ")"
			}
		}
	case *types.Slice:
		what, size = "slice", gcSizes.Sizeof(c.Elem())
	}
	var sizes []string
	for i, a := range x.Args[1:] {
		n := e.expr(a)
		if e.info.Types[a].Value != nil && !e.isLarge(a, size) {
			if v := e.info.Types[a].Value; e.info.Types[a].Type != nil {
				n = toInt(v)
			}
		} else {
			n = fmt.Sprintf("rtǃ.Size(%q, %d, %d, %s)", what, i, size, n)
		}
		sizes = append(sizes, n)
	}
	if len(sizes) == 2 {
		sizes[0] = fmt.Sprintf("rtǃ.Within(%s, %s)", sizes[0], sizes[1])
	}
	if what == "map" && len(sizes) > 0 && strings.HasPrefix(sizes[0], "rtǃ") {
		sizes[0] = "rtǃ.AtLeast0(" + e.expr(x.Args[1]) + ")"
	}
	v := "make(" + strings.Join(append([]string{typ}, sizes...), ", ") + ")"
	if c, ok := core(t).(*types.Chan); ok && c.Dir() != types.SendRecv {
		return "(" + e.typ(t) + ")(" + v + ")"
	}
	return v
}

// isLarge says whether n elements of a size may be more than memory holds.
func (e *emitter) isLarge(n ast.Expr, size int64) bool {
	v, ok := constant.Int64Val(constant.ToInt(e.info.Types[n].Value))
	return !ok || size > 0 && v > largeMake/size
}

// largeMake is the number of bytes past which the host looks at the machine's memory.
const largeMake = 1 << 30

// largeArray is the size that no array type may pass: its variables would end
// the process.
const largeArray = 4 << 30

var gcSizes = types.SizesFor("gc", "amd64")

// printed are the arguments of print and println, interfaces as their two words.
func (e *emitter) printed(args []ast.Expr) string {
	var out []string
	for _, a := range args {
		t := types.Default(e.typeOf(a))
		v := e.expr(a)
		switch {
		case e.isNil(ast.Unparen(a)):
			v = "nil"
		case types.IsInterface(t):
			v = e.helper("words "+e.unaliasImports(e.typ(t)), "words", func(h string) string {
				return fmt.Sprintf("func %s(v %s) string { return rtǃ.Words(&v) }", h, e.typ(t))
			}) + "(" + v + ")"
		}
		out = append(out, v)
	}
	return strings.Join(out, ", ")
}

// toAny gives a text that is no operation the type any.
func (e *emitter) toAny(text string) string {
	return e.helper("any", "any", func(h string) string {
		return fmt.Sprintf("func %s(v interface{}) interface{} { return v }", h)
	}) + "(" + text + ")"
}

// unsafeCall is a call of a function of package unsafe.
func (e *emitter) unsafeCall(x *ast.CallExpr, name string) string {
	arg := func(i int) string { return e.expr(x.Args[i]) }
	switch name {
	case "Sizeof":
		return fmt.Sprintf("uintptr(%d)", gcSizes.Sizeof(e.typeOf(x.Args[0])))
	case "Alignof":
		return fmt.Sprintf("uintptr(%d)", gcSizes.Alignof(e.typeOf(x.Args[0])))
	case "Offsetof":
		return fmt.Sprintf("uintptr(%d)", e.offsetOf(ast.Unparen(x.Args[0])))
	case "Add":
		return e.alias("unsafe") + ".Add(" + arg(0) + ", int(" + arg(1) + "))"
	case "String":
		return "rtǃ.UnsafeString(" + arg(0) + ", int(" + arg(1) + "))"
	case "StringData":
		return "rtǃ.StringData(" + arg(0) + ")"
	}
	from, to := e.typ(e.typeOf(x.Args[0])), e.typ(e.typeOf(x))
	h := e.helper("unsafe"+name+" "+e.unaliasImports(from), "unsafe", func(h string) string {
		if name == "Slice" {
			return fmt.Sprintf("func %s(p %s, n int) (r %s) { rtǃ.UnsafeSlice(&r, &p, n); return r }", h, from, to)
		}
		return fmt.Sprintf("func %s(s %s) (r %s) { rtǃ.Pun(&r, &s); return r }", h, from, to) // SliceData: a slice begins with it
	})
	if name == "Slice" {
		return h + "(" + arg(0) + ", int(" + arg(1) + "))"
	}
	return h + "(" + arg(0) + ")"
}

func (e *emitter) offsetOf(x ast.Expr) int64 {
	sel, ok := x.(*ast.SelectorExpr)
	if !ok || e.info.Selections[sel] == nil {
		return 0
	}
	t := e.typeOf(sel.X)
	total := int64(0)
	for _, i := range e.info.Selections[sel].Index() {
		st, ok := structOf(t)
		if !ok {
			break
		}
		var fields []*types.Var
		for f := range st.Fields() {
			fields = append(fields, types.NewField(0, nil, f.Name(), e.subst(f.Type()), false))
		}
		total += gcSizes.Offsetsof(fields)[i]
		t = e.subst(st.Field(i).Type())
	}
	return total
}

// nothing is what a variadic parameter gets without arguments.
func (e *emitter) nothing(sig *types.Signature) string {
	return e.typ(sig.Params().At(sig.Params().Len()-1).Type()) + "(nil)..."
}

// nilSpread gives nil... its type, which the interpreter needs.
func (e *emitter) nilSpread(x *ast.CallExpr, sig *types.Signature) string {
	t := e.typeOf(x.Args[0])
	if sig != nil {
		t = sig.Params().At(sig.Params().Len() - 1).Type()
	}
	return e.typ(t) + "(nil)"
}
