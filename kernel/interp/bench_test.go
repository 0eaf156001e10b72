package interp_test

import (
	"fmt"
	"testing"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/symbols"
)

func BenchmarkNew(b *testing.B) {
	pkgs := symbols.New()
	for b.Loop() {
		if _, err := interp.New(interp.Options{Packages: pkgs}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTrivialCell(b *testing.B) {
	s, err := interp.New(interp.Options{Packages: symbols.New()})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Run(lang.Cell{N: 1, Code: "1+1"}, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// A cell after n others that declared names.
func BenchmarkCellAfter(b *testing.B) {
	for _, n := range []int{10, 3000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, err := interp.New(interp.Options{Packages: symbols.New()})
			if err != nil {
				b.Fatal(err)
			}
			for i := range n {
				code := fmt.Sprintf("x%d := %d\nfunc f%d(n int) int { return n + x%d }\nfmt.Sprint(f%d(1))", i, i, i, i, i)
				if _, err := s.Run(lang.Cell{N: i + 1, Code: code}, nil); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				if _, err := s.Run(lang.Cell{N: n, Code: "y := x3 + 1\nf3(y)"}, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLoop(b *testing.B) {
	benchCode(b, "func loop() int { s := 0; for i := 0; i < 1000000; i++ { s += i }; return s }", "loop()")
}

func BenchmarkFib(b *testing.B) {
	benchCode(b, "func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }", "fib(20)")
}

func benchCode(b *testing.B, decl, cell string) {
	s, err := interp.New(interp.Options{Packages: symbols.New()})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := s.Run(lang.Cell{N: 1, Code: decl}, nil); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Run(lang.Cell{N: 2, Code: cell}, nil); err != nil {
			b.Fatal(err)
		}
	}
}
