// Package rtype makes types at run time that package reflect cannot make: named
// types with methods, structs with unexported and embedded fields, interfaces.
// Such a type is a type like any other to package reflect, to fmt, to
// encoding/json and to the run-time system: its values convert to interfaces,
// its methods are found and called. It knows nothing of Go source.
//
// The idea, and that reflect.addReflectOff may be used for it, is from
// github.com/goplus/reflectx; the code and its way to call methods are our own.
package rtype

import (
	"cmp"
	"errors"
	"fmt"
	"go/token"
	"hash/fnv"
	"reflect"
	"slices"
	"unsafe"
)

// A Method is one method of a named type.
type Method struct {
	Name    string
	Pointer bool // the receiver is a pointer

	typ       reflect.Type // without the receiver
	word, val stub         // called with the word of an interface, with a value
	ptr       stub         // called with a pointer
}

// A Named is a named type. It may be pointed to, be the element of a slice or a
// channel and be a parameter as soon as it is declared; anything else, values
// among it, has to wait until it is complete.
type Named struct {
	typ     *abiType // with the body of its kind
	ptr     *abiType
	methods []*Method
	pkgPath string
	done    bool
}

// Declare makes a named type of a kind. SetMethods gives the methods their code.
func Declare(pkgPath, name string, kind reflect.Kind, methods []Method) (*Named, error) {
	n := &Named{pkgPath: pkgPath}
	for i := range methods {
		m := methods[i]
		n.methods = append(n.methods, &m)
	}
	slices.SortFunc(n.methods, func(a, b *Method) int { return compareNames(a.Name, b.Name) })
	short := name
	if name != "" && pkgPath != "" {
		short = pkgPath[lastSlash(pkgPath)+1:] + "." + name
	}
	n.typ = n.alloc(kind, true)
	n.ptr = n.alloc(reflect.Pointer, false)
	*(*ptrType)(unsafe.Pointer(n.ptr)) = *(*ptrType)(unsafe.Pointer(of(reflect.TypeFor[*struct{}]())))
	(*ptrType)(unsafe.Pointer(n.ptr)).elem = n.typ
	n.ptr.flags = n.ptr.flags&^(flagExtraStar|flagNamed) | flagUncommon
	n.ptr.ptrToThis = 0
	n.ptr.str = nameOffset("*"+short, false)
	n.ptr.hash = hashOf("*"+short, n.typ)
	n.typ.kind = uint8(kind)
	n.typ.flags = flagUncommon | flagNamed
	n.typ.str = nameOffset(short, token.IsExported(name))
	n.typ.hash = hashOf(short, n.typ)
	n.typ.ptrToThis = typeOffset(n.ptr)
	for _, m := range n.methods {
		if err := m.allocate(); err != nil {
			return nil, fmt.Errorf("declare type %s: %w", short, err)
		}
	}
	return n, nil
}

// Unnamed makes a complete type without a name that is like another, with
// methods.
func Unnamed(pkgPath string, like reflect.Type, methods []Method) (*Named, error) {
	n, err := Declare(pkgPath, like.String(), like.Kind(), methods)
	if err != nil {
		return nil, err
	}
	n.typ.flags &^= flagNamed
	n.typ.str = nameOffset(like.String(), false)
	n.ptr.str = nameOffset("*"+like.String(), false)
	return n, n.Complete(like)
}

// Later makes a type without a name, whose text is given, that is completed
// later; until then the same holds for it as for a named one.
func Later(kind reflect.Kind, text string) *Named {
	n := &Named{}
	n.typ = n.alloc(kind, true)
	n.typ.kind = uint8(kind)
	n.typ.str = nameOffset(text, false)
	n.typ.hash = hashOf(text, n.typ)
	return n
}

// Type is the type.
func (n *Named) Type() reflect.Type { return reflected(n.typ) }

// Pointer is the type that points to it.
func (n *Named) Pointer() reflect.Type { return reflected(n.ptr) }

// Size tells, before the type is complete, how large values of its kind are; it
// is for kinds whose size their kind decides.
func (n *Named) Size(like reflect.Type) {
	u := of(like)
	n.typ.size, n.typ.ptrBytes, n.typ.align, n.typ.fieldAlign = u.size, u.ptrBytes, u.align, u.fieldAlign
	n.typ.flags |= u.flags &^ (flagUncommon | flagNamed | flagExtraStar)
	n.typ.equal, n.typ.gcData = u.equal, u.gcData
}

// Complete gives the type its underlying type, which is of the kind that was
// declared.
func (n *Named) Complete(under reflect.Type) error {
	if n.done {
		return errors.New("the type is complete already")
	}
	u := of(under)
	if reflect.Kind(n.typ.kind) != under.Kind() {
		return fmt.Errorf("complete type of kind %s as %s", reflect.Kind(n.typ.kind), under)
	}
	n.done = true
	own := *n.typ
	size := bodySize(under.Kind())
	copy(words(unsafe.Pointer(n.typ), size), words(unsafe.Pointer(u), size))
	n.typ.hash, n.typ.str, n.typ.ptrToThis = own.hash, own.str, own.ptrToThis
	n.typ.flags = u.flags&^(flagExtraStar|flagUncommon|flagNamed) | own.flags&(flagUncommon|flagNamed)
	keep(under)
	if under.Kind() == reflect.Func {
		n.parameters((*funcType)(unsafe.Pointer(u)))
	}
	return nil
}

