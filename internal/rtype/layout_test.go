package rtype

import (
	"reflect"
	"testing"
	"unsafe"
)

type (
	someBool   bool
	someStruct struct{ A, B int }
	someFunc   func(int, string) error
	someSlice  []int
	someArray  [3]string
	someChan   chan int
	someMap    map[string]int
)

func (someBool) M()    {}
func (*someStruct) M() {}
func (someFunc) M()    {}
func (someSlice) M()   {}
func (someArray) M()   {}
func (someChan) M()    {}
func (someMap) M()     {}

// TestLayout finds the methods of compiled types where this package puts them.
func TestLayout(t *testing.T) {
	for _, x := range []any{someBool(true), &someStruct{}, someFunc(nil), someSlice{}, someArray{}, someChan(nil), someMap{}} {
		rt := reflect.TypeOf(x)
		u := (*uncommon)(unsafe.Add(unsafe.Pointer(of(rt)), bodySize(rt.Kind())))
		if u.mcount != 1 || u.xcount != 1 {
			t.Errorf("%s: the uncommon part has %d methods, %d exported, want 1 and 1", rt, u.mcount, u.xcount)
		}
	}
}
