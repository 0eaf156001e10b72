package dataset_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"

	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/mem"
)

// long is a file that is read in one go: text of more than 64 MB that ends with
// last.
func long(t *testing.T, last string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "long.csv")
	row := "1,1.5,2024-01-01,,words of some length to make the file a large one without many rows " + strings.Repeat("x", 400) + "\n"
	text := "i,f,d,late,s\n" + strings.Repeat(row, 66<<20/len(row)) + last
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The types of a large file are those of all of it, whatever its first block says.
func TestReadStreamOfLargeFile(t *testing.T) {
	for _, c := range []struct{ name, last, want string }{
		{"as it began", "2,2,2024-01-02,,x\n", "i:int64 f:float64 d:date32 late:utf8 s:utf8"},
		{"fraction", "2.5,2,2024-01-02,,x\n", "i:float64 f:float64 d:date32 late:utf8 s:utf8"},
		{"code", "007,x,2024-01-02 10:00:00,5,x\n", "i:utf8 f:utf8 d:timestamp[us] late:int64 s:utf8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := long(t, c.last)
			r, err := dataset.ReadStream(t.Context(), path, dataset.ReadOptions{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := dataset.Collect(r)
			var again *dataset.Retyped
			if errors.As(err, &again) {
				if r, err = dataset.ReadStream(t.Context(), path, again.Options, nil); err == nil {
					got, err = dataset.Collect(r)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			if head := dump(got)[0]; head != c.want {
				t.Errorf("ReadStream(... %q) = %s, want %s", c.last, head, c.want)
			}
		})
	}
	path := long(t, "1,2\n")
	r, err := dataset.ReadStream(t.Context(), path, dataset.ReadOptions{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	store := mem.New(mem.Options{})
	_, err = dataset.RegisterStream(t.Context(), store, "long", r, path, nil)
	r.Release()
	all, _ := store.Datasets(t.Context())
	if err == nil || !strings.Contains(err.Error(), "has 2 fields, not the 5") || len(all) != 0 {
		t.Errorf("RegisterStream(ragged end) = %v, %d datasets, want the line and none", err, len(all))
	}
	_ = store.Blobs().List(t.Context(), func(b tracker.BlobInfo) error { t.Errorf("a blob is left: %+v", b); return nil })
}

// A streamed version is the same version as one that was read whole.
func TestRegisterStreamIsRegister(t *testing.T) {
	store := mem.New(mem.Options{})
	whole, err := dataset.Register(t.Context(), store, "penguins", read(t, penguins), penguins)
	if err != nil {
		t.Fatal(err)
	}
	r, err := dataset.ReadStream(t.Context(), penguins, dataset.ReadOptions{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	streamed, err := dataset.RegisterStream(t.Context(), store, "penguins", r, penguins, &tracker.Transform{Step: "load"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(whole, streamed); diff != "" {
		t.Errorf("RegisterStream differs from Register (-want +got):\n%s", diff)
	}
	var a, b bytes.Buffer
	r2, err := dataset.ReadStream(t.Context(), penguins, dataset.ReadOptions{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r2.Release()
	n, err := dataset.WriteParquetStream(t.Context(), &a, r2)
	if err = errors.Join(err, dataset.WriteParquet(&b, read(t, penguins))); err != nil || n != 344 || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("WriteParquetStream = %d rows, %v, other bytes than WriteParquet's", n, err)
	}
}

func TestReadWide(t *testing.T) {
	var head, row []string
	for i := range 10_000 {
		head, row = append(head, fmt.Sprintf("c%d", i)), append(row, fmt.Sprint(i))
	}
	text := strings.Join(head, ",") + "\n" + strings.Repeat(strings.Join(row, ",")+"\n", 30)
	got, err := dataset.Read(t.Context(), write(t, "wide.csv", text), dataset.ReadOptions{})
	if err != nil || got.NumCols() != 10_000 || got.NumRows() != 30 || got.Column(9_999).DataType() != arrow.PrimitiveTypes.Int64 {
		t.Errorf("Read(10,000 columns) = %v, %v", got, err)
	}
	row[5000] = "x,y"
	_, err = dataset.Read(t.Context(), write(t, "wide.csv", text+strings.Join(row, ",")+"\n"), dataset.ReadOptions{})
	if err == nil || !strings.Contains(err.Error(), "line 32 has 10001 fields") {
		t.Errorf("Read(10,000 columns, one line longer) = %v", err)
	}
}

// FuzzRecords holds that text is cut into records as encoding/csv does.
func FuzzRecords(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "a\n\n\"x\"\"y\n\",2\r\n", "\"a\r\nb\",c\r", "a,\"b\nc\n", "a\"b,c\n1,2", ",\n\n,", "\"\"\r\n\r\nx,\"\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := csv.NewReader(strings.NewReader(text))
		r.FieldsPerRecord = -1
		want, wantErr := r.ReadAll()
		width := 0
		for _, rec := range want {
			width = max(width, len(rec))
		}
		if strings.HasPrefix(text, "PAR1") || strings.ContainsAny(text, "\x1f(B\x00") || !utf8.ValidString(text) || width == 0 {
			return // a mark or a packing, which are no matter here
		}
		names := make([]string, width)
		first := make([]string, width)
		options := map[string]dataset.ColumnOptions{}
		for i := range names {
			names[i], first[i] = fmt.Sprintf("c%d", i), "h"
			options[names[i]] = dataset.ColumnOptions{Type: "string", Missing: []string{}}
		}
		o := dataset.ReadOptions{Delimiter: ',', Header: dataset.HeaderNone, Names: names, Ragged: dataset.RaggedPad, Columns: options}
		got, err := dataset.Read(t.Context(), write(t, "t.csv", strings.Join(first, ",")+"\n"+text), o)
		if (err == nil) != (wantErr == nil) && !strings.Contains(fmt.Sprint(err), "UTF-8") {
			t.Fatalf("Read(%q) = %v, encoding/csv: %v", text, err, wantErr)
		}
		if err != nil {
			return
		}
		if int(got.NumRows()) != len(want)+1 {
			t.Fatalf("Read(%q) = %d rows, encoding/csv: %d", text, got.NumRows()-1, len(want))
		}
		lines := rowsOf(got)
		for i, rec := range want {
			padded := append(append([]string(nil), rec...), make([]string, width-len(rec))...)
			if diff := cmp.Diff(padded, lines[i+1]); diff != "" {
				t.Fatalf("Read(%q), record %d (-encoding/csv +got):\n%s", text, i, diff)
			}
		}
	})
}

func rowsOf(t arrow.Table) [][]string {
	out := make([][]string, t.NumRows())
	for i := range int(t.NumCols()) {
		row := 0
		for _, c := range t.Column(i).Data().Chunks() {
			for j := range c.Len() {
				out[row] = append(out[row], c.ValueStr(j))
				row++
			}
		}
	}
	return out
}

// FuzzArrow holds that a damaged file is an error and no fault.
func FuzzArrow(f *testing.F) {
	f.Add([]byte("ARROW1\x00\x00\xff\xff\xff\xff"))
	f.Add([]byte("\xff\xff\xff\xff\x10\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := dataset.ReadStream(t.Context(), write(t, "t.arrow", string(data)), dataset.ReadOptions{}, nil)
		if err == nil {
			_, _ = dataset.Collect(r) // an error, and no fault
		}
	})
}
