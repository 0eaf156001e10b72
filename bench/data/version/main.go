// Command version measures what a second version of a dataset adds to the store,
// how long a diff by key takes, and a checkout of many files beside git and DVC.
// See README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
)

func main() {
	dvc := flag.String("dvc", "", "DVC's program; none: git alone is the peer")
	rows := flag.Int("rows", 10_000_000, "rows of the table that grows; 100 bytes each")
	files := flag.Int("files", 10_000, "files of the folder")
	turns := flag.Int("turns", 3, "how often each is measured")
	flag.Parse()
	dir, err := os.MkdirTemp("", "bench-version-")
	if err == nil {
		b := bench{dir: dir, dvc: *dvc, turns: *turns}
		err = errors.Join(b.run(context.Background(), *rows, *files), os.RemoveAll(dir))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type bench struct {
	dir, dvc string
	turns    int
	store    *sqlite.Store
}

func (b *bench) run(ctx context.Context, rows, files int) (err error) {
	if b.store, err = sqlite.Open(ctx, filepath.Join(b.dir, "store", "cellar.db"), sqlite.Options{}); err != nil {
		return err
	}
	defer b.store.Close()
	if err := b.growth(ctx, rows); err != nil {
		return err
	}
	if err := b.diff(ctx, rows/10); err != nil {
		return err
	}
	return b.checkout(ctx, files)
}

// growth registers a table, the table with 1 % more rows, and one with another
// column of values.
func (b *bench) growth(ctx context.Context, rows int) error {
	was, err := size(b.dir)
	if err != nil {
		return err
	}
	first := int64(0)
	for i, c := range []struct {
		what         string
		rows, edited int
	}{{"the table", rows, 0}, {"1 % more rows", rows + rows/100, 0}, {"one of 12 columns edited", rows + rows/100, 1}, {"one value edited", rows + rows/100, 2}} {
		began := time.Now()
		r := reader(c.rows, c.edited)
		if _, err := dataset.RegisterStream(ctx, b.store, "grown", r, "", nil); err != nil {
			return err
		}
		took := time.Since(began)
		is, err := size(b.dir)
		if err != nil {
			return err
		}
		if i == 0 {
			first = is - was
		}
		fmt.Printf("%-26s %9d rows %8.1f MB added, %6.2f %% of the first, in %.1f s\n",
			c.what, c.rows, float64(is-was)/1e6, 100*float64(is-was)/float64(first), took.Seconds())
		was = is
	}
	return nil
}

// reader is a table of 12 columns of 8 bytes that do not compress well: an id and
// eleven measurements. edited is how much of column 5 differs: 1 all, 2 a value.
func reader(rows, edited int) array.RecordReader {
	const batch = 1 << 16
	fields := []arrow.Field{{Name: "id", Type: arrow.PrimitiveTypes.Int64}}
	for i := range 11 {
		fields = append(fields, arrow.Field{Name: fmt.Sprintf("m%d", i), Type: arrow.PrimitiveTypes.Float64})
	}
	schema := arrow.NewSchema(fields, nil)
	parts := []arrow.Record{}
	for from := 0; from < rows; from += batch {
		parts = append(parts, part(schema, from, min(from+batch, rows), edited))
	}
	r, err := array.NewRecordReader(schema, parts)
	if err != nil {
		panic(err) // the parts have the schema
	}
	return r
}

func part(schema *arrow.Schema, from, to, edited int) arrow.Record {
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	random := rand.New(rand.NewPCG(uint64(from), 1))
	for row := from; row < to; row++ {
		b.Field(0).(*array.Int64Builder).Append(int64(row))
		for i := range 11 {
			x := random.NormFloat64()
			if i == 5 && (edited == 1 || edited == 2 && row == 200_000) {
				x++
			}
			b.Field(i + 1).(*array.Float64Builder).Append(x)
		}
	}
	return b.NewRecord()
}

// diff compares two versions of which a hundredth of the rows differ, by id.
func (b *bench) diff(ctx context.Context, rows int) error {
	for _, edited := range []bool{false, true} {
		ids, values, names := array.NewInt64Builder(memory.DefaultAllocator), array.NewFloat64Builder(memory.DefaultAllocator), array.NewStringBuilder(memory.DefaultAllocator)
		random := rand.New(rand.NewPCG(1, 1))
		for i, row := range rand.New(rand.NewPCG(7, 7)).Perm(rows) {
			x := random.NormFloat64()
			if edited && i%100 == 0 {
				x++
			}
			ids.Append(int64(row))
			values.Append(x)
			names.Append(fmt.Sprintf("customer %d", row%1000))
		}
		schema := arrow.NewSchema([]arrow.Field{{Name: "id", Type: arrow.PrimitiveTypes.Int64}, {Name: "value", Type: arrow.PrimitiveTypes.Float64}, {Name: "name", Type: arrow.BinaryTypes.String}}, nil)
		rec := array.NewRecord(schema, []arrow.Array{ids.NewArray(), values.NewArray(), names.NewArray()}, int64(rows))
		if _, err := dataset.Register(ctx, b.store, "pairs", array.NewTableFromRecords(schema, []arrow.Record{rec}), ""); err != nil {
			return err
		}
	}
	var all []time.Duration
	for range b.turns {
		began := time.Now()
		d, err := dataset.DiffVersions(ctx, b.store, "pairs@v1", "pairs@v2", dataset.DiffOptions{Key: []string{"id"}, Most: 20})
		if err != nil {
			return err
		}
		if d.Changed != int64(rows+99)/100 {
			return fmt.Errorf("diff found %d changed rows, not %d", d.Changed, (rows+99)/100)
		}
		all = append(all, time.Since(began))
	}
	fmt.Printf("diff of two versions of %d rows by key: %.2f s\n", rows, median(all).Seconds())
	return nil
}

// checkout writes many small files with Cellar and git, in turns and each time into
// a new folder, and then with DVC, which knows one folder only. Nothing is removed
// before: ext4 does not use an inode again for minutes after it was freed, and
// looks for others all that time.
func (b *bench) checkout(ctx context.Context, files int) error {
	root := filepath.Join(b.dir, "files")
	if err := writeFiles(root, files); err != nil {
		return err
	}
	began := time.Now()
	v, err := dataset.CommitFolder(ctx, b.store, "files", root)
	if err != nil {
		return err
	}
	fmt.Printf("commit of %d files: cellar %.2f s", files, time.Since(began).Seconds())
	began = time.Now()
	git := func(args ...string) []string {
		return append([]string{"git", "--git-dir=" + filepath.Join(b.dir, "git"), "--work-tree=.", "-c", "user.name=b", "-c", "user.email=b@localhost"}, args...)
	}
	err = commands(root, git("init", "-q"), git("add", "-A"), git("commit", "-qm", "files"))
	if err != nil {
		return err
	}
	fmt.Printf(", git %.2f s\n", time.Since(began).Seconds())
	took := map[string][]time.Duration{}
	for i := range b.turns {
		out := filepath.Join(b.dir, fmt.Sprintf("git%d", i))
		if err := os.Mkdir(out, 0o777); err != nil {
			return err
		}
		began := time.Now()
		if err := commands(out, git("checkout", "-q", "HEAD", "--", ".")); err != nil {
			return err
		}
		took["git"] = append(took["git"], time.Since(began))
		began = time.Now()
		if err := dataset.Checkout(ctx, b.store, v, filepath.Join(b.dir, fmt.Sprintf("cellar%d", i)), false); err != nil {
			return err
		}
		took["cellar"] = append(took["cellar"], time.Since(began))
	}
	if took["dvc"], err = b.dvcCheckout(root); err != nil {
		return err
	}
	for _, name := range []string{"cellar", "git", "dvc"} {
		if len(took[name]) > 0 {
			fmt.Printf("checkout of %d files: %-6s %.2f s (%.2f to %.2f)\n", files, name,
				median(took[name]).Seconds(), slices.Min(took[name]).Seconds(), slices.Max(took[name]).Seconds())
		}
	}
	return nil
}

// writeFiles writes files of 2 to 18 kB into 100 folders.
func writeFiles(root string, files int) error {
	random := rand.New(rand.NewPCG(3, 3))
	for i := range files {
		sub := filepath.Join(root, fmt.Sprintf("%03d", i%100))
		content := make([]byte, 2000+random.IntN(16000))
		for j := range content {
			content[j] = byte(random.Uint32())
		}
		if err := errors.Join(os.MkdirAll(sub, 0o777), os.WriteFile(filepath.Join(sub, fmt.Sprintf("%d.bin", i)), content, 0o644)); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) dvcCheckout(root string) (took []time.Duration, err error) {
	if b.dvc == "" {
		return nil, nil
	}
	folders, err := filepath.Glob(filepath.Join(root, "[0-9]*"))
	if err != nil {
		return nil, err
	}
	add := []string{b.dvc, "add", "-q"}
	for _, f := range folders {
		add = append(add, filepath.Base(f))
	}
	if err := commands(root, []string{b.dvc, "init", "-q", "--no-scm"}, add); err != nil {
		return nil, err
	}
	for range b.turns {
		for _, f := range folders {
			if err := os.RemoveAll(f); err != nil {
				return nil, err
			}
		}
		began := time.Now()
		if err := commands(root, []string{b.dvc, "checkout", "-q"}); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}

func commands(dir string, list ...[]string) error {
	for _, args := range list {
		c := exec.Command(args[0], args[1:]...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%v: %w\n%s", args, err, out)
		}
	}
	return nil
}

// size is the bytes of the store's blobs.
func size(dir string) (n int64, err error) {
	err = filepath.WalkDir(filepath.Join(dir, "store"), func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			n += info.Size()
		}
		return err
	})
	return n, err
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}
