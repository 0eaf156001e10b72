package lang

import (
	"go/types"
	"strings"
)

// qualifier names packages as cells do; here is the session's own.
func qualifier(here *types.Package) types.Qualifier {
	return func(p *types.Package) string {
		if here != nil && p.Path() == here.Path() {
			return ""
		}
		return p.Name()
	}
}

// describe is o as a completion shows it. Packages document the language's own.
func describe(o types.Object, here *types.Package, docs Packages) Match {
	q := qualifier(here)
	m := Match{Text: o.Name()}
	switch o := o.(type) {
	case *types.Func:
		m.Kind = "function"
		if o.Signature().Recv() != nil {
			m.Kind = "method"
		}
		m.Signature = o.Name() + strings.TrimPrefix(types.TypeString(o.Type(), q), "func")
	case *types.Var:
		m.Kind, m.Signature = "variable", types.TypeString(o.Type(), q)
		if o.IsField() {
			m.Kind = "field"
		}
		if o.Type() == types.Typ[types.Invalid] {
			m.Signature = ""
		}
	case *types.Const:
		m.Kind, m.Signature = "const", types.TypeString(o.Type(), q)+" = "+o.Val().String()
	case *types.TypeName:
		m.Kind, m.Signature = "type", kindOf(o.Type())
	case *types.PkgName:
		m.Kind, m.Signature = "package", o.Imported().Path()
	case *types.Builtin:
		m.Kind = "function"
		if docs != nil {
			sig, _, _ := strings.Cut(docs.Doc("builtin", o.Name()), "\n\n")
			m.Signature = strings.TrimPrefix(sig, "func ")
		}
	case *types.Nil:
		m.Kind = "const"
	}
	return m
}

// kindOf is a type's form in a word.
func kindOf(t types.Type) string {
	switch t.Underlying().(type) {
	case *types.Struct:
		return "struct"
	case *types.Interface:
		return "interface"
	case *types.Signature:
		return "func"
	}
	return types.TypeString(t.Underlying(), func(p *types.Package) string { return p.Name() })
}
