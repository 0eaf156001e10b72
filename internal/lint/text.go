package lint

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

var (
	capital = regexp.MustCompile(`^[A-Z][a-z]`)
	proper  = regexp.MustCompile(`^(Jupyter|JupyterLab|Python|Parquet|Arrow|Go|Cellar|Linux|Windows|Adam)\b`)
)

// errorTexts holds that an error begins in lower case with the operation.
func errorTexts(t *Tree) []Finding {
	return t.each(func(f *File) []Finding {
		var out []Finding
		if f.Test {
			return nil
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			text, pos, ok := errorText(n)
			switch {
			case !ok:
			case strings.Contains(strings.ToLower(text), "failed to"):
				out = append(out, t.at(f, pos, "error %q: say the operation first, not \"failed to\"", text))
			case capital.MatchString(text) && !proper.MatchString(text):
				out = append(out, t.at(f, pos, "error %q: begin it in lower case", text))
			case strings.HasSuffix(text, ".") || strings.HasSuffix(text, "\n"):
				out = append(out, t.at(f, pos, "error %q: end it without a full stop; what to do goes into a hint", text))
			}
			return true
		})
		return out
	})
}

// errorText is the literal of errors.New("…") or fmt.Errorf("…", …).
func errorText(n ast.Node) (string, token.Pos, bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return "", 0, false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", 0, false
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok || x.Name+"."+sel.Sel.Name != "errors.New" && x.Name+"."+sel.Sel.Name != "fmt.Errorf" {
		return "", 0, false
	}
	lit, ok := call.Args[0].(*ast.BasicLit)
	if !ok {
		return "", 0, false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, lit.Pos(), err == nil
}

// The patterns are put together so that this file does not break its own rules.
var (
	todo  = regexp.MustCompile(`\b(` + strings.Join([]string{"TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"}, "|") + `)\b`)
	paths = regexp.MustCompile(`(^|[^\w.])/(` + strings.Join([]string{"wo" + "rk", "ro" + "ot"}, "|") + `)/`)
	homes = regexp.MustCompile(`(^|[^\w.])/ho` + `me/[a-z]+/`) // in a test it is an example
)

func todos(t *Tree) []Finding {
	return t.each(func(f *File) []Finding {
		var out []Finding
		for _, c := range f.Comments {
			if todo.MatchString(c.Text()) {
				out = append(out, t.at(f, c.Pos(), "unfinished work: finish it, or refuse the case with a clear message"))
			}
		}
		return out
	})
}

// machine refuses paths that exist on one machine only.
func machine(t *Tree) []Finding {
	return t.each(func(f *File) []Finding {
		var out []Finding
		n := 0
		for line := range bytes.Lines(f.Src) {
			n++
			m := paths.Find(line)
			if m == nil && !f.testing() {
				m = homes.Find(line)
			}
			if m != nil {
				out = append(out, Finding{f.Path, n, "a path of one machine: " + string(bytes.TrimSpace(m))})
			}
		}
		return out
	})
}

func formatted(t *Tree) []Finding {
	return t.each(func(f *File) []Finding {
		want, err := format.Source(f.Src)
		if err == nil && bytes.Equal(want, f.Src) {
			return nil
		}
		return []Finding{{f.Path, 1, "run gofmt -w " + f.Path}}
	})
}
