package remote_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/remote"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/s3/s3test"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store"
	"github.com/cellar-ml/cellar/tracker/upkeep"
)

func openStore(t *testing.T) tracker.Store {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// table has two columns that are kept in chunks from some 300,000 rows on.
func table(rows int, price float64) arrow.Table {
	id, p := array.NewInt64Builder(memory.DefaultAllocator), array.NewFloat64Builder(memory.DefaultAllocator)
	for i := range rows {
		id.Append(int64(i))
		p.Append(price + float64(i)/7)
	}
	schema := arrow.NewSchema([]arrow.Field{{Name: "id", Type: arrow.PrimitiveTypes.Int64, Nullable: true}, {Name: "price", Type: arrow.PrimitiveTypes.Float64, Nullable: true}}, nil)
	return array.NewTableFromRecords(schema, []arrow.Record{array.NewRecord(schema, []arrow.Array{id.NewArray(), p.NewArray()}, int64(rows))})
}

func register(t *testing.T, s tracker.Store, name string, tab arrow.Table) {
	t.Helper()
	if _, err := dataset.Register(t.Context(), s, name, tab, ""); err != nil {
		t.Fatal(err)
	}
}

// origin has wine in three versions, of which the second is in chunks and tagged,
// and a branch.
func origin(t *testing.T) tracker.Store {
	s := openStore(t)
	fill(t, s)
	return s
}

func fill(t *testing.T, s tracker.Store) {
	t.Helper()
	register(t, s, "wine", table(10, 1))
	register(t, s, "wine", table(400_000, 1))
	register(t, s, "wine", table(404_000, 1))
	if _, err := dataset.SetTag(t.Context(), s, "wine@v2", "clean", false); err != nil {
		t.Fatal(err)
	}
	if _, err := dataset.Branch(t.Context(), s, "wine@v1", "fix"); err != nil {
		t.Fatal(err)
	}
	register(t, s, "beer", table(5, 2))
}

func push(t *testing.T, s tracker.Store, ref, dest string) (*remote.Report, error) {
	t.Helper()
	r, err := remote.Open(dest)
	if err != nil {
		t.Fatal(err)
	}
	return r.Push(t.Context(), s, ref)
}

func pull(t *testing.T, s tracker.Store, ref, from, as string) (*remote.Report, error) {
	t.Helper()
	r, err := remote.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	return r.Pull(t.Context(), s, ref, as)
}

// datasets is what a store has of datasets, in lines, with what is read of each.
func datasets(t *testing.T, s tracker.Store) (list []string) {
	t.Helper()
	all, err := s.Datasets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		line := fmt.Sprintf("%s %d rows", v.Ref(), v.Rows)
		if tab, _, err := dataset.Open(t.Context(), s, v.Ref()); err != nil {
			line += " without content"
		} else if diff := cmp.Diff(v.Columns, dataset.Columns(tab)); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", v.Ref(), diff)
		}
		list = append(list, line)
	}
	tags, err := dataset.Tags(t.Context(), s, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range tags {
		list = append(list, fmt.Sprintf("%s@%s is v%d", g.Dataset, g.Tag, g.Version))
	}
	report, err := upkeep.Verify(t.Context(), s, nil)
	if err != nil || len(report.Problems) > 0 {
		t.Errorf("Verify = %+v, %v", report.Problems, err)
	}
	return list
}

func same(t *testing.T, what string, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s mismatch (-want +got):\n%s", what, diff)
	}
}

// TestPushPull is what two people do who share a remote, in a folder and on S3.
func TestPushPull(t *testing.T) {
	t.Run("folder", func(t *testing.T) { share(t, filepath.Join(t.TempDir(), "shared")) })
	t.Run("s3", func(t *testing.T) {
		s3test.Server(t, "team")
		share(t, "s3://team/some/data")
	})
}

