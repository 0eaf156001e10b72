package worker

import (
	"fmt"
	"go/parser"
	"go/token"
	"html"
	"strings"
	"unicode/utf8"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/link"
)

// asksHelp is the inspection that "x?" and "?x" ask for; detail is 1 for "x??".
// x is a magic or one Go expression.
func asksHelp(code string) (x string, detail int, ok bool) {
	s := strings.TrimSpace(code)
	x = strings.Trim(s, "?")
	marks := len(s) - len(x)
	x = strings.TrimSpace(x)
	if marks == 0 || marks > 2 || x == "" || x[0] == '!' || strings.ContainsAny(x, "\n?") {
		return "", 0, false
	}
	if strings.HasPrefix(x, "%") || token.IsKeyword(x) {
		return x, marks - 1, true
	}
	_, err := parser.ParseExpr(x)
	return x, marks - 1, err == nil
}

// help is the page that "x?" opens; false when code is no such question.
func (w *worker) help(code string) (payload []any, failed *link.Error, ok bool) {
	x, detail, ok := asksHelp(code)
	if !ok {
		return nil, nil, false
	}
	var b display.Bundle
	if strings.HasPrefix(x, "%") {
		found := false
		if w.opt.Magics != nil {
			b, found = w.opt.Magics.Inspect(w.magicAsk(x, utf8.RuneCountInString(x)))
		}
		switch {
		case found:
		case strings.Contains(x, " "):
			return nil, nil, false // the mark belongs to what the line runs
		default:
			return nil, failure(hint.New(fmt.Errorf("help: no magic %s", x), "%lsmagic lists them")), true
		}
	} else {
		in, ok := lang.InspectExpr(w.view(), x, detail)
		if !ok {
			return nil, failure(fmt.Errorf("help: nothing is known of %s", x)), true
		}
		b = w.inspection(in, detail)
	}
	return []any{map[string]any{"source": "page", "data": b.Data, "start": 0}}, nil, true
}

// A page is what is known of a name, as text and as HTML.
type page struct{ text, html strings.Builder }

const (
	prose = `<pre style="white-space: pre-wrap">%s</pre>`
	code  = "<pre><code>%s</code></pre>"
)

// add appends a part; form is how it looks as HTML.
func (p *page) add(label, body, form string) {
	if body = strings.TrimRight(body, "\n"); body != "" {
		p.append(label, body, fmt.Sprintf(form, html.EscapeString(body)))
	}
}

func (p *page) append(label, text, page string) {
	if p.text.Len() > 0 {
		p.text.WriteString("\n\n")
	}
	if label != "" {
		fmt.Fprintf(&p.text, "%s:\n", label)
		fmt.Fprintf(&p.html, "<p><b>%s</b></p>", label)
	}
	p.text.WriteString(text)
	p.html.WriteString(page)
}

// inspection lays out what is known of a name: its declaration, its value or
// what the value says of itself, its documentation and, at detail 1, its source.
func (w *worker) inspection(in lang.Inspection, detail int) display.Bundle {
	var p page
	p.add("", in.Signature, code)
	if b, ok := w.summary(in); ok {
		text, _ := b.Data[display.MIMEText].(string)
		rich, isRich := b.Data[display.MIMEHTML].(string)
		if !isRich {
			rich = fmt.Sprintf(code, html.EscapeString(text))
		}
		p.append("Value", strings.TrimRight(text, "\n"), rich)
	} else {
		p.add("Value", in.Preview, code)
	}
	p.add("", in.Doc, prose)
	if detail > 0 {
		p.add("Source", in.Source, code)
	}
	if in.Package != "" && in.Kind != "package" {
		p.add("", fmt.Sprintf("import %q", in.Package), code)
	}
	return display.HTML(p.html.String(), p.text.String())
}

// summary is what a dataset, a run or a model says of itself.
func (w *worker) summary(in lang.Inspection) (b display.Bundle, ok bool) {
	if !in.Variable || w.opt.Magics == nil {
		return display.Bundle{}, false
	}
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	v, ok := w.session.Value(in.Name)
	if !ok {
		return display.Bundle{}, false
	}
	return w.opt.Magics.Summary(v)
}
