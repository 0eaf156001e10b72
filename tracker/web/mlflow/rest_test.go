package mlflow_test

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/mem"
	"github.com/cellar-ml/cellar/tracker/storetest"
	"github.com/cellar-ml/cellar/tracker/web/mlflow"
)

// A peer is a server under test with its store.
type peer struct {
	*testing.T
	store tracker.Store
	h     http.Handler
}

func newPeer(t *testing.T) *peer {
	s := mem.New(mem.Options{Now: storetest.Clock(), Rand: &storetest.Rand{}})
	t.Cleanup(func() { _ = s.Close() })
	return &peer{t, s, mlflow.Handler(s, mlflow.Options{Now: storetest.Clock(), Rand: &storetest.Rand{}, MaxBody: 1 << 20, MaxArtifact: 1 << 10})}
}

// send makes a request and returns its answer.
func (p *peer) send(method, path, body string) (int, string, http.Header) {
	p.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	w := httptest.NewRecorder()
	p.h.ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Header()
}

// ok makes a request that must succeed and returns its answer.
func (p *peer) ok(method, path, body string) map[string]any {
	p.Helper()
	code, text, _ := p.send(method, "/api/2.0/mlflow/"+path, body)
	var out map[string]any
	if err := json.Unmarshal([]byte(text), &out); code != 200 || err != nil {
		p.Fatalf("%s %s = %d %s (%v), want 200", method, path, code, text, err)
	}
	return out
}

// refused makes a request that must not succeed.
func (p *peer) refused(method, path, body string, status int, code, message string) {
	p.Helper()
	got, text, _ := p.send(method, "/api/2.0/"+path, body)
	var out struct {
		Code    string `json:"error_code"`
		Message string `json:"message"`
	}
	err := json.Unmarshal([]byte(text), &out)
	if got != status || err != nil || out.Code != code || !strings.Contains(out.Message, message) {
		p.Errorf("%s %s %.200s = %d %s; want %d %s with %q", method, path, body, got, text, status, code, message)
	}
}

// run makes a run and returns its id.
func (p *peer) run(body string) string {
	p.Helper()
	return at(p.ok("POST", "runs/create", body), "run", "info", "run_id").(string)
}

// at is a value within an answer.
func at(v any, keys ...string) any {
	for _, k := range keys {
		m, _ := v.(map[string]any)
		v = m[k]
	}
	return v
}

func TestNumbersComeAsTextAndAsNumbers(t *testing.T) {
	p := newPeer(t)
	id := p.run(`{"experiment_id":"0","start_time":"12345","user_id":"ada"}`)
	if len(id) != 32 {
		t.Errorf("run id %q has %d digits, want 32", id, len(id))
	}
	for _, body := range []string{
		`{"run_id":"` + id + `","key":"m","value":"NaN","timestamp":"1","step":"-3"}`,
		`{"run_uuid":"` + id + `","key":"m","value":"Infinity","timestamp":2}`,
		`{"run_id":"` + id + `","key":"m","value":"-Infinity","timestamp":3,"step":2.0}`,
		`{"run_id":"` + id + `","key":"m","value":1e-320,"timestamp":4,"step":1}`,
		`"{\"run_id\":\"` + id + `\",\"key\":\"m\",\"value\":\"0.5\",\"timestamp\":5,\"unknown\":[1]}"`,
	} {
		p.ok("POST", "runs/log-metric", body)
	}
	got := p.ok("GET", "metrics/get-history?run_id="+id+"&metric_key=m&max_results=4", "")
	want := []any{
		map[string]any{"key": "m", "value": "NaN", "timestamp": 1.0, "step": -3.0},
		map[string]any{"key": "m", "value": "Infinity", "timestamp": 2.0, "step": 0.0},
		map[string]any{"key": "m", "value": "-Infinity", "timestamp": 3.0, "step": 2.0},
		map[string]any{"key": "m", "value": 1e-320, "timestamp": 4.0, "step": 1.0},
	}
	if diff := cmp.Diff(want, got["metrics"]); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	last := p.ok("GET", "metrics/get-history?run_id="+id+"&metric_key=m&max_results=4&page_token="+got["next_page_token"].(string), "")
	if list := last["metrics"].([]any); len(list) != 1 || last["next_page_token"] != nil {
		t.Errorf("second page = %v, want one point and no token", last)
	}
	pts, err := p.store.Points(t.Context(), id, "m")
	if err != nil || len(pts) != 5 || !math.IsNaN(pts[0].Value) || !math.IsInf(pts[2].Value, -1) || pts[0].Step != -3 {
		t.Errorf("Points = %v, %v; want five, NaN at step -3 first, -Inf third", pts, err)
	}
	if s := at(p.ok("GET", "runs/get?run_id="+id, ""), "run", "info", "start_time"); s != 12345.0 {
		t.Errorf("start_time = %v, want 12345", s)
	}
}

