package storetest

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// putModel registers a version of name or ends the test.
func putModel(t *testing.T, s tracker.Store, name string) tracker.Model {
	t.Helper()
	m, err := s.PutModel(t.Context(), tracker.Model{Name: name, Digest: digest('a'), Family: "mlp", By: "ada@here"})
	ok(t, err)
	return m
}

// change makes a change that must succeed.
func change(t *testing.T, s tracker.Store, c tracker.ModelChange) tracker.ModelEvent {
	t.Helper()
	e, err := s.ChangeModel(t.Context(), c)
	if err != nil {
		t.Fatalf("ChangeModel(%+v) = %v", c, err)
	}
	return e
}

// refuse makes a change that must not succeed, and must leave no event.
func refuse(t *testing.T, s tracker.Store, c tracker.ModelChange, want error) {
	t.Helper()
	before, err := s.ModelEvents(t.Context(), "")
	ok(t, err)
	_, got := s.ChangeModel(t.Context(), c)
	if got == nil || want != nil && !errors.Is(got, want) {
		t.Errorf("ChangeModel(%+v) = %v, want an error that is %v", c, got, want)
	}
	after, err := s.ModelEvents(t.Context(), "")
	ok(t, err)
	same(t, "events after a refused change", before, after)
}

func promote(name string, version int, alias string) tracker.ModelChange {
	return tracker.ModelChange{Do: tracker.ActPromote, Model: name, Version: version, Alias: alias, Who: "ada@here", Why: "better"}
}

