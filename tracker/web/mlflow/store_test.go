package mlflow_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/tracker"
)

func TestClosedRunTakesWhatIsLoggedAndStaysClosed(t *testing.T) {
	p := newPeer(t)
	id := p.run(`{}`)
	p.ok("POST", "runs/update", `{"run_id":"`+id+`","status":"FAILED","end_time":1}`)
	p.ok("POST", "runs/log-metric", `{"run_id":"`+id+`","key":"m","value":1,"timestamp":1}`)
	p.ok("POST", "runs/log-parameter", `{"run_id":"`+id+`","key":"p","value":"1"}`)
	p.ok("POST", "runs/set-tag", `{"run_id":"`+id+`","key":"t","value":"v"}`)
	r, err := p.store.Run(t.Context(), id)
	if err != nil || r.Status != tracker.Failed || r.Ended.IsZero() || r.Metrics["m"] != 1 || r.Params["p"] != "1" || r.Tags["t"] != "v" {
		t.Errorf("run = %+v, %v; want it failed, with all that was logged", r, err)
	}
	if r.Source.Process.PID == 0 {
		t.Error("the run was not in the server's hands while it was open: nobody would close it after the server's death")
	}
	p.ok("POST", "runs/update", `{"run_id":"`+id+`","status":"RUNNING"}`)
	r, err = p.store.Run(t.Context(), id)
	if err != nil || r.Status != tracker.Running || r.Source.Process != (tracker.Process{}) {
		t.Errorf("run after status RUNNING = %+v, %v; want it open, and of no process that a reaper looks for", r, err)
	}
	p.ok("POST", "runs/update", `{"run_id":"`+id+`","status":"SCHEDULED"}`)
	p.ok("POST", "runs/update", `{"run_id":"`+id+`","status":3}`)
	if r, _ = p.store.Run(t.Context(), id); r.Status != tracker.Finished {
		t.Errorf("status = %s, want finished", r.Status)
	}
}

func TestManyLogToAClosedRun(t *testing.T) {
	p := newPeer(t)
	id := p.run(`{}`)
	p.ok("POST", "runs/update", `{"run_id":"`+id+`","status":"FINISHED"}`)
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			p.ok("POST", "runs/log-metric", fmt.Sprintf(`{"run_id":"%s","key":"m","value":%d,"timestamp":1}`, id, i))
		})
	}
	all.Wait()
	pts, err := p.store.Points(t.Context(), id, "m")
	r, _ := p.store.Run(t.Context(), id)
	if err != nil || len(pts) != 40 || r.Status != tracker.Finished {
		t.Errorf("%d points, status %s, %v; want 40, finished", len(pts), r.Status, err)
	}
}

// cellarRun makes a run as Cellar's own steps do, a child of another.
func cellarRun(t *testing.T, p *peer) (tracker.Run, tracker.Model) {
	ctx := t.Context()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	parent, err := p.store.CreateRun(ctx, tracker.Run{Experiment: "wine"})
	ok(err)
	r, err := p.store.CreateRun(ctx, tracker.Run{Experiment: "wine", Parent: parent.ID, Kind: "train", Params: map[string]any{"lr": 0.01, "n": 3, "on": true, "list": []any{1, 2}},
		Tags: map[string]string{"team": "x"}, Source: tracker.Source{Command: "%train mlp", Git: tracker.Git{Commit: "abc"}}})
	ok(err)
	ok(p.store.Log(ctx, r.ID, tracker.Point{Metric: "loss{subset=val}", Step: 9, Value: 0.5}))
	digest, size, err := p.store.Blobs().Put(ctx, strings.NewReader("packed"))
	ok(err)
	ok(p.store.AddArtifact(ctx, tracker.Artifact{Run: r.ID, Name: "model.cellar", Digest: digest, Size: size}))
	d, err := p.store.PutDataset(ctx, tracker.DatasetVersion{Name: "wine", Digest: digest, Rows: 7, Columns: []tracker.Column{{Name: "a", Type: "double"}}})
	ok(err)
	ok(p.store.AddEdges(ctx, tracker.Edge{From: tracker.Node{Kind: tracker.KindDataset, ID: d.Ref()}, To: tracker.Node{Kind: tracker.KindRun, ID: r.ID}, Role: "train"}))
	m, err := p.store.PutModel(ctx, tracker.Model{Name: "wine", Run: r.ID, Digest: digest, Family: "mlp"})
	ok(err)
	ok(p.store.FinishRun(ctx, r.ID, tracker.Interrupted, "enough"))
	return r, m
}

