package web_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"html"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/web"
)

// TestEveryPage asks for every page of a store with hostile texts in all of its
// fields: each answers, and no text of it is HTML.
func TestEveryPage(t *testing.T) {
	s := open(t, web.Options{Store: hostile})
	fill(t, s.store)
	seen, todo := map[string]bool{}, []string{"/", "/runs", "/models", "/datasets", "/lineage", "/runs/evil-1", "/runs/evil-1?tab=source", "/compare?run=evil-1&run=brisk-otter-1"}
	link := regexp.MustCompile(`href="(/[^"]*)"`)
	raw := regexp.MustCompile(`(?i)<img src=x|<script>|<b>hit|javascript:`)
	for len(todo) > 0 && len(seen) < 400 {
		path := todo[0]
		todo = todo[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		a, text := s.ask("GET", path, "")
		if a.StatusCode != 200 {
			t.Errorf("GET %s = %d: %.300s", path, a.StatusCode, text)
		}
		if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || strings.Contains(path, "/raw?") {
			continue
		}
		if bad := raw.FindString(text); bad != "" {
			t.Errorf("GET %s has a text as HTML: %s", path, bad)
		}
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			todo = append(todo, html.UnescapeString(m[1]))
		}
	}
	if len(seen) < 150 {
		t.Errorf("only %d pages are reached by links", len(seen))
	}
}

func TestArtifacts(t *testing.T) {
	s := open(t, web.Options{})
	r := s.run(tracker.Run{Name: "a"}, nil)
	artifacts(t, s.store, r.ID)
	raw := func(name string, header ...string) (*http.Response, string) {
		return s.ask("GET", "/runs/"+r.ID+"/raw?name="+url.QueryEscape(name), "", header...)
	}
	for _, tt := range []struct{ name, dest, media, disposition, csp string }{
		{"confusion.png", "image", "image/png", "", "sandbox; default-src 'none'"},
		{"picture.svg", "document", "image/svg+xml", "", "sandbox; default-src 'none'"},
		{"report.html", "document", "text/html; charset=utf-8", "", "sandbox; default-src 'none'"},
		{"report.html", "iframe", "text/html; charset=utf-8", "", "sandbox allow-scripts; default-src 'none'"},
		{"log.txt", "document", "application/octet-stream", `attachment; filename=log.txt`, "sandbox; default-src 'none'"},
		{"../../etc/passwd", "document", "application/octet-stream", `attachment; filename=passwd`, "sandbox; default-src 'none'"},
	} {
		a, text := raw(tt.name, "Sec-Fetch-Dest", tt.dest)
		h := a.Header
		if a.StatusCode != 200 || h.Get("Content-Type") != tt.media || h.Get("Content-Disposition") != tt.disposition ||
			!strings.HasPrefix(h.Get("Content-Security-Policy"), tt.csp) || strings.Contains(h.Get("Content-Security-Policy"), "allow-same-origin") || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("raw %s for %s = %d, %v", tt.name, tt.dest, a.StatusCode, h)
		}
		if tt.name == "../../etc/passwd" && text != "no path" {
			t.Errorf("raw %s = %q, want what was put under that name", tt.name, text)
		}
	}
	for _, name := range []string{"", "/etc/passwd", "../../../etc/passwd", "..%2f..%2fetc/passwd", "confusion.png/", "log.txt\x00"} {
		if a, text := raw(name); a.StatusCode != 404 {
			t.Errorf("raw %q = %d: %.100q", name, a.StatusCode, text)
		}
	}
	for name, want := range map[string]string{
		"predictions.csv": "<span class=\"text\">a, b</span>", "config.json": "&#34;layers&#34;: [\n    64,", "log.txt": "epoch 1\n&#34;&gt;&lt;img",
		"weights.bin": "There is no viewer", "report.html": `<iframe sandbox="allow-scripts" src=`, "confusion.png": "<img src=",
	} {
		if _, text := s.ask("GET", "/runs/"+r.ID+"?tab=artifacts&name="+name, ""); !strings.Contains(text, want) {
			t.Errorf("the view of %s lacks %q", name, want)
		}
	}
}

