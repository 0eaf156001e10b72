package lang

import (
	"go/ast"
	"go/types"
)

// latentOf is what calling a function or method does, or using a type; not what
// the names that it reads do in turn.
func (s *Session) latentOf(e *Entry) *effects {
	if e.latent != nil {
		return e.latent
	}
	e.latent = newEffects()
	if e.unit == nil || e.decl == nil {
		return e.latent
	}
	w := &effecter{s: s, info: e.unit.info, out: e.latent, params: map[types.Object]int{}}
	d, ok := e.decl.(*ast.FuncDecl)
	if !ok {
		if ts, ok := e.decl.(*ast.TypeSpec); ok {
			for f := range fields(ts.TypeParams) {
				w.walk(f.Type)
			}
			w.walk(ts.Type)
		}
		return e.latent
	}
	at := 1
	for f := range fields(d.Type.TypeParams) {
		w.walk(f.Type)
	}
	for i, list := range []*ast.FieldList{d.Recv, d.Type.Params} {
		for f := range fields(list) {
			for _, name := range f.Names {
				w.params[e.unit.info.Defs[name]] = i * at
				at += i
			}
			if len(f.Names) == 0 {
				at += i
			}
			w.walk(f.Type)
		}
	}
	for f := range fields(d.Type.Results) {
		w.walk(f.Type)
	}
	if d.Body != nil {
		w.walk(d.Body)
	}
	return e.latent
}

func fields(l *ast.FieldList) func(func(*ast.Field) bool) {
	return func(yield func(*ast.Field) bool) {
		if l == nil {
			return
		}
		for _, f := range l.List {
			if !yield(f) {
				return
			}
		}
	}
}

func interfaceType(t types.Type) bool {
	if t == nil {
		return false
	}
	_, param := types.Unalias(t).(*types.TypeParam)
	return !param && types.IsInterface(t)
}

// parameter is the type of the parameter that takes argument i.
func parameter(sig *types.Signature, i int, spread bool) types.Type {
	n := sig.Params().Len()
	if n == 0 {
		return nil
	}
	if sig.Variadic() && i >= n-1 && !spread {
		if s, ok := sig.Params().At(n - 1).Type().Underlying().(*types.Slice); ok {
			return s.Elem()
		}
	}
	return sig.Params().At(min(i, n-1)).Type()
}

// calleeOf is the function, method or builtin that a call names; nil: a value.
func calleeOf(info *types.Info, n *ast.CallExpr) types.Object {
	x := ast.Unparen(n.Fun)
	switch y := x.(type) {
	case *ast.IndexExpr:
		x = y.X
	case *ast.IndexListExpr:
		x = y.X
	}
	switch x := x.(type) {
	case *ast.Ident:
		return info.Uses[x]
	case *ast.SelectorExpr:
		return info.Uses[x.Sel]
	}
	return nil
}
