package dataset_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/profile"
	"github.com/cellar-ml/cellar/internal/hint"
)

const penguins = "../notebooks/data/penguins.csv"

// write puts text into a file of a new folder and returns its path.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

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

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		options          dataset.ReadOptions
		want             []string
	}{
		{"types", "t.csv", "i,f,b,s,d,w\n1,1.5,true,x,2024-02-29,2024-02-29 10:00:00\n-2,3,False,y,2024-03-01,2024-03-01\n", dataset.ReadOptions{}, []string{
			"i:int64 f:float64 b:bool s:utf8 d:date32 w:timestamp[us]",
			"1|1.5|true|x|2024-02-29|2024-02-29 10:00:00Z", "-2|3|false|y|2024-03-01|2024-03-01 00:00:00Z"}},
		{"missing", "t.csv", "a,b,c\n1,NA,x\n,2.5,null\nNaN, ,\n", dataset.ReadOptions{}, []string{
			"a:int64 b:float64 c:utf8", "1|(null)|x", "(null)|2.5|(null)", "(null)|(null)|(null)"}},
		{"own missing", "t.csv", "a,b\n-999,NA\n1,x\n", dataset.ReadOptions{Missing: []string{"-999"}}, []string{
			"a:int64 b:utf8", "(null)|NA", "1|x"}},
		{"column options", "t.csv", "a,b\n1,NA\n2,-\n", dataset.ReadOptions{Columns: map[string]dataset.ColumnOptions{"a": {Type: "float64"}, "b": {Missing: []string{"-"}}}}, []string{
			"a:float64 b:utf8", "1|NA", "2|(null)"}},
		{"quotes and newlines", "t.csv", "a,b\n\"x, \"\"y\"\"\",1\n\"two\nlines\",2\n", dataset.ReadOptions{}, []string{
			"a:utf8 b:int64", `x, "y"|1`, "two\nlines|2"}},
		{"byte order mark and crlf", "t.csv", "\xef\xbb\xbfa,b\r\n1,2\r\n", dataset.ReadOptions{}, []string{"a:int64 b:int64", "1|2"}},
		{"semicolons", "t.csv", "a;b\n1;2,5\n", dataset.ReadOptions{}, []string{"a:int64 b:utf8", "1|2,5"}},
		{"tabs", "t.tsv", "a\tb\n1\tx,y\n", dataset.ReadOptions{}, []string{"a:int64 b:utf8", "1|x,y"}},
		{"empty names", "t.csv", ",a,\n0,1,2\n", dataset.ReadOptions{}, []string{"column_1:int64 a:int64 column_3:int64", "0|1|2"}},
		{"no header", "t.csv", "5.1,3.5\n4.9,3.0\n", dataset.ReadOptions{}, []string{"column_1:float64 column_2:float64", "5.1|3.5", "4.9|3"}},
		{"no header, named", "t.csv", "a,1\nb,2\n", dataset.ReadOptions{Header: dataset.HeaderNone, Names: []string{"k", "v"}}, []string{"k:utf8 v:int64", "a|1", "b|2"}},
		{"years as header", "t.csv", "2023,2024\n1,2\n", dataset.ReadOptions{Header: dataset.HeaderFirst}, []string{"2023:int64 2024:int64", "1|2"}},
		{"header only", "t.csv", "a,b\n", dataset.ReadOptions{}, []string{"a:utf8 b:utf8"}},
		{"nothing in a column", "t.csv", "a,b\n1,\n2,NA\n", dataset.ReadOptions{}, []string{"a:int64 b:utf8", "1|(null)", "2|(null)"}},
		{"codes are not numbers", "t.csv", "zip\n01234\n98765\n", dataset.ReadOptions{}, []string{"zip:utf8", "01234", "98765"}},
		{"beyond int64", "t.csv", "n\n9223372036854775808\n1\n", dataset.ReadOptions{}, []string{"n:float64", "9.223372036854776e+18", "1"}},
		{"hexadecimal is text", "t.csv", "n\n0x10\n1_0\n", dataset.ReadOptions{}, []string{"n:utf8", "0x10", "1_0"}},
		{"zones", "t.csv", "w\n2024-01-01T10:00:00+02:00\n2024-01-01T10:00:00Z\n", dataset.ReadOptions{}, []string{
			"w:timestamp[us, tz=UTC]", "2024-01-01 08:00:00Z", "2024-01-01 10:00:00Z"}},
		{"ragged, skipped", "t.csv", "a,b\n1,2\n3\n4,5,6\n7,8\n", dataset.ReadOptions{Ragged: dataset.RaggedSkip}, []string{"a:int64 b:int64", "1|2", "7|8"}},
		{"ragged, padded", "t.csv", "a,b\n1,2\n3\n4,5,6\n", dataset.ReadOptions{Ragged: dataset.RaggedPad}, []string{"a:int64 b:int64", "1|2", "3|(null)", "4|5"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := dataset.Read(t.Context(), write(t, c.file, c.text), c.options)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, dump(got)); diff != "" {
				t.Errorf("Read(%q) mismatch (-want +got):\n%s", c.text, diff)
			}
		})
	}
}

