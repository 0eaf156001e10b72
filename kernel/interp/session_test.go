package interp_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/symbols"
)

func TestScratch(t *testing.T) {
	text, err := os.ReadFile(os.Getenv("SCRATCH"))
	if err != nil {
		t.Skip("set SCRATCH to a file of cells")
	}
	s, err := interp.New(interp.Options{Packages: symbols.New(), OnGoroutinePanic: func(p *interp.Panic) { fmt.Println("GOROUTINE", p, p.Frames) }})
	if err != nil {
		t.Fatal(err)
	}
	for i, cell := range strings.Split(string(text), "\n---\n") {
		if os.Getenv("DUMP") != "" {
			if u, err := s.Lang().Check(lang.Cell{N: i + 1, Code: cell}); err == nil {
				p, err := s.Lang().Lower(u)
				fmt.Println(err)
				if p != nil {
					fmt.Println(p.Source)
				}
			}
		}
		r, err := s.Run(lang.Cell{N: i + 1, Code: cell}, nil)
		fmt.Printf("--- [%d]\n", i+1)
		var d lang.Diagnostics
		var p *interp.Panic
		switch {
		case errors.As(err, &d):
			fmt.Println(d.Draw())
		case errors.As(err, &p):
			fmt.Println("PANIC", p.Text, p.Type)
			for _, f := range p.Frames {
				fmt.Printf("   %s cell %d line %d +%d\n", f.Func, f.Cell.N, f.Line, f.Repeated)
			}
		case err != nil:
			fmt.Println("ERR", err)
		case r.Shown:
			fmt.Printf("%v (%s) %q\n", r.Value, r.Type, r.Text)
		}
		for _, w := range r.Warnings {
			fmt.Println("WARNING", w.Draw())
		}
	}
	if os.Getenv("NAMES") != "" {
		for _, n := range s.Names() {
			fmt.Printf("%+v\n", n)
		}
	}
}
