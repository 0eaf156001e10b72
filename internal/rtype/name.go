package rtype

import (
	"encoding/binary"
	"sync"
	"unsafe"
)

//go:linkname addReflectOff reflect.addReflectOff
//go:noescape
func addReflectOff(ptr unsafe.Pointer) int32

// The bits that a name begins with.
const (
	nameExported = 1 << 0
	nameTag      = 1 << 1
	nameEmbedded = 1 << 3
)

// encodeName is a name as types hold it.
func encodeName(name, tag string, exported, embedded bool) *byte {
	b := []byte{0}
	if exported {
		b[0] |= nameExported
	}
	if embedded {
		b[0] |= nameEmbedded
	}
	b = binary.AppendUvarint(b, uint64(len(name)))
	b = append(b, name...)
	if tag != "" {
		b[0] |= nameTag
		b = binary.AppendUvarint(b, uint64(len(tag)))
		b = append(b, tag...)
	}
	keep(&b[0])
	return &b[0]
}

func nameOffset(name string, exported bool) nameOff {
	return nameOff(addReflectOff(unsafe.Pointer(encodeName(name, "", exported, false))))
}

func typeOffset(t *abiType) typeOff { return typeOff(addReflectOff(unsafe.Pointer(t))) }

// kept holds on to what types made here point to: their own memory is not
// scanned.
var kept struct {
	mu   sync.Mutex
	list []any
}

func keep(p any) {
	kept.mu.Lock()
	kept.list = append(kept.list, p)
	kept.mu.Unlock()
}
