package magics

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/compare"
	"github.com/cellar-ml/cellar/tracker/registry"
)

var modelsShow = Magic{
	Name:  "show",
	Usage: "MODEL",
	Short: "Show a model: versions, aliases, metrics, data and history",
	Long: "NAME shows all versions, NAME@v2 or NAME@champion one of them, with its card where the run that made it kept one as an " +
		"artifact (card.md, model_card.md or README.md).",
	Examples: []string{"models show penguins-mlp", "models show penguins-mlp@champion"},
	Min:      1,
	Max:      1,
	Args:     modelNames,
	Result:   reflect.TypeFor[*registry.Sheet](),
	Bind:     func(*pflag.FlagSet) Func { return showModel },
}

func showModel(ctx context.Context, env *Env, c *Call) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	sheet, err := registry.Open(ctx, store, c.Args[0])
	if err != nil {
		return Result{}, noModel(ctx, env, c.Args[0], err)
	}
	shown := show(display.Text(modelText(sheet)))
	if !sheet.One {
		shown = show(display.Text(nameText(sheet.Model)), versionTable(sheet))
	} else if card := sheet.Versions[0].Card; card != "" {
		shown = append(shown, display.Text(card))
	}
	return Result{Value: sheet, Show: append(shown, changeList(sheet))}, nil
}

// lines writes names and values in two columns of at most 80 together.
type lines struct{ strings.Builder }

func (b *lines) add(name, value string) {
	if value == "" {
		return
	}
	text := wrap(display.Line(value), width-14, strings.Repeat(" ", 14))
	fmt.Fprintf(b, "%-12s  %s\n", name, strings.TrimLeft(text, " "))
}

func (b *lines) text() string { return strings.TrimRight(b.String(), "\n") }

// nameText is what is said of a model as a whole.
func nameText(m tracker.RegisteredModel) string {
	var b lines
	b.add("model", m.Name)
	b.add("description", m.Description)
	b.add("aliases", aliasText(m))
	b.add("tags", tagText(m.Tags))
	b.add("created", clockText(m.Created))
	return b.text()
}

// modelText is what is known of one version.
func modelText(s *registry.Sheet) string {
	v := s.Versions[0]
	var b lines
	b.add("model", v.Ref())
	b.add("description", v.Description)
	b.add("aliases", atAll(v.Aliases))
	b.add("stage", v.Stage.String())
	b.add("tags", tagText(v.Tags))
	b.add("family", v.Family)
	b.add("created", strings.TrimSuffix(clockText(v.Created)+" by "+v.By, " by "))
	if v.Run != "" {
		b.add("run", v.RunName+" ("+v.Run+")")
	}
	b.add("data", strings.Join(v.Data, ", "))
	b.add("metrics", pairs(numbers(v.Metrics), compare.Order(slices.Sorted(maps.Keys(v.Metrics)))))
	b.add("digest", string(v.Digest))
	return b.text()
}

func numbers(m map[string]tracker.Number) map[string]float64 {
	out := map[string]float64{}
	for name, v := range m {
		out[name] = float64(v)
	}
	return out
}

// versionTable is a line for each version, with the metrics that most have; as
// text only what fits 80 columns.
func versionTable(s *registry.Sheet) display.Bundle {
	var runs []tracker.Run
	for _, v := range s.Versions {
		runs = append(runs, tracker.Run{Metrics: numbers(v.Metrics)})
	}
	metrics := compare.Listed(runs, nil)
	metrics = metrics[:min(metricColumns, len(metrics))]
	row := func(v registry.Version, metrics []string) []any {
		out := []any{fmt.Sprintf("v%d", v.Version), atAll(v.Aliases), string(v.Stage)}
		for _, m := range metrics {
			if value, ok := v.Metrics[m]; ok {
				out = append(out, float64(value))
			} else {
				out = append(out, nil)
			}
		}
		return append(out, strings.Join(v.Data, ", "), v.RunName)
	}
	table := func(metrics []string, more ...string) display.Table {
		t := display.Table{Columns: []string{"version", "aliases", "stage"}, Limit: -1, Empty: "no versions"}
		for _, m := range metrics {
			t.Columns = append(t.Columns, strings.TrimPrefix(m, "model/"))
		}
		t.Columns = append(append(t.Columns, "data", "run"), more...)
		return t
	}
	text, whole := table(metrics[:min(1, len(metrics))]), table(metrics, "created", "by", "description")
	for _, v := range s.Versions {
		text.Rows = append(text.Rows, row(v, metrics[:min(1, len(metrics))]))
		whole.Rows = append(whole.Rows, append(row(v, metrics), v.Created, v.By, v.Description))
	}
	return display.HTML(whole.HTML(), text.Text(width))
}

// changeList is a line for each change, newest first.
func changeList(s *registry.Sheet) display.Bundle {
	t := display.Table{Title: "history", Columns: []string{"when", "who", "what", "why"}, Limit: historyLines, Empty: "no history"}
	text := "history"
	for i, e := range s.History {
		t.Rows = append(t.Rows, []any{clockText(e.Time), e.Who, eventText(e), e.Why})
		line := eventText(e)
		if e.Who != "" {
			line += ", by " + e.Who
		}
		if e.Why != "" {
			line += ": " + e.Why
		}
		if i < historyLines {
			text += "\n" + e.Time.Local().Format("2006-01-02 15:04  ") + strings.TrimLeft(wrap(display.Line(line), width-18, strings.Repeat(" ", 18)), " ")
		}
	}
	if n := len(s.History) - historyLines; n > 0 {
		text += fmt.Sprintf("\n%d older ones: --json has them", n)
	}
	return display.HTML(t.HTML(), text)
}

// historyLines is how many changes are shown.
const historyLines = 50

// eventText is what an event did, in a few words.
func eventText(e tracker.ModelEvent) string {
	what, of := string(e.Do), ""
	if e.From > 0 {
		of = fmt.Sprintf(" v%d", e.From)
	}
	switch e.Do {
	case tracker.ActAlias, tracker.ActPromote, tracker.ActRollback, tracker.ActUnalias:
		return fmt.Sprintf("%s @%s: %s → %s", what, e.Alias, versionText(e.From), versionText(e.To))
	case tracker.ActRegister:
		return fmt.Sprintf("%s v%d", what, e.To)
	case tracker.ActStage:
		return fmt.Sprintf("%s%s: %s → %s", what, of, e.Was, e.Value)
	case tracker.ActRename:
		return fmt.Sprintf("%s: %s → %s", what, e.Was, e.Value)
	case tracker.ActTag:
		return what + of + ": " + tagText(e.Tags)
	case tracker.ActDescribe:
		return what + of + ": " + e.Value
	}
	return what + of
}

// aliasText is @champion v2, @old v1.
func aliasText(m tracker.RegisteredModel) string {
	var list []string
	for _, a := range slices.Sorted(maps.Keys(m.Aliases)) {
		list = append(list, fmt.Sprintf("@%s v%d", a, m.Aliases[a]))
	}
	return strings.Join(list, ", ")
}

// atAll is @champion, @old.
func atAll(aliases []string) string {
	var list []string
	for _, a := range aliases {
		list = append(list, "@"+a)
	}
	return strings.Join(list, ", ")
}

// clockText is a time as the person's clock shows it.
func clockText(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05") }
