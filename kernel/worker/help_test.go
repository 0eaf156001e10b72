package worker_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/kernel/link"
)

func TestHelp(t *testing.T) {
	c := start(t)
	for _, code := range []string{"fmt.Println?", "?fmt.Println", "fmt.Println??", "%answer?"} {
		r := c.run(code)
		if r.Error != nil || len(r.Payload) != 1 {
			t.Errorf("run %q = %+v", code, r)
			continue
		}
		page := r.Payload[0].(map[string]any)
		if text := page["data"].(map[string]any)[display.MIMEText].(string); page["source"] != "page" || !strings.Contains(text, "Println") && !strings.Contains(text, "help of") {
			t.Errorf("page of %q = %v", code, page)
		}
	}
	if r := c.run("nosuch?"); r.Error == nil {
		t.Error("nosuch? has no error")
	}
	// A mark that is not asked of a name stays what it is.
	if r := c.run("!echo what?"); r.Error != nil || !strings.Contains(c.printed(), "what?") {
		t.Errorf("!echo what? = %+v, printed %q", r.Error, c.printed())
	}
	if r := c.run("x := 3?"); r.Error == nil || r.Error.Name != "CompileError" {
		t.Errorf("x := 3? = %+v, want a CompileError", r)
	}
}

// pageOf is the text of the page that a cell opens.
func pageOf(t *testing.T, c *client, code string) string {
	t.Helper()
	r := c.run(code)
	if r.Error != nil || len(r.Payload) != 1 {
		t.Fatalf("run %q = %+v, want a page", code, r)
	}
	text, _ := r.Payload[0].(map[string]any)["data"].(map[string]any)[display.MIMEText].(string)
	return text
}

func TestHelpOfOwn(t *testing.T) {
	c := start(t)
	c.run("// Wine is a bottle.\ntype Wine struct{ Year int }\n\n// Drink empties it.\nfunc (w *Wine) Drink(n int) error { return nil }\n\nred := &Wine{Year: 2015}\nwait := 3 * time.Second\nfunc mean(xs ...float64) float64 { return 0 }")
	for code, want := range map[string]string{
		"red?":               "var red *Wine\n\nValue:\n",
		"wait?":              "var wait time.Duration\n\nValue:\nsummary of 3s",
		"Wine?":              "type Wine struct {\n\tYear int\n}\nfunc (*Wine) Drink(n int) error\n\nWine is a bottle.",
		"Wine.Drink?":        "func (*Wine).Drink(n int) error\n\nDrink empties it.",
		"red.Drink??":        "func (*Wine).Drink(n int) error\n\nDrink empties it.\n\nSource:\nfunc (w *Wine) Drink(n int) error { return nil }",
		"[]*Wine{red}[0]?":   "[]*Wine{red}[0] *Wine\n\ntype Wine struct {",
		"select?":            "select { case",
		"\"encoding/json\"?": "package json // import \"encoding/json\"",
	} {
		if got := pageOf(t, c, code); !strings.HasPrefix(got, want) {
			t.Errorf("%s opens %q, want it to begin with %q", code, got, want)
		}
	}
	for code, want := range map[string]string{
		"mean?":  "func mean(xs ...float64) float64",
		"mean??": "func mean(xs ...float64) float64\n\nSource:\nfunc mean(xs ...float64) float64 { return 0 }",
	} {
		if got := pageOf(t, c, code); got != want {
			t.Errorf("%s opens %q, want %q", code, got, want)
		}
	}
}

func TestGoInMagicLines(t *testing.T) {
	c := start(t)
	c.run("// taste tries.\nfunc taste(n int) int { return n }")
	for _, code := range []string{"%go tas¦", "%%go a\ntas¦\nb := 1", "%answer {tas¦"} {
		before, after, _ := strings.Cut(code, "¦")
		c.send(link.Complete{ID: "c", Code: before + after, Cursor: len(before)})
		got, ok := c.next().(link.Completed)
		if !ok || len(got.Matches) == 0 || got.Matches[0].Text != "taste" || got.Start != len(before)-3 || got.End != len(before) {
			t.Errorf("complete %q = %+v, want taste", code, got)
		}
	}
	c.send(link.Inspect{ID: "i", Code: "%go taste(1)", Cursor: 6})
	if got, ok := c.next().(link.Inspected); !ok || !got.Found || !strings.Contains(fmt.Sprint(got.Bundle.Data), "taste tries.") {
		t.Errorf("inspect in %%go = %+v", got)
	}
	for code, want := range map[string]string{"x?": "complete", "%%go\nx": "incomplete", "func f()": "invalid"} {
		c.send(link.IsComplete{ID: "s", Code: code})
		if got, ok := c.next().(link.CompleteStatus); !ok || got.Status != want {
			t.Errorf("is_complete %q = %+v, want %s", code, got, want)
		}
	}
}