// Long: one story in its order.
func share(t *testing.T, dest string) {
	a, b := origin(t), openStore(t)
	if _, err := pull(t, b, "wine", dest, ""); !errors.Is(err, tracker.ErrNotFound) {
		t.Errorf("Pull of nothing = %v, want ErrNotFound", err)
	}
	first, err := push(t, a, "wine", dest)
	if err != nil || first.New != 4 || first.Moved == 0 || first.Moved > first.Blobs {
		t.Fatalf("Push = %+v, %v, want four new versions", first, err)
	}
	again, err := push(t, a, "wine", dest)
	if err != nil || again.Moved != 0 || again.New != 0 || again.Blobs != first.Blobs {
		t.Errorf("Push again = %+v, %v, want nothing sent", again, err)
	}
	got, err := pull(t, b, "wine", dest, "")
	if err != nil || got.New != 4 || got.Moved != first.Moved {
		t.Fatalf("Pull = %+v, %v, want four new versions of %d files", got, err, first.Moved)
	}
	want := []string{"wine@v1 10 rows", "wine@v2 400000 rows", "wine@v3 404000 rows", "wine:fix@v1 10 rows", "wine@clean is v2"}
	same(t, "pulled", want, datasets(t, b))

	register(t, b, "wine", table(408_000, 1))
	more, err := push(t, b, "wine", dest)
	if err != nil || more.New != 1 || more.Moved > 5 {
		t.Errorf("Push of one more version = %+v, %v, want one with few files", more, err)
	}
	register(t, a, "wine", table(7, 9))
	_, err = push(t, a, "wine", dest)
	if !errors.Is(err, tracker.ErrConflict) || !strings.Contains(err.Error(), "wine@v4: it is another version there") {
		t.Errorf("Push of another v4 = %v, want ErrConflict", err)
	}
	if _, err = pull(t, a, "wine", dest, ""); !errors.Is(err, tracker.ErrConflict) || !strings.Contains(hint.Of(err), "--name") {
		t.Errorf("Pull of another v4 = %v, %q, want ErrConflict", err, hint.Of(err))
	}
	if _, err = pull(t, a, "wine@v4", dest, "theirs"); err != nil {
		t.Errorf("Pull under another name = %v", err)
	}
	if d, err := dataset.Find(t.Context(), a, "theirs@v1"); err != nil || d.Rows != 408_000 {
		t.Errorf("theirs@v1 = %d rows, %v", d.Rows, err)
	}

	c := openStore(t)
	if one, err := pull(t, c, "wine@clean", dest, ""); err != nil || len(one.Versions) != 1 {
		t.Errorf("Pull(wine@clean) = %+v, %v", one, err)
	}
	same(t, "one version", []string{"wine@v1 10 rows without content", "wine@v2 400000 rows", "wine@clean is v2"}, datasets(t, c))
	if _, err := pull(t, c, "wine", dest, ""); err != nil {
		t.Error(err)
	}
	want = []string{"wine@v1 10 rows", "wine@v2 400000 rows", "wine@v3 404000 rows", "wine@v4 408000 rows", "wine:fix@v1 10 rows", "wine@clean is v2"}
	same(t, "the others", want, datasets(t, c))
	if _, err := pull(t, c, "beer", dest, ""); !errors.Is(err, tracker.ErrNotFound) || !strings.Contains(hint.Of(err), "wine") {
		t.Errorf("Pull(beer) = %v, %q, want ErrNotFound that says what there is", err, hint.Of(err))
	}
}

// TestPushOne holds that a version goes by itself, and the records of those before.
func TestPushOne(t *testing.T) {
	dest, b := t.TempDir(), openStore(t)
	if _, err := push(t, origin(t), "wine@v2", dest); err != nil {
		t.Fatal(err)
	}
	got, err := pull(t, b, "wine", dest, "")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "notes", []string{"wine@v1 has no content there"}, got.Notes)
	same(t, "pulled", []string{"wine@v1 10 rows without content", "wine@v2 400000 rows", "wine@clean is v2"}, datasets(t, b))
	edges, err := b.EdgesTo(t.Context(), tracker.Node{Kind: tracker.KindDataset, ID: "wine@v2"})
	if err != nil {
		t.Fatal(err)
	}
	want := []tracker.Edge{{From: tracker.Node{Kind: tracker.KindFile, ID: filepath.Join(dest, "datasets/wine/v2.json")}, Role: "pull"}}
	if diff := cmp.Diff(want, edges, cmpopts.IgnoreFields(tracker.Edge{}, "To", "Time", "Transform")); diff != "" {
		t.Errorf("edges mismatch (-want +got):\n%s", diff)
	}
}

