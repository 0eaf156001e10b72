package export_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/export"
	"github.com/cellar-ml/cellar/tracker/store/mem"
)

var at = time.Date(2026, 3, 4, 5, 6, 7, 123456789, time.UTC)

// hard are names that must not lead out of the folder, nor meet each other.
var hard = []string{"plot.svg", "deep/table.csv", "../../out", "/etc/passwd", "plot.svg/inside", "..", `a\..\b`, strings.Repeat("x", 300), "nul\x00", "<b>&\"'\n,"}

// filled is a store with a run of all kinds of values.
func filled(t *testing.T) (tracker.Store, []tracker.Run) {
	t.Helper()
	s := mem.New(mem.Options{})
	r, err := s.CreateRun(t.Context(), tracker.Run{ID: "r1", Name: "né, \"q\"\t", Started: at, Kind: "train", Source: tracker.Source{Seed: math.MinInt64},
		Params: map[string]any{"int": 3, "float": 0.1, "nan": math.NaN(), "text": "10", "yes": true, "none": nil, "list": []any{1, "a"}, "map": map[string]any{"x": 1}, "lines": "a\nb\r\n\"c\","},
		Tags:   map[string]string{"team": "x"}})
	ok(t, err)
	ok(t, s.Log(t.Context(), r.ID,
		tracker.Point{Metric: "loss", Step: math.MaxInt64, Time: at, Value: math.NaN()}, tracker.Point{Metric: "loss", Step: -1, Time: at, Value: math.Inf(1)},
		tracker.Point{Metric: "loss", Step: -1, Time: at, Value: math.Inf(-1)}, tracker.Point{Metric: "acc", Step: 2, Time: at.Add(time.Nanosecond), Value: math.Copysign(0, -1)}))
	for i, name := range hard {
		d, n, err := s.Blobs().Put(t.Context(), strings.NewReader("bytes of "+string(rune('a'+i))))
		ok(t, err)
		ok(t, s.AddArtifact(t.Context(), tracker.Artifact{Run: r.ID, Name: name, Digest: d, Size: n}))
	}
	ok(t, s.AddEdges(t.Context(), tracker.Edge{From: tracker.Node{Kind: tracker.KindFile, ID: "/a,b.csv"}, To: tracker.Node{Kind: tracker.KindRun, ID: "r1"}, Role: "load", Time: at},
		tracker.Edge{From: tracker.Node{Kind: tracker.KindFile, ID: "x"}, To: tracker.Node{Kind: tracker.KindRun, ID: "other"}, Role: "load", Time: at}))
	runs, err := s.Runs(t.Context(), tracker.Query{})
	ok(t, err)
	return s, runs
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// rows reads a table back as text, whatever its format: null is "-".
var rows = map[string]func(t *testing.T, path string) [][]string{
	"csv": func(t *testing.T, path string) [][]string {
		f, err := os.Open(path)
		ok(t, err)
		defer f.Close()
		out, err := csv.NewReader(f).ReadAll()
		ok(t, err)
		for _, row := range out {
			for i, v := range row {
				if v == "" {
					row[i] = "-"
				}
			}
		}
		return out
	},
	"json": func(t *testing.T, path string) [][]string {
		data, err := os.ReadFile(path)
		ok(t, err)
		var out [][]string
		for line := range strings.Lines(string(data)) {
			dec := json.NewDecoder(strings.NewReader(line))
			dec.UseNumber()
			var names, row []string
			_, err := dec.Token()
			for err == nil && dec.More() {
				var key, value any
				key, err = dec.Token()
				if err == nil {
					value, err = dec.Token()
				}
				names, row = append(names, key.(string)), append(row, word(value))
			}
			ok(t, err)
			if out == nil {
				out = append(out, names)
			}
			out = append(out, row)
		}
		return out
	},
	"parquet": func(t *testing.T, path string) [][]string {
		f, err := os.Open(path)
		ok(t, err)
		defer f.Close()
		table, err := pqarrow.ReadTable(t.Context(), f, parquet.NewReaderProperties(nil), pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
		ok(t, err)
		var names []string
		for _, field := range table.Schema().Fields() {
			names = append(names, field.Name)
			if ts, is := field.Type.(*arrow.TimestampType); is && (ts.Unit != arrow.Nanosecond || ts.TimeZone != "UTC") {
				t.Errorf("%s of %s is %s, want nanoseconds in UTC", field.Name, path, field.Type)
			}
		}
		out := [][]string{names}
		for i := range int(table.NumRows()) {
			var row []string
			for c := range int(table.NumCols()) {
				a := table.Column(c).Data().Chunk(0)
				row = append(row, strings.Replace(a.ValueStr(i), "(null)", "-", 1))
			}
			out = append(out, row)
		}
		return out
	},
}

func word(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case string:
		return v
	case bool:
		return map[bool]string{true: "true", false: "false"}[v]
	}
	return v.(json.Number).String()
}

func TestWrite(t *testing.T) {
	s, runs := filled(t)
	for _, format := range export.Formats() {
		t.Run(format, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "out")
			r, err := export.Write(t.Context(), s, runs, export.Options{Dir: dir, Format: format, Artifacts: true})
			ok(t, err)
			if r.Runs != 1 || r.Points != 4 || r.Copied != len(hard) || len(r.Files) != 6 {
				t.Errorf("Write = %+v", r)
			}
			ext := map[string]string{"csv": ".csv", "json": ".jsonl", "parquet": ".parquet"}[format]
			read := func(table string) [][]string { return rows[format](t, filepath.Join(dir, table+ext)) }
			special := map[string][3]string{"csv": {"NaN", "Infinity", "-Infinity"}, "json": {"NaN", "Infinity", "-Infinity"}, "parquet": {"NaN", "+Inf", "-Inf"}}[format]
			moment, later := "2026-03-04T05:06:07.123456789Z", "2026-03-04T05:06:07.12345679Z"
			if format == "parquet" {
				moment, later = "2026-03-04 05:06:07.123456789Z", "2026-03-04 05:06:07.12345679Z"
			}
			for table, want := range map[string][][]string{
				"points": {{"run", "metric", "seq", "step", "time", "value"}, {"r1", "acc", "0", "2", later, "-0"},
					{"r1", "loss", "0", "9223372036854775807", moment, special[0]}, {"r1", "loss", "1", "-1", moment, special[1]}, {"r1", "loss", "2", "-1", moment, special[2]}},
				"params": {{"run", "name", "type", "value", "number"}, {"r1", "float", "float", "0.1", "0.1"}, {"r1", "int", "int", "3", "3"}, {"r1", "lines", "string", "a\nb\r\n\"c\",", "-"},
					{"r1", "list", "list", `[1,"a"]`, "-"}, {"r1", "map", "map", `{"x":1}`, "-"}, {"r1", "nan", "float", "NaN", special[0]}, {"r1", "none", "null", "-", "-"}, {"r1", "text", "string", "10", "-"}, {"r1", "yes", "bool", "true", "-"}},
				"tags":  {{"run", "name", "value"}, {"r1", "team", "x"}},
				"edges": {{"from_kind", "from_id", "to_kind", "to_id", "role", "time"}, {"file", "/a,b.csv", "run", "r1", "load", moment}},
				"runs": {{"id", "name", "experiment", "parent", "kind", "status", "reason", "started", "ended", "deleted", "seed", "command", "git_commit", "git_branch", "git_dirty", "host", "go"},
					{"r1", "né, \"q\"\t", "default", "-", "train", "running", "-", moment, "-", "-", "-9223372036854775808", "-", "-", "-", "false", "-", "-"}},
			} {
				got := read(table)
				if format == "csv" { // encoding/csv reads \r\n as \n
					for _, row := range want {
						for i := range row {
							row[i] = strings.ReplaceAll(row[i], "\r\n", "\n")
						}
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s mismatch (-want +got):\n%s", table, diff)
				}
			}
			artifacts(t, dir, read("artifacts"))
		})
	}
}

