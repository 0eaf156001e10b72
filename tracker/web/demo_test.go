package web_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/tracker"
)

// hostile is what is written into every field that takes text: a page that takes
// it for HTML, script or SQL gives itself away.
const hostile = `"><img src=x onerror=hit()><script>hit()</script>'); DROP TABLE runs;--{{.}}${hit()}`

// fill makes what a person has after some weeks: good runs, bad ones, and one
// whose every text is hostile.
func fill(t *testing.T, s tracker.Store) {
	t.Helper()
	ctx, rng := t.Context(), rand.New(rand.NewPCG(7, 7))
	wine := table(t, s, "wine", 300)
	for i := range 70 {
		r := training(t, s, rng, i)
		link(t, s, wine, tracker.Node{Kind: tracker.KindRun, ID: r.ID}, "train")
		if i%9 == 0 {
			m := must(s.PutModel(ctx, tracker.Model{Name: "wine-quality", Run: r.ID, Digest: put(t, s, fmt.Sprint("model ", i)), Family: "mlp"}))(t)
			link(t, s, tracker.Node{Kind: tracker.KindRun, ID: r.ID}, tracker.Node{Kind: tracker.KindModel, ID: m.Ref()}, "produce")
		}
		if i == 69 {
			artifacts(t, s, r.ID)
		}
	}
	hostileRun(t, s)
}

// training is one run of a sweep; every tenth fails.
func training(t *testing.T, s tracker.Store, rng *rand.Rand, i int) tracker.Run {
	t.Helper()
	ctx := t.Context()
	lr := []float64{0.1, 0.03, 0.01, 0.003, 0.001}[i%5]
	r := must(s.CreateRun(ctx, tracker.Run{Experiment: "wine quality", Kind: "train", Name: fmt.Sprintf("brisk-otter-%d", i+1),
		Params: map[string]any{"lr": lr, "epochs": 20 + i, "hidden": []any{int64(64), int64(32)}, "optimizer": []string{"adam", "sgd"}[i%2], "data": "wine@v1", "dropout": float64(i%4) / 10},
		Tags:   map[string]string{"team": []string{"cellar", "vineyard"}[i%2], "mlflow.note.content": strings.Repeat("the first with the new split\n", i%2)},
		Source: tracker.Source{Command: "%train mlp --data wine --target quality", Seed: int64(i), Go: "go1.26", Git: tracker.Git{Commit: "0123456789abcdef", Branch: "main", Dirty: i%3 == 0},
			Cells: []tracker.Cell{{Count: 1, Code: "wine := %dataset load wine.csv", SHA256: "a"}, {Count: 4, CellID: "c4", Code: "best := %train mlp --data wine --target quality", SHA256: "b"}},
			Host:  "cellar-3", Modules: map[string]string{"github.com/gomlx/gomlx": "v0.26.0"}}}))(t)
	var pts []tracker.Point
	for step := range 120 {
		x := float64(step)
		noise := rng.NormFloat64() * 0.03
		loss := 0.2 + 1.3*math.Exp(-x*lr*2/3) + noise
		pts = append(pts, tracker.Point{Metric: "loss{subset=train}", Step: int64(step), Value: loss},
			tracker.Point{Metric: "loss{subset=val}", Step: int64(step), Value: loss*1.1 + math.Abs(noise)},
			tracker.Point{Metric: "accuracy", Step: int64(step), Value: 1 - loss/2}, tracker.Point{Metric: "system/cpu", Step: int64(step), Value: 50 + noise*100})
	}
	pts = append(pts, tracker.Point{Metric: "model/f1", Value: 0.7 + rng.Float64()/5}, tracker.Point{Metric: "diverged", Value: math.NaN()})
	check(t, s.Log(ctx, r.ID, pts...))
	status, reason := tracker.Finished, ""
	if i%10 == 3 {
		status, reason = tracker.Failed, "train: loss is NaN at step 117"
	}
	check(t, s.FinishRun(ctx, r.ID, status, reason))
	return r
}