func TestReadErrors(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		options          dataset.ReadOptions
		want, hint       string
	}{
		{"too many fields", "t.csv", "a,b\n1,2\n3,4,5\n6,7\n8\n", dataset.ReadOptions{},
			"t.csv: line 3 has 3 fields, not the 2 of the first line: 3,4,5; and 1 more such line: 5", `put a field that contains ',' in double quotes`},
		{"too few fields", "t.csv", "a,b\n1,2\n3\n", dataset.ReadOptions{}, "t.csv: line 3 has 1 field, not the 2 of the first line: 3", "complete the line"},
		{"no such word", "t.csv", "a,b\n1,2\n", dataset.ReadOptions{Ragged: "drop"}, `unknown ragged "drop"`, "skip or pad"},
		{"line after newlines in quotes", "t.csv", "a,b\n\"x\ny\",2\n3\n", dataset.ReadOptions{}, "t.csv: line 4 has 1 field", "ragged skip"},
		{"same names", "t.csv", "a,b,a\n1,2,3\n", dataset.ReadOptions{}, `t.csv: line 1: columns 1 and 3 are both named "a"`, "give names"},
		{"empty", "t.csv", "", dataset.ReadOptions{}, "t.csv: the file is empty", "column names"},
		{"only a mark", "t.csv", "\xef\xbb\xbf\n", dataset.ReadOptions{}, "t.csv: the file is empty", "column names"},
		{"bad type", "t.csv", "a\n1\nx\n", dataset.ReadOptions{Columns: map[string]dataset.ColumnOptions{"a": {Type: "int64"}}}, `t.csv: line 3: column "a": "x" is not int64`, "missing"},
		{"unknown type", "t.csv", "a\n1\n", dataset.ReadOptions{Columns: map[string]dataset.ColumnOptions{"a": {Type: "number"}}}, `column "a": unknown type "number"`, "types are int64"},
		{"unknown column", "t.csv", "a\n1\n", dataset.ReadOptions{Columns: map[string]dataset.ColumnOptions{"z": {Type: "int64"}}}, `column "z" has options`, "columns are a"},
		{"number of names", "t.csv", "a,b\n1,2\n", dataset.ReadOptions{Names: []string{"x"}}, "1 names for 2 columns", "a, b"},
		{"open quote", "t.csv", "a,b\n\"x,2\n3,4\n", dataset.ReadOptions{}, `the record begins on line 2`, "may not be closed"},
		{"bare quote", "t.csv", "a,b\nx\"y,2\n", dataset.ReadOptions{}, `t.csv: line 2, column 2: bare "`, "written twice"},
		{"latin 1", "t.csv", "a\ncaf\xe9\n", dataset.ReadOptions{}, `t.csv: line 2: "caf\xe9" is not UTF-8`, "iconv"},
		{"utf-16", "t.csv", "\xff\xfea\x00", dataset.ReadOptions{}, "UTF-16", "iconv"},
		{"parquet by another name", "t.csv", "PAR1....", dataset.ReadOptions{}, "this is a Parquet file", "format parquet"},
		{"broken parquet", "t.parquet", "PAR1nonsensePAR1", dataset.ReadOptions{}, "t.parquet: not a whole Parquet file", "write it again"},
		{"unknown format", "t.xlsx", "x", dataset.ReadOptions{}, `unknown format "xlsx"`, "csv, tsv or parquet"},
		{"bad header option", "t.csv", "a\n1\n", dataset.ReadOptions{Header: "yes"}, `header "yes"`, "first or none"},
		{"bad delimiter", "t.csv", "a\n1\n", dataset.ReadOptions{Delimiter: '"'}, "delimiter", "one character"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := dataset.Read(t.Context(), write(t, c.file, c.text), c.options)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(hint.Of(err), c.hint) {
				t.Errorf("Read(%q) = %v (hint %q), want %q (hint %q)", c.text, err, hint.Of(err), c.want, c.hint)
			}
		})
	}
}

