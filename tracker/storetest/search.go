package storetest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/search"
)

// parsed is the query of a filter.
func parsed(t *testing.T, filter string) tracker.Query {
	t.Helper()
	q, err := search.Parse(filter)
	if err != nil {
		t.Fatalf("Parse(%s) = %v (hint: %s)", filter, err, hint.Of(err))
	}
	return tracker.Query{Where: q.Where, Order: q.Order}
}

// names are the runs that a store finds.
func names(t *testing.T, s tracker.Store, q tracker.Query) []string {
	t.Helper()
	runs, err := s.Runs(t.Context(), q)
	ok(t, err)
	out := []string{}
	for _, r := range runs {
		out = append(out, r.Name)
	}
	return out
}

// made makes a run with metrics and ends it, unless it shall stay open.
func made(t *testing.T, s tracker.Store, r tracker.Run, open bool, metrics map[string]float64, reads ...string) tracker.Run {
	t.Helper()
	r = must(t, s, r)
	for m, v := range metrics {
		ok(t, s.Log(t.Context(), r.ID, point(m, 1, 7), point(m, 0, v)))
	}
	for _, ref := range reads {
		role, id, found := strings.Cut(ref, " ")
		if !found {
			role, id = "train", ref
		}
		ok(t, s.AddEdges(t.Context(), tracker.Edge{From: tracker.Node{Kind: tracker.KindDataset, ID: id}, To: tracker.Node{Kind: tracker.KindRun, ID: r.ID}, Role: role}))
	}
	if !open {
		ok(t, s.FinishRun(t.Context(), r.ID, tracker.Finished, ""))
	}
	return r
}

// shelf fills a store with runs that each table below asks for.
func shelf(t *testing.T, s tracker.Store) {
	t.Helper()
	for _, d := range []byte("ab") {
		_, err := s.PutDataset(t.Context(), tracker.DatasetVersion{Name: "wine", Digest: digest(d)})
		ok(t, err)
	}
	type metrics = map[string]float64
	a := made(t, s, tracker.Run{Name: "a", Kind: "train", Params: map[string]any{"lr": 0.1, "model": "mlp", "deep": "10", "on": true}, Tags: map[string]string{"team": "x", "mlflow.user": "ann"}},
		false, metrics{"auc": 0.9, "f1 score": 0.5}, "wine@v1")
	made(t, s, tracker.Run{Name: "b", Kind: "train", Experiment: "second", Params: map[string]any{"lr": "0.01", "model": "MLP big", "deep": 9}, Tags: map[string]string{"team": "y"}},
		true, metrics{"auc": math.NaN()}, "wine@v2", "evaluate beer@v1")
	made(t, s, tracker.Run{Name: "c", Kind: "explain", Parent: a.ID, Params: map[string]any{"lr": "slow", "none": nil}, Source: tracker.Source{Seed: 7, Host: "h"}},
		false, metrics{"auc": math.Inf(1), "loss": 2})
	made(t, s, tracker.Run{Name: "d", Params: map[string]any{"lr": math.NaN(), "text": strings.Repeat("long", 40)}}, true, metrics{"auc": 0.2, "loss": 2}, "wine@v2")
	made(t, s, tracker.Run{Name: "e"}, false, nil)
}

