package storetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

func digest(b byte) tracker.Digest {
	return tracker.Digest("sha256:" + strings.Repeat(string(b), 64))
}

var fieldTests = []test{
	{"ParamsKeepTheirKind", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{})
		long := strings.Repeat("long ", 10_000)
		ok(t, s.SetParams(t.Context(), r.ID, map[string]any{
			"int": 3, "big": uint64(math.MaxUint64), "whole": 3.0, "float": 0.1, "single": float32(0.1), "tiny": 1e-9,
			"nan": math.NaN(), "inf": math.Inf(-1), "text": long, "markup": "<b>&", "yes": true, "none": nil,
			"list": []int{1, 2}, "wait": time.Second,
		}))
		got, err := s.Run(t.Context(), r.ID)
		ok(t, err)
		same(t, "params", map[string]any{
			"int": int64(3), "big": uint64(math.MaxUint64), "whole": 3.0, "float": 0.1, "single": 0.1, "tiny": 1e-9,
			"nan": math.NaN(), "inf": math.Inf(-1), "text": long, "markup": "<b>&", "yes": true, "none": nil,
			"list": []any{int64(1), int64(2)}, "wait": int64(time.Second),
		}, got.Params)
	}},
	{"ParamsAreSetOnce", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{Params: map[string]any{"a": 1}})
		ok(t, s.SetParams(t.Context(), r.ID, map[string]any{"a": 1, "b": 2}))
		wantErr(t, "SetParams(other value)", s.SetParams(t.Context(), r.ID, map[string]any{"0": 1, "a": 2, "z": 1}), tracker.ErrConflict)
		wantErr(t, "SetParams(unknown)", s.SetParams(t.Context(), "nobody", nil), tracker.ErrNotFound)
		if err := s.SetParams(t.Context(), r.ID, map[string]any{"c": 1, "f": func() {}}); err == nil {
			t.Errorf("SetParams(func) = nil, want an error")
		}
		ok(t, s.FinishRun(t.Context(), r.ID, tracker.Finished, ""))
		wantErr(t, "SetParams(closed)", s.SetParams(t.Context(), r.ID, map[string]any{"c": 1}), tracker.ErrFinished)
		got, err := s.Run(t.Context(), r.ID)
		ok(t, err)
		same(t, "params", map[string]any{"a": int64(1), "b": int64(2)}, got.Params)
	}},
	{"Tags", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{Tags: map[string]string{"a": "1", "b": "2", "empty": ""}})
		same(t, "tags of CreateRun", map[string]string{"a": "1", "b": "2"}, r.Tags)
		ok(t, s.FinishRun(t.Context(), r.ID, tracker.Finished, ""))
		ok(t, s.SetTags(t.Context(), r.ID, map[string]string{"a": "", "b": "3", "c": "4", "never": ""}))
		wantErr(t, "SetTags(unknown)", s.SetTags(t.Context(), "nobody", nil), tracker.ErrNotFound)
		got, err := s.Run(t.Context(), r.ID)
		ok(t, err)
		same(t, "tags", map[string]string{"b": "3", "c": "4"}, got.Tags)
	}},
	{"Artifacts", func(t *testing.T, s tracker.Store) {
		r := must(t, s, tracker.Run{})
		b := tracker.Artifact{Run: r.ID, Name: "b/plot.svg", Digest: digest('b'), Size: 2, Media: "image/svg+xml"}
		a := tracker.Artifact{Run: r.ID, Name: "a", Digest: digest('a'), Size: 1}
		ok(t, s.AddArtifact(t.Context(), b))
		ok(t, s.AddArtifact(t.Context(), a))
		a.Digest = digest('c')
		ok(t, s.FinishRun(t.Context(), r.ID, tracker.Finished, ""))
		ok(t, s.AddArtifact(t.Context(), a))
		got, err := s.Artifacts(t.Context(), r.ID)
		ok(t, err)
		same(t, "Artifacts", []tracker.Artifact{a, b}, got)
		wantErr(t, "AddArtifact(unknown run)", s.AddArtifact(t.Context(), tracker.Artifact{Run: "nobody", Name: "a", Digest: digest('a')}), tracker.ErrNotFound)
		_, err = s.Artifacts(t.Context(), "nobody")
		wantErr(t, "Artifacts(nobody)", err, tracker.ErrNotFound)
		for _, bad := range []tracker.Artifact{{Run: r.ID, Name: "x", Digest: "md5:1"}, {Run: r.ID, Digest: digest('a')}} {
			if err := s.AddArtifact(t.Context(), bad); err == nil {
				t.Errorf("AddArtifact(%+v) = nil, want an error", bad)
			}
		}
	}},
	{"KilledEndsWithItsNewestPoint", func(t *testing.T, s tracker.Store) {
		silent, logged := must(t, s, tracker.Run{}), must(t, s, tracker.Run{})
		last := logged.Started.Add(time.Minute)
		ok(t, s.Log(t.Context(), logged.ID, tracker.Point{Metric: "b", Time: last}, tracker.Point{Metric: "a", Time: last.Add(-time.Second)}))
		for r, want := range map[*tracker.Run]time.Time{&silent: silent.Started, &logged: last} {
			ok(t, s.FinishRun(t.Context(), r.ID, tracker.Killed, "gone"))
			got, err := s.Run(t.Context(), r.ID)
			ok(t, err)
			same(t, "Ended", want.UTC(), got.Ended.UTC())
		}
	}},
	{"Edges", func(t *testing.T, s tracker.Store) {
		node := func(kind, id string) tracker.Node { return tracker.Node{Kind: kind, ID: id} }
		a := tracker.Edge{From: node(tracker.KindFile, "wine.csv"), To: node(tracker.KindDataset, "wine@v1"), Role: "load", Time: Epoch}
		b := tracker.Edge{From: node(tracker.KindDataset, "wine@v1"), To: node(tracker.KindRun, "r"), Role: "train", Time: Epoch.Add(-time.Hour),
			Transform: &tracker.Transform{Step: "filter", Params: map[string]string{"where": `x > "1"`}, RowsIn: 3, RowsOut: 2, Columns: map[string][]string{"y": {"a", "b"}}}}
		again := a
		again.Time, again.Transform = Epoch.Add(time.Hour), b.Transform
		ok(t, s.AddEdges(t.Context(), a, b, again))
		c := a
		c.Role, c.Time = "evaluate", time.Time{}
		ok(t, s.AddEdges(t.Context(), a, c))
		c.Time = Epoch
		got, err := s.Edges(t.Context())
		ok(t, err)
		same(t, "Edges", []tracker.Edge{a, b, c}, got)
		nobody := node(tracker.KindRun, "x\"';\x00--")
		to, err := s.EdgesTo(t.Context(), a.To, nobody, a.To)
		ok(t, err)
		same(t, "EdgesTo(wine@v1 twice)", []tracker.Edge{a, c}, to)
		from, err := s.EdgesFrom(t.Context(), a.From, b.From)
		ok(t, err)
		same(t, "EdgesFrom(wine.csv, wine@v1)", []tracker.Edge{a, b, c}, from)
		for _, nodes := range [][]tracker.Node{nil, {nobody}, {node(tracker.KindRun, "wine@v1")}} {
			to, err := s.EdgesTo(t.Context(), nodes...)
			ok(t, err)
			from, err := s.EdgesFrom(t.Context(), nodes...)
			ok(t, err)
			same(t, "EdgesTo and EdgesFrom of none", 0, len(to)+len(from))
		}
	}},
}

