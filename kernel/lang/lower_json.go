package lang

import (
	"fmt"
	"go/ast"
	"go/types"
)

// jsonCall lowers the calls of package json that look into values: the host
// helps with those of a session's types.
func (e *emitter) jsonCall(x *ast.CallExpr, f *types.Func) (string, bool) {
	if f == nil || f.Pkg() == nil || f.Pkg().Path() != "encoding/json" || len(x.Args) == 0 {
		return "", false
	}
	last := x.Args[len(x.Args)-1]
	switch f.FullName() {
	case "encoding/json.Marshal", "encoding/json.MarshalIndent":
		v, ok := e.jsonValue(x.Args[0])
		for _, a := range x.Args[1:] {
			v += ", " + e.expr(a)
		}
		return e.operand(x.Fun) + "(" + v + ")", ok
	case "(*encoding/json.Encoder).Encode":
		v, ok := e.jsonValue(last)
		base, _, _ := e.receiver(ast.Unparen(x.Fun).(*ast.SelectorExpr))
		return base + ".Encode(" + v + ")", ok
	case "encoding/json.Unmarshal":
		h, ok := e.jsonReader(last, "FromJSON", "[]byte")
		return h + "(" + e.args(x) + ")", ok
	case "(*encoding/json.Decoder).Decode":
		h, ok := e.jsonReader(last, "DecodeJSON", "*"+e.alias("encoding/json")+".Decoder")
		base, t, _ := e.receiver(ast.Unparen(x.Fun).(*ast.SelectorExpr))
		if _, isPtr := types.Unalias(t).(*types.Pointer); !isPtr {
			base = "&" + base
		}
		return h + "(" + base + ", " + e.expr(last) + ")", ok
	}
	return "", false
}

// jsonValue is a value to be marshaled.
func (e *emitter) jsonValue(x ast.Expr) (string, bool) {
	t := e.typeOf(x)
	if !OfSession(t) {
		return "", false
	}
	typ := e.typ(t)
	h := e.helper("json "+e.unaliasImports(typ), "json", func(h string) string {
		return fmt.Sprintf("func %s(v %s) interface{} { return rtǃ.AsJSON(%d, &v) }", h, typ, e.s.typeID(t))
	})
	return h + "(" + e.expr(x) + ")", true
}

// jsonReader is a function that unmarshals into what x, a pointer, points to.
func (e *emitter) jsonReader(x ast.Expr, host, from string) (string, bool) {
	t := e.typeOf(x)
	if !OfSession(t) {
		return "", false
	}
	typ := e.typ(t)
	return e.helper(host+" "+e.unaliasImports(typ), "json", func(h string) string {
		return fmt.Sprintf("func %s(from %s, p %s) error { return rtǃ.%s(from, %d, &p) }", h, from, typ, host, e.s.typeID(t))
	}), true
}