// artifacts holds that each row's path has its bytes, below the folder.
func artifacts(t *testing.T, dir string, table [][]string) {
	t.Helper()
	seen := map[string]bool{}
	for _, row := range table[1:] {
		path := row[slices.Index(table[0], "path")]
		if !filepath.IsLocal(path) || seen[path] {
			t.Errorf("artifact %q is at %q, which leads out of the folder or is taken", row[1], path)
		}
		seen[path] = true
		b, err := os.ReadFile(filepath.Join(dir, path))
		if i := slices.Index(hard, row[1]); err != nil || i < 0 || string(b) != "bytes of "+string(rune('a'+i)) {
			t.Errorf("artifact %q at %q = %q, %v", row[1], path, b, err)
		}
	}
	files := 0
	ok(t, filepath.WalkDir(filepath.Dir(dir), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files++
		}
		return err
	}))
	if len(seen) != len(hard) || files != len(hard)+6 {
		t.Errorf("%d artifacts and %d files, want %d and %d", len(seen), files, len(hard), len(hard)+6)
	}
}

func TestWriteRefuses(t *testing.T) {
	s, runs := filled(t)
	dir := t.TempDir()
	ok(t, os.WriteFile(filepath.Join(dir, "mine"), nil, 0o666))
	_, err := export.Write(t.Context(), s, runs, export.Options{Dir: dir, Format: "csv"})
	if !errors.Is(err, tracker.ErrConflict) || !strings.Contains(hint.Of(err), "--out") {
		t.Errorf("Write into a folder with a file = %v (hint: %s)", err, hint.Of(err))
	}
	_, err = export.Write(t.Context(), s, runs, export.Options{Dir: filepath.Join(dir, "x"), Format: "xlsx"})
	if err == nil || !strings.Contains(hint.Of(err), "parquet") {
		t.Errorf("Write as xlsx = %v (hint: %s)", err, hint.Of(err))
	}
}

