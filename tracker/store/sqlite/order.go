package sqlite

import (
	"strings"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/search"
)

// ordered brings rows into the order of q and takes the part that q asks for;
// in is nil for all runs.
func (f finder) ordered(q tracker.Query, in set) ([]int64, error) {
	most := q.Offset + q.Limit
	byMetric := len(q.Order) > 0 && q.Order[0].Field.Kind == search.Metric
	if in == nil && byMetric {
		in = f.among(in)
	}
	if in != nil {
		var err error
		switch n := in.count(); {
		case n == 0:
			return nil, nil
		case n <= most || n < few:
		case len(q.Order) == 0 && f.worth(n, most, 6):
			return f.newestOf(q, in)
		case byMetric && f.worth(n, most, 20):
			if in, err = f.firstBy(q.Order[0], in, most); err != nil {
				return nil, err
			}
		}
	}
	return f.sorted(q, in)
}

// worth reports whether walking an index until most of n rows are found is less
// work than sorting them, which costs so many times as much a row: the walk
// passes most/n of all runs.
func (f finder) worth(n, most int, times float64) bool {
	return float64(n)*float64(n)*times > float64(most)*float64(f.most)
}

// sorted sorts rows by reading what they are sorted by.
func (f finder) sorted(q tracker.Query, in set) ([]int64, error) {
	from, columns, terms := "runs r", []string{"r.id AS id", "r.started AS started"}, []string{}
	var args []any
	for i, k := range q.Order {
		num, text, more := sortKey(k.Field)
		n, t := "n"+string(rune('a'+i)), "t"+string(rune('a'+i))
		columns, args = append(columns, num+" AS "+n, text+" AS "+t), append(args, more...)
		way := " ASC"
		if k.Desc {
			way = " DESC"
		}
		terms = append(terms, "CASE typeof("+n+") WHEN 'real' THEN 0 WHEN 'integer' THEN 0 WHEN 'blob' THEN 1 ELSE iif("+t+" IS NULL, 3, 2) END",
			"iif("+n+" < x'', "+n+", NULL)"+way, t+way)
	}
	if in != nil {
		from, args = "json_each(?) s CROSS JOIN runs r ON r.id = s.value", append(args, list(in.ids()))
	}
	var ids []int64
	err := f.rows(func(id int64) { ids = append(ids, id) },
		"WITH k AS MATERIALIZED (SELECT "+strings.Join(columns, ", ")+" FROM "+from+") SELECT id FROM k ORDER BY "+
			strings.Join(append(terms, "started DESC", "id DESC"), ", ")+" LIMIT ? OFFSET ?", append(args, q.Limit, q.Offset)...)
	return ids, err
}

// sortKey is what a field sorts by: its number, and its text where it has none.
func sortKey(f search.Field) (num, text string, args []any) {
	switch f.Kind {
	case search.Metric:
		return "(SELECT " + lastValue + " FROM metrics m WHERE m.run = r.id AND m.name = ?)", "NULL", []any{f.Name}
	case search.Param:
		return "(SELECT x.number FROM params x WHERE x.run = r.id AND x.name = ?)",
			"(SELECT iif(x.number IS NULL, " + paramColumn.text + ", NULL) FROM params x WHERE x.run = r.id AND x.name = ? AND " + paramColumn.present + ")",
			[]any{f.Name, f.Name}
	case search.Tag:
		return "(SELECT x.number FROM tags x WHERE x.run = r.id AND x.name = ?)",
			"(SELECT iif(x.number IS NULL, x.value, NULL) FROM tags x WHERE x.run = r.id AND x.name = ?)", []any{f.Name, f.Name}
	}
	switch f.Name {
	case search.Start:
		return "r.started", "NULL", nil
	case search.End:
		return "r.ended", "NULL", nil
	case search.Deleted:
		return "r.deleted", "NULL", nil
	case search.Seed:
		return "CAST(r.seed AS REAL)", "NULL", nil
	case search.Experiment:
		return "NULL", "(SELECT name FROM experiments WHERE id = r.experiment)", nil
	case search.Parent:
		return "NULL", "(SELECT p.uid FROM runs p WHERE p.id = r.parent)", nil
	}
	return "NULL", "nullif(" + attributes[f.Name] + ", '')", nil
}

// walk reads rows of an ordered query part by part, the parts ever greater,
// until it has most of those in a set; fewer when there are no more.
func (f finder) walk(in set, most int, query string, args ...any) ([]int64, error) {
	var ids []int64
	for from, size := 0, 4096; len(ids) < most; from, size = from+size, size*4 {
		read := 0
		err := f.rows(func(id int64) {
			if read++; in.has(id) && len(ids) < most {
				ids = append(ids, id)
			}
		}, query+" LIMIT ? OFFSET ?", append(args, size, from)...)
		if err != nil || read < size {
			return ids, err
		}
	}
	return ids, nil
}

func (f finder) newestOf(q tracker.Query, in set) ([]int64, error) {
	ids, err := f.walk(in, q.Offset+q.Limit, "SELECT id FROM runs ORDER BY started DESC, id DESC")
	return ids[min(q.Offset, len(ids)):], err
}

// firstBy leaves of a large set what can be among the first most by a metric:
// those, all that equal the last of them, and the open runs, which the index
// does not have. Where fewer have a number it is the whole set.
func (f finder) firstBy(k search.Key, in set, most int) (set, error) {
	way := ""
	if k.Desc {
		way = " DESC"
	}
	name := k.Field.Name
	ids, err := f.walk(in, most, "SELECT run AS id FROM metrics WHERE name = ? AND last < x'' ORDER BY last"+way, name)
	if err != nil || len(ids) < most {
		return in, err
	}
	out := newSet(f.most)
	for _, id := range ids {
		out.add(id)
	}
	return out, f.rows(func(id int64) {
		if in.has(id) {
			out.add(id)
		}
	}, `SELECT run AS id FROM metrics WHERE name = ?1 AND last = (SELECT last FROM metrics WHERE run = ?2 AND name = ?1)
		UNION ALL SELECT run FROM metrics WHERE name = ?1 AND last IS NULL`, name, ids[most-1])
}
