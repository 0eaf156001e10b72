package magics

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/dataset/profile"
	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/engine"
	"github.com/cellar-ml/cellar/tracker"
)

// Inspect says what stands at a cursor of a line, in code points: of a dataset,
// a run or a model that the store has its summary, else the help of the magic,
// below that of the flag at the cursor.
func Inspect(ctx context.Context, env *Env, line string, cursor int) (display.Bundle, bool) {
	fields := strings.Fields(line)
	if len(fields) == 0 {
		return display.Bundle{}, false
	}
	path := strings.Trim(fields[0], "%?")
	if strings.HasPrefix(fields[0], "!") {
		path = "sh"
	}
	m := find(env.Magics, path)
	if m == nil {
		return display.Bundle{}, false
	}
	word := wordAt(line, cursor)
	for _, f := range fields[1:] {
		sub := find(m.Sub, f)
		if sub == nil {
			break
		}
		if word == f {
			word = ""
		}
		m, path = sub, path+" "+f
	}
	switch {
	case word == fields[0]:
	case strings.HasPrefix(word, "-"):
		return helpBundle(m.flagHelp(word) + m.help(path, env.Prefix)), true
	case m.Raw && word != "":
		return display.Bundle{}, false // it belongs to what the magic runs
	default:
		if b, ok := known(ctx, env, strings.Trim(word, "?,")); ok {
			return b, true
		}
	}
	return helpBundle(m.help(path, env.Prefix)), true
}

// wordAt is the word of a line that a cursor touches; in a list with commas the
// element.
func wordAt(line string, cursor int) string {
	runes := []rune(line)
	cursor = max(0, min(cursor, len(runes)))
	ends := func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '=' }
	from, to := cursor, cursor
	for from > 0 && !ends(runes[from-1]) {
		from--
	}
	for to < len(runes) && !ends(runes[to]) {
		to++
	}
	return string(runes[from:to])
}

// flagHelp is the part of the help on one flag, before the whole.
func (m *Magic) flagHelp(word string) string {
	if m.Bind == nil {
		return ""
	}
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	m.bind(fs)
	f := flagOf(fs, word)
	if f == nil {
		return ""
	}
	for _, r := range m.flagRows() {
		if name := "--" + f.Name; strings.HasPrefix(r.flag, name) || strings.Contains(r.flag, ", "+name) {
			if rest := r.flag[strings.Index(r.flag, name)+len(name):]; rest == "" || rest[0] == ' ' {
				return strings.TrimLeft(flagText(r), " ") + "\n"
			}
		}
	}
	return ""
}

// known is the summary of a dataset, a model or a run that the store has.
func known(ctx context.Context, env *Env, ref string) (display.Bundle, bool) {
	if env.Store == nil || ref == "" {
		return display.Bundle{}, false
	}
	s, err := env.Store(ctx)
	if err != nil {
		return display.Bundle{}, false
	}
	if d, err := s.Dataset(ctx, ref); err == nil {
		return datasetSummary(d), true
	}
	if m, err := s.Model(ctx, ref); err == nil {
		return modelSummary(ctx, s, m), true
	}
	if r, err := s.Run(ctx, ref); err == nil {
		return r.Display(), true
	}
	return display.Bundle{}, false
}

func datasetSummary(d tracker.DatasetVersion) display.Bundle {
	t := display.Table{Title: d.Ref(), Columns: []string{"column", "type"}, Limit: -1}
	for _, c := range d.Columns {
		t.Rows = append(t.Rows, []any{c.Name, c.Type})
	}
	t.Note = counted(int(d.Rows), "row") + ", from " + d.Source + ", " + d.Created.Format("2006-01-02 15:04")
	return t.Display()
}

func modelSummary(ctx context.Context, s tracker.Store, m tracker.Model) display.Bundle {
	t := display.Table{Title: m.Ref(), Columns: []string{"", "value"}, Limit: -1, Rows: [][]any{{"family", m.Family}, {"created", m.Created}, {"stage", m.Stage.String()}}}
	if len(m.Aliases) > 0 {
		t.Rows = append(t.Rows, []any{"aliases", atAll(m.Aliases)})
	}
	if m.Description != "" {
		t.Rows = append(t.Rows, []any{"description", m.Description})
	}
	r, err := s.Run(ctx, m.Run)
	if err != nil {
		return t.Display()
	}
	t.Rows = append(t.Rows, []any{"run", r.Name})
	for _, name := range slices.Sorted(maps.Keys(r.Params)) {
		t.Rows = append(t.Rows, []any{"param " + name, r.Params[name]})
	}
	for _, name := range engine.MetricNames(r.Metrics) {
		t.Rows = append(t.Rows, []any{"metric " + name, r.Metrics[name]})
	}
	return t.Display()
}

// summaryRows bounds the table that Summary looks at every value of.
const summaryRows = 200_000

// Summary is what a value of the session says of itself: of a table what is in
// its columns, of a run, a model or a result its own display. It is false for
// what has nothing to say beyond its text.
func Summary(v any) (display.Bundle, bool) {
	switch v := v.(type) {
	case arrow.Table:
		if v != nil && v.NumRows() <= summaryRows {
			if r, err := profile.Of(context.Background(), v, profile.Options{Brief: true}); err == nil {
				return r.Display(), true
			}
		}
		return display.Of(v), v != nil
	case tracker.DatasetVersion:
		return datasetSummary(v), true
	case display.Displayer:
		return display.Of(v), true
	}
	return display.Bundle{}, false
}
