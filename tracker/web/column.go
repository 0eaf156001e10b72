package web

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/compare"
	"github.com/cellar-ml/cellar/tracker/search"
)

// A column is one field of runs in a table.
type column struct{ Field search.Field }

// tookName is the one column that no filter knows.
const tookName = "took"

// Name is the column as an address and a filter have it.
func (c column) Name() string {
	if c.Field == (search.Field{}) {
		return tookName
	}
	return c.Field.String()
}

// Group is what the column is: Run, Metrics, Parameters, Tags.
func (c column) Group() string {
	switch c.Field.Kind {
	case search.Metric:
		return "Metrics"
	case search.Param:
		return "Parameters"
	case search.Tag:
		return "Tags"
	}
	return "Run"
}

// Title is what stands above the column.
func (c column) Title() string {
	if c.Field.Kind == search.Attribute {
		if t, ok := attributeTitles[c.Field.Name]; ok {
			return t
		}
	}
	if c.Field == (search.Field{}) {
		return tookName
	}
	return c.Field.Name
}

var attributeTitles = map[string]string{search.Start: "started", search.End: "ended", search.RunName: "run", search.RunID: "id"}

// Sortable reports whether the store can order by it.
func (c column) Sortable() bool { return c.Field != (search.Field{}) }

func attributeColumn(name string) column {
	return column{search.Field{Kind: search.Attribute, Name: name}}
}

// ofRun are the columns of what a run has of itself.
var ofRun = []column{
	attributeColumn(search.Status), attributeColumn(search.RunKind), attributeColumn(search.Experiment), attributeColumn(search.Start),
	{}, attributeColumn(search.End), attributeColumn(search.Seed), attributeColumn(search.Parent), attributeColumn(search.Commit),
	attributeColumn(search.Branch), attributeColumn(search.Host), attributeColumn(search.Command), attributeColumn(search.Reason), attributeColumn(search.RunID),
}

// readColumn reads a column as Name writes it.
func readColumn(s string) (column, bool) {
	if s == tookName {
		return column{}, true
	}
	k, ok := readKey(s)
	return column{k.Field}, ok && !k.Desc && k.Field.Kind != search.Dataset
}

// How many columns of each sort a table has that nobody has chosen for.
const mostMetrics, mostParams = 6, 6

// sample is how many runs are looked at to see which fields there are.
const sample = 200

// choices are the fields that some runs have, as columns: metrics, those that
// say most first, parameters and tags.
func choices(runs []tracker.Run) (list []column) {
	params, tags := map[string]bool{}, map[string]bool{}
	for _, r := range runs {
		for name := range r.Params {
			params[name] = true
		}
		for name := range r.Tags {
			tags[name] = true
		}
	}
	for _, name := range compare.Listed(runs, nil) {
		list = append(list, column{search.Field{Kind: search.Metric, Name: name}})
	}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		list = append(list, column{search.Field{Kind: search.Param, Name: name}})
	}
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, column{search.Field{Kind: search.Tag, Name: name}})
	}
	return list
}

// usual are the columns of a table that nobody has chosen for: what the filter
// and the order name, the first metrics, and the parameters that differ.
func (l listing) usual(runs []tracker.Run, of []column) []column {
	list := []column{attributeColumn(search.Status), attributeColumn(search.Start), {}}
	if l.Experiment == "" {
		list = append(list, attributeColumn(search.Experiment))
	}
	add := func(c column) {
		if !slices.Contains(list, c) && c.Field.Kind != search.Dataset && c != attributeColumn(search.RunName) {
			list = append(list, c)
		}
	}
	named := l.query.Fields()
	if l.Sort != (search.Key{}) {
		named = append(named, l.Sort.Field)
	}
	for _, f := range named {
		add(column{f})
	}
	metrics, params := 0, 0
	for _, c := range of {
		switch {
		case c.Field.Kind == search.Metric && metrics < mostMetrics:
			metrics++
			add(c)
		case c.Field.Kind == search.Param && params < mostParams && differs(runs, c.Field.Name):
			params++
			add(c)
		}
	}
	return list
}

// differs reports whether a parameter tells some runs apart.
func differs(runs []tracker.Run, name string) bool {
	for _, r := range runs[min(1, len(runs)):] {
		if !reflect.DeepEqual(r.Params[name], runs[0].Params[name]) {
			return true
		}
	}
	return len(runs) == 1 && runs[0].Params[name] != nil
}

// A cell is one value in a table of runs.
type cell struct {
	Text   string
	Title  string // the whole of what Text is cut from or rounded to
	Number bool
	Float  bool      // a number that may have a point
	Time   time.Time // shown in the reader's zone in place of Text
	Status tracker.Status
	Href   string
}

// of is the cell of a run in the column.
func (c column) of(r tracker.Run) cell {
	switch c.Field.Kind {
	case search.Metric:
		if v, ok := r.Metrics[c.Field.Name]; ok {
			return numberCell(v)
		}
		return cell{Number: true}
	case search.Param:
		v, ok := r.Params[c.Field.Name]
		if f, is := v.(float64); is {
			return numberCell(f)
		}
		if !ok {
			return cell{}
		}
		_, isInt := v.(int64)
		return textCell(paramText(v), isInt)
	case search.Tag:
		return textCell(r.Tags[c.Field.Name], false)
	}
	return c.ofRun(r)
}

func (c column) ofRun(r tracker.Run) cell {
	switch c.Field.Name {
	case "":
		return textCell(took(r), true)
	case search.Start:
		return cell{Time: r.Started}
	case search.End:
		return cell{Time: r.Ended}
	case search.Status:
		return cell{Text: string(r.Status), Title: r.Reason, Status: r.Status}
	case search.Parent:
		if r.Parent != "" {
			return cell{Text: r.Parent[:min(8, len(r.Parent))], Title: r.Parent, Href: runPath(r.Parent)}
		}
		return cell{}
	case search.Experiment:
		return cell{Text: r.Experiment, Title: r.Experiment, Href: address("/runs", "experiment", r.Experiment)}
	}
	values := tracker.Facts{Run: r}.Values(c.Field)
	switch {
	case len(values) == 0:
		return cell{}
	case values[0].IsNumber:
		return textCell(strconv.FormatFloat(values[0].Number, 'f', -1, 64), true)
	}
	return textCell(values[0].Text, false)
}

func textCell(s string, number bool) cell { return cell{Text: cut(s), Title: cut(s), Number: number} }

func numberCell(v float64) cell {
	return cell{Text: display.Number(v), Title: strconv.FormatFloat(v, 'g', -1, 64), Number: true, Float: true}
}

// align gives the numbers of a column as many places after the point.
func align(cells []*cell) {
	places := func(c *cell) int {
		if !c.Float || strings.ContainsAny(c.Text, "eEN") {
			return -1
		}
		_, after, _ := strings.Cut(c.Text, ".")
		return len(after)
	}
	most := 0
	for _, c := range cells {
		most = max(most, places(c))
	}
	for _, c := range cells {
		if n := places(c); n >= 0 && n < most {
			v, _ := strconv.ParseFloat(c.Title, 64) // as numberCell wrote it
			c.Text = strconv.FormatFloat(v, 'f', most, 64)
		}
	}
}
