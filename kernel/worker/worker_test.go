package worker_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/kernel/link"
)

func TestCells(t *testing.T) {
	c := start(t)
	for _, x := range []struct {
		code    string
		shown   []string
		printed string
	}{
		{"1 + 1", []string{"result 2"}, ""},
		{"x := 20", nil, ""},
		{"x * 2", []string{"result 40"}, ""},
		{"fmt.Println(x)", nil, "20\n"},
		{"%answer", nil, ""},
		{"a := %answer\na / 2", []string{"result 21"}, ""},
		{"%nothing", nil, ""},
		{"%show a b", []string{"display a b"}, ""},
		{"%progress", []string{"update p0", "update p1", "update p2"}, ""},
		{"x = 21\n%show in between\nx", []string{"display in between", "result 21"}, ""},
		{"%%body\nanything {\n", []string{"display anything {"}, ""},
		{"!echo hello", nil, "hello\n"},
		{"%cells x", []string{"display [2 10]"}, ""},
		{"", nil, ""},
		{"import \"strconv\"\nstrconv.Atoi(\"12\")", []string{"result 12"}, ""},
		{"strconv.Atoi(\"x\")", []string{"result error: strconv.Atoi: parsing \"x\": invalid syntax"}, ""},
		{"func nothing() error { return nil }\nnothing()", nil, ""},
		{"import \"github.com/cellar-ml/cellar/display\"\ndisplay.Show(7)", []string{"display 7"}, ""},
		{"type bottle struct{ N int }\nfunc (b bottle) String() string { return \"a bottle\" }\ndisplay.Show(bottle{1})", []string{"display a bottle"}, ""},
		{"type vessel interface{ String() string }\n[]vessel{bottle{1}, bottle{2}}", []string{"result [a bottle a bottle]"}, ""},
		{"func two() (int, string) { return 1, \"a\" }\ntwo()", []string{"result (1, \"a\")"}, ""},
	} {
		if r := c.run(x.code); r.Error != nil {
			t.Errorf("run %q = %+v", x.code, r.Error)
		}
		if diff := cmp.Diff(x.shown, c.outputs()); diff != "" {
			t.Errorf("outputs of %q mismatch (-want +got):\n%s", x.code, diff)
		}
		if x.printed != "" {
			if got := c.printed(); got != x.printed {
				t.Errorf("%q printed %q, want %q", x.code, got, x.printed)
			}
		}
	}
}

func TestFailures(t *testing.T) {
	c := start(t)
	for _, x := range []struct{ code, name, value, trace string }{
		{"nope", "CompileError", "undefined: nope", "^"},
		{"var a []int\na[3]", "Panic", "index out of range", "cell [3], line 2"},
		{"%nosuch x", "MagicError", "unknown magic %nosuch x", "try %answer"},
		{"%panic", "MagicError", "broken magic", "internal fault"},
		{"import \"os\"\nos.Exit(3)", "Exit", "os.Exit(3)", "the session has not"},
		{"%ask name", "MagicError", "takes no input", "JupyterLab"},
	} {
		r := c.run(x.code)
		if r.Error == nil {
			t.Errorf("run %q has no error", x.code)
			continue
		}
		trace := strings.Join(r.Error.Traceback, "\n")
		if r.Error.Name != x.name || !strings.Contains(r.Error.Value, x.value) || !strings.Contains(trace, x.trace) {
			t.Errorf("run %q = %s %q\n%s\nwant %s %q, and %q in the traceback", x.code, r.Error.Name, r.Error.Value, trace, x.name, x.value, x.trace)
		}
		if r := c.run("1"); r.Error != nil {
			t.Errorf("after %q: %+v", x.code, r.Error)
		}
	}
}

