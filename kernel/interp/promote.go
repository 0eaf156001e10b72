package interp

import (
	"fmt"
	"reflect"

	"github.com/cellar-ml/cellar/kernel/lang"
)

// promote has the recursive functions of a cell compiled in the background, when
// there is a compiler; they take over while the cell runs, or the next.
func (s *Session) promote(u *lang.Unit) {
	compile := s.opt.Compile
	if compile == nil || u == nil {
		return
	}
	go func() {
		p := s.lang.Promote(u)
		if p == nil || s.promotions.Add(1) > mostPromotions || compile(p.Native) != nil {
			return // interpreted, it is right as well
		}
		s.compile.Lock()
		defer s.compile.Unlock()
		s.swapIn(p)
	}()
}

// mostPromotions bounds what a session loads by itself: nothing can be unloaded.
const mostPromotions = 64

// swapIn lets compiled functions take over from interpreted ones, also from those
// that run: a call finds the newest. It is called with the compiler's lock held.
func (s *Session) swapIn(p *lang.Promotion) {
	src := s.lang.Swap(p)
	if src == "" || s.load([]string{p.Path}) != nil {
		return
	}
	syms := s.opt.Packages.Symbols(p.Path)
	syms[lang.StopFlag].Set(reflect.ValueOf(s.stop))
	syms[lang.StopCall].Set(reflect.ValueOf(s.interrupted))
	syms[lang.DeepCall].Set(reflect.ValueOf(tooDeep))
	for file, c := range p.Cells {
		s.natives.Store(p.Path+"/"+file, c)
	}
	_ = s.declare("promotion"+p.Path[len(lang.NativePath):], src) // what is not swapped in stays as it was
}

// tooDeep ends a recursion while the stack still has room.
func tooDeep() {
	panic(runtimeError(fmt.Sprintf("stack overflow: more than %d calls within each other", lang.MaxDepth)))
}

// demote ends promotions that a committed cell has overtaken.
func (s *Session) demote() {
	if src := s.lang.Demote(); src != "" {
		_ = s.declare("promotion", src)
	}
}
