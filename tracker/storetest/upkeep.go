package storetest

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// blobsOf lists what a store's blobs hold.
func blobsOf(t *testing.T, s tracker.Store) []tracker.BlobInfo {
	t.Helper()
	var out []tracker.BlobInfo
	ok(t, s.Blobs().List(t.Context(), func(b tracker.BlobInfo) error { out = append(out, b); return nil }))
	return out
}

var upkeepTests = []test{
	{"References", func(t *testing.T, s tracker.Store) {
		live, deleted := must(t, s, tracker.Run{}), must(t, s, tracker.Run{})
		for _, a := range []tracker.Artifact{{Run: live.ID, Name: "a", Digest: digest('a'), Size: 3}, {Run: deleted.ID, Name: "b", Digest: digest('a'), Size: 3}} {
			ok(t, s.AddArtifact(t.Context(), a))
		}
		ok(t, s.DeleteRun(t.Context(), deleted.ID))
		_, err := s.PutDataset(t.Context(), tracker.DatasetVersion{Name: "wine", Digest: digest('b')})
		ok(t, err)
		_, err = s.PutModel(t.Context(), tracker.Model{Name: "m", Digest: digest('c')})
		ok(t, err)
		got, err := s.References(t.Context())
		ok(t, err)
		slices.SortFunc(got, func(a, b tracker.Reference) int { return cmp.Compare(a.Name, b.Name) })
		same(t, "References", []tracker.Reference{
			{Digest: digest('a'), Size: 3, Run: live.ID, Name: "a"}, {Digest: digest('a'), Size: 3, Run: deleted.ID, Name: "b"},
			{Digest: digest('b'), Size: -1, Name: "dataset wine@v1"}, {Digest: digest('c'), Size: -1, Name: "model m@v1"},
		}, got)
		ok(t, s.PurgeRun(t.Context(), deleted.ID))
		got, err = s.References(t.Context())
		ok(t, err)
		if len(got) != 3 {
			t.Errorf("References after PurgeRun = %+v, want 3", got)
		}
	}},
	{"DroppedDatasets", func(t *testing.T, s tracker.Store) {
		v := tracker.DatasetVersion{Name: "wine", Digest: digest('a'), Chunks: []tracker.Chunk{{Digest: digest('c'), Size: 7}}}
		first, err := s.PutDataset(t.Context(), v)
		ok(t, err)
		_, err = s.PutDataset(t.Context(), tracker.DatasetVersion{Name: "wine", Digest: digest('b')})
		ok(t, err)
		references := func(want int) {
			t.Helper()
			got, err := s.References(t.Context())
			ok(t, err)
			if len(got) != want {
				t.Errorf("References = %+v, want %d", got, want)
			}
		}
		references(3)
		wantErr(t, "DropDatasets", s.DropDatasets(t.Context(), "wine@v1", "wine@v7"), tracker.ErrNotFound)
		references(3) // all or none
		ok(t, s.DropDatasets(t.Context(), "wine@v1"))
		references(1)
		got, err := s.Dataset(t.Context(), "wine@v1")
		ok(t, err)
		if got.Dropped.IsZero() || got.Digest != first.Digest {
			t.Errorf("Dataset(dropped) = %+v, want it with the time", got)
		}
		again, err := s.PutDataset(t.Context(), v)
		ok(t, err)
		same(t, "the content again", first, again)
		references(3)
		without := tracker.DatasetVersion{Name: "wine", Digest: digest('d'), Dropped: Epoch, Chunks: []tracker.Chunk{{Digest: digest('e'), Size: 7}}}
		for range 2 { // the second finds it there
			got, err := s.PutDataset(t.Context(), without)
			ok(t, err)
			if got.Version != 3 || got.Dropped.IsZero() {
				t.Errorf("PutDataset(without content) = %+v", got)
			}
			references(3)
		}
		without.Dropped = time.Time{}
		got, err = s.PutDataset(t.Context(), without)
		ok(t, err)
		if got.Version != 3 || !got.Dropped.IsZero() {
			t.Errorf("PutDataset(its content) = %+v", got)
		}
		references(5)
	}},
	{"BlobsAreListedAndRemoved", func(t *testing.T, s tracker.Store) {
		d, n, err := s.Blobs().Put(t.Context(), strings.NewReader("weights"))
		ok(t, err)
		list := blobsOf(t, s)
		if len(list) != 1 || list[0].Digest != d || list[0].Size != n || list[0].Put.IsZero() {
			t.Fatalf("List = %+v, want %s of %d bytes", list, d, n)
		}
		done, err := s.Blobs().Remove(t.Context(), list[0])
		if !done || err != nil || len(blobsOf(t, s)) != 0 {
			t.Errorf("Remove = %v, %v, and there are %v", done, err, blobsOf(t, s))
		}
		_, err = s.Blobs().Open(t.Context(), d)
		wantErr(t, "Open(removed)", err, tracker.ErrNotFound)
	}},
	{"CheckAndTidy", func(t *testing.T, s tracker.Store) {
		for i := range 3 {
			r := must(t, s, full)
			pts := make([]tracker.Point, 5000)
			for j := range pts {
				pts[j] = point("loss", int64(j), float64(j%97)/7)
			}
			ok(t, s.Log(t.Context(), r.ID, pts...))
			ok(t, s.Log(t.Context(), r.ID, pts[:700]...))
			if i < 2 {
				ok(t, s.FinishRun(t.Context(), r.ID, tracker.Finished, ""))
				ok(t, s.DeleteRun(t.Context(), r.ID))
			}
			if i == 1 {
				ok(t, s.PurgeRun(t.Context(), r.ID))
			}
		}
		for _, o := range []tracker.Tidying{{}, {Free: true}, {Free: true, Whole: true, Backups: true}} {
			found, err := s.Check(t.Context(), nil)
			ok(t, err)
			same(t, "problems", []tracker.Problem(nil), found)
			before, err := s.Tidy(t.Context(), o)
			ok(t, err)
			after, err := s.Tidy(t.Context(), tracker.Tidying{})
			ok(t, err)
			if o.Free && after.Free != 0 || !o.Free && after.Free != before.Free {
				t.Errorf("Tidy(%+v) of %d free bytes left %d", o, before.Free, after.Free)
			}
		}
		runs, err := s.Runs(t.Context(), tracker.Query{View: tracker.AllRuns})
		ok(t, err)
		for _, r := range runs {
			pts, err := s.Points(t.Context(), r.ID, "loss")
			ok(t, err)
			if len(pts) != 5700 {
				t.Errorf("after Tidy there are %d points, want 5700", len(pts))
			}
		}
	}},
}