// A curve is exact where it is short, and its extremes are where it is long.
func TestCurves(t *testing.T) {
	s := open(t, web.Options{})
	r := must(s.store.CreateRun(t.Context(), tracker.Run{Name: "a"}))(t)
	pts := []tracker.Point{{Metric: "loss{subset=val}", Step: 3, Value: math.NaN()}, {Metric: "loss{subset=val}", Step: 1, Value: 2}, {Metric: "loss{subset=val}", Step: 2, Value: math.Inf(1)}}
	for step := range 5000 {
		v := math.Sin(float64(step))
		if step == 2345 {
			v = 99
		}
		pts = append(pts, tracker.Point{Metric: "long", Step: int64(step), Value: v, Time: r.Started.Add(time.Duration(step) * time.Second)})
	}
	check(t, s.store.Log(t.Context(), r.ID, pts...))
	type curve struct {
		Name, Context string
		Count         int
		Points        [][]any
	}
	ask := func(query string) (d struct {
		Curves []curve
		Note   string
	}) {
		t.Helper()
		_, text := s.ask("GET", "/curves?run="+r.ID+"&"+query, "", "Accept", "application/json")
		check(t, json.Unmarshal([]byte(text), &d))
		return d
	}
	want := []curve{{Name: "a", Context: "subset=val", Count: 3, Points: [][]any{{1.0, 1.0, 2.0, 2.0, 2.0, 1.0}, {2.0, 2.0, nil, nil, nil, 1.0}, {3.0, 3.0, nil, nil, nil, 1.0}}}}
	if diff := cmp.Diff(want, ask("metric="+url.QueryEscape("loss{subset=val}")).Curves); diff != "" {
		t.Errorf("a short curve mismatch (-want +got):\n%s", diff)
	}
	for _, by := range []string{"", "&x=time"} {
		got := ask("metric=long&metric=none" + by)
		if len(got.Curves) != 1 || got.Curves[0].Count != 5000 || len(got.Curves[0].Points) > 600 {
			t.Fatalf("curves of long%s: %d curves of %+v points", by, len(got.Curves), got.Curves)
		}
		spikes := 0
		for _, p := range got.Curves[0].Points {
			if p[3] == 99.0 && p[0].(float64) <= 2345 && p[1].(float64) >= 2345 {
				spikes++
			}
		}
		if spikes != 1 {
			t.Errorf("curves of long%s have the spike %d times, want once, at 2345", by, spikes)
		}
	}
	if a, text := s.ask("GET", "/curves?run=none&metric=x", "", "Accept", "application/json"); a.StatusCode != 404 || !strings.Contains(text, `"error":"find run none: not found"`) {
		t.Errorf("curves of no run = %d: %s", a.StatusCode, text)
	}
}

// A stream says what changes, and ends when the run does.
func TestEvents(t *testing.T) {
	s := open(t, web.Options{})
	r := must(s.store.CreateRun(t.Context(), tracker.Run{Name: "a"}))(t)
	q, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/events?run="+r.ID, nil)
	check(t, err)
	a, err := http.DefaultClient.Do(q)
	check(t, err)
	defer a.Body.Close()
	if a.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("GET /events has %v", a.Header)
	}
	lines := bufio.NewScanner(a.Body)
	next := func() (c struct {
		Version, Status string
		Ended           bool
	}) {
		t.Helper()
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				check(t, json.Unmarshal([]byte(data), &c))
				return c
			}
		}
		t.Fatalf("the stream ends: %v", lines.Err())
		return c
	}
	first := next()
	check(t, s.store.Log(t.Context(), r.ID, tracker.Point{Metric: "loss", Value: 1}))
	second := next()
	if first.Version == second.Version || second.Status != "running" || second.Ended {
		t.Errorf("after a point the stream says %+v, before it %+v", second, first)
	}
	check(t, s.store.FinishRun(t.Context(), r.ID, tracker.Finished, ""))
	if last := next(); last.Status != "finished" || !last.Ended {
		t.Errorf("after the end the stream says %+v", last)
	}
	for lines.Scan() {
		if lines.Text() != "" {
			t.Errorf("after the last change comes %q", lines.Text())
		}
	}
	if a, _ := s.ask("GET", "/events?run=none", ""); a.StatusCode != 404 {
		t.Errorf("the stream of no run = %d, want 404", a.StatusCode)
	}
}

// A run whose process is gone is marked by whoever looks.
func TestEventsReap(t *testing.T) {
	s := open(t, web.Options{})
	self := tracker.Capture(".")
	self.Process = tracker.Process{PID: 1 << 22, Start: 1}
	r := must(s.store.CreateRun(t.Context(), tracker.Run{Name: "a", Source: self}))(t)
	if _, text := s.ask("GET", "/events?run="+r.ID, ""); !strings.Contains(text, `"status":"killed","ended":true`) {
		t.Errorf("the stream of a dead run says %s", text)
	}
}

