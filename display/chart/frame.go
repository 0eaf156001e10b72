package chart

import (
	"encoding/json"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// options is what go-echarts writes, as plain maps that can be completed with
// what it has no field for.
func options(raw map[string]any) map[string]any {
	var out map[string]any
	text, err := json.Marshal(raw)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		return map[string]any{"title": map[string]any{"text": err.Error()}}
	}
	return out
}

// frame is the part that all charts with a title and a legend share: the title
// to the left, the legend beneath it, and the room that they take.
func frame(title string, names []string, trigger string) (global []charts.GlobalOpts, top int) {
	legend := false
	for _, n := range names {
		legend = legend || n != ""
	}
	top = 16
	titleTop := "4"
	if title != "" {
		top += 26
	}
	if legend = legend && len(names) > 1; legend {
		top += 22
	}
	legendTop := "6"
	if title != "" {
		legendTop = "30"
	}
	return []charts.GlobalOpts{
		charts.WithTitleOpts(opts.Title{Title: label(title), Left: "8", Top: titleTop}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(legend), Type: "scroll", Left: "8", Top: legendTop}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: trigger}),
	}, top
}

// grid is where the axes stand; labels stay inside.
func grid(top, bottom int) map[string]any {
	return map[string]any{"left": 16, "right": 24, "top": top, "bottom": bottom, "containLabel": true}
}

// sub is the object at key, made when it is missing.
func sub(m map[string]any, key string) map[string]any {
	if s, ok := m[key].(map[string]any); ok {
		return s
	}
	s := map[string]any{}
	m[key] = s
	return s
}

// first is the first object of the list at key.
func first(m map[string]any, key string) map[string]any {
	if list, ok := m[key].([]any); ok && len(list) > 0 {
		if s, ok := list[0].(map[string]any); ok {
			return s
		}
	}
	s := map[string]any{}
	m[key] = []any{s}
	return s
}

// nameAxis writes the axis' name in its middle, clear of its labels.
func nameAxis(axis map[string]any, name string, gap int) {
	if name == "" {
		delete(axis, "name")
		return
	}
	axis["name"], axis["nameLocation"], axis["nameGap"] = label(name), "middle", gap
}

// bottom is the room that an x axis with a name takes.
func bottom(name string) int {
	if name == "" {
		return 12
	}
	return 30
}
