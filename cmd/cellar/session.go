package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"go/scanner"
	"go/token"
	"go/types"
	"strings"

	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/worker"
	"github.com/cellar-ml/cellar/magics"
	"github.com/cellar-ml/cellar/tracker"
)

// A goSession is the Go of a notebook as magics see it. It implements
// magics.Session.
type goSession struct{ call worker.MagicCall }

func (s *goSession) Eval(_ context.Context, expr string) (any, error) {
	r, err := s.call.Session.Eval(expr)
	return r.Value, err
}

func (s *goSession) RunGo(ctx context.Context, code string, quiet bool) error {
	return s.call.RunGo(ctx, code, quiet)
}

func (s *goSession) Names() []magics.Variable {
	var list []magics.Variable
	for _, e := range s.call.Session.Lang().Entries() {
		v := magics.Variable{Name: e.Name, Kind: "var"}
		switch e.Obj.(type) {
		case *types.Func:
			v.Kind = "func"
		case *types.TypeName:
			v.Kind = "type"
		case *types.Const:
			v.Kind = "const"
		}
		v.Type = types.TypeString(e.Obj.Type(), func(p *types.Package) string { return p.Name() })
		if v.Kind == "var" {
			v.Value = s.call.Session.Preview(e.Name)
		}
		list = append(list, v)
	}
	return list
}

// Closure is the text of a declaration and of all that it mentions, in the
// order of their cells.
func (s *goSession) Closure(name string) string {
	entries := map[string]*lang.Entry{}
	for _, e := range s.call.Session.Lang().Entries() {
		entries[e.Name] = e
	}
	wanted := map[string]bool{}
	queue := []string{name}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		if e := entries[n]; e != nil && !wanted[n] {
			wanted[n] = true
			queue = append(queue, identifiers(e.Text)...)
		}
	}
	var texts []string
	for _, e := range s.call.Session.Lang().Entries() {
		if wanted[e.Name] && e.Name != name {
			texts = append(texts, e.Text)
		}
	}
	if e := entries[name]; e != nil {
		texts = append(texts, e.Text)
	}
	return strings.Join(texts, "\n\n")
}

func identifiers(code string) []string {
	var sc scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(code))
	sc.Init(file, []byte(code), func(token.Position, string) {}, 0)
	var list []string
	for {
		_, tok, text := sc.Scan()
		switch tok {
		case token.EOF:
			return list
		case token.IDENT:
			list = append(list, text)
		}
	}
}

func (s *goSession) Cells() []tracker.Cell {
	var list []tracker.Cell
	for _, c := range s.call.Cells {
		sum := sha256.Sum256([]byte(c.Code))
		list = append(list, tracker.Cell{
			Count: c.Count, CellID: c.CellID, Code: c.Code, SHA256: hex.EncodeToString(sum[:]),
		})
	}
	return list
}