func TestInterrupt(t *testing.T) {
	c := start(t)
	c.run("import \"time\"\nf := func() int { return 42 }")
	for _, code := range []string{"for {\n}", "time.Sleep(time.Hour)", "%wait", "select {}"} {
		c.begin(code)
		time.Sleep(50 * time.Millisecond)
		c.send(link.Interrupt{})
		if r := c.end(); r.Error == nil || r.Error.Name != "Interrupt" {
			t.Errorf("interrupted %q = %+v, want Interrupt", code, r.Error)
		}
	}
	c.begin("%closing")
	time.Sleep(50 * time.Millisecond)
	c.send(link.Interrupt{})
	if c.end(); !cmp.Equal(c.outputs(), []string{"display closed"}) {
		t.Errorf("an interrupted magic that closes its work shows %v before the end of its cell", c.outputs())
	}
	if c.run("f()"); !cmp.Equal(c.outputs(), []string{"result 42"}) {
		t.Errorf("f() after the interrupts shows %v", c.outputs())
	}
	c.send(link.Interrupt{}) // of nothing
	if r := c.run("1"); r.Error != nil {
		t.Errorf("an interrupt of an idle worker ended the next cell: %+v", r.Error)
	}
}

func TestQuestionsWhileACellRuns(t *testing.T) {
	c := start(t)
	c.run("import \"strings\"\nvar answer = 42")
	c.begin("%wait")
	c.send(link.Complete{ID: "q1", Code: "strings.ToUp", Cursor: 12})
	if m, ok := c.next().(link.Completed); !ok || len(m.Matches) == 0 || m.Matches[0].Text != "ToUpper" || m.Start != 8 || m.End != 12 {
		t.Errorf("Complete(strings.ToUp) = %+v", m)
	}
	c.send(link.Complete{ID: "q2", Code: "x := 1\n%ans", Cursor: 11})
	if m, ok := c.next().(link.Completed); !ok || len(m.Matches) != 1 || m.Start != 7 || m.End != 11 {
		t.Errorf("Complete(%%ans) = %+v", m)
	}
	c.send(link.Complete{ID: "q2b", Code: "%show {answ", Cursor: 11})
	if m, ok := c.next().(link.Completed); !ok || len(m.Matches) == 0 || m.Matches[0].Text != "answer" || m.Start != 7 || m.End != 11 {
		t.Errorf("Complete(%%show {answ) = %+v", m)
	}
	c.send(link.Complete{ID: "q2c", Code: "%%body\nansw", Cursor: 11})
	if m, ok := c.next().(link.Completed); !ok || len(m.Matches) != 0 {
		t.Errorf("Complete in the body of a %%%% cell = %+v", m)
	}
	c.send(link.Inspect{ID: "q3", Code: "strings.ToUpper", Cursor: 10})
	if m, ok := c.next().(link.Inspected); !ok || !m.Found || !strings.Contains(m.Bundle.Data[display.MIMEText].(string), "func strings.ToUpper(s string) string") {
		t.Errorf("Inspect(strings.ToUpper) = %+v", m)
	}
	c.send(link.Inspect{ID: "q4", Code: "answer", Cursor: 2})
	if m, ok := c.next().(link.Inspected); !ok || !m.Found || !strings.Contains(m.Bundle.Data[display.MIMEText].(string), "42") {
		t.Errorf("Inspect(answer) = %+v, want its value", m)
	}
	c.send(link.IsComplete{ID: "q5", Code: "func f() {"})
	want := link.CompleteStatus{ID: "q5", Status: "incomplete", Indent: "\t"}
	if diff := cmp.Diff(any(want), c.next()); diff != "" {
		t.Errorf("IsComplete mismatch (-want +got):\n%s", diff)
	}
	c.send(link.Interrupt{})
	c.end()
}

