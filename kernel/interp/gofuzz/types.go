package gofuzz

import (
	"fmt"
	"strings"
)

type kind int

const (
	kBool kind = iota
	kInt
	kFloat
	kComplex
	kString
	kStruct
	kPtr
	kSlice
	kArray
	kMap
	kFunc
	kIface
)

// A typ is a type of the program. Two are identical when they are spelt alike.
type typ struct {
	src      string
	kind     kind
	base     string // of a basic type: the predeclared one below it
	bits     int
	unsigned bool
	elem     *typ
	key      *typ
	n        int // of an array: its length
	fields   []field
	params   []*typ
	results  []*typ
	methods  []string // by name; in methodTexts
	named    bool
}

type field struct {
	name     string
	t        *typ
	embedded bool
}

func basic(name string, k kind, bits int, unsigned bool) *typ {
	return &typ{src: name, kind: k, base: name, bits: bits, unsigned: unsigned}
}

var (
	tInt    = basic("int", kInt, 64, false)
	tString = basic("string", kString, 0, false)
	tBool   = basic("bool", kBool, 0, false)
	tFloat  = basic("float64", kFloat, 64, false)
	tAny    = &typ{src: "any", kind: kIface}
	tError  = &typ{src: "error", kind: kIface, methods: []string{"Error"}, named: true}
	tNamer  = &typ{src: "Namer", kind: kIface, methods: []string{"Name"}, named: true}
	tBoth   = &typ{src: "Both", kind: kIface, methods: []string{"Name", "Size"}, named: true}
)

var basics = []*typ{
	tInt, tString, tBool, tFloat,
	basic("int8", kInt, 8, false), basic("int16", kInt, 16, false), basic("int32", kInt, 32, false), basic("int64", kInt, 64, false),
	basic("uint8", kInt, 8, true), basic("uint16", kInt, 16, true), basic("uint32", kInt, 32, true), basic("uint64", kInt, 64, true), basic("uint", kInt, 64, true),
	basic("float32", kFloat, 32, false), basic("complex128", kComplex, 128, false),
}

func (g *gen) basic() *typ {
	if g.one(2) {
		return []*typ{tInt, tString, tBool, tFloat}[g.n(4)]
	}
	return basics[g.n(len(basics))]
}

// typ draws a type, of composites at most d deep.
func (g *gen) typ(d int) *typ {
	if len(g.types) > 0 && g.one(2) {
		return g.types[g.n(len(g.types))]
	}
	if d <= 0 || g.one(3) {
		return g.basic()
	}
	switch g.n(9) {
	case 0:
		return ptrTo(g.typ(d - 1))
	case 1, 2:
		return sliceOf(g.typ(d - 1))
	case 3:
		return arrayOf(1+g.n(3), g.typ(d-1))
	case 4:
		return mapOf(g.keyType(), g.typ(d-1))
	case 5:
		return funcOf([]*typ{g.typ(d - 1)}, []*typ{g.typ(d - 1)})
	case 6:
		return []*typ{tAny, tAny, tError, tNamer, tBoth}[g.n(5)]
	case 7:
		return g.anonymousStruct(d - 1)
	}
	return g.instance(d - 1)
}

// keyType draws a type whose values can be keys of a map and have no pointers.
func (g *gen) keyType() *typ {
	for range 6 {
		if t := g.typ(1); hashable(t) && t.kind != kFloat && t.kind != kComplex {
			return t
		}
	}
	return tString
}

func ptrTo(t *typ) *typ   { return &typ{src: "*" + t.src, kind: kPtr, elem: t} }
func sliceOf(t *typ) *typ { return &typ{src: "[]" + t.src, kind: kSlice, elem: t} }
func arrayOf(n int, t *typ) *typ {
	return &typ{src: fmt.Sprintf("[%d]%s", n, t.src), kind: kArray, n: n, elem: t}
}
func mapOf(k, t *typ) *typ {
	return &typ{src: "map[" + k.src + "]" + t.src, kind: kMap, key: k, elem: t}
}

func funcOf(params, results []*typ) *typ {
	return &typ{src: "func(" + list(params) + ") (" + list(results) + ")", kind: kFunc, params: params, results: results}
}

func list(ts []*typ) string {
	var ss []string
	for _, t := range ts {
		ss = append(ss, t.src)
	}
	return strings.Join(ss, ", ")
}

func (g *gen) anonymousStruct(d int) *typ {
	t := &typ{kind: kStruct}
	g.addFields(t, 1+g.n(2), d)
	t.src = structText(t)
	return t
}

func structText(t *typ) string {
	var ss []string
	for _, f := range t.fields {
		if f.embedded {
			ss = append(ss, f.t.src)
		} else {
			ss = append(ss, f.name+" "+f.t.src)
		}
	}
	return "struct { " + strings.Join(ss, "; ") + " }"
}

func (g *gen) addFields(t *typ, n, d int) {
	for i := range n {
		t.fields = append(t.fields, field{name: string(rune('A' + i)), t: g.typ(d)})
	}
}

// instance draws an instance of one of the prelude's generic types.
func (g *gen) instance(d int) *typ {
	a, b := g.typ(d), g.typ(d)
	switch g.n(3) {
	case 0:
		return &typ{src: "Pair[" + a.src + ", " + b.src + "]", kind: kStruct, named: true, methods: []string{"Name"},
			fields: []field{{name: "First", t: a}, {name: "Second", t: b}}}
	case 1:
		return &typ{src: "List[" + a.src + "]", kind: kSlice, elem: a, named: true, methods: []string{"Size"}}
	}
	return &typ{src: "Opt[" + a.src + "]", kind: kStruct, named: true, methods: []string{"Name", "Size"}, fields: []field{{name: "V", t: a}, {name: "Ok", t: tBool}}}
}

// hashable says that t's values can be compared and hashed, whatever they hold.
func hashable(t *typ) bool {
	switch t.kind {
	case kSlice, kMap, kFunc, kIface, kPtr:
		return false
	case kArray:
		return hashable(t.elem)
	case kStruct:
		for _, f := range t.fields {
			if !hashable(f.t) {
				return false
			}
		}
	}
	return true
}

// comparable says that == compiles for t; it may panic where t holds interfaces.
func comparable(t *typ) bool {
	switch t.kind {
	case kSlice, kMap, kFunc:
		return false
	case kArray:
		return comparable(t.elem)
	case kStruct:
		for _, f := range t.fields {
			if !comparable(f.t) {
				return false
			}
		}
	}
	return true
}

func (t *typ) ordered() bool {
	return t.kind == kInt || t.kind == kFloat || t.kind == kString
}

// has says that values of t have the method, promoted ones included.
func has(t *typ, method string) bool {
	for _, m := range t.methods {
		if m == method {
			return true
		}
	}
	if t.kind == kPtr && t.elem.named && t.elem.kind != kIface && t.elem.kind != kPtr {
		return has(t.elem, method)
	}
	if t.kind != kStruct {
		return false
	}
	n := 0
	for _, f := range t.fields {
		if f.name == method {
			return false
		}
		if f.embedded && has(f.t, method) {
			n++
		}
	}
	return n == 1
}

func implements(t, iface *typ) bool {
	if t.kind == kIface && t.src != iface.src && t.src == "any" && len(iface.methods) > 0 {
		return false
	}
	for _, m := range iface.methods {
		if !has(t, m) {
			return false
		}
	}
	return true
}