func TestRunOfCellarsIsWhole(t *testing.T) {
	p := newPeer(t)
	r, m := cellarRun(t, p)
	got := at(p.ok("GET", "runs/get?run_id="+r.ID, ""), "run")
	if s := at(got, "info", "status"); s != "KILLED" {
		t.Errorf("status of an interrupted run = %v, want KILLED", s)
	}
	type kv = map[string]any
	want := []any{kv{"key": "list", "value": "[1,2]"}, kv{"key": "lr", "value": "0.01"}, kv{"key": "n", "value": "3"}, kv{"key": "on", "value": "true"}}
	if diff := cmp.Diff(want, at(got, "data", "params")); diff != "" {
		t.Errorf("params (-want +got):\n%s", diff)
	}
	want = []any{kv{"key": "mlflow.parentRunId", "value": r.Parent}, kv{"key": "mlflow.runName", "value": r.Name}, kv{"key": "mlflow.source.git.commit", "value": "abc"},
		kv{"key": "mlflow.source.name", "value": "%train mlp"}, kv{"key": "team", "value": "x"}}
	if diff := cmp.Diff(want, at(got, "data", "tags")); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	if x := at(got, "data", "metrics").([]any)[0]; at(x, "key") != "loss{subset=val}" || at(x, "step") != 9.0 || at(x, "value") != 0.5 {
		t.Errorf("metric = %v, want loss{subset=val} 0.5 at step 9", x)
	}
	in := at(got, "inputs", "dataset_inputs").([]any)
	if len(in) != 1 || at(in[0], "dataset", "name") != "wine" || !strings.Contains(at(in[0], "dataset", "source").(string), "wine@v1") {
		t.Errorf("inputs = %v, want wine@v1", in)
	}
	v := at(p.ok("GET", "model-versions/get?name=wine&version=1", ""), "model_version")
	if source := at(v, "source"); !strings.HasSuffix(source.(string), "/"+r.ID+"/artifacts/model.cellar") {
		t.Errorf("source of %s = %v, want the artifact of its run", m.Ref(), source)
	}
	search(p, at(got, "info", "experiment_id").(string), r)
}

// search looks for a run of Cellar's and its parent by MLflow's filters.
func search(p *peer, e string, r tracker.Run) {
	p.Helper()
	p.ok("POST", "runs/log-batch", `{"run_id":"`+r.ID+`","params":[{"key":"lr","value":"0.01"},{"key":"new","value":"1"}]}`)
	p.refused("POST", "mlflow/runs/log-parameter", `{"run_id":"`+r.ID+`","key":"n","value":"4"}`, 400, "INVALID_PARAMETER_VALUE", "already logged with value='3'")
	for filter, n := range map[string]int{
		"": 2, "attributes.status = 'KILLED'": 1, "attributes.status != 'KILLED'": 1, "tags.mlflow.parentRunId = '" + r.Parent + "'": 1,
		"tags.`mlflow.runName` LIKE '%'": 2, "dataset.name = 'wine'": 1, "params.lr < 0.1 or params.lr = 7": 1, "attributes.status IN ('KILLED', 'FAILED')": 1,
	} {
		found := p.ok("POST", "runs/search", fmt.Sprintf(`{"experiment_ids":[%q,"77"],"filter":%q,"order_by":["tags.mlflow.runName"]}`, e, filter))
		list, _ := found["runs"].([]any)
		if len(list) != n {
			p.Errorf("search %q found %d runs, want %d", filter, len(list), n)
		}
	}
	if list := p.ok("POST", "runs/search", `{}`)["runs"]; list != nil {
		p.Errorf("search in no experiment = %v, want none", list)
	}
}

func TestDefaultExperimentIsThereBeforeItsFirstRun(t *testing.T) {
	p := newPeer(t)
	for _, path := range []string{"experiments/get?experiment_id=0", "experiments/get-by-name?experiment_name=Default"} {
		e := at(p.ok("GET", path, ""), "experiment")
		if at(e, "experiment_id") != "0" || at(e, "name") != "Default" || at(e, "artifact_location") != "mlflow-artifacts:/0" {
			t.Errorf("%s = %v, want experiment 0, Default", path, e)
		}
	}
	if all, err := p.store.Experiments(t.Context()); len(all) != 0 || err != nil {
		t.Errorf("experiments after reading = %v, %v; want none made", all, err)
	}
	p.ok("POST", "experiments/set-experiment-tag", `{"experiment_id":"0","key":"k","value":"v"}`)
	id := p.run(`{"experiment_id":"0"}`)
	r, err := p.store.Run(t.Context(), id)
	all, _ := p.store.Experiments(t.Context())
	if err != nil || r.Experiment != tracker.DefaultExperiment || len(all) != 1 || all[0].Tags["k"] != "v" {
		t.Errorf("run in %q (%v), experiments %v; want the default one with its tag", r.Experiment, err, all)
	}
}

