package magics

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// flat writes words with expressions in angle brackets.
func flat(words []word) []string {
	var list []string
	for _, w := range words {
		var b strings.Builder
		for _, p := range w.parts {
			if p.expr {
				b.WriteString("<" + p.text + ">")
				continue
			}
			b.WriteString(p.text)
		}
		list = append(list, b.String())
	}
	return list
}

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		line string
		want []string
	}{
		{``, nil},
		{"  mlp\t--data  wine@v2 ", []string{"mlp", "--data", "wine@v2"}},
		{`'a b' "c d" e\ f`, []string{"a b", "c d", "e f"}},
		{`'' ""`, []string{"", ""}},
		{`a'b'"c"d`, []string{"abcd"}},
		{`"say \"hi\" \n"`, []string{`say "hi" \n`}},
		{`--lr {rate}`, []string{"--lr", "<rate>"}},
		{`--lr={rate * 2}`, []string{"--lr=<rate * 2>"}},
		{`{map[string]int{"}": 1}["}"]} b`, []string{`<map[string]int{"}": 1}["}"]>`, "b"}},
		{`{'}'}`, []string{`<'}'>`}},
		{`"run {name} now"`, []string{"run <name> now"}},
		{`'{name}'`, []string{"{name}"}},
		{`{{name}} a}b`, []string{"{name}", "a}b"}},
		{`größe 日本`, []string{"größe", "日本"}},
		{`end\`, []string{`end\`}},
	} {
		got, err := split(test.line)
		if err != nil {
			t.Errorf("split(%q): %v", test.line, err)
			continue
		}
		if diff := cmp.Diff(test.want, flat(got)); diff != "" {
			t.Errorf("split(%q) mismatch (-want +got):\n%s", test.line, diff)
		}
	}
}

func TestSplitErrors(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{`a 'b c`, `' without its end: 'b c`},
		{`"b`, `" without its end: "b`},
		{`{f(`, `{ without its end: {f(`},
		{`{}`, `nothing between { and }`},
		{`{a b}`, `{a b}: not a Go expression: expected 'EOF', found b`},
	} {
		_, err := split(test.line)
		if err == nil || !IsUsage(err) || err.Error() != test.want {
			t.Errorf("split(%q) = %v, want the usage error %q", test.line, err, test.want)
		}
	}
}

// FuzzSplit: any line is words or an error; quoting a word gives it back.
func FuzzSplit(f *testing.F) {
	for _, line := range []string{"", `a "b {c}" 'd'`, `{map[string]int{"}": 1}}`, `{{x}} \`, "\x80 {\"", `{/*}*/}`} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words, err := split(line)
		if err == nil && strings.TrimSpace(line) == "" && len(words) != 0 {
			t.Fatalf("split(%q) = %q, want no words", line, flat(words))
		}
		if err != nil && err.Error() == "" {
			t.Fatalf("split(%q): an error without a message", line)
		}
		if !utf8.ValidString(line) {
			return
		}
		again, err := split(shellQuote(line))
		if err != nil || len(again) != 1 || flat(again)[0] != line {
			t.Fatalf("split of %s = %q, %v; want %q", shellQuote(line), flat(again), err, line)
		}
	})
}
