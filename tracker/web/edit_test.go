package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/web"
)

// post sends a form and says where it leads.
func (s *site) post(path string, form url.Values) (code int, to, text string) {
	s.t.Helper()
	a, text := s.ask("POST", path, form.Encode())
	return a.StatusCode, a.Header.Get("Location"), text
}

func TestTags(t *testing.T) {
	s := open(t, web.Options{})
	r := s.run(tracker.Run{Name: "a"}, nil)
	for _, tt := range []struct {
		form url.Values
		code int
		want map[string]string
	}{
		{url.Values{"name": {"team"}, "value": {"<b>x</b>"}}, 303, map[string]string{"team": "<b>x</b>"}},
		{url.Values{"name": {"mlflow.note.content"}, "value": {"one\r\ntwo"}}, 303, map[string]string{"team": "<b>x</b>", "mlflow.note.content": "one\ntwo"}},
		{url.Values{"name": {"team"}, "value": {""}}, 303, map[string]string{"mlflow.note.content": "one\ntwo"}},
		{url.Values{"name": {" "}, "value": {"x"}}, 400, map[string]string{"mlflow.note.content": "one\ntwo"}},
		{url.Values{"name": {"a", "b"}, "value": {"x"}}, 400, map[string]string{"mlflow.note.content": "one\ntwo"}},
		{url.Values{"name": {"long"}, "value": {strings.Repeat("x", 2<<20)}}, 413, map[string]string{"mlflow.note.content": "one\ntwo"}},
	} {
		code, to, text := s.post("/runs/"+r.ID+"/tags", tt.form)
		if code != tt.code || code == 303 && to != "/runs/"+r.ID {
			t.Errorf("POST %.60v = %d to %s, want %d: %.300s", tt.form, code, to, tt.code, text)
		}
		now, err := s.store.Run(t.Context(), r.ID)
		if diff := cmp.Diff(tt.want, now.Tags); diff != "" || err != nil {
			t.Errorf("after %.60v (%v) tags mismatch (-want +got):\n%s", tt.form, err, diff)
		}
	}
	if code, _, _ := s.post("/runs/none/tags", url.Values{"name": {"a"}, "value": {"b"}}); code != 404 {
		t.Errorf("a tag of no run = %d, want 404", code)
	}
}

// What is deleted is in no table, and undo brings it back.
func TestDelete(t *testing.T) {
	s := open(t, web.Options{})
	a, b := s.run(tracker.Run{Name: "first", Experiment: "e"}, nil), s.run(tracker.Run{Name: "second", Experiment: "e"}, nil)
	form := url.Values{"run": {a.ID, b.ID}, "experiment": {"e"}}
	code, to, _ := s.post("/delete", form)
	if code != 303 || !strings.HasPrefix(to, "/runs?experiment=e&gone=") {
		t.Fatalf("POST /delete = %d to %s", code, to)
	}
	if _, text := s.ask("GET", to, ""); !strings.Contains(text, "2 runs are deleted") || strings.Contains(text, ">first<") {
		t.Errorf("GET %s offers no undo, or shows a deleted run", to)
	}
	if _, text := s.ask("GET", "/runs?view=deleted", ""); !strings.Contains(text, ">first<") {
		t.Error("the deleted runs are not in their table")
	}
	if _, text := s.ask("GET", "/runs/"+a.ID, ""); !strings.Contains(text, "This run was deleted") {
		t.Error("the page of a deleted run does not say so")
	}
	if code, to, _ := s.post("/restore", form); code != 303 || to != "/runs?experiment=e" {
		t.Errorf("POST /restore = %d to %s", code, to)
	}
	if _, text := s.ask("GET", "/runs", ""); !strings.Contains(text, ">first<") {
		t.Error("undo does not bring a run back")
	}
	for _, bad := range []url.Values{nil, {"run": {"none"}}, {"run": {"first"}}} { // a name is not enough to delete by
		if code, _, _ := s.post("/delete", bad); code != 400 && code != 404 {
			t.Errorf("POST /delete %v = %d, want a refusal", bad, code)
		}
	}
}

func TestModels(t *testing.T) {
	s := open(t, web.Options{})
	r := s.run(tracker.Run{Name: "maker"}, nil)
	for _, text := range []string{"one", "two"} {
		must(s.store.PutModel(t.Context(), tracker.Model{Name: "wine", Run: r.ID, Digest: put(t, s.store, text), Family: "mlp"}))(t)
	}
	for _, tt := range []struct {
		form url.Values
		code int
		has  string
	}{
		{url.Values{"do": {"promote"}, "version": {"1"}, "alias": {"@champion"}, "why": {"it is first"}}, 303, "it is first"},
		{url.Values{"do": {"promote"}, "version": {"2"}, "alias": {"champion"}}, 303, "@champion → 2"},
		{url.Values{"do": {"rollback"}, "alias": {"champion"}}, 303, "@champion → 1"},
		{url.Values{"do": {"rollback"}, "alias": {"champion"}}, 404, "@champion → 1"},
		{url.Values{"do": {"stage"}, "version": {"2"}, "value": {"Production"}}, 303, "<td>Production</td>"},
		{url.Values{"do": {"stage"}, "version": {"2"}, "value": {"Sold"}}, 400, "<td>Production</td>"},
		{url.Values{"do": {"promote"}, "version": {"9"}, "alias": {"champion"}}, 404, "@champion → 1"},
		{url.Values{"do": {"promote"}, "version": {"1"}, "alias": {"a b"}}, 400, "@champion → 1"},
		{url.Values{"do": {"describe"}, "value": {"good <i>wine</i>"}}, 303, "good &lt;i&gt;wine&lt;/i&gt;"},
		{url.Values{"do": {"unalias"}, "alias": {"champion"}}, 303, "<b>unalias</b> @champion"},
		{url.Values{"do": {"delete"}, "version": {"1"}}, 400, "maker"},
	} {
		code, to, text := s.post("/models/wine", tt.form)
		if code != tt.code || code == 303 && to != "/models/wine" {
			t.Errorf("POST %v = %d to %s, want %d: %.400s", tt.form, code, to, tt.code, text)
		}
		if _, text := s.ask("GET", "/models/wine", ""); !strings.Contains(text, tt.has) {
			t.Errorf("after %v the page lacks %s", tt.form, tt.has)
		}
	}
}

func TestRename(t *testing.T) {
	s := open(t, web.Options{})
	r := s.run(tracker.Run{Name: "old"}, nil)
	for name, want := range map[string]int{" <b>new</b> ": 303, " ": 400} {
		if code, _, text := s.post("/runs/"+r.ID+"/name", url.Values{"name": {name}}); code != want {
			t.Errorf("rename to %q = %d, want %d: %.300s", name, code, want, text)
		}
	}
	if _, text := s.ask("GET", "/runs/"+r.ID, ""); !strings.Contains(text, ">&lt;b&gt;new&lt;/b&gt;</h1>") {
		t.Error("the page has not the new name")
	}
}
