package interp

import (
	"fmt"
	"go/types"
	"reflect"
	"sync"
)

// A question is the host's to one value: what are you? The value answers from
// its Error or String method, in the goroutine that asks.
type question struct {
	one  sync.Mutex // one question at a time
	mu   sync.Mutex
	id   uint64
	v    reflect.Value
	t    types.Type
	box  any // the value as the interpreter keeps it in its own interfaces
	done bool
}

// boxed is the interpreter's value behind a compiled interface as its own
// interfaces hold it.
func (s *Session) boxed(wrapper any) (box reflect.Value, t types.Type, ok bool) {
	_, t, ok = s.identify(wrapper)
	if !ok {
		return box, nil, false
	}
	s.asking.mu.Lock()
	defer s.asking.mu.Unlock()
	return reflect.ValueOf(s.asking.box), t, true
}

// identify finds the interpreter's value behind a compiled interface; ok is
// false when it has no method to say it with.
func (s *Session) identify(wrapper any) (v reflect.Value, t types.Type, ok bool) {
	ask := asker(wrapper)
	if ask == nil {
		return v, nil, false
	}
	q := &s.asking
	q.one.Lock()
	defer q.one.Unlock()
	q.mu.Lock()
	q.id, q.done = goroutine(), false
	*s.who = true
	q.mu.Unlock()
	defer func() {
		if recover() != nil {
			ok = false
		}
		q.mu.Lock()
		q.id = 0
		*s.who = false
		q.mu.Unlock()
	}()
	ask()
	return q.v, q.t, q.done
}

// asker is the method to call; nil when wrapper has none.
func asker(wrapper any) func() string {
	switch x := wrapper.(type) {
	case error:
		return x.Error
	case fmt.Stringer:
		return x.String
	}
	return nil
}

// answer takes a value's answer, by its address, with the number of its type.
func (s *Session) answer(id int, p any, box *any) bool {
	q := &s.asking
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.id == 0 || q.id != goroutine() || q.done {
		return false
	}
	q.box = *box
	q.v, q.t, q.done = reflect.ValueOf(p).Elem(), s.lang.TypeByID(id), true
	return true
}
