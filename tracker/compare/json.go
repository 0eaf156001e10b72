package compare

import (
	"encoding/json"
	"slices"

	"github.com/cellar-ml/cellar/tracker"
)

type (
	jsonRun struct {
		ID         string         `json:"id"`
		Name       string         `json:"name"`
		Experiment string         `json:"experiment"`
		Kind       string         `json:"kind"`
		Status     tracker.Status `json:"status"`
		Seed       int64          `json:"seed"`
		Group      int            `json:"group"`
	}
	jsonGroup struct {
		Name  string   `json:"name"`
		Runs  []string `json:"runs"` // ids
		Seeds int      `json:"seeds"`
	}
	jsonMetric struct {
		Direction   Direction         `json:"direction"`
		Values      []*tracker.Number `json:"values"`         // by run; null where it has none
		Best        string            `json:"best,omitempty"` // id of the first run of the best group
		BestGroup   *int              `json:"best_group,omitempty"`
		Groups      []*jsonSpread     `json:"groups"` // null where it has none
		Differences []jsonDifference  `json:"differences"`
	}
	jsonSpread struct {
		Seeds     int             `json:"seeds"`
		Mean      tracker.Number  `json:"mean"`
		SD        *tracker.Number `json:"sd"`
		NotFinite int             `json:"not_finite,omitempty"`
		Open      int             `json:"not_finished,omitempty"`
	}
	jsonDifference struct {
		Group    int            `json:"group"`
		Diff     tracker.Number `json:"difference"`
		Interval *jsonInterval  `json:"interval"`
		Note     string         `json:"note,omitempty"`
	}
	jsonInterval struct {
		Low    tracker.Number `json:"low"`
		High   tracker.Number `json:"high"`
		Level  float64        `json:"level"`
		DF     tracker.Number `json:"df"`
		Method string         `json:"method"`
		Within bool           `json:"contains_zero"`
	}
	jsonGap struct {
		jsonDifference
		Verdict Verdict `json:"verdict"`
		Seeds   int     `json:"seeds_to_run,omitempty"`
	}
	jsonFinding struct {
		Kind      string          `json:"kind"`
		Name      string          `json:"name"`
		Title     string          `json:"title"`
		From      string          `json:"from,omitempty"`
		To        string          `json:"to,omitempty"`
		Basis     Basis           `json:"basis"`
		Clear     bool            `json:"clear"`
		Runs      int             `json:"runs,omitempty"`
		Pairs     int             `json:"pairs,omitempty"`
		Effect    *tracker.Number `json:"effect,omitempty"`
		Interval  *jsonInterval   `json:"interval,omitempty"`
		Rho       *tracker.Number `json:"rank_correlation,omitempty"`
		Explained *tracker.Number `json:"explained,omitempty"`
		P         *tracker.Number `json:"p,omitempty"`
		Where     string          `json:"best_where,omitempty"`
		Together  []string        `json:"together_with,omitempty"`
		Text      string          `json:"text"`
	}
	jsonWhy struct {
		Metric string        `json:"metric"`
		Runs   int           `json:"runs"`
		Left   int           `json:"runs_left_out,omitempty"`
		Noise  *Noise        `json:"noise"` // null where nothing was repeated
		Gaps   []jsonGap     `json:"gaps"`
		Facets []jsonFinding `json:"differs"`
	}
	jsonComparison struct {
		Runs        []jsonRun             `json:"runs"`
		Groups      []jsonGroup           `json:"groups"`
		Baseline    int                   `json:"baseline"` // in groups
		Params      map[string][]any      `json:"params"`   // by run
		Equal       map[string]any        `json:"equal"`
		Metrics     map[string]jsonMetric `json:"metrics"`
		Environment map[string][]any      `json:"environment"` // by run
		Data        []DataDiff            `json:"data"`
		Code        []CodeDiff            `json:"code"`
		Why         *jsonWhy              `json:"why,omitempty"`
	}
)