func TestInput(t *testing.T) {
	c := start(t)
	c.begin("import (\"bufio\"; \"os\")\nvar name string\nfmt.Scan(&name)\nfmt.Println(\"hello\", name)", stdinAllowed)
	if m, ok := c.next().(link.InputRequest); !ok || m.ID != "x1" {
		t.Fatalf("got %+v, want an InputRequest", m)
	}
	c.send(link.Input{ID: "x1", Value: "Ada"})
	if r := c.end(); r.Error != nil || !strings.Contains(c.printed(), "hello Ada") {
		t.Errorf("fmt.Scan: %+v, printed %q", r.Error, c.printed())
	}
	c.begin("s := bufio.NewScanner(os.Stdin)\ns.Scan()\na := s.Text()\ns.Scan()\nfmt.Println(a, s.Text())", stdinAllowed)
	for _, line := range []string{"one two", "three"} {
		if m, ok := c.next().(link.InputRequest); !ok {
			t.Fatalf("got %+v, want an InputRequest", m)
		}
		c.send(link.Input{ID: "x2", Value: line})
	}
	if r := c.end(); r.Error != nil || !strings.Contains(c.printed(), "one two three") {
		t.Errorf("bufio.Scanner: %+v, printed %q", r.Error, c.printed())
	}
	c.begin("secret := %ask password:\nsecret", stdinAllowed)
	if diff := cmp.Diff(any(link.InputRequest{ID: "x3", Prompt: "password:", Password: true}), c.next()); diff != "" {
		t.Errorf("%%ask mismatch (-want +got):\n%s", diff)
	}
	c.send(link.Input{ID: "x3", Value: "secret"})
	if c.end(); !cmp.Equal(c.outputs(), []string{"result secret"}) {
		t.Errorf("%%ask shows %v", c.outputs())
	}
}

func TestInputRefused(t *testing.T) {
	c := start(t)
	r := c.run("var w string\nn, err := fmt.Scan(&w)\n_ = n\nfmt.Println(err)")
	if r.Error != nil || !strings.Contains(c.printed(), "takes no input") {
		t.Errorf("fmt.Scan without a person: %+v, printed %q", r.Error, c.printed())
	}
	c.begin("var s string\nfmt.Scan(&s)", stdinAllowed)
	c.next()
	c.send(link.Interrupt{})
	if r := c.end(); r.Error == nil || r.Error.Name != "Interrupt" {
		t.Errorf("interrupted fmt.Scan = %+v, want Interrupt", r.Error)
	}
	c.send(link.Input{ID: "x2", Value: "late"})
	if r := c.run("1"); r.Error != nil {
		t.Errorf("after a late answer: %+v", r.Error)
	}
}

func TestUserExpressions(t *testing.T) {
	c := start(t)
	r := c.run("x := 6", func(x *link.Execute) { x.UserExpressions = map[string]string{"good": "x * 7", "bad": "nope"} })
	good, _ := r.UserExpressions["good"].(map[string]any)
	bad, _ := r.UserExpressions["bad"].(map[string]any)
	if good["status"] != "ok" || good["data"].(map[string]any)[display.MIMEText] != "42" {
		t.Errorf("good = %v", good)
	}
	if bad["status"] != "error" || bad["ename"] != "CompileError" {
		t.Errorf("bad = %v", bad)
	}
}

func TestSilent(t *testing.T) {
	c := start(t)
	if c.run("1 + 1", func(x *link.Execute) { x.Silent = true }); len(c.outputs()) > 0 {
		t.Errorf("a silent cell shows %v", c.outputs())
	}
}

func TestRestore(t *testing.T) {
	c := start(t)
	c.send(link.Restore{Cells: []link.Cell{
		{Count: 1, Code: "import \"fmt\"\ntype point struct{ X, Y int }\nfunc (p point) String() string { return fmt.Sprint(p.X, \"/\", p.Y) }"},
		{Count: 2, Code: "fmt.Println(\"not again\")\nvar p = point{1, 2}"},
	}})
	if m, ok := c.next().(link.Restored); !ok || len(m.Names) == 0 {
		t.Fatalf("Restore = %+v", m)
	}
	if c.run("point{3, 4}.String()"); !cmp.Equal(c.outputs(), []string{"result 3/4"}) {
		t.Errorf("a restored method shows %v", c.outputs())
	}
	if got := c.printed(); strings.Contains(got, "not again") {
		t.Errorf("Restore ran a statement: %q", got)
	}
}