// parameters copies those of a function type behind the uncommon part, where
// package reflect looks for them.
func (n *Named) parameters(u *funcType) {
	count := uintptr(u.in) + uintptr(u.out&(1<<15-1))
	from := unsafe.Add(unsafe.Pointer(u), unsafe.Sizeof(*u))
	if u.flags&flagUncommon != 0 {
		from = unsafe.Add(from, unsafe.Sizeof(uncommon{}))
	}
	size := count * unsafe.Sizeof(uintptr(0))
	to := unsafe.Add(unsafe.Pointer(n.typ), bodySize(reflect.Func)+unsafe.Sizeof(uncommon{}))
	copy(words(to, size), words(from, size))
}

// maxParams is how many parameters and results a named function type may have.
const maxParams = 64

// alloc makes room for a type, its uncommon part and its methods.
func (n *Named) alloc(kind reflect.Kind, value bool) *abiType {
	body := bodySize(kind)
	off := body + unsafe.Sizeof(uncommon{})
	if kind == reflect.Func {
		off += maxParams * unsafe.Sizeof(uintptr(0))
	}
	off = (off + 7) &^ 7
	ms := n.set(value)
	buf := make([]uint64, (off+uintptr(len(ms))*unsafe.Sizeof(method{}))/8+1)
	keep(buf)
	t := (*abiType)(unsafe.Pointer(&buf[0]))
	u := (*uncommon)(unsafe.Add(unsafe.Pointer(t), body))
	u.pkgPath = nameOffset(n.pkgPath, false)
	u.mcount = uint16(len(ms))
	for _, m := range ms {
		if token.IsExported(m.Name) {
			u.xcount++
		}
	}
	u.moff = uint32(off - body)
	return t
}

// set is the method set of the type itself or of its pointer.
func (n *Named) set(value bool) []*Method {
	var ms []*Method
	for _, m := range n.methods {
		if !value || !m.Pointer {
			ms = append(ms, m)
		}
	}
	return ms
}

func (m *Method) allocate() (err error) {
	if m.ptr, err = newStub(); err != nil || m.Pointer {
		return err
	}
	if m.word, err = newStub(); err != nil {
		return err
	}
	m.val, err = newStub()
	return err
}

// SetMethods gives the complete type's methods their types and their code: of
// gives the function type of a method, without receiver, and what makes a
// function of the type that has a pointer to the value, or to a copy of it, as
// first parameter. The function's own type may differ from that one as long as
// it is laid out the same.
func (n *Named) SetMethods(of func(name string) (t reflect.Type, code func(reflect.Type) reflect.Value)) {
	for _, m := range n.methods {
		t, code := of(m.Name)
		m.typ = t
		n.setCode(m, code(Unbound(reflect.TypeFor[unsafe.Pointer](), t)))
	}
	n.fill(n.typ, true)
	n.fill(n.ptr, false)
}

// SetCode replaces the code of a method; see SetMethods.
func (n *Named) SetCode(name string, f reflect.Value) {
	for _, m := range n.methods {
		if m.Name == name && m.typ != nil {
			n.setCode(m, f)
		}
	}
}

func (n *Named) setCode(m *Method, f reflect.Value) {
	m.ptr.set(f)
	if m.Pointer {
		return
	}
	m.val.set(valueReceiver(f, n.Type(), m.typ))
	if n.typ.flags&flagDirect != 0 {
		m.word.set(valueReceiver(f, reflect.TypeFor[unsafe.Pointer](), m.typ))
	} else {
		m.word.set(f)
	}
}

// Unbound is a method's function type with the receiver as its first parameter.
func Unbound(recv, t reflect.Type) reflect.Type {
	in, out := []reflect.Type{recv}, []reflect.Type{}
	for i := range t.NumIn() {
		in = append(in, t.In(i))
	}
	for i := range t.NumOut() {
		out = append(out, t.Out(i))
	}
	return reflect.FuncOf(in, out, t.IsVariadic())
}

func (n *Named) fill(t *abiType, value bool) {
	u := (*uncommon)(unsafe.Add(unsafe.Pointer(t), bodySize(reflect.Kind(t.kind&31))))
	list := unsafe.Slice((*method)(unsafe.Add(unsafe.Pointer(u), u.moff)), u.mcount)
	for i, m := range n.set(value) {
		list[i].name = nameOffset(m.Name, token.IsExported(m.Name))
		list[i].typ = typeOffset(of(m.typ))
		list[i].ifn, list[i].tfn = m.ptr.text(), m.ptr.text()
		if value {
			list[i].ifn, list[i].tfn = m.word.text(), m.val.text()
		}
	}
}

// valueReceiver is a function that takes the receiver itself and calls f with
// its address.
func valueReceiver(f reflect.Value, recv, typ reflect.Type) reflect.Value {
	outer := Unbound(recv, typ)
	g := As(f, Unbound(reflect.TypeFor[unsafe.Pointer](), typ))
	return reflect.MakeFunc(outer, func(args []reflect.Value) []reflect.Value {
		p := reflect.New(recv)
		p.Elem().Set(args[0])
		args = append([]reflect.Value{reflect.ValueOf(p.UnsafePointer())}, args[1:]...)
		if typ.IsVariadic() {
			return g.CallSlice(args)
		}
		return g.Call(args)
	})
}

// As is the value v as one of type t, which is laid out the same.
func As(v reflect.Value, t reflect.Type) reflect.Value {
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return reflect.NewAt(t, p.UnsafePointer()).Elem()
}

// compareNames orders methods as the compiler does: exported ones first.
func compareNames(a, b string) int {
	if x, y := token.IsExported(a), token.IsExported(b); x != y {
		if x {
			return -1
		}
		return 1
	}
	return cmp.Compare(a, b)
}

func lastSlash(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '/' {
			return i
		}
	}
	return -1
}

func hashOf(s string, p *abiType) uint32 {
	h := fnv.New32a()
	fmt.Fprint(h, s, uintptr(unsafe.Pointer(p)))
	return h.Sum32()
}
