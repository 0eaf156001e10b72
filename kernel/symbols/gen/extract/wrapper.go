package extract

import (
	"fmt"
	"go/types"
	"strings"
)

// wrapper adds the struct through which an interpreted value satisfies an
// interface of compiled code: one func field per method, named W+method, after
// the IValue that holds the value. The layout is the interpreter's contract.
func (t *table) wrapper(name string, iface *types.Interface) {
	typ := "_" + ident(t.path) + "_" + name
	var fields, methods strings.Builder
	for m := range iface.Methods() {
		if !m.Exported() {
			continue
		}
		sig := m.Signature()
		if t.unspeakable(sig) {
			return
		}
		params, args := t.params(sig)
		results := t.results(sig)
		fmt.Fprintf(&fields, "W%s func(%s) %s\n", m.Name(), params, results)
		fmt.Fprintf(&methods, "func (W %s) %s(%s) %s {\n", typ, m.Name(), params, results)
		// A String on a half-made value must not take the worker down.
		if m.Name() == "String" && sig.Params().Len() == 0 && results == "(string)" {
			methods.WriteString("if W.WString == nil {\nreturn \"\"\n}\n")
		}
		if sig.Results().Len() > 0 {
			methods.WriteString("return ")
		}
		fmt.Fprintf(&methods, "W.W%s(%s)\n}\n", m.Name(), args)
	}
	t.wraps = append(t.wraps, fmt.Sprintf("%q: reflect.ValueOf((*%s)(nil)),\n", "_"+name, typ))
	fmt.Fprintf(&t.wrappers, "type %s struct {\nIValue any\n%s}\n\n%s\n", typ, fields.String(), methods.String())
}

func (t *table) params(sig *types.Signature) (params, args string) {
	var ps, as []string
	for i := range sig.Params().Len() {
		arg := fmt.Sprintf("a%d", i)
		typ := types.TypeString(sig.Params().At(i).Type(), t.qualify)
		if sig.Variadic() && i == sig.Params().Len()-1 {
			typ = "..." + strings.TrimPrefix(typ, "[]")
			ps, as = append(ps, arg+" "+typ), append(as, arg+"...")
			continue
		}
		ps, as = append(ps, arg+" "+typ), append(as, arg)
	}
	return strings.Join(ps, ", "), strings.Join(as, ", ")
}

func (t *table) results(sig *types.Signature) string {
	if sig.Results().Len() == 0 {
		return ""
	}
	var rs []string
	for v := range sig.Results().Variables() {
		rs = append(rs, types.TypeString(v.Type(), t.qualify))
	}
	return "(" + strings.Join(rs, ", ") + ")"
}

// unspeakable reports whether a signature names what another package cannot:
// unexported types, or packages under internal.
func (t *table) unspeakable(sig *types.Signature) bool {
	bad := false
	probe := func(p *types.Package) string {
		bad = bad || hidden(p.Path())
		return "\x00" // marks where a package's name ends and the type's begins
	}
	s := types.TypeString(sig, probe)
	for _, part := range strings.Split(s, "\x00.")[1:] {
		bad = bad || !('A' <= part[0] && part[0] <= 'Z')
	}
	return bad
}
