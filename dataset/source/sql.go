package source

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	duckdb "github.com/duckdb/duckdb-go/v2"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// A Result is what a query gave, and the nodes of lineage that it read.
type Result struct {
	Table arrow.Table
	From  []From
}

// From is a table that a query read.
type From struct {
	Node tracker.Node
	Rows int64
}

// SQL runs one query in DuckDB's dialect. A table's name in it is a registered
// dataset (penguins, penguins@v2, the latter with or without double quotes) or
// what Open takes, in quotes: 'data/*.csv', "https://…", 's3://…', 'shop.db#orders',
// 'postgres://…#orders'. open gives the store, and is called only for datasets.
func SQL(ctx context.Context, open func(context.Context) (tracker.Store, error), query1 string, o Options) (Result, error) {
	temp, err := os.MkdirTemp("", "cellar-sql-*")
	if err != nil {
		return Result{}, fmt.Errorf("sql: %w", err)
	}
	defer os.RemoveAll(temp)
	conn, done, err := duck(ctx, temp)
	if err != nil {
		return Result{}, err
	}
	defer done()
	q := strings.TrimRight(quoteVersions(query1), "; \t\r\n")
	if strings.TrimSpace(q) == "" {
		return Result{}, hint.New(errors.New("sql: no query"), "such as: select * from penguins limit 5")
	}
	v := &views{conn: conn, open: open, temp: temp, o: o, known: map[string]bool{}}
	r, err := v.run(ctx, q)
	if err != nil {
		return Result{}, err
	}
	res := Result{From: v.from}
	res.Table, err = dataset.Collect(r)
	return res, err
}

// views are the tables that a query names, each made when it is first named.
type views struct {
	conn  *sql.Conn
	open  func(context.Context) (tracker.Store, error)
	temp  string
	o     Options
	known map[string]bool
	from  []From
}

var missing = regexp.MustCompile(`Table with name "?(.*?)"? does not exist!`)

// run runs q. DuckDB tells which tables it names where no column depends on
// them; the others are what it misses, and quoted files it would read by itself.
func (v *views) run(ctx context.Context, q string) (array.RecordReader, error) {
	tables, err := duckdb.GetTableNames(v.conn, q, false)
	if err != nil {
		return nil, fmt.Errorf("sql: %w", plain(err))
	}
	for _, name := range append(tables, quotedTables(q)...) {
		if _, err := v.add(ctx, name); err != nil {
			return nil, err
		}
	}
	for {
		r, err := query(ctx, v.conn, v.temp, q, v.o.Columns)
		if err == nil {
			return r, nil
		}
		if m := missing.FindStringSubmatch(err.Error()); m != nil {
			added, viewErr := v.add(ctx, m[1])
			if viewErr != nil {
				return nil, viewErr
			}
			if added {
				continue
			}
		}
		return nil, unknownTable(ctx, v.open, wrong(fmt.Errorf("sql: %w", plain(err)), err))
	}
}

func (v *views) add(ctx context.Context, name string) (bool, error) {
	if v.known[name] {
		return false, nil
	}
	v.known[name] = true
	from, found, err := view(ctx, v.conn, v.open, name, filepath.Join(v.temp, fmt.Sprintf("%d.parquet", len(v.known))), v.o)
	if found {
		v.from = append(v.from, from)
	}
	return found, err
}

// Register keeps a result as a version of a dataset, with an edge from each table
// that the query read.
func (r Result) Register(ctx context.Context, store tracker.Store, name, query string) (tracker.DatasetVersion, error) {
	d, err := dataset.Register(ctx, store, name, r.Table, "")
	if err != nil {
		return d, err
	}
	var edges []tracker.Edge
	for _, f := range r.From {
		if f.Node == dataset.Node(d) {
			continue
		}
		t := &tracker.Transform{Step: "sql", Params: map[string]string{"query": query}, RowsIn: f.Rows, RowsOut: d.Rows}
		edges = append(edges, tracker.Edge{From: f.Node, To: dataset.Node(d), Role: "sql", Time: d.Created, Transform: t})
	}
	if err := store.AddEdges(ctx, edges...); err != nil {
		return d, fmt.Errorf("register dataset %s: lineage: %w", name, err)
	}
	return d, nil
}

// view makes a view of what a table's name stands for. It is false for a name
// that is none of ours.
func view(ctx context.Context, conn *sql.Conn, open func(context.Context) (tracker.Store, error), name, path string, o Options) (From, bool, error) {
	o.Columns = nil // they are of the result
	from := From{Node: tracker.Node{Kind: tracker.KindFile, ID: Redact(name)}}
	switch ref, ours, err := isDataset(ctx, open, name); {
	case err != nil:
		return from, false, err
	case ours:
		store, err := open(ctx)
		if err != nil {
			return from, false, err
		}
		t, d, err := dataset.Open(ctx, store, ref)
		if err != nil {
			return from, false, err
		}
		from.Node, from.Rows = dataset.Node(d), d.Rows
		if err := writeParquet(ctx, path, array.NewTableReader(t, 1<<16)); err != nil {
			return from, false, fmt.Errorf("sql: %s: %w", name, err)
		}
	case isSource(name):
		if !strings.Contains(name, "://") {
			abs, err := filepath.Abs(name)
			if err != nil {
				return from, false, err
			}
			from.Node.ID = abs
		}
		err := again(ctx, name, o, func(r array.RecordReader) error {
			r.Retain() // again releases it too
			return writeParquet(ctx, path, r)
		})
		if err != nil {
			return from, false, err
		}
	default:
		return from, false, nil
	}
	source := "read_parquet(" + literal(path) + ")"
	if _, err := conn.ExecContext(ctx, "CREATE TEMP VIEW "+identifier(name)+" AS SELECT * FROM "+source); err != nil {
		return from, false, fmt.Errorf("sql: %s: %w", name, plain(err))
	}
	err := conn.QueryRowContext(ctx, "SELECT count(*) FROM "+source).Scan(&from.Rows)
	return from, true, err
}

