package tracker_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/tracker"
)

func TestMetricContext(t *testing.T) {
	for name, context := range map[string]map[string]string{
		"loss":                             nil,
		"loss{subset=val}":                 {"subset": "val"},
		"loss{fold=3,subset=val}":          {"subset": "val", "fold": "3"},
		`loss{label="a, b=\"c\"}",x=ä ö}`:  {"label": `a, b="c"}`, "x": "ä ö"},
		`{"a=b"=""}`:                       {"a=b": ""},
		"validation/loss{subset=val test}": {"subset": "val test"},
	} {
		base, got := tracker.SplitMetric(name)
		if diff := cmp.Diff(context, got); diff != "" {
			t.Errorf("SplitMetric(%s) context (-want +got):\n%s", name, diff)
		}
		if back := tracker.InContext(base, got); back != name {
			t.Errorf("InContext(%q, %v) = %s; want %s", base, got, back, name)
		}
	}
	for _, name := range []string{"a{", "a{}", "a{b}", "a{b=}", "a{=c}", "a{b=c", "a{b=c}d", "a{b=c,}", "a{b=c,b=d}", `a{b="c}`, "a{b=c=d}", "{}", "a}", "a{ b=c}"} {
		if base, context := tracker.SplitMetric(name); base != name || context != nil {
			t.Errorf("SplitMetric(%s) = %q, %v; want the whole name", name, base, context)
		}
	}
}

func FuzzMetricContext(f *testing.F) {
	f.Add("loss", "subset", "val", "x")
	f.Add("", `"`, ",}", "\n")
	f.Fuzz(func(t *testing.T, base, label, value, other string) {
		if _, has := tracker.SplitMetric(base); has != nil {
			return
		}
		want := map[string]string{label: value, "z" + label: other}
		name := tracker.InContext(base, want)
		got, context := tracker.SplitMetric(name)
		if diff := cmp.Diff(want, context); base == got && diff != "" {
			t.Errorf("SplitMetric(%q) context (-want +got):\n%s", name, diff)
		}
	})
}
