package rtype

import (
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unsafe"
)

// Struct makes a struct type. Unlike reflect.StructOf it takes unexported and
// embedded fields of any type; PkgPath of a field is not used. With open all
// fields are exported ones to package reflect, whatever their names. Each call
// makes another type, unless reflect.StructOf can make it.
func Struct(pkgPath string, fields []reflect.StructField, open bool) reflect.Type {
	plain, plainest := make([]reflect.StructField, len(fields)), true
	for i, f := range fields {
		plain[i] = reflect.StructField{Name: "F" + strconv.Itoa(i), Type: f.Type, Tag: f.Tag}
		plainest = plainest && token.IsExported(f.Name) && (!f.Anonymous || open)
		fields[i].Anonymous = f.Anonymous && !open
	}
	if plainest {
		return reflect.StructOf(fields)
	}
	like := reflect.StructOf(plain)
	t := *(*structType)(unsafe.Pointer(of(like)))
	t.fields = slices.Clone(t.fields)
	blank := make([]bool, len(fields))
	for i, f := range fields {
		if blank[i] = f.Name == "_"; blank[i] && open {
			f.Name = BlankField(i)
		}
		t.fields[i].name = encodeName(f.Name, string(f.Tag), open || token.IsExported(f.Name), f.Anonymous && !open)
	}
	text := structText(fields)
	t.pkgPath = encodeName(pkgPath, "", false, false)
	t.str = nameOffset(text, false)
	t.ptrToThis = 0
	t.flags &^= flagExtraStar
	if t.equal != nil {
		t.equal = equalFields(t.fields, blank)
	}
	own := &t
	own.hash = hashOf(text, &own.abiType)
	keep(own)
	keep(like)
	return reflected(&own.abiType)
}

// equalFields compares structs field by field; blank ones do not count.
func equalFields(fields []structField, blank []bool) func(p, q unsafe.Pointer) bool {
	return func(p, q unsafe.Pointer) bool {
		for i, f := range fields {
			if !blank[i] && !f.typ.equal(unsafe.Add(p, f.offset), unsafe.Add(q, f.offset)) {
				return false
			}
		}
		return true
	}
}

// BlankField is the name that the i-th field has in an open struct type when it
// has none.
func BlankField(i int) string { return "blankǃ" + strconv.Itoa(i) }

func structText(fields []reflect.StructField) string {
	var b strings.Builder
	b.WriteString("struct {")
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteByte(' ')
		if !f.Anonymous {
			b.WriteString(f.Name + " ")
		}
		b.WriteString(f.Type.String())
		if f.Tag != "" {
			b.WriteString(" " + strconv.Quote(string(f.Tag)))
		}
	}
	if len(fields) > 0 {
		b.WriteByte(' ')
	}
	return b.String() + "}"
}

// An IMethod is a method of an interface.
type IMethod struct {
	Name string
	Type reflect.Type
}

// Interface makes an interface type with at least one method. Each call makes
// another type.
func Interface(pkgPath string, methods []IMethod) reflect.Type {
	methods = slices.Clone(methods)
	slices.SortFunc(methods, func(a, b IMethod) int { return compareNames(a.Name, b.Name) })
	t := &interfaceType{abiType: of(reflect.TypeFor[error]()).plain()}
	var texts []string
	for _, m := range methods {
		exported := token.IsExported(m.Name)
		t.methods = append(t.methods, imethod{nameOffset(m.Name, exported), typeOffset(of(m.Type))})
		name := m.Name
		if !exported {
			name = pkgPath[lastSlash(pkgPath)+1:] + "." + name
		}
		texts = append(texts, name+strings.TrimPrefix(m.Type.String(), "func"))
	}
	text := "interface { " + strings.Join(texts, "; ") + " }"
	t.pkgPath = encodeName(pkgPath, "", false, false)
	t.str = nameOffset(text, false)
	t.hash = hashOf(text, &t.abiType)
	keep(t)
	return reflected(&t.abiType)
}

// plain is a compiled type's own part without what belongs to its name.
func (t *abiType) plain() abiType {
	p := *t
	p.flags &^= flagNamed | flagUncommon | flagExtraStar
	p.ptrToThis = 0
	return p
}

// itab is what an interface with methods points to.
type itab struct {
	inter, typ *abiType
	hash       uint32
	_          uint32
	code       [1 << 16]uintptr
}

// Func sets *f, a function that takes an unsafe.Pointer before the method's own
// parameters, to the i-th method of the interface at x, in the order of
// exported methods by name, then the others. It returns the first argument for
// it. It panics, as the call of a method does, when the interface is nil.
func Func(x unsafe.Pointer, i int, f unsafe.Pointer) unsafe.Pointer {
	v := (*iface)(x)
	tab := (*itab)(v.tab)
	code := &tab.code[i] // a nil interface panics here
	*(*unsafe.Pointer)(f) = unsafe.Pointer(code)
	return v.data
}