var versionTests = []test{
	{"DatasetVersions", func(t *testing.T, s tracker.Store) {
		put := func(name string, d tracker.Digest) tracker.DatasetVersion {
			t.Helper()
			v, err := s.PutDataset(t.Context(), tracker.DatasetVersion{Name: name, Digest: d, Rows: 9, Source: "f.csv",
				Columns: []tracker.Column{{Name: "x", Type: "float64", Digest: d}}})
			ok(t, err)
			return v
		}
		w1, w2, same1, other := put("wine", digest('a')), put("wine", digest('b')), put("wine", digest('a')), put("beer", digest('a'))
		if w1.Version != 1 || w2.Version != 2 || other.Version != 1 {
			t.Errorf("versions %d, %d, %d; want 1, 2, 1", w1.Version, w2.Version, other.Version)
		}
		same(t, "the same content again", w1, same1)
		if w1.Created.IsZero() || w1.Rows != 9 || len(w1.Columns) != 1 {
			t.Errorf("PutDataset = %+v, want it whole with a time", w1)
		}
		for _, tt := range []struct {
			ref  string
			want tracker.DatasetVersion
		}{{"wine", w2}, {"wine@v1", w1}, {"wine@2", w2}, {"beer", other}} {
			got, err := s.Dataset(t.Context(), tt.ref)
			ok(t, err)
			same(t, "Dataset("+tt.ref+")", tt.want, got)
		}
		for _, ref := range []string{"rum", "wine@v3", "wine@", "wine@x", "@v1", "wine@v0", ""} {
			_, err := s.Dataset(t.Context(), ref)
			wantErr(t, "Dataset("+ref+")", err, tracker.ErrNotFound)
		}
		all, err := s.Datasets(t.Context())
		ok(t, err)
		same(t, "Datasets", []tracker.DatasetVersion{other, w1, w2}, all)
		for _, bad := range []tracker.DatasetVersion{{Name: "a@b", Digest: digest('a')}, {Name: "a"}, {Digest: digest('a')}} {
			if _, err := s.PutDataset(t.Context(), bad); err == nil {
				t.Errorf("PutDataset(%+v) = nil, want an error", bad)
			}
		}
	}},
}

