package rtype

import (
	"reflect"
	"unsafe"
)

// The structures below are those of internal/abi of Go 1.26, which package
// reflect reads. TestLayout compares them with compiled types.

type nameOff int32
type typeOff int32
type textOff int32

const (
	flagUncommon  = 1 << 0
	flagExtraStar = 1 << 1
	flagNamed     = 1 << 2
	flagRegular   = 1 << 3
	flagDirect    = 1 << 5
)

type abiType struct {
	size       uintptr
	ptrBytes   uintptr
	hash       uint32
	flags      uint8
	align      uint8
	fieldAlign uint8
	kind       uint8
	equal      func(unsafe.Pointer, unsafe.Pointer) bool
	gcData     *byte
	str        nameOff
	ptrToThis  typeOff
}

type uncommon struct {
	pkgPath nameOff
	mcount  uint16
	xcount  uint16
	moff    uint32
	_       uint32
}

type method struct {
	name nameOff
	typ  typeOff
	ifn  textOff
	tfn  textOff
}

type ptrType struct {
	abiType
	elem *abiType
}

type structField struct {
	name   *byte
	typ    *abiType
	offset uintptr
}

type structType struct {
	abiType
	pkgPath *byte
	fields  []structField
}

type imethod struct {
	name nameOff
	typ  typeOff
}

type interfaceType struct {
	abiType
	pkgPath *byte
	methods []imethod
}

type funcType struct {
	abiType
	in, out uint16
}

// The words that follow the common part in types of other kinds.
const (
	arrayWords = 3 // element, slice, length
	chanWords  = 2 // element, direction
	sliceWords = 1 // element
	mapWords   = 8 // key, element, group, hasher, three sizes, flags
)

// bodySize is how many bytes a type of a kind has before its uncommon part.
func bodySize(k reflect.Kind) uintptr {
	switch k {
	case reflect.Struct:
		return unsafe.Sizeof(structType{})
	case reflect.Pointer:
		return unsafe.Sizeof(ptrType{})
	case reflect.Func:
		return unsafe.Sizeof(funcType{})
	case reflect.Slice:
		return withWords(sliceWords)
	case reflect.Array:
		return withWords(arrayWords)
	case reflect.Chan:
		return withWords(chanWords)
	case reflect.Map:
		return withWords(mapWords)
	case reflect.Interface:
		return unsafe.Sizeof(interfaceType{})
	}
	return unsafe.Sizeof(abiType{})
}

func withWords(n uintptr) uintptr { return unsafe.Sizeof(abiType{}) + n*unsafe.Sizeof(uintptr(0)) }

type iface struct {
	tab  unsafe.Pointer
	data unsafe.Pointer
}

// of is the structure behind a reflect.Type.
func of(t reflect.Type) *abiType { return (*abiType)((*iface)(unsafe.Pointer(&t)).data) }

// reflected is the reflect.Type in front of a structure.
func reflected(t *abiType) reflect.Type {
	var v any
	(*iface)(unsafe.Pointer(&v)).tab = unsafe.Pointer(t)
	return reflect.TypeOf(v)
}

func words(p unsafe.Pointer, n uintptr) []byte { return unsafe.Slice((*byte)(p), n) }