// TestDamage holds that a file that was damaged or lost is found, and that nothing
// is registered until it is there.
func TestDamage(t *testing.T) {
	a, b, dest := origin(t), openStore(t), t.TempDir()
	if _, err := push(t, a, "wine@v3", dest); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dest, "blobs/*/*"))
	if err != nil || len(files) < 5 {
		t.Fatalf("blobs %v, %v", files, err)
	}
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for what, bad := range map[string][]byte{"changed": append([]byte{body[0] ^ 1}, body[1:]...), "cut short": body[:len(body)/2], "empty": nil, "lost": nil} {
			spoil := func() error { return os.WriteFile(f, bad, 0o644) }
			if what == "lost" {
				spoil = func() error { return os.Remove(f) }
			}
			if err := spoil(); err != nil {
				t.Fatal(err)
			}
			report, err := pull(t, b, "wine@v3", dest, "")
			if err == nil && len(report.Versions) > 0 || err != nil && !errors.Is(err, tracker.ErrCorrupt) && !errors.Is(err, os.ErrNotExist) && !errors.Is(err, tracker.ErrNotFound) {
				t.Fatalf("Pull with %s %s = %+v, %v", filepath.Base(f), what, report, err)
			}
			if d, err := dataset.Find(t.Context(), b, "wine@v3"); err == nil && d.Dropped.IsZero() {
				t.Fatalf("Pull with %s %s registered %s", filepath.Base(f), what, d.Ref())
			}
			if what == "changed" { // a push does not look into what is there
				if err := os.Remove(f); err != nil {
					t.Fatal(err)
				}
			}
			if report, err := push(t, a, "wine@v3", dest); err != nil || report.Moved != 1 {
				t.Fatalf("Push mends %s = %+v, %v", what, report, err)
			}
		}
		b = openStore(t)
	}
}

// TestCutOff holds that a push and a pull that are cut off anywhere go on where they were.
func TestCutOff(t *testing.T) {
	a, b, dest := origin(t), openStore(t), t.TempDir()
	cut := func(n int, do func(context.Context, *remote.Remote) (*remote.Report, error)) bool {
		t.Helper()
		r, err := remote.Open(dest)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		count := 0
		r.Progress = func(int64, int64) {
			if count++; count == n {
				cancel()
			}
		}
		report, err := do(ctx, r)
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatalf("cut off after %d files: %v", n, err)
		}
		return err == nil && report.Moved == 0
	}
	for round := 1; !cut(3, func(ctx context.Context, r *remote.Remote) (*remote.Report, error) { return r.Push(ctx, a, "wine") }); round++ {
		if round > 50 {
			t.Fatal("a push that is repeated does not end")
		}
	}
	for round := 1; !cut(3, func(ctx context.Context, r *remote.Remote) (*remote.Report, error) { return r.Pull(ctx, b, "wine", "") }); round++ {
		datasets(t, b) // each is whole
		if round > 50 {
			t.Fatal("a pull that is repeated does not end")
		}
	}
	same(t, "pulled", []string{"wine@v1 10 rows", "wine@v2 400000 rows", "wine@v3 404000 rows", "wine:fix@v1 10 rows", "wine@clean is v2"}, datasets(t, b))
}

// TestWhereNothingCanBeWritten holds that a push says what to do about its folder.
func TestWhereNothingCanBeWritten(t *testing.T) {
	dest := t.TempDir()
	if err := os.WriteFile(filepath.Join(dest, "blobs"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := push(t, origin(t), "beer", dest)
	if err == nil || !strings.Contains(err.Error(), "blobs") || !strings.Contains(hint.Of(err), "may you write to "+dest) {
		t.Errorf("Push = %v, %q, want an error that says what to look at", err, hint.Of(err))
	}
}

// TestForeignRecord holds that a record of another format, or of another version, is
// told apart.
func TestForeignRecord(t *testing.T) {
	for was, want := range map[string]string{`"format":1`: "this Cellar reads format 1", `"version":1`: "put it back"} {
		dest := t.TempDir()
		if _, err := push(t, origin(t), "beer", dest); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dest, "datasets/beer/v1.json")
		body, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(path, []byte(strings.Replace(string(body), was, was[:len(was)-1]+"2", 1)), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pull(t, openStore(t), "beer", dest, ""); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(hint.Of(err), want) {
			t.Errorf("Pull with 2 in %s = %v, %q, want %q", was, err, hint.Of(err), want)
		}
	}
}

func TestOpenErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, dest := range []string{"", "http://x/y", "s3://", file} {
		if _, err := remote.Open(dest); err == nil || hint.Of(err) == "" {
			t.Errorf("Open(%q) = %v, want an error with a hint", dest, err)
		}
	}
	for _, name := range []string{"../x", "a/b", "", "wine:../x", "wine@"} {
		if _, err := pull(t, openStore(t), name, t.TempDir(), ""); err == nil || hint.Of(err) == "" {
			t.Errorf("Pull(%q) = %v, want an error with a hint", name, err)
		}
	}
}
