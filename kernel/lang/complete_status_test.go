package lang_test

import (
	"testing"

	"github.com/cellar-ml/cellar/kernel/lang"
)

var statuses = []struct{ code, status, indent string }{
	{"x := 1", "complete", ""},
	{"", "complete", ""},
	{"func f() {", "incomplete", "\t"},
	{"func f() {\n\tif x {\n", "incomplete", "\t\t"},
	{"fmt.Println(", "incomplete", "\t"},
	{"x := 1 +", "incomplete", "\t"},
	{"x := `a", "incomplete", ""},
	{"/* a", "incomplete", ""},
	{"x := \"a\"", "complete", ""},
	{"}", "invalid", ""},
	{"f(]", "invalid", ""},
	{"%train mlp --lr (", "complete", ""},
	{"%%bash\nif true; then", "incomplete", ""},
	{"%%bash\nif true; then\n  ls", "incomplete", "  "},
	{"%%bash\nls\n", "complete", ""},
	{"%%time", "incomplete", ""},
	{"func f()", "invalid", ""},
	{"if x", "invalid", ""},
	{"if x {\n} else", "invalid", ""},
	{"case 1:", "invalid", ""},
	{"1 2 +", "invalid", ""},
	{"x+++", "invalid", ""},
	{"for i :=", "incomplete", "\t"},
	{"go", "incomplete", "\t"},
	{"import", "incomplete", "\t"},
	{"type", "incomplete", "\t"},
	{"func", "incomplete", "\t"},
	{"loop:", "incomplete", "\t"},
	{"ch <-", "incomplete", "\t"},
	{"x := []int{1,\n2,", "incomplete", "\t"},
	{"switch x {\ncase 1:", "incomplete", "\t"},
	{"x := 5 // +", "complete", ""},
	{"x + // c", "incomplete", "\t"},
	{"x := \"abc", "invalid", ""},
	{"x := `a` + `b", "incomplete", ""},
	{"x := 1 /* a", "incomplete", ""},
	{"if a := f(); a {", "incomplete", "\t"},
	{"func() { f() }()", "complete", ""},
	{"x++", "complete", ""},
	{"x = = 2", "invalid", ""},
	{"import \"fmt\"\nfmt.Println(1)\nfunc f() {}\nvar x int\nx", "complete", ""},
	{"package main\nfunc main() {}", "complete", ""},
	{"a := %train mlp", "complete", ""},
	{"for", "incomplete", "\t"},
}

func TestStatus(t *testing.T) {
	for _, c := range statuses {
		status, indent := lang.Status(c.code)
		if status != c.status || indent != c.indent {
			t.Errorf("Status(%q) = %q, %q, want %q, %q", c.code, status, indent, c.status, c.indent)
		}
	}
}
