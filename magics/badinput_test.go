package magics_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/magics"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
)

func parquetOf(t *testing.T, csv string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(path, []byte(csv), 0o600); err != nil {
		t.Fatal(err)
	}
	table, err := dataset.Read(t.Context(), path, dataset.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := dataset.WriteParquet(&b, table); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A desk is a session with a store of its own, where steps are typed.
type desk struct {
	*testing.T
	env      *magics.Env
	store    tracker.Store
	warnings bytes.Buffer
	folder   string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{T: t, folder: t.TempDir()}
	store, err := sqlite.Open(t.Context(), filepath.Join(d.folder, "cellar.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	d.env, _ = world("%")
	d.env.Out = &magics.Console{Results: display.Terminal{Out: io.Discard}, Progress: display.Terminal{Out: &d.warnings}}
	d.env.Stderr, d.store = &d.warnings, store
	d.env.Store = func(context.Context) (tracker.Store, error) { return store, nil }
	return d
}

func (d *desk) run(line string) (any, error) {
	d.warnings.Reset()
	return magics.Run(d.Context(), d.env, line, "", false)
}

// write puts a file beside the store.
func (d *desk) write(name, text string) string {
	d.Helper()
	path := filepath.Join(d.folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		d.Fatal(err)
	}
	return path
}

// A load that is refused registers nothing, loses nothing and ends nothing: the same
// session loads the next file. dataset/source has the table of all bad files.
func TestRefusedLoad(t *testing.T) {
	d := newDesk(t)
	if _, err := d.run("%dataset load " + d.write("t.csv", "d,n\n2024-01-01,1\n")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ text, flags, err, hint string }{
		{"d,n\n2024-01-02,1\n02/01/2024,2\n", "--type d=date", `line 3: column "d": "02/01/2024" is not date`, "2024-01-31 or 2024/01/31"},
		{"d,n\n2024-01-02T10:00:00,1\n2024-01-02T10:00:00Z,2\n", "--type d=timestamp", `line 3: column "d": "2024-01-02T10:00:00Z" is not timestamp`, "all of a column have a zone"},
		{"d,n\n1,2\n3\n", "", "line 3 has 1 field", "--ragged skip"},
		{"d,d\n1,2\n", "", `columns 1 and 2 are both named "d"`, "--names"},
	} {
		_, err := d.run("%dataset load " + d.write("t.csv", c.text) + " " + c.flags)
		if err == nil || !strings.Contains(err.Error(), c.err) || !strings.Contains(hint.Of(err), c.hint) {
			t.Errorf("load %s of %q = %v (hint %q), want %q (hint %q)", c.flags, c.text, err, hint.Of(err), c.err, c.hint)
		}
	}
	all, err := d.store.Datasets(t.Context())
	if err != nil || len(all) != 1 {
		t.Errorf("Datasets = %v, %v, want the first alone", all, err)
	}
	if _, err := d.run("%dataset load " + d.write("t.csv", "d,n\n2024-01-02,1\n")); err != nil {
		t.Errorf("load after those: %v", err)
	}
	if _, err := d.run("%verify"); err != nil {
		t.Errorf("verify: %v", err)
	}
}

// Ten thousand columns are loaded, shown and profiled.
func TestTenThousandColumns(t *testing.T) {
	d := newDesk(t)
	var names, row []string
	for i := range 10_000 {
		names, row = append(names, fmt.Sprintf("c%d", i)), append(row, fmt.Sprint(i))
	}
	text := strings.Join(names, ",") + "\n" + strings.Repeat(strings.Join(row, ",")+"\n", 20)
	v, err := d.run("%dataset load " + d.write("wide.csv", text))
	if err != nil || v.(arrow.Table).NumCols() != 10_000 {
		t.Fatalf("load of 10,000 columns: %v", err)
	}
	for _, step := range []string{"%dataset show wide", "%dataset profile wide", "%dataset profile wide --target c7"} {
		if _, err := d.run(step); err != nil {
			t.Errorf("%s: %v", step, err)
		}
	}
}

// What is damaged once it is registered is found by its digest.
func TestDamagedVersion(t *testing.T) {
	d := newDesk(t)
	if _, err := d.run("%dataset load " + d.write("t.parquet", string(parquetOf(t, "a\n1\n2\n")))); err != nil {
		t.Fatal(err)
	}
	blobs := 0
	err := filepath.WalkDir(filepath.Join(d.folder, "cellar.blobs"), func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil || len(data) < 20 {
			return err
		}
		blobs++
		data[10] ^= 1
		return errors.Join(os.Chmod(path, 0o600), os.WriteFile(path, data, 0o600))
	})
	if err != nil || blobs == 0 {
		t.Fatalf("damage the blobs: %d of them, %v", blobs, err)
	}
	for _, step := range []string{"%dataset show t", "%dataset profile t", "%verify"} {
		if _, err := d.run(step); err == nil {
			t.Errorf("%s of a damaged version: no error", step)
		} else if step != "%verify" && !errors.Is(err, tracker.ErrCorrupt) {
			t.Errorf("%s = %v, want that the content is not that of its digest", step, err)
		}
	}
}

// A column that gives the target away is named.
func TestLeakIsNamed(t *testing.T) {
	d := newDesk(t)
	var b strings.Builder
	b.WriteString("x,outcome,target\n")
	for i := range 400 {
		fmt.Fprintf(&b, "%d,%s,%d\n", i*7919%401, []string{"no", "yes"}[i*31%97%2], i*31%97%2)
	}
	v, err := d.run("%dataset load " + d.write("leak.csv", b.String()))
	if err != nil {
		t.Fatal(err, v)
	}
	var out bytes.Buffer
	d.env.Out = &magics.Console{Results: display.Terminal{Out: &out}, Progress: display.Terminal{Out: io.Discard}}
	if _, err := d.run("%dataset profile leak --target target"); err != nil || !strings.Contains(out.String(), "outcome predicts target alone") {
		t.Errorf("profile of a leak: %v\n%s", err, out.String())
	}
}