func TestCompare(t *testing.T) {
	s := open(t, web.Options{})
	a := s.run(tracker.Run{Name: "a", Params: map[string]any{"lr": 0.1, "same": 1}}, map[string]float64{"auc": 0.5, "only": 1})
	b := s.run(tracker.Run{Name: "b", Params: map[string]any{"lr": 0.2, "same": 1}}, map[string]float64{"auc": 0.75, "system/cpu": 3})
	_, text := s.ask("GET", "/compare?run="+a.ID+"&run=b&run="+b.ID, "")
	for _, want := range []string{"Parameters that differ", `title="lr"`, `aria-label="0.75, the best"`, "/compare?run=" + a.ID + `"`, "/curves?run=" + a.ID + "&amp;run=" + b.ID + "&amp;metric=auc"} {
		if !strings.Contains(text, want) {
			t.Errorf("the comparison lacks %s", want)
		}
	}
	if strings.Contains(text, "system/cpu") || strings.Count(text, `title="Leave out"`) != 2 {
		t.Error("the comparison has the machine's metrics, or a run twice")
	}
	many := strings.Builder{}
	for i := range 51 {
		fmt.Fprintf(&many, "run=%d&", i)
	}
	for query, code := range map[string]int{"": 200, "run=none": 404, many.String(): 400} {
		if a, _ := s.ask("GET", "/compare?"+query, ""); a.StatusCode != code {
			t.Errorf("GET /compare?%.20s = %d, want %d", query, a.StatusCode, code)
		}
	}
}

// A part of an id, or a name, leads to the run.
func TestRunByName(t *testing.T) {
	s := open(t, web.Options{})
	r := s.run(tracker.Run{ID: "import/1 & 2?", Name: "a"}, nil)
	for ref, want := range map[string]string{"a": "/runs/import%2F1%20&%202%3F?tab=curves", "impor": "/runs/import%2F1%20&%202%3F?tab=curves"} {
		if a, _ := s.ask("GET", "/runs/"+ref+"?tab=curves", ""); a.StatusCode != 302 || a.Header.Get("Location") != want {
			t.Errorf("GET /runs/%s = %d to %s, want %s", ref, a.StatusCode, a.Header.Get("Location"), want)
		}
	}
	if a, text := s.ask("GET", "/runs/"+url.PathEscape(r.ID)+"?tab=curves", ""); a.StatusCode != 200 || !strings.Contains(text, ">a</h1>") {
		t.Errorf("the page of %s = %d", r.ID, a.StatusCode)
	}
	if a, text := s.ask("GET", "/runs/nobody", ""); a.StatusCode != 404 || !strings.Contains(text, "cellar runs list") {
		t.Errorf("the page of no run = %d: %s", a.StatusCode, text)
	}
}

// Repeats are told from settings, and what differs is drawn and said.
func TestCompareRepeats(t *testing.T) {
	s := open(t, web.Options{})
	query := ""
	for i, lr := range []float64{0.1, 0.2, 0.4} {
		for seed := range int64(3) {
			r := s.run(tracker.Run{Name: fmt.Sprintf("lr-%d-%d", i, seed), Params: map[string]any{"lr": lr},
				Source: tracker.Source{Seed: seed + 1, Cells: []tracker.Cell{{Count: 1, Code: fmt.Sprint("x := ", i), SHA256: fmt.Sprint(i)}}}},
				map[string]float64{"auc": 0.5 + lr*(1+float64(seed)/20) + float64(seed)/200})
			query += "run=" + r.ID + "&"
		}
	}
	_, text := s.ask("GET", "/compare?"+query, "")
	for _, want := range []string{"<h2>Repeats</h2>", "0.61 ± 0.01", "(95 %: ", `id="parallel">{`, `id="scattered">{`, `<span class="take">-x := 0`, `<span class="add">&#43;x := 2`} {
		if !strings.Contains(text, want) {
			t.Errorf("the comparison lacks %s", want)
		}
	}
	if strings.Contains(text, `id="why"`) {
		t.Error("the comparison says why without being asked")
	}
	if _, text := s.ask("GET", "/compare?"+query+"by=auc&why=1", ""); !strings.Contains(text, "Why auc differs") || !strings.Contains(text, "more than the noise of seeds") {
		t.Error("asked why, the comparison does not say so")
	}
	if a, text := s.ask("GET", "/compare?"+query+"by=none&why=1", ""); a.StatusCode != 200 || !strings.Contains(text, "no metric none") {
		t.Errorf("why of no metric = %d", a.StatusCode)
	}
}