var filterTable = []struct{ filter, want string }{
	{"", "e d c b a"},
	{"metrics.auc > 0.5", "c a"},
	{"metrics.auc >= 0.2 and metrics.auc < inf", "d a"},
	{"metrics.auc != 0.2", "c b a"}, // NaN is not equal to anything
	{"metrics.auc = 0.2 or metrics.loss = 2", "d c"},
	{"not metrics.auc > 0.5", "e d b"},
	{"metrics.auc is null", "e"}, {"metrics.auc is not null", "d c b a"},
	{"metrics.auc is nan", "b"}, {"metrics.auc is not nan", "d c a"},
	{"metrics.auc in (0.9, 0.2)", "d a"}, {"metrics.auc not in (0.9, 0.2)", "c b"},
	{"metrics.`f1 score` <= .5", "a"}, {`metrics."f1 score" < 5e-1`, ""},
	{"metrics.auc > -inf and not (metrics.loss = 2 or metrics.auc is nan)", "a"},
	{"params.lr < 0.05", "b"}, {"params.lr <= 0.1", "b a"}, {"params.lr = 0.1", "a"}, {"params.lr = '0.1'", "a"},
	{"params.lr > '0.05'", "a"}, {"params.lr != 0.1", "d c b"}, {"params.lr is nan", "d"}, {"params.lr is not nan", "c b a"},
	{"params.deep > 9", "a"}, {"params.deep = 10", "a"}, {"params.deep = '9'", "b"}, {"params.deep in (9, '10')", "b a"},
	{"params.deep not in (9, '10')", ""}, {"params.lr > 'q'", "d c"}, // as text: {"$float":"NaN"} is after q
	{"params.model like 'mlp%'", "a"}, {"params.model ilike 'mlp%'", "b a"}, {"params.model not ilike '%big'", "a"},
	{"params.model like '_LP b_g'", "b"}, {"params.model like '[mM]*'", ""}, {"params.on = 'true'", "a"},
	{"params.none is null", "e d c b a"}, {"params.none = 'null'", ""}, {"params.text like 'longlong%'", "d"},
	{"params.text = '" + strings.Repeat("long", 40) + "'", "d"}, {"params.text = '" + strings.Repeat("long", 39) + "'", ""},
	{"params.text = '" + strings.Repeat("long", 16) + "'", ""},
	{"tags.team = \"x\"", "a"}, {"tags.team != \"x\"", "b"}, {"not tags.team = \"x\"", "e d c b"}, {"tags.team is null", "e d c"},
	{"tags.`mlflow.user` = 'ann'", "a"}, {"tags.mlflow.user = 'ann'", "a"},
	{"status = 'RUNNING'", "d b"}, {"status != 'running'", "e c a"}, {"status in ('killed', 'finished')", "e c a"}, {"status like 'FIN%'", "e c a"},
	{"name = 'a' or run_name = 'b'", "b a"}, {"attributes.`Run name` in ('a', 'b')", "b a"}, {"attributes.run_name not like '%a%'", "e d c b"},
	{"experiment = 'second'", "b"}, {"kind = 'train'", "b a"}, {"kind is null", "e d"}, {"parent is not null", "c"}, {"seed > 6", "c"}, {"host = 'h'", "c"},
	{"end_time is null", "d b"}, {"start_time >= '2026-03-04' and start_time < '2027-01-01'", "e d c b a"}, {"start_time > '2026-03-05'", ""},
	{"dataset = 'wine'", "d b a"}, {"dataset = \"wine@v2\"", "d b"}, {"datasets.name like 'b%'", "b"}, {"dataset != 'wine'", "b"},
	{"not dataset = 'wine'", "e c"}, {"dataset is null", "e c"}, {"dataset.context = 'evaluate'", "b"}, {"dataset in ('beer', 'wine@v1')", "b a"},
	{"dataset.digest = '" + string(digest('b')) + "'", "d b"}, {"dataset.digest is null", "e c"}, {"dataset = 'win'", ""}, {"dataset like '%v1'", "b a"},
	{"order by metrics.auc", "d a c b e"}, {"order by metrics.auc desc", "c a d b e"},
	{"order by metrics.loss, metrics.auc desc", "c d a b e"},
	{"order by params.lr", "b a d c e"}, {"order by params.lr desc", "a b d c e"},
	{"order by tags.team desc, name", "b a c d e"}, {"order by start_time asc", "a b c d e"}, {"order by end_time desc, name", "e c a b d"},
	{"metrics.auc is not null order by kind, name desc", "c b a d"}, {"order by experiment desc, seed desc", "b c e d a"},
}