func TestBadRequests(t *testing.T) {
	p := newPeer(t)
	id := p.run(`{}`)
	none := strings.Repeat("0", 32)
	for _, tt := range []struct {
		method, path, body string
		status             int
		code, message      string
	}{
		{"POST", "mlflow/runs/log-metric", `{`, 400, "INVALID_PARAMETER_VALUE", "not the JSON"},
		{"POST", "mlflow/runs/log-metric", `[]`, 400, "INVALID_PARAMETER_VALUE", "array"},
		{"POST", "mlflow/runs/log-metric", ``, 400, "INVALID_PARAMETER_VALUE", "Missing value for required parameter 'key'"},
		{"POST", "mlflow/runs/log-metric", `{"key":"m","value":1,"timestamp":1}`, 400, "INVALID_PARAMETER_VALUE", "'run_id'"},
		{"POST", "mlflow/runs/log-metric", `{"run_id":"` + id + `","key":"m","value":1}`, 400, "INVALID_PARAMETER_VALUE", "'timestamp'"},
		{"POST", "mlflow/runs/log-metric", `{"run_id":"` + id + `","key":"m","value":"x","timestamp":1}`, 400, "INVALID_PARAMETER_VALUE", `"x"`},
		{"POST", "mlflow/runs/log-metric", `{"run_id":"` + id + `","key":"m","value":1,"timestamp":"soon"}`, 400, "INVALID_PARAMETER_VALUE", "whole number"},
		{"POST", "mlflow/runs/log-metric", `{"run_id":"` + none + `","key":"m","value":1,"timestamp":1}`, 404, "RESOURCE_DOES_NOT_EXIST", "Run with id=" + none + " not found"},
		{"POST", "mlflow/runs/log-metric", `{"run_id":"` + id[:8] + `","key":"m","value":1,"timestamp":1}`, 404, "RESOURCE_DOES_NOT_EXIST", "not found"},
		{"POST", "mlflow/runs/log-batch", `{"run_id":"` + id + `","params":[{"key":"a","value":"1"},{"key":"a","value":"2"}]}`, 400, "INVALID_PARAMETER_VALUE", "Changing param values"},
		{"POST", "mlflow/runs/log-batch", `{"run_id":"` + id + `","metrics":[{"key":"a"}]}`, 400, "INVALID_PARAMETER_VALUE", "'value'"},
		{"POST", "mlflow/runs/log-batch", `{"run_id":"` + id + `","tags":"x"}`, 400, "INVALID_PARAMETER_VALUE", "'tags'"},
		{"POST", "mlflow/runs/log-batch", `{"params":[{"key":"` + strings.Repeat("x", 1<<20) + `"}]}`, 400, "INVALID_PARAMETER_VALUE", "more than 1048576 bytes"},
		{"GET", "mlflow/runs/get?run_id=" + id[:8], ``, 404, "RESOURCE_DOES_NOT_EXIST", "not found"},
		{"GET", "mlflow/runs/get", ``, 400, "INVALID_PARAMETER_VALUE", "'run_id'"},
		{"POST", "mlflow/runs/update", `{"run_id":"` + id + `","status":"LOST"}`, 400, "INVALID_PARAMETER_VALUE", "LOST"},
		{"POST", "mlflow/runs/search", `{"experiment_ids":["0"],"filter":"metrics.loss >"}`, 400, "INVALID_PARAMETER_VALUE", "column"},
		{"POST", "mlflow/runs/search", `{"experiment_ids":["0"],"order_by":["nonsense"]}`, 400, "INVALID_PARAMETER_VALUE", "nonsense"},
		{"POST", "mlflow/runs/search", `{"experiment_ids":["0"],"max_results":50001}`, 400, "INVALID_PARAMETER_VALUE", "50000"},
		{"POST", "mlflow/runs/search", `{"experiment_ids":["0"],"page_token":"x"}`, 400, "INVALID_PARAMETER_VALUE", "page token"},
		{"POST", "mlflow/runs/search", `{"experiment_ids":["0"],"run_view_type":"SOME"}`, 400, "INVALID_PARAMETER_VALUE", "SOME"},
		{"POST", "mlflow/experiments/create", `{"name":"s3","artifact_location":"s3://bucket/x"}`, 400, "INVALID_PARAMETER_VALUE", "artifact_location"},
		{"POST", "mlflow/experiments/create", `{"name":"a\nb"}`, 400, "INVALID_PARAMETER_VALUE", "name"},
		{"POST", "mlflow/experiments/update", `{"experiment_id":"0","new_name":"x"}`, 400, "INVALID_PARAMETER_VALUE", "default"},
		{"POST", "mlflow/model-versions/create", `{"name":"m","source":"/etc/passwd"}`, 404, "RESOURCE_DOES_NOT_EXIST", "name=m"},
		{"GET", "mlflow/model-versions/get?name=m&version=one", ``, 400, "INVALID_PARAMETER_VALUE", "integer"},
		{"POST", "mlflow/traces", `{}`, 404, "ENDPOINT_NOT_FOUND", "no endpoint POST /api/2.0/mlflow/traces"},
		{"POST", "mlflow/runs/get", `{}`, 404, "ENDPOINT_NOT_FOUND", "POST"},
		{"POST", "mlflow-artifacts/mpu/create/0/x/artifacts/a", `{}`, 501, "NOT_IMPLEMENTED", "Multipart upload is not supported for the current artifact repository"},
	} {
		p.refused(tt.method, tt.path, tt.body, tt.status, tt.code, tt.message)
	}
	p.ok("POST", "registered-models/create", `{"name":"m"}`)
	for _, source := range []string{"/etc/passwd", "file:///etc/passwd", "../x"} {
		p.refused("POST", "mlflow/model-versions/create", `{"name":"m","source":"`+source+`"}`, 400, "INVALID_PARAMETER_VALUE", "source")
	}
}

