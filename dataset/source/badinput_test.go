package source_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/source"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store"
	"github.com/cellar-ml/cellar/tracker/upkeep"
)

// A bad is a file that is not as one would wish, and what comes of it: an error
// with a hint, or rows, with a note where a person might not see what was done.
type bad struct {
	name string
	data []byte
	// One of these; the first lines of a dump.
	err, hint string
	rows      []string

	note string
}

// Long: a table.
func bads(t *testing.T) []bad {
	parquet := parquetOf(t, "a,b\n"+strings.Repeat("1,some text\n", 5000))
	broken := bytes.Clone(parquet)
	for i := 4; i < len(broken)/2; i++ {
		broken[i] ^= 0xa5
	}
	wide := strings.TrimSuffix(strings.Repeat("%s,", 10_000), ",") + "\n"
	head, row := make([]any, 10_000), make([]any, 10_000)
	for i := range head {
		head[i], row[i] = fmt.Sprintf("c%d", i), fmt.Sprint(i)
	}
	text := func(name, data, err, hint string) bad {
		return bad{name: name, data: []byte(data), err: err, hint: hint}
	}
	rows := func(name, data, note string, rows ...string) bad {
		return bad{name: name, data: []byte(data), rows: rows, note: note}
	}
	return []bad{
		text("short line.csv", "a,b,c\n1,2,3\n4,5\n6,7,8,9\n", "line 3 has 2 fields, not the 3 of the first line: 4,5; and 1 more such line: 4", "ragged skip"),
		text("long line.csv", "a,b\n1,2\n3,4,5\n", "line 3 has 3 fields, not the 2 of the first line: 3,4,5", `contains ','`),
		rows("mixed after a million.csv", "x\n"+strings.Repeat("12345\n", 1_000_000)+"abc\n", `column "x" is text because of line 1000002, which has "abc"; the values before it are int64`, "x:utf8", "12345"),
		rows("mixed in a large file.csv", "x,y\n"+strings.Repeat("1,"+strings.Repeat("y", 62)+"\n", 1_050_000)+"2.5e,y\n",
			`column "x" is text because of line 1050002, which has "2.5e"; the values before it are int64`, "x:utf8 y:utf8"),
		text("latin 1.csv", "name,x\nJos\xe9,1\n", `line 2: "Jos\xe9" is not UTF-8, in column "name"`, "iconv -f LATIN1"),
		rows("mark.csv", "\xef\xbb\xbfa,b\n1,2\n", "", "a:int64 b:int64", "1|2"),
		{name: "utf-16, little end.csv", data: utf16of(binary.LittleEndian, "\ufeffa,b\n1,2\n"), err: "the text is UTF-16", hint: "iconv -f UTF-16"},
		{name: "utf-16, big end.csv", data: utf16of(binary.BigEndian, "\ufeffa,b\n1,2\n"), err: "the text is UTF-16", hint: "iconv -f UTF-16"},
		rows("quotes and lines in fields.csv", "a,b\n\"x \"\"q\"\" y\",\"line1\nline2\"\n\"a,b\",2\n", "", "a:utf8 b:utf8", "x \"q\" y|line1\nline2", "a,b|2"),
		text("a quote that is not closed.csv", "a,b\n1,2\n\"open,3\n4,5\n", "the record begins on line 3", "may not be closed"),
		text("a quote within.csv", "a,b\n1,x\"y\n", `line 2, column 4: bare "`, "written twice"),
		text("empty.csv", "", "the file is empty", "line of column names"),
		text("empty lines.csv", "\n\r\n\n", "the file is empty", "line of column names"),
		rows("names alone.csv", "a,b\n", "", "a:utf8 b:utf8"),
		rows("10,000 columns.csv", fmt.Sprintf(wide, head...)+fmt.Sprintf(wide, row...), ""),
		text("10,000 columns, and one.csv", fmt.Sprintf(wide, head...)+"x,"+fmt.Sprintf(wide, row...), "line 2 has 10001 fields", "double quotes"),
		text("two names alike.csv", "a,b,a\n1,2,3\n", `line 1: columns 1 and 3 are both named "a"`, "rename one"),
		rows("a name that is empty.csv", "a,,c\n1,2,3\n", "", "a:int64 column_2:int64 c:int64", "1|2|3"),
		rows("dates in three formats.csv", "d\n2024-01-02\n02/01/2024\n3 Jan 2024\n", `column "d" is text because of line 3, which has "02/01/2024"; the values before it are date`, "d:utf8", "2024-01-02", "02/01/2024", "3 Jan 2024"),
		rows("past 2^53.csv", "n\n9007199254740993\n", "", "n:int64", "9007199254740993"),
		rows("past 2^53 among fractions.csv", "n\n1.5\n9007199254740993\n", `column "n" is float64, which does not hold all digits of line 3, "9007199254740993"; --type n=string keeps them`, "n:float64"),
		rows("past 2^63.csv", "n\n9223372036854775809\n1\n", `does not hold all digits of line 2`, "n:float64"),
		rows("NaN and nothing.csv", "x,s\nNaN,b\n,a\n1.5,\n", "", "x:float64 s:utf8", "(null)|b", "(null)|a", "1.5|(null)"),
		{name: "NaN and null.parquet", data: nanAndNull(t), rows: []string{"x:float64", "NaN", "(null)"}},
		rows("zones.csv", "t\n2024-01-02T03:04:05+02:00\n2024-01-02T03:04:05Z\n", "", "t:timestamp[us, tz=UTC]", "2024-01-02 01:04:05Z", "2024-01-02 03:04:05Z"),
		rows("a zone and none.csv", "t\n2024-01-02T03:04:05+02:00\n2024-01-02T03:04:05\n", `because of line 3, which has "2024-01-02T03:04:05"; the values before it are timestamp`, "t:utf8"),
		text("carriage returns alone.csv", "a,b\r1,2\r3,4\r", "lines end in a carriage return alone", `tr '\r' '\n'`),
		text("no text.csv", "a,b\n1,x\x00y\n", `line 2: a NUL byte, in column "b"`, "parquet or arrow"),
		{name: "short.parquet", data: parquet[:len(parquet)/2], err: "not a whole Parquet file", hint: "again"},
		{name: "broken.parquet", data: broken, err: "not a whole Parquet file", hint: "again"},
		{name: "short.csv.gz", data: gz(t, strings.Repeat("1,some text\n", 5000))[:60], err: "unpack: what is packed as .gz ends too early", hint: "whole"},
		{name: "broken.csv.gz", data: []byte("\x1f\x8b\x08\x00junkjunkjunk"), err: "unpack: what is packed as .gz is damaged", hint: "whole"},
		{name: "short.csv.zst", data: zst(t, strings.Repeat("1,some text\n", 5000))[:30], err: "unpack: what is packed as .zst ends too early", hint: "whole"},
		{name: "short.parquet.gz", data: gz(t, string(parquet))[:60], err: "ends too early", hint: "whole"},
		text("a line that is no object.ndjson", "{\"a\":1}\n{\"a\":}\n", "line 2, column 6", "mend"),
		rows("mixed.ndjson", "{\"a\": 1, \"b\": {\"c\": 2}}\n{\"a\": \"x\", \"b\": [1,2]}\n", "", "a:utf8 b:utf8", `1|{"c":2}`, `x|[1,2]`),
		text("no line end.ndjson", "{\"a\":1}\n{\"a\":2\n", "line 2, column 7: the file ends before its last bracket is closed", "mend"),
		text("short.json", `[{"a":1},{"a":2}`, "line 1, column 17: the file ends before its last bracket is closed", "mend"),
		text("values.json", "[{\"a\":1},\n 5]", "line 2, column 2: record 2 is no object", "an array of objects"),
		text("nothing.json", "[]", "there is no object in it", "an array of objects"),
		rows("a column called json.ndjson", "{\"json\":1}\n", "", "json:int64", "1"),
		text("one key twice.json", `[{"a":1,"a":2}]`, `Object {"a":1,"a":2} has duplicate key "a"`, "rename one"),
		text("latin 1.ndjson", "{\"a\":\"x\"}\n{\"a\":\"caf\xe9\"}\n", "line 2, column 10: a byte that is not UTF-8", "iconv"),
		rows("mark.ndjson", "\xef\xbb\xbf{\"a\":1}\n", "", "a:int64", "1"),
		rows("NaN and null.json", `[{"x":1.5},{"x":NaN},{"x":null}]`, "", "x:float64", "1.5", "NaN", "(null)"),
		{name: "utf-16.json", data: utf16of(binary.LittleEndian, "\ufeff[{}]"), err: "the text is UTF-16", hint: "iconv -f UTF-16"},
		{name: "utf-16 without a mark.csv", data: utf16of(binary.LittleEndian, "a,b\n1,2\n"), err: "line 1: a NUL byte", hint: "iconv -f UTF-16LE"},
		text("utf-32.csv", "\xff\xfe\x00\x00a\x00\x00\x00", "the text is UTF-32", "iconv -f UTF-32"),
		text("a web page.csv", "<!DOCTYPE html>\n<html></html>\n", "this is a web page", "the address"),
		text("a spreadsheet.csv", "PK\x03\x04\x14\x00\x06", "a zip archive, or a spreadsheet", "save the sheet as CSV"),
		{name: "parquet by another name.csv", data: parquet, err: "this is a Parquet file", hint: "--format parquet"},
		{name: "no byte.csv.gz", data: gz(t, ""), err: "the file is empty", hint: "column names"},
		text("no byte.parquet", "", "the file is empty", "written to its end"),
		text("no byte.arrow", "", "the file is empty", "written to its end"),
		rows("not packed.csv.gz", "a\n1\n", "", "a:int64", "1"),
		text("empty.json", " ", "empty", "objects"),
		text("bad.arrow", "ARROW1\x00\x00nonsense", "not a whole Arrow file", "again"),
		text("bad.sqlite", "nonsense that is no database at all", "not a database", "damaged"),
		text("what.xyz", "a,b\n", `unknown format "xyz"`, "csv"),
	}
}

