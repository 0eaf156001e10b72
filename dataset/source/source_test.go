package source_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/source"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/mem"
)

// dump writes a table as "name:type" and then its rows, for comparison.
func dump(t arrow.Table) []string {
	var head []string
	for _, f := range t.Schema().Fields() {
		head = append(head, f.Name+":"+f.Type.String())
	}
	out := make([]string, t.NumRows())
	for i := range int(t.NumCols()) {
		row := 0
		for _, c := range t.Column(i).Data().Chunks() {
			for j := range c.Len() {
				if i > 0 {
					out[row] += "|"
				}
				out[row] += c.ValueStr(j)
				row++
			}
		}
	}
	return append([]string{strings.Join(head, " ")}, out...)
}

func put(t *testing.T, path string, data []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, ref string, o source.Options) []string {
	t.Helper()
	got, err := source.Read(t.Context(), ref, o)
	if err != nil {
		t.Fatalf("Read(%s) = %v (hint %q)", ref, err, hint.Of(err))
	}
	return dump(got)
}

func same(t *testing.T, what string, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s mismatch (-want +got):\n%s", what, diff)
	}
}

func refused(t *testing.T, ref string, err error, want, h string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(hint.Of(err), h) {
		t.Errorf("Read(%s) = %v (hint %q), want %q (hint %q)", ref, err, hint.Of(err), want, h)
	}
}

func gz(t *testing.T, text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(text))
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zst(t *testing.T, text string) []byte {
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return z.EncodeAll([]byte(text), nil)
}