var blobTests = []test{
	{"Blobs", func(t *testing.T, s tracker.Store) {
		for _, data := range []string{"", "hello", strings.Repeat("0123456789", 100_000)} {
			d, n, err := s.Blobs().Put(t.Context(), strings.NewReader(data))
			ok(t, err)
			again, _, err := s.Blobs().Put(t.Context(), strings.NewReader(data))
			ok(t, err)
			if n != int64(len(data)) || d != again {
				t.Errorf("Put(%d bytes) = %s, %d, then %s", len(data), d, n, again)
			}
			rc, err := s.Blobs().Open(t.Context(), d)
			ok(t, err)
			got, err := io.ReadAll(rc)
			ok(t, errors.Join(err, rc.Close()))
			if !bytes.Equal(got, []byte(data)) {
				t.Errorf("Open(%s) gives %d bytes, want the %d that were put", d, len(got), len(data))
			}
		}
	}},
	{"BlobsKnownDigest", func(t *testing.T, s tracker.Store) {
		d, _, err := s.Blobs().Put(t.Context(), strings.NewReader("abc")) // FIPS 180-2, appendix B.1
		ok(t, err)
		if want := tracker.Digest("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); d != want {
			t.Errorf("Put(abc) = %s, want %s", d, want)
		}
	}},
	{"BlobsRefuse", func(t *testing.T, s tracker.Store) {
		for _, d := range []tracker.Digest{"", digest('a'), "sha256:../../etc", "md5:00"} {
			_, err := s.Blobs().Open(t.Context(), d)
			wantErr(t, "Open("+string(d)+")", err, tracker.ErrNotFound)
		}
		broken := errors.New("cable pulled")
		_, _, err := s.Blobs().Put(t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)))
		wantErr(t, "Put(broken reader)", err, broken)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _, err = s.Blobs().Put(ctx, strings.NewReader("late"))
		wantErr(t, "Put(cancelled)", err, context.Canceled)
	}},
}