var searchTests = []test{
	{"Filters", func(t *testing.T, s tracker.Store) {
		shelf(t, s)
		for _, tt := range filterTable {
			if got := strings.Join(names(t, s, parsed(t, tt.filter)), " "); got != tt.want {
				t.Errorf("Runs(%s) = %q, want %q", tt.filter, got, tt.want)
			}
		}
	}},
	{"FiltersWithTheRestOfAQuery", func(t *testing.T, s tracker.Store) {
		shelf(t, s)
		q := parsed(t, "metrics.auc is not null order by metrics.auc")
		q.Limit, q.Offset = 2, 1
		same(t, "the second and third by auc", []string{"a", "c"}, names(t, s, q))
		q.Offset, q.Limit = 9, 0
		same(t, "past the end", []string{}, names(t, s, q))
		q = tracker.Query{Offset: 1, Limit: 2}
		same(t, "the second and third", []string{"d", "c"}, names(t, s, q))
		q = parsed(t, "metrics.auc is not null or metrics.auc is null")
		q.Status, q.Kind, q.Experiment = tracker.Running, "train", "second"
		same(t, "with fields", []string{"b"}, names(t, s, q))
	}},
	{"MetricsInAContext", func(t *testing.T, s tracker.Store) {
		val := tracker.InContext("loss", map[string]string{"subset": "val", "fold": "a b"})
		made(t, s, tracker.Run{Name: "r"}, false, map[string]float64{"loss": 1, val: 2})
		for filter, want := range map[string][]string{
			"metrics.loss{fold=a b,subset=val} = 2": {"r"}, `metrics."loss{fold=a b,subset=val}" > 1`: {"r"}, "metrics.loss = 2": {}, "metrics.loss{subset=val} = 2": {},
		} {
			same(t, filter, want, names(t, s, parsed(t, filter)))
		}
	}},
	{"LastValueCounts", func(t *testing.T, s tracker.Store) {
		r := made(t, s, tracker.Run{Name: "r"}, true, map[string]float64{"loss": 1})
		for _, v := range []float64{3, 2} {
			ok(t, s.Log(t.Context(), r.ID, point("loss", int64(-v), v)))
			same(t, "open", []string{"r"}, names(t, s, parsed(t, fmt.Sprintf("metrics.loss = %g", v))))
		}
		ok(t, s.FinishRun(t.Context(), r.ID, tracker.Killed, ""))
		same(t, "closed, last", []string{"r"}, names(t, s, parsed(t, "metrics.loss = 2")))
		same(t, "closed, smaller", []string{}, names(t, s, parsed(t, "metrics.loss < 2")))
		ok(t, s.SetTags(t.Context(), r.ID, map[string]string{"v": "2"}))
		same(t, "tag", []string{"r"}, names(t, s, parsed(t, "tags.v < 3")))
		ok(t, s.SetTags(t.Context(), r.ID, map[string]string{"v": "x"}))
		same(t, "tag set again", []string{}, names(t, s, parsed(t, "tags.v < 3")))
		ok(t, s.DeleteRun(t.Context(), r.ID))
		same(t, "deleted", []string{}, names(t, s, parsed(t, "metrics.loss = 2 or not metrics.loss = 2")))
	}},
	{"LargestFilters", func(t *testing.T, s tracker.Store) {
		shelf(t, s)
		for _, filter := range []string{
			strings.Repeat("not (", search.MaxDepth/2) + "metrics.auc > 0.5" + strings.Repeat(")", search.MaxDepth/2),
			strings.Repeat("params.lr = 5 or ", search.MaxComparisons-1) + "metrics.auc > 0.5",
			"metrics.auc > 0.5 and run_id not in (" + strings.Repeat("'a',", 20_000) + "'b')",
			"metrics.auc > 0.5 and params.model not ilike '" + strings.Repeat("%a", search.MaxPattern/2) + "' or name = 'c'",
		} {
			same(t, filter[:20], []string{"c", "a"}, names(t, s, parsed(t, filter)))
		}
	}},
	{"RandomFilters", func(t *testing.T, s tracker.Store) { randomFilters(t, s, 60, 600) }},
	{"RandomFiltersOfMany", func(t *testing.T, s tracker.Store) { randomFilters(t, s, 500, 100) }},
}