func TestReadNamesWhatLiesNear(t *testing.T) {
	path := write(t, "penguins.csv", "a\n1\n")
	_, err := dataset.Read(t.Context(), filepath.Join(filepath.Dir(path), "pengiuns.csv"), dataset.ReadOptions{})
	if err == nil || !strings.Contains(hint.Of(err), path) {
		t.Errorf("Read(pengiuns.csv) = %v, hint %q, want a hint at %s", err, hint.Of(err), path)
	}
	_, err = dataset.Read(t.Context(), filepath.Join(filepath.Dir(path), "nowhere", "x.csv"), dataset.ReadOptions{})
	if err == nil || !strings.Contains(hint.Of(err), "no folder") {
		t.Errorf("Read(nowhere/x.csv) = %v, hint %q, want the missing folder", err, hint.Of(err))
	}
	if _, err = dataset.Read(t.Context(), filepath.Dir(path), dataset.ReadOptions{Format: "csv"}); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("Read(folder) = %v, want that it is a folder", err)
	}
}

func TestReadGzip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.csv.gz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	fmt.Fprint(z, "a,b\n1,2\n")
	if z.Close() != nil || f.Close() != nil {
		t.Fatal("write gzip")
	}
	got, err := dataset.Read(t.Context(), path, dataset.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a:int64 b:int64", "1|2"}, dump(got)); diff != "" {
		t.Errorf("Read(t.csv.gz) mismatch (-want +got):\n%s", diff)
	}
}

func TestReadStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := dataset.Read(ctx, write(t, "t.csv", "a\n1\n"), dataset.ReadOptions{}); err == nil {
		t.Error("Read(cancelled) = nil, want an error")
	}
}

func FuzzRead(f *testing.F) {
	f.Add("a,b\n1,2\n", byte(0))
	f.Add("\xef\xbb\xbfa;b\n\"x\n\";NA\n", byte(1))
	f.Add("a\n2024-01-01\n0x1\n", byte(2))
	f.Fuzz(func(t *testing.T, text string, ragged byte) {
		o := dataset.ReadOptions{Ragged: []string{dataset.RaggedRefuse, dataset.RaggedSkip, dataset.RaggedPad}[ragged%3]}
		got, err := dataset.Read(t.Context(), write(t, "t.csv", text), o)
		if err != nil {
			return
		}
		s, err := profile.Of(t.Context(), got, profile.Options{})
		if err != nil || s.Rows != got.NumRows() || s.String() == "" {
			t.Errorf("profile.Of(Read(%q)) = %v, %v, want %d rows", text, s, err, got.NumRows())
		}
	})
}

// TestReadRefusesPipes holds that a file which cannot be read twice is an
// error, not a wait without end.
func TestReadRefusesPipes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.csv")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skipf("no pipes here: %v", err)
	}
	_, err := dataset.Read(t.Context(), path, dataset.ReadOptions{})
	if err == nil || !strings.Contains(err.Error(), "pipe") || hint.Of(err) == "" {
		t.Errorf("Read(pipe) = %v (hint %q), want an error that says so", err, hint.Of(err))
	}
}
