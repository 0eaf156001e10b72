package main

import (
	"fmt"
	"html/template"
	"os"
)

type Link struct {
	Text string
	URL  string
}

func main() {
	t := template.Must(template.New("p").Parse(`{{range .}}<a href="{{.URL}}" title='{{.Text}}'>{{.Text}}</a><script>var x = {{.}};</script>
{{end}}`))
	err := t.Execute(os.Stdout, []Link{{"a & b", "/x?q=1&r=a b"}, {"<b>", "javascript:alert(1)"}})
	fmt.Println(err)
	safe := template.Must(template.New("s").Parse("{{.}} {{. | len}}\n"))
	safe.Execute(os.Stdout, template.HTML("<i>ok</i>"))
	safe.Execute(os.Stdout, "<i>no</i>")
}

// Output:
// <a href="/x?q=1&amp;r=a%20b" title='a &amp; b'>a &amp; b</a><script>var x = {"Text":"a \u0026 b","URL":"/x?q=1\u0026r=a b"};</script>
// <a href="#ZgotmplZ" title='&lt;b&gt;'>&lt;b&gt;</a><script>var x = {"Text":"\u003cb\u003e","URL":"javascript:alert(1)"};</script>
// <nil>
// <i>ok</i> 9
// &lt;i&gt;no&lt;/i&gt; 9
