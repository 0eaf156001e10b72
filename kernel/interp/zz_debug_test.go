package interp_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/symbols"
)

func TestZZSource(t *testing.T) {
	text, err := os.ReadFile(os.Getenv("SCRATCH"))
	if err != nil {
		t.Skip()
	}
	s := lang.NewSession(lang.Options{Packages: symbols.New()})
	for i, cell := range strings.Split(string(text), "\n---\n") {
		u, err := s.Check(lang.Cell{N: i + 1, Code: cell})
		if err != nil {
			fmt.Println(err)
			continue
		}
		p, err := s.Lower(u)
		if err != nil {
			fmt.Println(err)
			continue
		}
		s.Commit(u)
		fmt.Println(p.Source)
	}
}