// MarshalJSON writes all of a comparison. Params, environment and the values of
// metrics have one value per run, in the order of runs; a metric's groups one
// per group. NaN and infinities are strings.
func (c *Comparison) MarshalJSON() ([]byte, error) {
	out := jsonComparison{
		Runs: make([]jsonRun, len(c.Runs)), Groups: []jsonGroup{}, Baseline: c.Baseline,
		Params: byRun(c.Params), Equal: map[string]any{}, Metrics: map[string]jsonMetric{}, Environment: byRun(c.Environment),
		Data: append([]DataDiff{}, c.Data...), Code: append([]CodeDiff{}, c.Code...),
	}
	for g, group := range c.Groups {
		j := jsonGroup{Name: group.Name, Seeds: group.N}
		for _, i := range group.Runs {
			r := c.Runs[i]
			out.Runs[i] = jsonRun{r.ID, r.Name, r.Experiment, r.Kind, r.Status, r.Source.Seed, g}
			j.Runs = append(j.Runs, r.ID)
		}
		out.Groups = append(out.Groups, j)
	}
	for _, p := range c.Equal {
		out.Equal[p.Name] = numbers(p.Values)[0]
	}
	for _, m := range c.Metrics {
		out.Metrics[m.Name] = c.jsonMetric(m)
	}
	if c.Why != nil {
		out.Why = c.Why.json()
	}
	return json.Marshal(out)
}

func (c *Comparison) jsonMetric(m Metric) jsonMetric {
	j := jsonMetric{Direction: m.Direction, Differences: []jsonDifference{}}
	for i, v := range m.Values {
		if m.Has[i] {
			j.Values = append(j.Values, number64(v))
		} else {
			j.Values = append(j.Values, nil)
		}
	}
	if m.Best >= 0 {
		j.Best, j.BestGroup = c.Runs[c.Groups[m.Best].Runs[0]].ID, &m.Best
	}
	for _, s := range m.Groups {
		if !s.has {
			j.Groups = append(j.Groups, nil)
			continue
		}
		spread := jsonSpread{Seeds: s.N, Mean: tracker.Number(s.Mean), NotFinite: s.Odd, Open: s.Open}
		if s.N > 1 {
			spread.SD = number64(s.SD)
		}
		j.Groups = append(j.Groups, &spread)
	}
	for _, d := range m.Differences {
		j.Differences = append(j.Differences, d.json())
	}
	return j
}

func (d Difference) json() jsonDifference {
	return jsonDifference{d.Group, tracker.Number(d.Diff), d.Sure.json(), d.Note}
}

func (i *Interval) json() *jsonInterval {
	if i == nil {
		return nil
	}
	return &jsonInterval{tracker.Number(i.Low), tracker.Number(i.High), Level, tracker.Number(i.DF), i.Method, i.Covers(0)}
}

func (w *Why) json() *jsonWhy {
	j := &jsonWhy{Metric: w.Metric, Runs: w.Runs, Left: w.Left, Gaps: []jsonGap{}, Facets: []jsonFinding{}}
	if w.Noise.DF > 0 {
		j.Noise = &w.Noise
	}
	for _, g := range w.Gaps {
		j.Gaps = append(j.Gaps, jsonGap{g.Difference.json(), g.Verdict, g.Seeds})
	}
	for _, f := range w.Facets {
		one := jsonFinding{Kind: f.Kind, Name: f.Name, Title: f.Title, From: f.From, To: f.To, Basis: f.Basis, Clear: f.Clear,
			Runs: f.Runs, Pairs: f.Pairs, Interval: f.Sure.json(), Together: f.With, Where: f.Where, Text: f.What() + ": " + f.Evidence(w.Noise)}
		switch f.Basis {
		case Alone:
			one.Effect = number64(f.Effect)
		case Shared, Varied:
			one.Explained, one.P = number64(f.Explained), number64(f.P)
			if f.Rho != 0 {
				one.Rho = number64(f.Rho)
			}
		}
		j.Facets = append(j.Facets, one)
	}
	return j
}

func number64(v float64) *tracker.Number {
	n := tracker.Number(v)
	return &n
}

func byRun(params []Param) map[string][]any {
	out := map[string][]any{}
	for _, p := range params {
		out[p.Name] = numbers(p.Values)
	}
	return out
}

// numbers makes NaN and Inf writable as JSON.
func numbers(values []any) []any {
	out := slices.Clone(values)
	for i, v := range out {
		if f, ok := v.(float64); ok {
			out[i] = tracker.Number(f)
		}
	}
	return out
}
