package lint

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// contributingMost is how long docs/CONTRIBUTING.md may be, in lines.
const contributingMost = 80

var decision = regexp.MustCompile(`docs/adr/(\d{4})`)

// documents holds that a decision has a number of its own and is there when a
// file refers to it, and that the page for newcomers stays short.
func documents(t *Tree) []Finding {
	var out []Finding
	taken := map[string]string{}
	for _, p := range t.Docs {
		number, _, ok := strings.Cut(path.Base(p.Path), "-")
		switch {
		case p.Path == "docs/CONTRIBUTING.md" && p.Lines > contributingMost:
			out = append(out, Finding{p.Path, contributingMost + 1, fmt.Sprintf("%d lines, more than %d: move what is not commands, imports and recipes", p.Lines, contributingMost)})
		case path.Dir(p.Path) != "docs/adr":
		case !ok || len(number) != 4:
			out = append(out, Finding{p.Path, 1, "name a decision NNNN-title.md"})
		case taken[number] != "":
			out = append(out, Finding{p.Path, 1, "number " + number + " is taken by " + taken[number] + ": take the next"})
		default:
			taken[number] = p.Path
		}
	}
	return append(out, t.each(func(f *File) []Finding {
		var out []Finding
		n := 0
		for line := range bytes.Lines(f.Src) {
			n++
			if m := decision.FindSubmatch(line); m != nil && taken[string(m[1])] == "" && !f.Test {
				out = append(out, Finding{f.Path, n, "there is no " + string(m[0]) + ": write it or take the reference away"})
			}
		}
		return out
	})...)
}