// randomFilters compares what a store finds with what the evaluator in memory
// does, and that filters are read back as they are written.
func randomFilters(t *testing.T, s tracker.Store, runs, filters int) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range runs {
		randomRun(t, s, rng, i)
	}
	facts := factsOf(t, s)
	for range filters {
		q := tracker.Query{Where: randomExpr(rng, 3), Order: randomOrder(rng), Limit: rng.IntN(40), Offset: rng.IntN(4)}
		text := search.Query{Where: q.Where, Order: q.Order}.String()
		back, err := search.Parse(text)
		if err != nil {
			t.Fatalf("Parse(%s) = %v", text, err)
		}
		same(t, "Parse of "+text, q.Where, back.Where)
		same(t, fmt.Sprintf("Runs(%s) limit %d offset %d", text, q.Limit, q.Offset), reference(facts, q), names(t, s, q))
	}
}

// factsOf reads all that a filter can look at by the other methods of a store.
func factsOf(t *testing.T, s tracker.Store) []tracker.Facts {
	t.Helper()
	runs, err := s.Runs(t.Context(), tracker.Query{})
	ok(t, err)
	edges, err := s.Edges(t.Context())
	ok(t, err)
	versions, err := s.Datasets(t.Context())
	ok(t, err)
	var out []tracker.Facts
	for _, r := range runs {
		f := tracker.Facts{Run: r}
		for _, e := range edges {
			if e.To.ID != r.ID || e.From.Kind != tracker.KindDataset {
				continue
			}
			in := tracker.Input{Ref: e.From.ID, Role: e.Role}
			if i := slices.IndexFunc(versions, func(d tracker.DatasetVersion) bool { return d.Ref() == e.From.ID }); i >= 0 {
				in.Digest = versions[i].Digest
			}
			f.Inputs = append(f.Inputs, in)
		}
		out = append(out, f)
	}
	return out
}

// reference is what the evaluator in memory finds.
func reference(facts []tracker.Facts, q tracker.Query) []string {
	var found []tracker.Facts
	for _, f := range facts {
		if search.Match(q.Where, f) {
			found = append(found, f)
		}
	}
	slices.SortStableFunc(found, func(a, b tracker.Facts) int { return search.Before(q.Order, a, b) })
	found = found[min(q.Offset, len(found)):]
	if q.Limit > 0 {
		found = found[:min(q.Limit, len(found))]
	}
	out := []string{}
	for _, f := range found {
		out = append(out, f.Run.Name)
	}
	return out
}

func randomRun(t *testing.T, s tracker.Store, rng *rand.Rand, i int) {
	t.Helper()
	r := tracker.Run{Name: fmt.Sprint("r", i), Kind: pick(rng, kinds), Started: Epoch.Truncate(time.Millisecond).Add(time.Duration(rng.IntN(5)) * time.Millisecond / 2),
		Params: map[string]any{}, Tags: map[string]string{}, Source: tracker.Source{Seed: int64(rng.IntN(3))}}
	for _, name := range fieldNames {
		if rng.IntN(3) > 0 {
			r.Params[name] = pick(rng, paramValues)
		}
		if rng.IntN(3) > 0 {
			r.Tags[name] = pick(rng, textValues)
		}
	}
	metrics := map[string]float64{}
	for _, name := range fieldNames {
		if rng.IntN(3) > 0 {
			metrics[name] = pick(rng, numberValues)
		}
	}
	var reads []string
	for _, ref := range []string{"wine@v1", "wine@v2", "evaluate beer@v1", "wine-x@v1"} {
		if rng.IntN(3) == 0 {
			reads = append(reads, ref)
		}
	}
	made(t, s, r, rng.IntN(3) == 0, metrics, reads...)
}
