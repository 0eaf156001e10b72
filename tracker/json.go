package tracker

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
)

// A Number is a float64 whose JSON may be "NaN", "Infinity" or "-Infinity".
type Number float64

// MarshalJSON writes a number, or a string where JSON has no number for it.
func (n Number) MarshalJSON() ([]byte, error) {
	f := float64(n)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return strconv.AppendQuote(nil, floatWord(f)), nil
	}
	return json.Marshal(f)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Number) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		return json.Unmarshal(b, (*float64)(n))
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return fmt.Errorf("%.60q is not a number", s)
	}
	*n = Number(f)
	return nil
}

type (
	plainRun Run // Run without its methods
	jsonRun  struct {
		plainRun
		Params  map[string]any    `json:"params"`
		Metrics map[string]Number `json:"metrics"`
	}
	jsonPoint struct {
		Metric string    `json:"metric"`
		Step   int64     `json:"step"`
		Time   time.Time `json:"time"`
		Value  Number    `json:"value"`
	}
)

// MarshalJSON is the form of `cellar runs show --json`: params and metrics are
// objects, never null, and values that JSON numbers cannot say are strings.
func (r Run) MarshalJSON() ([]byte, error) {
	j := jsonRun{plainRun(r), make(map[string]any, len(r.Params)), make(map[string]Number, len(r.Metrics))}
	for k, v := range r.Params {
		if f, ok := v.(float64); ok {
			v = Number(f)
		}
		j.Params[k] = v
	}
	for k, v := range r.Metrics {
		j.Metrics[k] = Number(v)
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON writes; parameters get the types that
// DecodeParam gives.
func (r *Run) UnmarshalJSON(b []byte) error {
	var j struct {
		plainRun
		Params  map[string]json.RawMessage `json:"params"`
		Metrics map[string]Number          `json:"metrics"`
	}
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*r = Run(j.plainRun)
	r.Params = make(map[string]any, len(j.Params))
	for k, raw := range j.Params {
		v, err := DecodeParam(raw)
		if err != nil {
			return err
		}
		r.Params[k] = v
	}
	r.Metrics = make(map[string]float64, len(j.Metrics))
	for k, v := range j.Metrics {
		r.Metrics[k] = float64(v)
	}
	return nil
}

// MarshalJSON writes metric, step, time and value.
func (p Point) MarshalJSON() ([]byte, error) {
	return json.Marshal(jsonPoint{p.Metric, p.Step, p.Time, Number(p.Value)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (p *Point) UnmarshalJSON(b []byte) error {
	var j jsonPoint
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*p = Point{j.Metric, j.Step, j.Time, float64(j.Value)}
	return nil
}