func TestModelLoggedOutsideOfRuns(t *testing.T) {
	p := newPeer(t)
	m := p.ok("POST", "logged-models", `{"experiment_id":"0","name":"alone","params":[{"key":"a","value":"1"}]}`)
	id := at(m, "model", "info", "model_id").(string)
	root := "/api/2.0/" + strings.Replace(at(m, "model", "info", "artifact_uri").(string), "mlflow-artifacts:/", "mlflow-artifacts/artifacts/", 1)
	for _, name := range []string{"MLmodel", "data/weights"} {
		if code, text, _ := p.send("PUT", root+"/"+name, name); code != 200 {
			t.Fatalf("PUT %s = %d %s", name, code, text)
		}
	}
	p.ok("PATCH", "logged-models/"+id, `{"status":"LOGGED_MODEL_READY"}`)
	if code, text, _ := p.send("GET", root+"/data/weights", ""); code != 200 || text != "data/weights" {
		t.Errorf("GET weights = %d %q", code, text)
	}
	files := p.ok("GET", "logged-models/"+id+"/artifacts/directories", "")["files"].([]any)
	if len(files) != 2 || at(files[0], "path") != "MLmodel" {
		t.Errorf("files = %v, want MLmodel and data", files)
	}
	p.ok("POST", "registered-models/create", `{"name":"alone"}`)
	v := at(p.ok("POST", "model-versions/create", `{"name":"alone","source":"models:/`+id+`","model_id":"`+id+`"}`), "model_version")
	if uri := p.ok("GET", "model-versions/get-download-uri?name=alone&version=1", "")["artifact_uri"]; at(v, "run_id") != "" || uri != at(m, "model", "info", "artifact_uri") {
		t.Errorf("version = %v, uri %v; want no run, and the model's files", v, uri)
	}
	runs, err := p.store.Runs(t.Context(), tracker.Query{})
	if err != nil || len(runs) != 1 || runs[0].Kind != "model" || runs[0].Status != tracker.Finished {
		t.Errorf("Runs = %+v, %v; want one of kind model that has the files", runs, err)
	}
	if list := p.ok("POST", "runs/search", `{"experiment_ids":["0"]}`)["runs"]; list != nil {
		t.Errorf("MLflow's runs = %v, want none: nobody started one", list)
	}
	p.ok("DELETE", "logged-models/"+id, `{"model_id":"`+id+`"}`)
	p.refused("GET", "mlflow/logged-models/"+id, "", 404, "RESOURCE_DOES_NOT_EXIST", id)
	p.ok("GET", "logged-models/"+id+"?allow_deleted=true", "")
}

func TestHistoriesInBulk(t *testing.T) {
	p := newPeer(t)
	a, b := p.run(`{}`), p.run(`{}`)
	var metrics []string
	for i := range 100 {
		metrics = append(metrics, fmt.Sprintf(`{"key":"m","value":%d,"timestamp":%d,"step":%d}`, i, i, i))
	}
	for _, id := range []string{a, b} {
		p.ok("POST", "runs/log-batch", `{"run_id":"`+id+`","metrics":[`+strings.Join(metrics, ",")+`]}`)
	}
	steps := func(path string) (out []any) {
		list, _ := p.ok("GET", path, "")["metrics"].([]any)
		for _, x := range list {
			out = append(out, at(x, "step"))
		}
		return out
	}
	if got := steps("metrics/get-history-bulk?run_id=" + a + "&run_id=" + b + "&metric_key=m&max_results=150"); len(got) != 150 {
		t.Errorf("bulk gives %d points, want 150", len(got))
	}
	for query, want := range map[string][]any{
		"&max_results=4": {0.0, 33.0, 66.0, 99.0},
		"&max_results=1": {99.0},
		"&max_results=3&start_step=10&end_step=12": {10.0, 11.0, 12.0},
		"&start_step=200&end_step=300":             nil,
	} {
		if diff := cmp.Diff(want, steps("metrics/get-history-bulk-interval?run_ids="+a+"&metric_key=m"+query)); diff != "" {
			t.Errorf("interval %s (-want +got):\n%s", query, diff)
		}
	}
	p.refused("GET", "mlflow/metrics/get-history-bulk-interval?run_ids="+a+"&metric_key=m&start_step=1", "", 400, "INVALID_PARAMETER_VALUE", "both")
	p.refused("GET", "mlflow/metrics/get-history-bulk?metric_key=m", "", 400, "INVALID_PARAMETER_VALUE", "run_ids")
}