func TestArtifactPathsStayInTheirRun(t *testing.T) {
	p := newPeer(t)
	a, b := p.run(`{}`), p.run(`{}`)
	root := "/api/2.0/mlflow-artifacts/artifacts/0/" + a + "/artifacts/"
	put := func(path, body string) (int, string) {
		code, text, _ := p.send("PUT", path, body)
		return code, text
	}
	for name, body := range map[string]string{"page.html": "<script>alert(1)</script>", "d/e/f.txt": "deep", "d/g": "", "models/mine": "x"} {
		if code, text := put(root+name, body); code != 200 {
			t.Fatalf("PUT %s = %d %s", name, code, text)
		}
	}
	for _, bad := range []string{"..%2f..%2fx", "%252e%252e/x", "a/%2e%2e/%2e%2e/x", "C:%5cx", "a%5c..%5cb", "x%23y", ""} {
		if code, text := put(root+bad, "evil"); code != 400 || !strings.Contains(text, "Invalid path") {
			t.Errorf("PUT %s = %d %s, want 400 Invalid path", bad, code, text)
		}
	}
	if code, text := put(root+"long", strings.Repeat("x", 1025)); code != 400 || !strings.Contains(text, "1024 bytes") {
		t.Errorf("PUT of 1025 bytes = %d %s, want 400", code, text)
	}
	if code, text := put("/api/2.0/mlflow-artifacts/artifacts/0/"+strings.Repeat("0", 32)+"/artifacts/x", ""); code != 404 {
		t.Errorf("PUT to an unknown run = %d %s, want 404", code, text)
	}
	for _, r := range []string{a, b} {
		list, err := p.store.Artifacts(t.Context(), r)
		if want := map[string]int{a: 4, b: 0}[r]; err != nil || len(list) != want {
			t.Errorf("artifacts of %s = %v, %v; want %d", r, list, err, want)
		}
	}
	code, text, h := p.send("GET", root+"page.html", "")
	if code != 200 || text != "<script>alert(1)</script>" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") ||
		h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") != "sandbox" {
		t.Errorf("GET page.html = %d %q %v, want it as a file to save", code, text, h)
	}
	got := p.ok("GET", "artifacts/list?run_id="+a+"&path=d", "")
	want := []any{map[string]any{"path": "d/e", "is_dir": true}, map[string]any{"path": "d/g", "is_dir": false, "file_size": 0.0}}
	if diff := cmp.Diff(want, got["files"]); diff != "" {
		t.Errorf("list of d (-want +got):\n%s", diff)
	}
	if code, text, _ := p.send("DELETE", root+"d", ""); code != 200 {
		t.Errorf("DELETE d = %d %s", code, text)
	}
	if list, _ := p.store.Artifacts(t.Context(), a); len(list) != 2 || list[0].Name != "models/mine" {
		t.Errorf("artifacts after DELETE d = %v, want models/mine and page.html", list)
	}
	p.refused("GET", "mlflow-artifacts/artifacts/0/"+a+"/artifacts/d/g", "", 404, "RESOURCE_DOES_NOT_EXIST", "d/g")
	p.refused("GET", "mlflow-artifacts/artifacts/blobs/sha256", "", 404, "RESOURCE_DOES_NOT_EXIST", "EXPERIMENT/RUN/artifacts")
}

func TestDamagedArtifactIsNotSentWhole(t *testing.T) {
	p := newPeer(t)
	id := p.run(`{}`)
	body := strings.Repeat("x", 1000)
	d, n, err := p.store.Blobs().Put(t.Context(), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.store.AddArtifact(t.Context(), tracker.Artifact{Run: id, Name: "a", Digest: d, Size: n}); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(mlflow.Handler(cut{p.store}, mlflow.Options{}))
	defer srv.Close()
	resp, err := http.Get(srv.URL + "/api/2.0/mlflow-artifacts/artifacts/0/" + id + "/artifacts/a")
	if err == nil {
		_, err = io.ReadAll(resp.Body)
		_ = resp.Body.Close()
	}
	if err == nil {
		t.Error("GET of a damaged artifact ended well, want a broken connection")
	}
}

// cut is a store whose blobs end in an error.
type cut struct{ tracker.Store }

func (c cut) Blobs() tracker.Blobs { return cutBlobs{c.Store.Blobs()} }

type cutBlobs struct{ tracker.Blobs }

func (c cutBlobs) Open(ctx context.Context, d tracker.Digest) (io.ReadCloser, error) {
	r, err := c.Blobs.Open(ctx, d)
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(io.LimitReader(r, 500), iotest.ErrReader(tracker.ErrCorrupt)), r}, err
}
