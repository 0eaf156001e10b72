// Package recipe prepares a table for a model by named steps, such as impute,
// scale, encode, window. A recipe is fitted on training rows; what it learned is
// a plain value that is kept with the model, and the same code applies it to
// many rows and to one: the result of a row depends on that row and on what was
// learned, never on the rows beside it. Steps that choose rows (sample, balance,
// filter) are for training and are left out when a fitted recipe is applied.
//
// It knows no models and no store: other tables, functions of a notebook and
// model-based rankings come in with Tools.
package recipe

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
)

// A Recipe is steps in the order in which they are taken.
type Recipe []Step

// A Step says what to do with some columns. Ops lists the steps and which of the
// parameters each has; a zero parameter takes the step's default.
type Step struct {
	Op string `json:"op" yaml:"op"`
	// Columns are named one by one; "*" is all that the step can read, and "-x"
	// leaves x out. None means "*". The target is never among "*".
	Columns []string `json:"columns,omitempty" yaml:"columns"`

	Method    string   `json:"method,omitempty" yaml:"method"`
	Value     string   `json:"value,omitempty" yaml:"value"`         // that stands for a missing one
	Indicator bool     `json:"indicator,omitempty" yaml:"indicator"` // add x_missing, 0 or 1
	Bins      int      `json:"bins,omitempty" yaml:"bins"`
	Max       int      `json:"max,omitempty" yaml:"max"` // categories or words that are kept
	Ngrams    int      `json:"ngrams,omitempty" yaml:"ngrams"`
	Smooth    float64  `json:"smooth,omitempty" yaml:"smooth"` // of a target encoding; 0: from the data
	Folds     int      `json:"folds,omitempty" yaml:"folds"`
	Ordered   bool     `json:"ordered,omitempty" yaml:"ordered"` // folds are runs of rows as they stand
	Unknown   string   `json:"unknown,omitempty" yaml:"unknown"` // "error": a category that training never saw is refused
	Parts     []string `json:"parts,omitempty" yaml:"parts"`
	By        []string `json:"by,omitempty" yaml:"by"`     // columns whose values make a group
	Time      string   `json:"time,omitempty" yaml:"time"` // column that orders a group
	Lags      []int    `json:"lags,omitempty" yaml:"lags"`
	Windows   []int    `json:"windows,omitempty" yaml:"windows"` // in rows
	With      string   `json:"with,omitempty" yaml:"with"`       // dataset
	On        []string `json:"on,omitempty" yaml:"on"`
	Fraction  float64  `json:"fraction,omitempty" yaml:"fraction"`
	Seed      int64    `json:"seed,omitempty" yaml:"seed"`
	Where     string   `json:"where,omitempty" yaml:"where"`
	Func      string   `json:"func,omitempty" yaml:"func"` // Go function of a cell
	As        string   `json:"as,omitempty" yaml:"as"`
	Source    string   `json:"source,omitempty" yaml:"-"` // Go source of Func
	Keep      int      `json:"keep,omitempty" yaml:"keep"`
	Threshold float64  `json:"threshold,omitempty" yaml:"threshold"`
}

// Parse reads a recipe: YAML with a list of steps (or such a list under
// "steps"), or short lines "op columns key=value", one a line or divided by
// semicolons. An error of YAML has line and character.
func Parse(text string) (Recipe, error) {
	trimmed := strings.TrimSpace(text)
	first, _, _ := strings.Cut(strings.TrimLeft(stripComments(trimmed), "\n "), "\n")
	if !strings.HasPrefix(first, "-") && !strings.HasPrefix(first, "steps:") && !strings.HasPrefix(first, "[") {
		return parseLines(trimmed)
	}
	return parseYAML(text)
}

func stripComments(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if l := strings.TrimSpace(line); l != "" && !strings.HasPrefix(l, "#") && l != "---" {
			kept = append(kept, l)
		}
	}
	return strings.Join(kept, "\n")
}

func parseLines(text string) (Recipe, error) {
	var r Recipe
	for _, line := range strings.FieldsFunc(stripComments(text), func(c rune) bool { return c == '\n' || c == ';' }) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		s, err := parseStep(line)
		if err != nil {
			return nil, fmt.Errorf("read recipe: step %d: %w", len(r)+1, err)
		}
		r = append(r, s)
	}
	return r, r.Check()
}

