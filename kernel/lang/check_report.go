package lang

import (
	"fmt"
	"go/token"
	"go/types"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// report keeps an error of the type checker, unless it does not hold at the
// top level of a notebook.
func (c *checker) report(err error) {
	e, ok := err.(types.Error)
	if !ok {
		return
	}
	switch {
	case strings.HasPrefix(e.Msg, "declared and not used") && c.topVars[e.Pos]:
		return
	case strings.HasSuffix(e.Msg, "is not used") && c.isResult(e.Pos):
		return
	case c.stripped && (strings.HasSuffix(e.Msg, "missing function body") || strings.HasSuffix(e.Msg, "must have a body")):
		return
	}
	if strings.HasPrefix(e.Msg, "\t") && len(c.diags) > 0 {
		last := &c.diags[len(c.diags)-1]
		last.Message += "\n  " + plain(strings.TrimSpace(e.Msg))
		return
	}
	d := c.s.diag(e.Pos, compilerWords(e.Msg))
	d.Suggestion = c.suggest(e)
	if why := c.magicValue(e.Msg); why != "" {
		d.Message = why
	}
	if m := sameName.FindStringSubmatch(d.Message); m != nil && m[1] == m[2] && c.s.names[m[1]] != nil {
		d.Suggestion = fmt.Sprintf("type %s was declared anew in cell [%d]; one of the two is still of the older type", m[1], c.s.names[m[1]].Cell)
	}
	for _, old := range c.diags {
		if old.Line == d.Line && old.Col == d.Col && old.Message == d.Message {
			return
		}
	}
	c.diags = append(c.diags, d)
}

var inCall = regexp.MustCompile(`^in call to [^,]+, (mismatched types .* \(cannot infer \w+\))$`)

// compilerWords says what the type checker says as the compiler does, where the
// two differ.
func compilerWords(msg string) string {
	switch msg {
	case "break not in for, switch, or select statement":
		return "break is not in a loop, switch, or select"
	case "continue not in for statement":
		return "continue is not in a loop"
	}
	if m := inCall.FindStringSubmatch(msg); m != nil {
		msg = m[1]
	}
	return nativeName.ReplaceAllString(msg, "")
}

// nativeName is the package of a native cell, which cells do not write.
var nativeName = regexp.MustCompile(`\bnative\.`)

var magicNoValue = regexp.MustCompile(`magicǃ(\d+)\(\) \(no value\) used as value`)

// magicValue says that a magic gives nothing that "name :=" could bind.
func (c *checker) magicValue(msg string) string {
	m := magicNoValue.FindStringSubmatch(msg)
	if m == nil {
		return ""
	}
	i, _ := strconv.Atoi(m[1])
	name, _, _ := strings.Cut(c.u.src.magics[i].Line, " ")
	return name + " gives no value to bind, or there is no such magic"
}

var sameName = regexp.MustCompile(`type \*?(\w+)\) as \*?(\w+) value`)

// isResult says whether pos stands in the cell's last expression, as itself.
func (c *checker) isResult(pos token.Pos) bool {
	last := c.u.src.lastExpr()
	return last != nil && last.Pos() <= pos && pos < last.End()
}

func (c *checker) sorted() Diagnostics {
	sort.SliceStable(c.diags, func(i, j int) bool {
		a, b := c.diags[i], c.diags[j]
		return a.Line < b.Line || a.Line == b.Line && a.Col < b.Col
	})
	return c.diags
}