// The same table in every format of text, packed and not, and in Arrow and Parquet.
func TestFormats(t *testing.T) {
	dir := t.TempDir()
	want := []string{"i:int64 f:float64 b:bool s:utf8 d:date32", "1|1.5|true|x,y|2024-02-29", "9007199254740993|-2|false|(null)|2024-03-01"}
	csv := "i,f,b,s,d\n1,1.5,true,\"x,y\",2024-02-29\n9007199254740993,-2,false,,2024-03-01\n"
	ndjson := `{"i":1,"f":1.5,"b":true,"s":"x,y","d":"2024-02-29"}` + "\n" + `{"i":9007199254740993,"f":-2,"b":false,"s":null,"d":"2024-03-01"}` + "\n"
	array := "[" + strings.Replace(strings.TrimSpace(ndjson), "\n", ",", 1) + "]"
	first, err := source.Read(t.Context(), put(t, filepath.Join(dir, "a.csv"), []byte(csv)), source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var parquet, file, stream bytes.Buffer
	if err := dataset.WriteParquet(&parquet, first); err != nil {
		t.Fatal(err)
	}
	rec := first
	fw, err := ipc.NewFileWriter(&seeker{Buffer: &file}, ipc.WithSchema(rec.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	sw := ipc.NewWriter(&stream, ipc.WithSchema(rec.Schema()))
	r, err := source.Open(t.Context(), filepath.Join(dir, "a.csv"), source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for r.Next() {
		if err := errors.Join(fw.Write(r.Record()), sw.Write(r.Record())); err != nil {
			t.Fatal(err)
		}
	}
	r.Release()
	if err := errors.Join(fw.Close(), sw.Close()); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"b.csv.gz": gz(t, csv), "b.csv.zst": zst(t, csv), "b.tsv": []byte(strings.NewReplacer(`"x,y"`, "x,y", ",", "\t").Replace(strings.ReplaceAll(csv, "x,y", "x;y"))),
		"b.ndjson": []byte(ndjson), "b.json": []byte(array), "b.jsonl.gz": gz(t, ndjson), "b.json.zst": zst(t, array),
		"b.parquet": parquet.Bytes(), "b.parquet.gz": gz(t, parquet.String()), "b.arrow": file.Bytes(), "b.arrows": stream.Bytes(),
	} {
		t.Run(name, func(t *testing.T) {
			w := want
			if name == "b.tsv" {
				w = []string{want[0], strings.Replace(want[1], "x,y", "x;y", 1), want[2]}
			}
			same(t, name, w, read(t, put(t, filepath.Join(dir, name), data), source.Options{}))
		})
	}
}

type seeker struct {
	*bytes.Buffer
}

func (s *seeker) Seek(int64, int) (int64, error) { return int64(s.Len()), nil }

func TestTypesAreOverridable(t *testing.T) {
	dir := t.TempDir()
	o := source.Options{ReadOptions: dataset.ReadOptions{Columns: map[string]dataset.ColumnOptions{"zip": {Type: "string"}}}}
	path := put(t, filepath.Join(dir, "a.json"), []byte(`[{"zip": 123, "nested": {"a": [1, 2]}}]`))
	same(t, "json", []string{"zip:utf8 nested:utf8", `123|{"a":[1,2]}`}, read(t, path, o))
	o.Columns = map[string]dataset.ColumnOptions{"zap": {Type: "string"}}
	_, err := source.Read(t.Context(), path, o)
	refused(t, path, err, `column "zap"`, "zip, nested")
}

// nothing holds that a store has no dataset, no edge and no blob.
func nothing(t *testing.T, store tracker.Store) {
	t.Helper()
	all, err := store.Datasets(t.Context())
	edges, err2 := store.Edges(t.Context())
	blobs := 0
	err3 := store.Blobs().List(t.Context(), func(tracker.BlobInfo) error { blobs++; return nil })
	if err = errors.Join(err, err2, err3); err != nil || len(all)+len(edges)+blobs != 0 {
		t.Errorf("after a load that failed: %d datasets, %d edges, %d blobs, %v, want none", len(all), len(edges), blobs, err)
	}
}

func TestGlob(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "2024-01.csv"), []byte("k,v\na,1\n"))
	put(t, filepath.Join(dir, "2024-02.csv.gz"), gz(t, "v,k\n2.5,b\n"))
	put(t, filepath.Join(dir, "2024-03.csv"), []byte("k,v\n7,3\n"))
	same(t, "glob", []string{"k:utf8 v:float64", "a|1", "b|2.5", "7|3"}, read(t, filepath.Join(dir, "2024-*"), source.Options{}))
	put(t, filepath.Join(dir, "2024-04.csv"), []byte("k,w\nc,1\n"))
	_, err := source.Read(t.Context(), filepath.Join(dir, "*.csv"), source.Options{})
	refused(t, "*.csv", err, `2024-04.csv: no column "v"`, "pattern")
	_, err = source.Read(t.Context(), filepath.Join(dir, "*.nope"), source.Options{})
	refused(t, "*.nope", err, "no file matches", "*")
}

func picture(t *testing.T, side int) []byte {
	img := image.NewGray(image.Rect(0, 0, side, 2*side))
	img.Set(1, 1, color.White)
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestImages(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "cat", "1.png"), picture(t, 3))
	put(t, filepath.Join(dir, "dog", "2.png"), picture(t, 4))
	put(t, filepath.Join(dir, "dog", ".hidden.png"), []byte("x"))
	brief := func() []string {
		got := read(t, dir, source.Options{})
		for i := range got {
			f := strings.Split(got[i], "|")
			got[i] = strings.Join(f[:min(5, len(f))], "|")
		}
		return got
	}
	head := "path:utf8 label:utf8 format:utf8 width:int64 height:int64 image:binary"
	same(t, "images", []string{head, "cat/1.png|cat|png|3|6", "dog/2.png|dog|png|4|8"}, brief())
	put(t, filepath.Join(dir, "labels.csv"), []byte("path,label\ndog/2.png,good dog\n"))
	same(t, "labels.csv", []string{head, "cat/1.png|(null)|png|3|6", "dog/2.png|good dog|png|4|8"}, brief())
	put(t, filepath.Join(dir, "labels.csv"), []byte("path,label\ndog/3.png,dog\n"))
	_, err := source.Read(t.Context(), dir, source.Options{})
	refused(t, dir, err, "labels.csv: line 2: no picture dog/3.png", "paths begin")
	os.Remove(filepath.Join(dir, "labels.csv"))
	put(t, filepath.Join(dir, "dog", "4.png"), []byte("no picture"))
	_, err = source.Read(t.Context(), dir, source.Options{})
	refused(t, dir, err, "4.png: not a whole picture", "mend")
}

