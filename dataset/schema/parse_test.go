package schema_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset/schema"
	"github.com/cellar-ml/cellar/internal/hint"
)

// every has each kind of expectation, in the form in which it is written.
const every = `# Wine, as the laboratory sends it.
dataset: wine
rows: {min: 100, level: warning}
unique:
- [customer, day] # one order a day
- {columns: [a, b], level: info}
other_columns: warning
columns:
  id:
    type: int64
    missing: 0 # none in 344 rows
    unique: true
  customer:
    absent: allow
    foreign: {dataset: customers@v2, column: id}
  shop:
    foreign: {dataset: shop, level: warning}
  colour:
    type: {is: string, level: warning}
    set: [red, white, 'null', yes]
    length: [1, 20]
  code:
    pattern: '[A-Z]{2}-\d+' # the laboratory's own
  alcohol:
    missing: {max: 0.05, level: info}
    range: {min: 8.4, max: 15, level: warning} # seen 9 to 14.9
    distance: {to: wine@v1, measure: ks, max: 0.1, level: warning}
  day:
    type: date
    range: {min: 2020-01-01}
    order: strictly increasing
  '2024': {}
`

func TestYAML(t *testing.T) {
	s := parse(t, every)
	got, err := s.YAML()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(every, string(got)); diff != "" {
		t.Errorf("YAML() mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(s, parse(t, string(got))); diff != "" {
		t.Errorf("Parse(YAML()) mismatch (-want +got):\n%s", diff)
	}
}

// A bad file gets the line, what is wrong and what to do.
func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ text, want, hint string }{
		{"", "line 1: no schema", "columns:"},
		{"- a\n", "line 1: no schema", "columns:"},
		{"columns:\n\ta: 1\n", "line 2, character 1: not YAML: found character that cannot start any token", "two spaces"},
		{"columns:\n  a: {type: int64\n  b: {}\n", "not YAML", "two spaces"},
		{"columns:\n  caf\xe9: {}\n", "line 2: not text in UTF-8", "save the file as UTF-8"},
		{"columns: {}\n\x00", "line 2: not text in UTF-8", "save the file as UTF-8"},
		{"columns: {}\n---\ncolumns: {}\n", "a second document", "one schema"},
		{"colums: {}\n", `line 1: entry "colums" is not known`, "did you mean columns?"},
		{"columns:\n  a:\n    rnage: [1, 2]\n", `line 3: column "a": expectation "rnage" is not known`, "did you mean range?"},
		{"columns:\n  a:\n    type: integer\n", `line 3: column "a": type "integer" is not known`, "int64"},
		{"columns:\n  a: {}\n  b: {}\n  a: {}\n", `line 4: columns: "a" is there already, in line 2`, "remove one"},
		{"columns:\n  a: {range: [5, 1]}\n", `line 2: column "a": range: 5 is larger than 1`, "smaller first"},
		{"columns:\n  a: {range: 5}\n", `line 2: column "a": range: "5" where two bounds are wanted`, "[1, 10]"},
		{"columns:\n  a: {type: string, range: [1, 5]}\n", "a range is of numbers or times, not of string", "type is string"},
		{"columns:\n  a: {type: int64, set: [a]}\n", `set: "a" is not a whole number`, "type is int64"},
		{"columns:\n  a: {pattern: '(?=x)'}\n", "pattern: error parsing regexp", "RE2"},
		{"columns:\n  a: {missing: 5}\n", "missing: the share 5 is not from 0 to 1", "0.05"},
		{"columns:\n  a: {missing: {max: 0.5, level: wrong}}\n", `level "wrong" is not known`, "error, warning, info"},
		{"columns:\n  a: {order: upward}\n", `order "upward" is not known`, "increasing"},
		{"columns:\n  a: {distance: {to: x}}\n", "distance: to which version, and how far?", "max: 0.1"},
		{"columns:\n  a: {distance: {to: x, max: 1, measure: kl}}\n", `measure "kl" is not known`, "ks"},
		{"columns:\n  a: {foreign: {column: x}}\n", "foreign: in which dataset?", "customers"},
		{"columns:\n  a: {unique: [b]}\n", "unique: a list where one value is wanted", ""},
		{"unique: [a, b]\ncolumns: {}\n", "line 1: unique: which columns?", "[[customer, day]]"},
		{"rows: {min: -1}\n", `rows: "-1" is not a whole number from 0`, ""},
		{"columns:\n  a: &x {}\n  b: *x\n", "line 2: columns: anchors, aliases", "write it out"},
		{"columns:\n  a: {set: [null]}\n", "set: nothing where one value is wanted", ""},
		{"columns: [a]\n", "columns: a list where names with values are wanted", "name: value"},
	} {
		_, err := schema.Parse([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(hint.Of(err), c.hint) {
			t.Errorf("Parse(%q) = %v (hint %q), want %q (hint %q)", c.text, err, hint.Of(err), c.want, c.hint)
		}
	}
}

// All that is wrong is said at once.
func TestParseSaysAll(t *testing.T) {
	_, err := schema.Parse([]byte("columns:\n  a: {rnage: 1}\n  b: {type: int}\nfoo: 1\n"))
	for _, want := range []string{"line 2: ", "line 3: ", "line 4: "} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse = %v, want %q in it", err, want)
		}
	}
}

// What Parse takes is written so that it is read back the same, and checking with
// it does not panic.
func FuzzParse(f *testing.F) {
	f.Add([]byte(every))
	f.Add([]byte("columns: {a: {range: [.inf, 1e999]}, 'b\n': {set: ['', ' x', 'a: b', '#']}}"))
	f.Add([]byte("\xef\xbb\xbfcolumns:\r\n  a: {pattern: 'a''b'}\r\n"))
	if data, err := os.ReadFile("testdata/penguins.yaml"); err == nil {
		f.Add(data)
	}
	table := read(f, "a,b,id,alcohol,day,colour\n1,x,1,2.5,2024-01-01,red\n2,y,2,,2024-01-02,\n")
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := schema.Parse(data)
		if err != nil {
			if !strings.Contains(err.Error(), "read schema") {
				t.Errorf("Parse(%q) = %v, want an error that says what was read", data, err)
			}
			return
		}
		text, err := s.YAML()
		if err != nil {
			t.Fatalf("YAML of %q: %v", data, err)
		}
		again, err := schema.Parse(text)
		if err != nil {
			t.Fatalf("Parse(YAML of %q):\n%s\n%v", data, text, err)
		}
		s.Note, again.Note = "", ""
		strip(s)
		strip(again)
		if diff := cmp.Diff(s, again); diff != "" {
			t.Fatalf("Parse(YAML of %q) differs (-first +second):\n%s\n%s", data, diff, text)
		}
		if _, err := schema.Check(t.Context(), table, s, schema.Options{}); err != nil {
			t.Fatalf("Check with %q: %v", data, err)
		}
	})
}

// strip takes the comments away: where one stands may change.
func strip(s *schema.Schema) {
	for i := range s.Table {
		s.Table[i].Note = ""
	}
	for i := range s.Columns {
		for j := range s.Columns[i].Expect {
			s.Columns[i].Expect[j].Note = ""
		}
	}
}