// A blob that is lost is told of; the rest is exported.
func TestWriteWithoutABlob(t *testing.T) {
	s, runs := filled(t)
	ok(t, s.AddArtifact(t.Context(), tracker.Artifact{Run: "r1", Name: "gone", Digest: tracker.Digest("sha256:" + strings.Repeat("a", 64))}))
	dir := filepath.Join(t.TempDir(), "out")
	r, err := export.Write(t.Context(), s, runs, export.Options{Dir: dir, Format: "csv", Artifacts: true})
	if err != nil || len(r.Problems) != 1 || r.Problems[0].Where != "artifact gone of run r1" || r.Copied != len(hard) {
		t.Errorf("Write = %+v, %v; want one problem", r, err)
	}
}

// Row groups end by rows and by bytes; none is lost between them.
func TestLongTable(t *testing.T) {
	s := mem.New(mem.Options{})
	r, err := s.CreateRun(t.Context(), tracker.Run{ID: "r1"})
	ok(t, err)
	pts := make([]tracker.Point, 300_000)
	for i := range pts {
		pts[i] = tracker.Point{Metric: "m", Step: int64(i), Time: at, Value: float64(i)}
	}
	ok(t, s.Log(t.Context(), r.ID, pts...))
	runs, err := s.Runs(t.Context(), tracker.Query{})
	ok(t, err)
	dir := filepath.Join(t.TempDir(), "out")
	_, err = export.Write(t.Context(), s, runs, export.Options{Dir: dir, Format: "parquet"})
	ok(t, err)
	f, err := os.Open(filepath.Join(dir, "points.parquet"))
	ok(t, err)
	defer f.Close()
	table, err := pqarrow.ReadTable(t.Context(), f, parquet.NewReaderProperties(nil), pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	ok(t, err)
	if table.NumRows() != int64(len(pts)) {
		t.Errorf("%d rows, want %d", table.NumRows(), len(pts))
	}
}
