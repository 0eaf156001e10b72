package main

import (
	"fmt"
	"html"
	"regexp"
	"strings"
)

type block interface{ html() string }
type heading struct {
	level int
	text  string
}
type para []string
type listBlock struct{ items []string }

var inline = []struct {
	re  *regexp.Regexp
	sub string
}{
	{regexp.MustCompile(`\*\*(.+?)\*\*`), "<b>$1</b>"},
	{regexp.MustCompile("`([^`]+)`"), "<code>$1</code>"},
	{regexp.MustCompile(`\[(.+?)\]\((.+?)\)`), `<a href="$2">$1</a>`},
}

func render(s string) string {
	s = html.EscapeString(s)
	for _, r := range inline {
		s = r.re.ReplaceAllString(s, r.sub)
	}
	return s
}
func (h heading) html() string { return fmt.Sprintf("<h%d>%s</h%[1]d>", h.level, render(h.text)) }
func (p para) html() string    { return "<p>" + render(strings.Join(p, " ")) + "</p>" }
func (l *listBlock) html() string {
	var b strings.Builder
	b.WriteString("<ul>")
	for _, it := range l.items {
		b.WriteString("<li>" + render(it) + "</li>")
	}
	return b.String() + "</ul>"
}
func parse(src string) (blocks []block) {
	var cur block
	flush := func() {
		if cur != nil {
			blocks = append(blocks, cur)
			cur = nil
		}
	}
	for line := range strings.SplitSeq(src, "\n") {
		switch t := strings.TrimSpace(line); {
		case t == "":
			flush()
		case strings.HasPrefix(t, "#"):
			flush()
			text := strings.TrimLeft(t, "#")
			blocks = append(blocks, heading{len(t) - len(text), strings.TrimSpace(text)})
		case strings.HasPrefix(t, "- "):
			l, ok := cur.(*listBlock)
			if !ok {
				flush()
				l = &listBlock{}
				cur = l
			}
			l.items = append(l.items, t[2:])
		default:
			p, ok := cur.(para)
			if !ok {
				flush()
			}
			cur = append(p, t)
		}
	}
	flush()
	return
}
func main() {
	// In [2]
	for _, b := range parse("# Title & more\n\nSome **bold** text\nand `code`.\n- one\n- [two](http://x)\n\n## End") {
		fmt.Printf("%T %s\n", b, b.html())
	}
}

// Output:
// main.heading <h1>Title &amp; more</h1>
// main.para <p>Some <b>bold</b> text and <code>code</code>.</p>
// *main.listBlock <ul><li>one</li><li><a href="http://x">two</a></li></ul>
// main.heading <h2>End</h2>