// parseStep reads "op columns key=value"; where= takes the rest of the line.
func parseStep(line string) (Step, error) {
	line, where, filtered := strings.Cut(line, "where=")
	words := strings.Fields(line)
	if len(words) == 0 {
		return Step{}, fmt.Errorf("%q names no step", line)
	}
	s := Step{Op: words[0]}
	if filtered {
		s.Where = strings.Trim(where, ` "'`)
	}
	for _, w := range words[1:] {
		key, value, ok := strings.Cut(w, "=")
		if !ok {
			s.Columns = append(s.Columns, strings.FieldsFunc(w, func(c rune) bool { return c == ',' })...)
			continue
		}
		if err := s.set(key, value); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s *Step) set(key, value string) error {
	f, ok := s.field(key)
	if !ok {
		return noParameter(key)
	}
	if f.Kind() != reflect.Slice {
		if err := setField(f, value); err != nil {
			return fmt.Errorf("%s=%s: %w", key, value, err)
		}
		return nil
	}
	list := strings.Split(value, ",")
	out := reflect.MakeSlice(f.Type(), len(list), len(list))
	for i, item := range list {
		if err := setField(out.Index(i), item); err != nil {
			return fmt.Errorf("%s=%s: %w", key, value, err)
		}
	}
	f.Set(out)
	return nil
}

// field is what the parameter of that name is kept in.
func (s *Step) field(name string) (reflect.Value, bool) {
	v := reflect.ValueOf(s).Elem()
	for i := range v.NumField() {
		if tag := v.Type().Field(i).Tag.Get("yaml"); tag == name && tag != "-" {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func noParameter(name string) error {
	return hint.New(fmt.Errorf("no parameter %q", name), didYouMean(name, append(parameters(), "op", "columns"), "a parameter is key=value; a step has some of "+strings.Join(parameters(), ", ")))
}

// setField reads one value.
func setField(f reflect.Value, value string) error {
	var err error
	switch f.Kind() {
	case reflect.String:
		f.SetString(value)
	case reflect.Bool:
		var b bool
		if b, err = strconv.ParseBool(value); err != nil {
			return fmt.Errorf("%q is not true or false", value)
		}
		f.SetBool(b)
	case reflect.Int, reflect.Int64:
		var n int64
		if n, err = strconv.ParseInt(value, 10, 64); err != nil {
			return fmt.Errorf("%q is not a whole number", value)
		}
		f.SetInt(n)
	case reflect.Float64:
		var x float64
		if x, err = strconv.ParseFloat(value, 64); err != nil {
			return fmt.Errorf("%q is not a number", value)
		}
		f.SetFloat(x)
	}
	return nil
}

// parameters are the names of a Step's fields beside op and columns.
func parameters() []string {
	var names []string
	t := reflect.TypeFor[Step]()
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("yaml"); name != "-" && name != "op" && name != "columns" {
			names = append(names, name)
		}
	}
	return names
}

// params are the parameters that are set, without Go source.
func (s Step) params() map[string]string {
	out := map[string]string{}
	v := reflect.ValueOf(s)
	for _, name := range parameters() {
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("yaml") != name || v.Field(i).IsZero() {
				continue
			}
			if v.Field(i).Kind() == reflect.Slice {
				out[name] = strings.Trim(strings.Join(strings.Fields(fmt.Sprint(v.Field(i).Interface())), ","), "[]")
				continue
			}
			out[name] = fmt.Sprint(v.Field(i).Interface())
		}
	}
	return out
}

// String is the step as a short line, which Parse reads.
func (s Step) String() string {
	words := []string{s.Op}
	if len(s.Columns) > 0 {
		words = append(words, strings.Join(s.Columns, ","))
	}
	p := s.params()
	for _, name := range parameters() {
		if value, ok := p[name]; ok && name != "where" {
			words = append(words, name+"="+value)
		}
	}
	if s.Where != "" {
		words = append(words, "where="+s.Where)
	}
	return strings.Join(words, " ")
}

// String is the recipe as short lines.
func (r Recipe) String() string {
	lines := make([]string, len(r))
	for i, s := range r {
		lines[i] = s.String()
	}
	return strings.Join(lines, "; ")
}

// Check refuses steps that are not there and parameters that a step does not have.
func (r Recipe) Check() error {
	for i, s := range r {
		if err := s.check(); err != nil {
			return stepError(i, s, err)
		}
	}
	if len(r) == 0 {
		return hint.New(fmt.Errorf("read recipe: it has no step"), "a step is a line such as `impute *` or `scale a,b`")
	}
	return nil
}

func (s Step) check() error {
	o, ok := find(s.Op)
	if !ok {
		names := opNames()
		return hint.New(fmt.Errorf("no step %q; have %s", s.Op, strings.Join(names, ", ")), didYouMean(s.Op, names, "name one of these"))
	}
	p := s.params()
	for _, name := range parameters() {
		if _, set := p[name]; set && !slices.Contains(o.params, name) {
			return hint.New(fmt.Errorf("no parameter %s=%s", name, p[name]), o.Name+" has "+cmp.Or(strings.Join(o.params, ", "), "none"))
		}
	}
	if s.Method != "" && !slices.Contains(o.Methods, s.Method) {
		return hint.New(fmt.Errorf("no method %q; have %s", s.Method, strings.Join(o.Methods, ", ")), didYouMean(s.Method, o.Methods, "name one of these"))
	}
	for _, bad := range []struct {
		is   bool
		name string
	}{{s.Bins < 0 || s.Bins == 1, "bins"}, {s.Max < 0, "max"}, {s.Ngrams < 0, "ngrams"}, {s.Keep < 0, "keep"}, {s.Folds < 0 || s.Folds == 1, "folds"},
		{!(s.Smooth >= 0), "smooth"}, {!(s.Fraction >= 0), "fraction"},
		{slices.ContainsFunc(append(slices.Clone(s.Lags), s.Windows...), func(n int) bool { return n < 1 }), "lags or windows"}} {
		if bad.is {
			return fmt.Errorf("%s is %s: too small", bad.name, p[bad.name])
		}
	}
	if o.needs != nil {
		return o.needs(s)
	}
	return nil
}

func didYouMean(word string, of []string, otherwise string) string {
	if near := nearest.Of(word, of, 2); len(near) > 0 {
		return "did you mean " + strings.Join(near, " or ") + "?"
	}
	return otherwise
}

func stepError(i int, s Step, err error) error {
	return fmt.Errorf("recipe step %d (%s): %w", i+1, s.Op, err)
}

// Functions are the names of the Go functions that the steps call, each once.
func (r Recipe) Functions() []string {
	var names []string
	for _, s := range r {
		if s.Func != "" && !slices.Contains(names, s.Func) {
			names = append(names, s.Func)
		}
	}
	return names
}

// Learns tells whether a step learns something from the rows that it is fitted on.
func (r Recipe) Learns() bool {
	return slices.ContainsFunc(r, func(s Step) bool { o, _ := find(s.Op); return o.Learns })
}

// clone is s without memory that it shares.
func (s Step) clone() Step {
	text, err := json.Marshal(s)
	var out Step
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		panic("recipe: a Step is not JSON: " + err.Error())
	}
	return out
}