// artifacts are one of each kind that has a viewer, and names that lead nowhere.
func artifacts(t *testing.T, s tracker.Store, run string) {
	t.Helper()
	var pic bytes.Buffer
	img := image.NewRGBA(image.Rect(0, 0, 240, 120))
	for x := range 240 {
		for y := range 120 {
			img.Set(x, y, color.RGBA{uint8(x), uint8(2 * y), 120, 255})
		}
	}
	check(t, png.Encode(&pic, img))
	for name, text := range map[string]string{
		"confusion.png": pic.String(), "report.html": `<h1>A report</h1><p id=p>still</p><script>document.getElementById('p').textContent='drawn '+origin;try{parent.hit()}catch(e){}fetch('http://192.0.2.1/').catch(function(){})</script>`,
		"predictions.csv": "id,quality,note\n1,5.5,good\n2,6,\"a, b\"\n", "config.json": `{"lr":0.1,"layers":[64,32]}`, "log.txt": "epoch 1\n" + hostile,
		"weights.bin": "\x00\x01\x02", "../../etc/passwd": "no path", "picture.svg": `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40" onload="parent.hit()"><rect width="80" height="40" fill="teal"/><script>parent.hit()</script></svg>`,
		"a/" + hostile + ".html": "<script>try{parent.hit()}catch(e){}</script>frame",
	} {
		d, size, err := s.Blobs().Put(t.Context(), strings.NewReader(text))
		check(t, err)
		check(t, s.AddArtifact(t.Context(), tracker.Artifact{Run: run, Name: name, Digest: d, Size: size}))
	}
}

func hostileRun(t *testing.T, s tracker.Store) {
	t.Helper()
	ctx := t.Context()
	r := must(s.CreateRun(ctx, tracker.Run{ID: "evil-1", Experiment: hostile, Name: hostile, Kind: hostile, Params: map[string]any{hostile: hostile, "list": []any{hostile}},
		Tags:   map[string]string{hostile: hostile, "mlflow.note.content": hostile},
		Source: tracker.Source{Command: hostile, Cells: []tracker.Cell{{Count: 1, CellID: hostile, Code: hostile, SHA256: hostile}}, Git: tracker.Git{Commit: hostile, Branch: hostile}, Host: hostile, Modules: map[string]string{hostile: hostile}}}))(t)
	for step := range 3 {
		check(t, s.Log(ctx, r.ID, tracker.Point{Metric: hostile, Step: int64(step), Value: 1}, tracker.Point{Metric: "loss{" + `"` + "x" + `"` + "=<b>hit</b>}", Step: int64(step), Value: 2}))
	}
	artifacts(t, s, r.ID)
	d := must(s.PutDataset(ctx, tracker.DatasetVersion{Name: "evil" + strings.ReplaceAll(hostile, "@", ""), Digest: put(t, s, "x"), Source: hostile, Columns: []tracker.Column{{Name: hostile, Type: hostile}}}))(t)
	m := must(s.PutModel(ctx, tracker.Model{Name: hostile, Run: r.ID, Digest: put(t, s, "y"), Family: hostile}))(t)
	self := tracker.Node{Kind: tracker.KindRun, ID: r.ID}
	link(t, s, tracker.Node{Kind: tracker.KindDataset, ID: d.Ref()}, self, hostile)
	link(t, s, tracker.Node{Kind: hostile, ID: hostile}, self, hostile)
	link(t, s, self, tracker.Node{Kind: tracker.KindModel, ID: m.Ref()}, hostile)
	check(t, s.FinishRun(ctx, r.ID, tracker.Failed, hostile))
}

// table registers a dataset with rows.
func table(t *testing.T, s tracker.Store, name string, rows int) tracker.Node {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{{Name: "acidity", Type: arrow.PrimitiveTypes.Float64}, {Name: "colour", Type: arrow.BinaryTypes.String}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for i := range rows {
		b.Field(0).(*array.Float64Builder).Append(float64(i) / 7)
		b.Field(1).(*array.StringBuilder).Append([]string{"red", "white"}[i%2])
	}
	rec := b.NewRecord()
	defer rec.Release()
	tab := array.NewTableFromRecords(schema, []arrow.Record{rec})
	defer tab.Release()
	d, err := dataset.Register(t.Context(), s, name, tab, "wine.csv")
	check(t, err)
	return dataset.Node(d)
}

func link(t *testing.T, s tracker.Store, from, to tracker.Node, role string) {
	t.Helper()
	check(t, s.AddEdges(context.WithoutCancel(t.Context()), tracker.Edge{From: from, To: to, Role: role}))
}

func put(t *testing.T, s tracker.Store, text string) tracker.Digest {
	t.Helper()
	d, _, err := s.Blobs().Put(t.Context(), strings.NewReader(text))
	check(t, err)
	return d
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// must is a value whose error ends the test.
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		check(t, err)
		return v
	}
}