// isSource says whether a name is a path or an address rather than a word.
func isSource(name string) bool {
	path, _, _ := strings.Cut(name, "#")
	return strings.Contains(name, "://") || strings.ContainsAny(path, "/*?") || isFile(path) || isFolder(path) ||
		slices.Contains([]string{"csv", "tsv", "tab", "txt", "json", "parquet", "arrow"}, formatOf(path, ""))
}

// isDataset says whether a name is a dataset's, and how the store calls it.
func isDataset(ctx context.Context, open func(context.Context) (tracker.Store, error), name string) (string, bool, error) {
	if strings.Contains(name, "://") || strings.ContainsAny(name, "/*?#") {
		return "", false, nil
	}
	store, err := open(ctx)
	if err != nil {
		return "", false, err
	}
	if base, _, versioned := strings.Cut(name, "@"); versioned && base != "" {
		return name, true, nil // Open says what is there when this is not
	}
	all, err := store.Datasets(ctx)
	if err != nil {
		return "", false, err
	}
	return name, slices.ContainsFunc(all, func(d tracker.DatasetVersion) bool { return d.Name == name }), nil
}

// unknownTable says which datasets there are.
func unknownTable(ctx context.Context, open func(context.Context) (tracker.Store, error), err error) error {
	if !strings.Contains(err.Error(), "Table with name") || hint.Of(err) != "" {
		return err
	}
	store, e := open(ctx)
	if e != nil {
		return err
	}
	all, e := store.Datasets(ctx)
	if e != nil {
		return err
	}
	var names []string
	for _, d := range all {
		if !slices.Contains(names, d.Name) {
			names = append(names, d.Name)
		}
	}
	if len(names) == 0 {
		return hint.New(err, "the store has no datasets yet; a file's or URL's name goes in quotes")
	}
	return hint.New(err, "datasets are "+strings.Join(names[:min(12, len(names))], ", ")+"; a file's or URL's name goes in quotes")
}

// quoteVersions puts name@version outside quotes and comments into double quotes:
// SQL has no such names.
func quoteVersions(q string) string {
	var b strings.Builder
	for i := 0; i < len(q); {
		n := skip(q[i:])
		if n == 0 {
			if n = versionName(q[i:]); n > 0 {
				b.WriteString(`"` + q[i:i+n] + `"`)
				i += n
				continue
			}
			if n = word(q[i:]); n == 0 {
				n = 1
			}
		}
		b.WriteString(q[i : i+n])
		i += n
	}
	return b.String()
}

// quotedTables are the quoted names behind FROM and JOIN.
func quotedTables(q string) []string {
	var list []string
	last := ""
	for i := 0; i < len(q); {
		n := skip(q[i:])
		switch quote := q[i]; {
		case n > 2 && (quote == '\'' || quote == '"') && (last == "from" || last == "join"):
			name := strings.ReplaceAll(q[i+1:i+n-1], string([]byte{quote, quote}), string(quote))
			if isSource(name) {
				list = append(list, name)
			}
			last = ""
		case n > 0:
		case word(q[i:]) > 0:
			n = word(q[i:])
			last = strings.ToLower(q[i : i+n])
		case !strings.ContainsRune(" \t\r\n(", rune(q[i])):
			last = ""
		}
		i += max(1, n)
	}
	return list
}

// skip is the length of the quoted text or comment at the beginning of s.
func skip(s string) int {
	until := func(open int, end string) int {
		if i := strings.Index(s[open:], end); i >= 0 {
			return open + i + len(end)
		}
		return len(s)
	}
	switch {
	case s[0] == '\'' || s[0] == '"':
		return until(1, s[:1])
	case strings.HasPrefix(s, "--"):
		return until(2, "\n")
	case strings.HasPrefix(s, "/*"):
		return until(2, "*/")
	}
	return 0
}

func wordByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

func word(s string) int {
	n := 0
	for n < len(s) && wordByte(s[n]) {
		n++
	}
	return n
}

// versionName is the length of a reference such as my-data.x@v2 or wine:exp@v1 at the beginning
// of s.
func versionName(s string) int {
	n := word(s)
	if n == 0 {
		return 0
	}
	for n < len(s) && (wordByte(s[n]) || strings.IndexByte("-.:", s[n]) >= 0) {
		n++
	}
	if n == len(s) || s[n] != '@' {
		return 0
	}
	after := word(s[n+1:])
	if after == 0 {
		return 0
	}
	return n + 1 + after
}