func utf16of(order binary.AppendByteOrder, text string) (data []byte) {
	for _, u := range utf16.Encode([]rune(text)) {
		data = order.AppendUint16(data, u)
	}
	return data
}

func parquetOf(t *testing.T, csv string) []byte {
	t.Helper()
	var b bytes.Buffer
	table, err := source.Read(t.Context(), put(t, filepath.Join(t.TempDir(), "t.csv"), []byte(csv)), source.Options{})
	if err == nil {
		err = dataset.WriteParquet(&b, table)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func nanAndNull(t *testing.T) []byte {
	t.Helper()
	x := array.NewFloat64Builder(memory.DefaultAllocator)
	x.Append(math.NaN())
	x.AppendNull()
	schema := arrow.NewSchema([]arrow.Field{{Name: "x", Type: arrow.PrimitiveTypes.Float64, Nullable: true}}, nil)
	var b bytes.Buffer
	if err := dataset.WriteParquet(&b, array.NewTableFromRecords(schema, []arrow.Record{array.NewRecord(schema, []arrow.Array{x.NewArray()}, 2)})); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestBadInput holds that what a bad file has is read as it is, with a note where
// one may not see it, or is refused in one message that says where and what to
// do: then nothing is registered, and nothing is lost that was there.
func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(t.Context(), "sqlite://"+dir+"/store")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := source.Load(t.Context(), s, "x", put(t, filepath.Join(dir, "first.csv"), []byte("kept\n1\n")), source.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, b := range bads(t) {
		t.Run(b.name, func(t *testing.T) { b.load(t, s, dir) })
	}
	r, err := upkeep.Verify(t.Context(), s, nil)
	if err != nil || len(r.Problems) > 0 {
		t.Errorf("Verify = %+v, %v", r.Problems, err)
	}
}

func (b bad) load(t *testing.T, s tracker.Store, dir string) {
	before, err := s.Datasets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var notes []string
	o := source.Options{ReadOptions: dataset.ReadOptions{Note: func(text string) { notes = append(notes, text) }}}
	path := put(t, filepath.Join(dir, b.name), b.data)
	d, err := source.Load(t.Context(), s, "x", path, o)
	if b.err != "" {
		refused(t, path, err, b.err, b.hint)
		if !strings.Contains(fmt.Sprint(err), path) || strings.Contains(fmt.Sprint(err), "\n") {
			t.Errorf("Load = %v, want one line with the file's name", err)
		}
		after, err := s.Datasets(t.Context())
		if err != nil || len(after) != len(before) {
			t.Errorf("%d versions after a load that failed, %v, want %d", len(after), err, len(before))
		}
		if tab, _, err := dataset.Open(t.Context(), s, "x@v1"); err != nil || dump(tab)[0] != "kept:int64" {
			t.Errorf("the first version: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	tab, _, err := dataset.Open(t.Context(), s, d.Ref())
	if err != nil {
		t.Fatal(err)
	}
	got := dump(tab)
	if len(b.rows) > 0 {
		same(t, "rows", b.rows, got[:min(len(b.rows), len(got))])
	}
	if all := strings.Join(notes, "\n"); !strings.Contains(all, b.note) || b.note == "" && all != "" || len(notes) > 1 {
		t.Errorf("notes %q, want %q", slices.Clone(notes), b.note)
	}
}