var modelTests = []test{
	{"ModelVersions", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{})
		m1, err := s.PutModel(t.Context(), tracker.Model{Name: "m", Run: r.ID, Digest: digest('a'), Family: "mlp", By: "ada@here",
			Description: "first", Stage: tracker.Staging, Tags: map[string]string{"k": "v"}, Aliases: []string{"not-taken"}})
		ok(t, err)
		m2, err := s.PutModel(t.Context(), tracker.Model{Name: "m", Digest: digest('a'), Family: "linear"})
		ok(t, err)
		if m1.Version != 1 || m2.Version != 2 || m1.Run != r.ID || m1.Created.IsZero() || !m1.Updated.Equal(m1.Created) || m1.Aliases != nil {
			t.Errorf("PutModel twice = %+v, %+v; want versions 1 and 2", m1, m2)
		}
		for ref, want := range map[string]tracker.Model{"m": m2, "m@v1": m1, "m@2": m2, "m@latest": m2} {
			got, err := s.Model(t.Context(), ref)
			ok(t, err)
			same(t, "Model("+ref+")", want, got)
		}
		for _, ref := range []string{"m@v9", "m@champion", "m@", "@v1", "m@v0", "m@<b>", "m@-x", "other", ""} {
			_, err := s.Model(t.Context(), ref)
			wantErr(t, "Model("+ref+")", err, tracker.ErrNotFound)
		}
		_, err = s.PutModel(t.Context(), tracker.Model{Name: "m", Run: "nobody", Digest: digest('a')})
		wantErr(t, "PutModel(unknown run)", err, tracker.ErrNotFound)
		for _, bad := range []tracker.Model{{Name: "a@b", Digest: digest('a')}, {Name: "a"}, {Digest: digest('a')},
			{Name: "a", Digest: digest('a'), Stage: "Nowhere"}, {Name: "a", Digest: digest('a'), Version: -1}} {
			if _, err := s.PutModel(t.Context(), bad); err == nil {
				t.Errorf("PutModel(%+v) = nil, want an error", bad)
			}
		}
		all, err := s.Models(t.Context())
		ok(t, err)
		same(t, "Models", []tracker.Model{m1, m2}, all)
	}},
	{"ModelVersionsDoNotChange", func(t *testing.T, s tracker.Store) {
		m := putModel(t, s, "m")
		_, err := s.PutModel(t.Context(), tracker.Model{Name: "m", Version: 1, Digest: digest('b'), Family: "other"})
		wantErr(t, "PutModel(version 1 again)", err, tracker.ErrConflict)
		got, err := s.Model(t.Context(), "m@v1")
		ok(t, err)
		same(t, "the version", m, got)
		m5, err := s.PutModel(t.Context(), tracker.Model{Name: "m", Version: 5, Digest: digest('b')})
		ok(t, err)
		if next := putModel(t, s, "m"); m5.Version != 5 || next.Version != 6 {
			t.Errorf("PutModel(version 5), PutModel = %d, %d; want 5, 6", m5.Version, next.Version)
		}
		change(t, s, tracker.ModelChange{Do: tracker.ActDelete, Model: "m", Version: 6})
		_, err = s.PutModel(t.Context(), tracker.Model{Name: "m", Version: 6, Digest: digest('b')})
		wantErr(t, "PutModel(a deleted version)", err, tracker.ErrConflict)
		if next := putModel(t, s, "m"); next.Version != 7 {
			t.Errorf("PutModel after the deletion of v6 = v%d, want v7", next.Version)
		}
	}},
	{"RegisteredModels", func(t *testing.T, s tracker.Store) {
		none, err := s.RegisteredModels(t.Context())
		ok(t, err)
		same(t, "RegisteredModels of an empty store", []tracker.RegisteredModel{}, none)
		change(t, s, tracker.ModelChange{Do: tracker.ActCreate, Model: "empty", Value: "nothing yet", Tags: map[string]string{"team": "x", "no": ""}, Who: "bob@there"})
		m := putModel(t, s, "a")
		last := putModel(t, s, "a")
		change(t, s, promote("a", 1, "champion"))
		e := change(t, s, promote("a", 2, "café"))
		want := []tracker.RegisteredModel{
			{Name: "a", Latest: 2, Aliases: map[string]int{"champion": 1, "café": 2}, Created: m.Created, Updated: e.Time},
			{Name: "empty", Description: "nothing yet", Tags: map[string]string{"team": "x"}, Created: Epoch, Updated: Epoch},
		}
		got, err := s.RegisteredModels(t.Context())
		ok(t, err)
		same(t, "RegisteredModels", want, got)
		one, err := s.RegisteredModel(t.Context(), "a")
		ok(t, err)
		same(t, "RegisteredModel(a)", want[0], one)
		one.Aliases["champion"] = 9
		one, err = s.RegisteredModel(t.Context(), "a")
		ok(t, err)
		same(t, "RegisteredModel(a) after the caller's map changed", want[0], one)
		_, err = s.RegisteredModel(t.Context(), "none")
		wantErr(t, "RegisteredModel(none)", err, tracker.ErrNotFound)
		refuse(t, s, tracker.ModelChange{Do: tracker.ActCreate, Model: "a"}, tracker.ErrConflict)
		last.Aliases = []string{"café"}
		byAlias, err := s.Model(t.Context(), "a@café")
		ok(t, err)
		same(t, "Model(a@café)", last, byAlias)
	}},
	{"ModelDescriptionStageTags", testModelSay},
	{"ModelAliases", testModelAliases},
	{"ModelChangeRefuses", func(t *testing.T, s tracker.Store) {
		putModel(t, s, "m")
		for _, alias := range []string{"", "v3", "3", "V12", "latest", "Latest", "a@b", "a b", "a\nb", "<b>", "-x", "a/b", "a,b", strings.Repeat("x", 257), "\xff"} {
			refuse(t, s, promote("m", 1, alias), nil)
		}
		refuse(t, s, promote("m", 2, "champion"), tracker.ErrNotFound)
		refuse(t, s, promote("n", 1, "champion"), tracker.ErrNotFound)
		refuse(t, s, promote("m", 0, "champion"), nil)
		refuse(t, s, promote("m", -1, "champion"), nil)
		for _, c := range []tracker.ModelChange{
			{Do: tracker.ActStage, Model: "m", Version: 1, Value: "Live"}, {Do: tracker.ActStage, Model: "m", Value: "Staging"}, {Do: "explode", Model: "m"},
			{Do: tracker.ActRegister, Model: "m"}, {Do: tracker.ActCreate}, {Do: tracker.ActCreate, Model: "a@b"}, {Do: tracker.ActRename, Model: "m", Value: "a@b"},
		} {
			refuse(t, s, c, nil)
		}
		refuse(t, s, tracker.ModelChange{Do: tracker.ActUnalias, Model: "m", Alias: "champion"}, tracker.ErrNotFound)
		refuse(t, s, tracker.ModelChange{Do: tracker.ActDescribe, Model: "m", Version: 4}, tracker.ErrNotFound)
	}},
	{"ModelRename", testModelRename},
	{"ModelDelete", testModelDelete},
	{"ModelNames", func(t *testing.T, s tracker.Store) {
		for _, name := range []string{"модель", "<script>alert(1)</script>", "a'; DROP TABLE models; --", `q"uote\`, "100%_x", strings.Repeat("n", 3000), "日本", "a/b c"} {
			m := putModel(t, s, name)
			c := promote(name, 1, "лучшая")
			c.Why, c.Who = "<img src=x onerror=alert(1)>\n\"'", "ä@ö"
			e := change(t, s, c)
			change(t, s, tracker.ModelChange{Do: tracker.ActTag, Model: name, Version: 1, Tags: map[string]string{"<b>": "'\"\x00日"}})
			got, err := s.Model(t.Context(), name+"@лучшая")
			ok(t, err)
			m.Aliases, m.Tags, m.Updated = []string{"лучшая"}, map[string]string{"<b>": "'\"\x00日"}, got.Updated
			same(t, "Model("+name+"@лучшая)", m, got)
			events, err := s.ModelEvents(t.Context(), name)
			ok(t, err)
			if len(events) != 3 || events[1].Why != c.Why || events[1].Who != c.Who || events[1].Seq != e.Seq {
				t.Errorf("ModelEvents(%s) = %+v, want three, the second %+v", name, events, e)
			}
		}
	}},
	{"ModelConcurrentPromotion", testModelConcurrent},
}

func testModelSay(t *testing.T, s tracker.Store) {
	want := putModel(t, s, "m")
	describe := func(version int, text string) tracker.ModelEvent {
		return change(t, s, tracker.ModelChange{Do: tracker.ActDescribe, Model: "m", Version: version, Value: text, Who: "ada@here", Why: "asked"})
	}
	e1 := describe(1, "good")
	e2 := change(t, s, tracker.ModelChange{Do: tracker.ActStage, Model: "m", Version: 1, Value: "production"})
	e3 := change(t, s, tracker.ModelChange{Do: tracker.ActTag, Model: "m", Version: 1, Tags: map[string]string{"a": "1", "b": "2"}})
	e4 := change(t, s, tracker.ModelChange{Do: tracker.ActTag, Model: "m", Version: 1, Tags: map[string]string{"a": "", "never": ""}})
	e5 := describe(0, "all of them")
	for what, c := range map[string]tracker.ModelChange{
		"description": {Do: tracker.ActDescribe, Model: "m", Version: 1, Value: "good"},
		"stage":       {Do: tracker.ActStage, Model: "m", Version: 1, Value: "Production"},
		"tags":        {Do: tracker.ActTag, Model: "m", Version: 1, Tags: map[string]string{"b": "2", "a": ""}},
	} {
		same(t, "the event of the same "+what+" again", tracker.ModelEvent{}, change(t, s, c))
	}
	want.Description, want.Stage, want.Tags, want.Updated = "good", tracker.Production, map[string]string{"b": "2"}, e4.Time
	got, err := s.Model(t.Context(), "m@v1")
	ok(t, err)
	same(t, "Model(m@v1)", want, got)
	m, err := s.RegisteredModel(t.Context(), "m")
	ok(t, err)
	same(t, "RegisteredModel(m)", tracker.RegisteredModel{Name: "m", Description: "all of them", Latest: 1, Created: want.Created, Updated: e5.Time}, m)
	events, err := s.ModelEvents(t.Context(), "m")
	ok(t, err)
	same(t, "ModelEvents", []tracker.ModelEvent{
		{Seq: e1.Seq - 1, Time: want.Created, Who: "ada@here", Do: tracker.ActRegister, Model: "m", To: 1},
		{Seq: e1.Seq, Time: e1.Time, Who: "ada@here", Do: tracker.ActDescribe, Model: "m", From: 1, To: 1, Value: "good", Why: "asked"},
		{Seq: e2.Seq, Time: e2.Time, Do: tracker.ActStage, Model: "m", From: 1, To: 1, Was: "None", Value: "Production"},
		{Seq: e3.Seq, Time: e3.Time, Do: tracker.ActTag, Model: "m", From: 1, To: 1, Tags: map[string]string{"a": "1", "b": "2"}},
		{Seq: e4.Seq, Time: e4.Time, Do: tracker.ActTag, Model: "m", From: 1, To: 1, Tags: map[string]string{"a": "", "never": ""}},
		{Seq: e5.Seq, Time: e5.Time, Who: "ada@here", Do: tracker.ActDescribe, Model: "m", Value: "all of them", Why: "asked"},
	}, events)
}

func testModelAliases(t *testing.T, s tracker.Store) {
	putModel(t, s, "m")
	putModel(t, s, "m")
	putModel(t, s, "other")
	change(t, s, promote("other", 1, "champion"))
	e1 := change(t, s, promote("m", 1, "champion"))
	c := promote("m", 2, "champion")
	c.From = 1
	e2 := change(t, s, c)
	same(t, "the event of the same promotion again", tracker.ModelEvent{}, change(t, s, promote("m", 2, "champion")))
	refuse(t, s, tracker.ModelChange{Do: tracker.ActRollback, Model: "m", Version: 1, Alias: "champion", From: 1}, tracker.ErrConflict)
	e3 := change(t, s, tracker.ModelChange{Do: tracker.ActRollback, Model: "m", Version: 1, Alias: "champion", From: 2})
	change(t, s, tracker.ModelChange{Do: tracker.ActAlias, Model: "m", Version: 1, Alias: "Champion"}) // another one
	e4 := change(t, s, tracker.ModelChange{Do: tracker.ActUnalias, Model: "m", Alias: "champion"})
	for i, want := range [][2]int{{0, 1}, {1, 2}, {2, 1}, {1, 0}} {
		if e := []tracker.ModelEvent{e1, e2, e3, e4}[i]; e.From != want[0] || e.To != want[1] || e.Alias != "champion" {
			t.Errorf("event %d = %+v, want champion from %d to %d", i, e, want[0], want[1])
		}
	}
	_, err := s.Model(t.Context(), "m@champion")
	wantErr(t, "Model(m@champion) after unalias", err, tracker.ErrNotFound)
	got, err := s.Model(t.Context(), "m@Champion")
	ok(t, err)
	if got.Version != 1 {
		t.Errorf("Model(m@Champion) = v%d, want v1", got.Version)
	}
	all, err := s.ModelEvents(t.Context(), "")
	ok(t, err)
	if len(all) != 9 || !all[0].Time.Equal(Epoch) {
		t.Errorf("ModelEvents of all = %d events from %s; want 9 from %s", len(all), all[0].Time, Epoch)
	}
}

// model is a model's end of an edge.
func model(ref string) tracker.Node { return tracker.Node{Kind: tracker.KindModel, ID: ref} }

func testModelRename(t *testing.T, s tracker.Store) {
	r := must(t, s, tracker.Run{})
	run := tracker.Node{Kind: tracker.KindRun, ID: r.ID}
	putModel(t, s, "m")
	putModel(t, s, "m2")
	change(t, s, promote("m", 1, "champion"))
	ok(t, s.AddEdges(t.Context(), tracker.Edge{From: run, To: model("m@v1"), Role: "produce"}, tracker.Edge{From: model("m@v1"), To: run, Role: "explain"},
		tracker.Edge{From: model("m2@v1"), To: run, Role: "explain"}))
	refuse(t, s, tracker.ModelChange{Do: tracker.ActRename, Model: "m", Value: "m2"}, tracker.ErrConflict)
	e := change(t, s, tracker.ModelChange{Do: tracker.ActRename, Model: "m", Value: "новая", Who: "ada@here"})
	got, err := s.Model(t.Context(), "новая@champion")
	ok(t, err)
	if got.Name != "новая" || got.Version != 1 {
		t.Errorf("Model(новая@champion) = %s, want новая@v1", got.Ref())
	}
	_, err = s.Model(t.Context(), "m")
	wantErr(t, "Model(the old name)", err, tracker.ErrNotFound)
	events, err := s.ModelEvents(t.Context(), "новая")
	ok(t, err)
	if len(events) != 3 || events[2].Was != "m" || events[2].Value != "новая" || events[2].Seq != e.Seq {
		t.Errorf("ModelEvents after rename = %+v, want three, the last from m to новая", events)
	}
	edges, err := s.Edges(t.Context())
	ok(t, err)
	var ids []string
	for _, e := range edges {
		ids = append(ids, e.From.ID, e.To.ID)
	}
	same(t, "edges after rename", []string{r.ID, "новая@v1", "новая@v1", r.ID, "m2@v1", r.ID}, ids)
	if m := putModel(t, s, "новая"); m.Version != 2 {
		t.Errorf("PutModel after rename = v%d, want v2", m.Version)
	}
	if m := putModel(t, s, "m"); m.Version != 1 {
		t.Errorf("PutModel of the free name = v%d, want v1", m.Version)
	}
}

func testModelDelete(t *testing.T, s tracker.Store) {
	r := must(t, s, tracker.Run{})
	run := tracker.Node{Kind: tracker.KindRun, ID: r.ID}
	for range 4 {
		putModel(t, s, "m")
	}
	change(t, s, promote("m", 1, "champion"))
	ok(t, s.AddEdges(t.Context(), tracker.Edge{From: model("m@v2"), To: run, Role: "explain"}, tracker.Edge{From: run, To: model("m@v3"), Role: "produce"}))
	remove := func(version int) tracker.ModelChange {
		return tracker.ModelChange{Do: tracker.ActDelete, Model: "m", Version: version, Who: "ada@here", Why: "old"}
	}
	for _, version := range []int{1, 2, 0} {
		refuse(t, s, remove(version), tracker.ErrInUse)
	}
	refuse(t, s, remove(9), tracker.ErrNotFound)
	if e := change(t, s, remove(3)); e.From != 3 || e.To != 0 {
		t.Errorf("event of a deletion = %+v, want from 3 to 0", e)
	}
	force := remove(2)
	force.Force = true
	change(t, s, force)
	edges, err := s.Edges(t.Context())
	ok(t, err)
	same(t, "edges of deleted versions", []tracker.Edge{}, edges)
	m, err := s.RegisteredModel(t.Context(), "m")
	ok(t, err)
	if m.Latest != 4 || m.Aliases["champion"] != 1 {
		t.Errorf("RegisteredModel(m) = %+v, want v4 as the newest and champion at v1", m)
	}
	force = remove(0)
	force.Force = true
	change(t, s, force)
	_, err = s.RegisteredModel(t.Context(), "m")
	wantErr(t, "RegisteredModel of a deleted one", err, tracker.ErrNotFound)
	_, err = s.Model(t.Context(), "m@champion")
	wantErr(t, "Model of a deleted one", err, tracker.ErrNotFound)
	events, err := s.ModelEvents(t.Context(), "m")
	ok(t, err)
	if len(events) != 8 {
		t.Errorf("ModelEvents of a deleted model = %d, want 8", len(events))
	}
	if again := putModel(t, s, "m"); again.Version != 5 {
		t.Errorf("PutModel under a deleted name = v%d, want v5", again.Version)
	}
}

// Promotions at once come one after the other: each event begins where the one
// before it ended, and only one of those that ask for the same From succeeds.
func testModelConcurrent(t *testing.T, s tracker.Store) {
	const each = 20
	for range 3 {
		putModel(t, s, "m")
	}
	change(t, s, promote("m", 3, "champion"))
	var wg sync.WaitGroup
	for g := range 2 {
		wg.Go(func() {
			for range each {
				if _, err := s.ChangeModel(t.Context(), promote("m", g+1, "champion")); err != nil {
					t.Errorf("ChangeModel = %v", err)
				}
			}
		})
	}
	wg.Wait()
	events, err := s.ModelEvents(t.Context(), "m")
	ok(t, err)
	at, last := 0, time.Time{}
	for _, e := range events {
		if e.Do == tracker.ActPromote {
			if e.From != at || e.To == at || e.Time.Before(last) {
				t.Errorf("event %+v follows one that ended at v%d, %s", e, at, last)
			}
			at, last = e.To, e.Time
		}
	}
	m, err := s.RegisteredModel(t.Context(), "m")
	ok(t, err)
	if m.Aliases["champion"] != at {
		t.Errorf("champion is v%d, the events end at v%d", m.Aliases["champion"], at)
	}
	testModelRace(t, s, at)
}

// testModelRace asks twice at once for champion to move away from a version.
func testModelRace(t *testing.T, s tracker.Store, at int) {
	t.Helper()
	var wg sync.WaitGroup
	var won sync.Map
	for g := range 2 {
		wg.Go(func() {
			c := promote("m", 3-at+g*at, "champion") // the other of 1 and 2, or 3
			c.From = at
			if _, err := s.ChangeModel(t.Context(), c); err == nil {
				won.Store(g, true)
			} else if !errors.Is(err, tracker.ErrConflict) {
				t.Errorf("ChangeModel(%+v) = %v, want ErrConflict", c, err)
			}
		})
	}
	wg.Wait()
	n := 0
	won.Range(func(any, any) bool { n++; return true })
	if n != 1 {
		t.Errorf("%d of two promotions from v%d succeeded, want 1", n, at)
	}
}