func TestSQLite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec(`CREATE TABLE orders (id INTEGER, price REAL, paid BOOLEAN, day DATE, at TIMESTAMP, note, "a ""b""" TEXT, empty);
		INSERT INTO orders VALUES (9007199254740993, 2, 1, '2024-02-29', '2024-02-29 10:00:00', 'x', 'q', NULL), (2, 0.5, 0, NULL, NULL, 7, NULL, NULL);
		CREATE TABLE odd (day DATE); INSERT INTO odd VALUES ('2024-01-01'), ('soon')`)
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	want := []string{`id:int64 price:float64 paid:bool day:date32 at:timestamp[us] note:utf8 a "b":utf8 empty:utf8`,
		"9007199254740993|2|true|2024-02-29|2024-02-29 10:00:00Z|x|q|(null)", "2|0.5|false|(null)|(null)|7|(null)|(null)"}
	same(t, "orders", want, read(t, path+"#orders", source.Options{}))
	same(t, "odd", []string{"day:utf8", "2024-01-01", "soon"}, read(t, path, source.Options{Table: "odd"}))
	_, err = source.Read(t.Context(), path, source.Options{})
	refused(t, path, err, "which of its 2 tables", "#odd")
	_, err = source.Read(t.Context(), path+"#order", source.Options{})
	refused(t, path, err, `no table "order"`, "odd, orders")
}

// Long: one server, or store, and what is asked of it.
func TestSQL(t *testing.T) {
	dir := t.TempDir()
	path := put(t, filepath.Join(dir, "prices.csv"), []byte("kind,price\na,1.5\nb,2\n"))
	store := mem.New(mem.Options{})
	for _, text := range []string{"kind,n\na,1\n", "kind,n\na,2\nb,5\n"} {
		if _, err := source.Load(t.Context(), store, "stock", put(t, filepath.Join(dir, "s.csv"), []byte(text)), source.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	open := func(context.Context) (tracker.Store, error) { return store, nil }
	for _, c := range []struct {
		q    string
		want []string
	}{
		{"select * from stock@v1", []string{"kind:utf8 n:int64", "a|1"}},
		{`select sum(n) as n from "stock@v2";`, []string{"n:int64", "7"}},
		{"select sum(n * 9223372036854775807::hugeint) as n from stock -- overflows\n", []string{"n:float64", "6.456360425798343e+19"}},
		{"select kind, n * price as worth from stock join '" + path + "' using (kind) order by worth desc", []string{"kind:utf8 worth:float64", "b|10", "a|3"}},
		{"with stock as (select 1 as x) select x, [x] as list, '@v1 stock@v1' as s from stock", []string{"x:int64 list:utf8 s:utf8", "1|[1]|@v1 stock@v1"}},
		{"select 1.5 as d, null as n, time '10:00' as t, 'nan'::double as nan", []string{"d:float64 n:int64 t:utf8 nan:float64", "1.5|(null)|10:00:00|NaN"}},
	} {
		got, err := source.SQL(t.Context(), open, c.q, source.Options{})
		if err != nil {
			t.Errorf("SQL(%s) = %v", c.q, err)
			continue
		}
		same(t, c.q, c.want, dump(got.Table))
	}
	for _, c := range []struct{ q, want, hint string }{
		{"selec 1", "syntax error", ""},
		{"select * from stok", "stok", "stock"},
		{"select * from stock@v9", "stock@v9", "stock@v2"},
		{"select n, n from stock", `named "n"`, "AS name"},
		{"select kind::bigint as k from stock", "Could not convert", "try_cast"},
		{"select * from 'nowhere.csv'", "nowhere.csv", ""},
		{" ; ", "no query", "select"},
	} {
		_, err := source.SQL(t.Context(), open, c.q, source.Options{})
		refused(t, c.q, err, c.want, c.hint)
	}
	res, err := source.SQL(t.Context(), open, "select * from stock@v1 join '"+path+"' using (kind)", source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := res.Register(t.Context(), store, "both", "select"); err != nil {
		t.Fatal(err)
	}
	edges, err := store.EdgesTo(t.Context(), tracker.Node{Kind: tracker.KindDataset, ID: "both@v1"})
	if err != nil || len(edges) != 2 || edges[0].Transform.RowsIn+edges[1].Transform.RowsIn != 3 || edges[0].Transform.RowsOut != 1 {
		t.Errorf("edges to both@v1 = %+v, %v, want two, of 1 and 2 rows in and 1 out", edges, err)
	}
}

func FuzzQuote(f *testing.F) {
	f.Add("select * from a@v2 where x = '@v1' -- b@v1")
	f.Add(`select "a@v1", a-b.c@v3 /* x@v1`)
	open := func(context.Context) (tracker.Store, error) { return mem.New(mem.Options{}), nil }
	f.Fuzz(func(t *testing.T, q string) {
		if strings.ContainsAny(q, "(/.") || len(q) > 200 {
			return // functions of DuckDB may read files or take forever
		}
		_, _ = source.SQL(t.Context(), open, q, source.Options{}) // an error, and no fault
	})
}
