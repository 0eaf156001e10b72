package lang

import (
	"fmt"
	"go/ast"
	"go/types"
	"strconv"
	"strings"
)

// receiver lowers x.M up to the value that has M itself, and finds M.
func (e *emitter) receiver(x *ast.SelectorExpr) (base string, t types.Type, m *types.Func) {
	t = e.typeOf(x.X)
	pkg := e.info.Selections[x].Obj().Pkg()
	obj, index, _ := types.LookupFieldOrMethod(t, true, pkg, x.Sel.Name)
	m, ok := obj.(*types.Func)
	if !ok {
		e.refuse(x.Pos(), "method %s of %s", x.Sel.Name, t)
	}
	base, t = e.path(e.operand(x.X), t, e.open(t, index[:len(index)-1]))
	return base, t, m
}

// open is the part of a path to a method before it comes to an unexported field
// of a compiled type: from there on the type itself has the method.
func (e *emitter) open(t types.Type, index []int) []int {
	for n, i := range index {
		st, ok := structOf(t)
		if !ok {
			return index[:n]
		}
		if p, isPtr := core(t).(*types.Pointer); isPtr {
			t = p.Elem()
		}
		named, ok := types.Unalias(t).(*types.Named)
		if ok && !st.Field(i).Exported() && e.compiledType(named) {
			return index[:n]
		}
		t = e.subst(st.Field(i).Type())
	}
	return index
}

// methodValue is x.M that is not called: the receiver is evaluated now.
func (e *emitter) methodValue(x *ast.SelectorExpr) string {
	base, t, m := e.receiver(x)
	sig := e.subst(m.Signature()).(*types.Signature)
	_, wantPtr := types.Unalias(m.Signature().Recv().Type()).(*types.Pointer)
	p, havePtr := core(t).(*types.Pointer)
	check := ""
	switch {
	case types.IsInterface(t):
		check = "if rǃ == nil { rtǃ.NilCall() }; "
	case wantPtr && !havePtr:
		base, t = "&"+base, types.NewPointer(t)
	case !wantPtr && havePtr:
		base, t = "*"+base, p.Elem()
	}
	params, args := e.paramList(sig, "a")
	ret := ""
	if sig.Results().Len() > 0 {
		ret = "return "
	}
	call, ok := e.staticCall("rǃ", t, m)
	if !ok {
		call, ok = e.dynamicCall("rǃ", t, m)
	}
	if ok {
		return fmt.Sprintf("func(rǃ %s) func%s { %sreturn func(%s)%s { %s%s } }(%s)",
			e.typ(t), e.signature(sig), check, params, e.results(sig.Results()), ret, joinCall(call, args), base)
	}
	return fmt.Sprintf("func(rǃ %s) func%s { %sreturn func(%s)%s { %srǃ.%s(%s) } }(%s)",
		e.typ(t), e.signature(sig), check, params, e.results(sig.Results()), ret, m.Name(), args, base)
}

// methodExpr is T.M: a function whose first parameter is the receiver.
func (e *emitter) methodExpr(x *ast.SelectorExpr, sel *types.Selection) string {
	recv := e.typeOf(x.X)
	obj, index, _ := types.LookupFieldOrMethod(recv, true, sel.Obj().Pkg(), x.Sel.Name)
	m, ok := obj.(*types.Func)
	if !ok {
		e.refuse(x.Pos(), "method %s of %s", x.Sel.Name, recv)
	}
	base, t := e.path("rǃ", recv, e.open(recv, index[:len(index)-1]))
	sig := e.subst(m.Signature()).(*types.Signature)
	params, args := e.paramList(sig, "a")
	ret := ""
	if sig.Results().Len() > 0 {
		ret = "return "
	}
	if params != "" {
		params = ", " + params
	}
	call, ok := e.staticCall(base, t, m)
	if !ok {
		call, ok = e.dynamicCall(base, t, m)
	}
	if ok {
		return fmt.Sprintf("func(rǃ %s%s)%s { %s%s }", e.typ(recv), params, e.results(sig.Results()), ret, joinCall(call, args))
	}
	return fmt.Sprintf("func(rǃ %s%s)%s { %s%s.%s(%s) }", e.typ(recv), params, e.results(sig.Results()), ret, base, m.Name(), args)
}

// paramList names the parameters of a signature, and the arguments that pass
// them on.
func (e *emitter) paramList(sig *types.Signature, base string) (params, args string) {
	var ps, as []string
	for i := range sig.Params().Len() {
		n := base + "ǃ" + strconv.Itoa(i)
		ps = append(ps, n+" "+e.paramType(sig, i))
		if sig.Variadic() && i == sig.Params().Len()-1 {
			n += "..."
		}
		as = append(as, n)
	}
	return strings.Join(ps, ", "), strings.Join(as, ", ")
}
