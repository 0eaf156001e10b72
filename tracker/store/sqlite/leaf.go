package sqlite

import (
	"fmt"
	"math"
	"strings"

	"github.com/cellar-ml/cellar/tracker/search"
)

// A branch is a query for the runs that pass a comparison. From reads all, by
// an index where there is one; seek reads some, given as a JSON list.
type branch struct {
	run, from, seek, where string
	args                   []any
}

// The last value of a metric: of x that is open, of m that may be closed.
const (
	lastPoint = "(SELECT value FROM points WHERE metric = x.id ORDER BY seq DESC LIMIT 1)"
	lastValue = "coalesce(m.last, (SELECT value FROM points WHERE metric = m.id ORDER BY seq DESC LIMIT 1))"
)

// branches are the queries whose runs together pass c. Null is as NotNull: who
// asks takes the other runs.
func branches(c search.Compare) ([]branch, error) {
	switch c.Field.Kind {
	case search.Metric:
		// An open run's metrics have no last value yet: it is among the points.
		closed := branchOf("metrics", "x.name = ? AND x.last IS NOT NULL", column{num: "x.last"}, c)
		open := branchOf("metrics", "x.name = ? AND x.last IS NULL", column{num: lastPoint}, c)
		return []branch{closed, open}, nil
	case search.Param:
		return []branch{branchOf("params", "x.name = ?", paramColumn, c)}, nil
	case search.Tag:
		return []branch{branchOf("tags", "x.name = ?", tagColumn, c)}, nil
	case search.Dataset:
		return datasetBranches(c)
	}
	where, args, err := attribute(c)
	return []branch{{"r.id", "runs r", "runs r ON r.id = s.value", where, args}}, err
}

// branchOf is a branch of a table that has a name of the field in each row.
func branchOf(table, where string, col column, c search.Compare) branch {
	q, args := col.cond(c.Op, c.Values)
	return branch{"x.run", table + " x", table + " x ON x.run = s.value", where + " AND " + q, append([]any{c.Field.Name}, args...)}
}

// attributes are the texts that a run has of itself.
var attributes = map[string]string{
	search.RunID: "r.uid", search.RunName: "r.name", search.Status: "r.status", search.RunKind: "r.kind",
	search.Reason: "r.reason", search.Command: "r.command", search.Commit: "r.git_commit", search.Branch: "r.git_branch",
	search.Host: "r.host",
}

func attribute(c search.Compare) (string, []any, error) {
	switch c.Field.Name {
	case search.Start:
		return timeCond("r.started", c)
	case search.End:
		return timeCond("r.ended", c)
	case search.Deleted:
		return timeCond("r.deleted", c)
	case search.Seed:
		q, args := column{num: "CAST(r.seed AS REAL)"}.cond(c.Op, c.Values)
		return q, args, nil
	case search.Experiment:
		q, args := plain("name", "").cond(c.Op, c.Values)
		return "r.experiment IN (SELECT id FROM experiments WHERE " + q + ")", args, nil
	case search.Parent:
		q, args := plain("uid", "").cond(c.Op, c.Values)
		return "r.parent IN (SELECT id FROM runs WHERE " + q + ")", args, nil
	}
	name, ok := attributes[c.Field.Name]
	if !ok {
		return "", nil, fmt.Errorf("search runs: no attribute %q", c.Field.Name)
	}
	q, args := plain(name, name+" <> ''").cond(c.Op, c.Values)
	return q, args, nil
}

// timeCond compares nanoseconds with whole milliseconds, as ranges that an
// index serves.
func timeCond(col string, c search.Compare) (string, []any, error) {
	if len(c.Values) == 0 {
		return col + " IS NOT NULL", nil, nil
	}
	from, to := nanosOf(c.Values[0].Number), nanosOf(c.Values[0].Number+1)
	switch c.Op {
	case search.Lt:
		return col + " < ?", []any{from}, nil
	case search.Le:
		return col + " < ?", []any{to}, nil
	case search.Gt:
		return col + " >= ?", []any{to}, nil
	case search.Ge:
		return col + " >= ?", []any{from}, nil
	}
	var spans []string
	var args []any
	for _, v := range c.Values {
		spans = append(spans, col+" >= ? AND "+col+" < ?")
		args = append(args, nanosOf(v.Number), nanosOf(v.Number+1))
	}
	q := "(" + strings.Join(spans, " OR ") + ")"
	if _, negative := c.Op.Positive(); negative {
		q = col + " IS NOT NULL AND NOT " + q
	}
	return q, args, nil
}

// nanosOf is whole milliseconds in nanoseconds, or the last that there is.
func nanosOf(ms float64) int64 {
	switch {
	case ms >= math.MaxInt64/1e6:
		return math.MaxInt64
	case ms <= math.MinInt64/1e6:
		return math.MinInt64
	}
	return int64(ms) * 1e6
}

const (
	datasetName   = "substr(e.from_id, 1, instr(e.from_id || '@', '@') - 1)"
	datasetDigest = `(SELECT digest FROM datasets d WHERE d.name = ` + datasetName + ` AND d.version =
		CAST(substr(e.from_id, instr(e.from_id, '@v') + 2) AS INTEGER) AND d.name || '@v' || d.version = e.from_id)`
)

// datasetBranches reads the edges from datasets to runs.
func datasetBranches(c search.Compare) ([]branch, error) {
	of := map[string]string{search.DatasetRef: "e.from_id", search.DatasetName: datasetName, search.DatasetDigest: datasetDigest, search.DatasetRole: "e.role"}
	text, ok := of[c.Field.Name]
	if !ok {
		return nil, fmt.Errorf("search runs: no field %q of a dataset", c.Field.Name)
	}
	q, args := plain(text, text+" <> ''").cond(c.Op, c.Values)
	where := "e.from_kind = 'dataset' AND e.to_kind = 'run' AND " + q
	if c.Field.Name == search.DatasetName && c.Op == search.Eq { // by the index: @ is followed by A
		where += " AND e.from_id >= ? AND e.from_id < ? || 'A'"
		args = append(args, c.Values[0].Text, c.Values[0].Text)
	}
	return []branch{{"r.id", "edges e CROSS JOIN runs r ON r.uid = e.to_id",
		"runs r ON r.id = s.value CROSS JOIN edges e ON e.to_id = r.uid", where, args}}, nil
}
