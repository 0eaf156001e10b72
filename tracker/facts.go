package tracker

import (
	"time"

	"github.com/cellar-ml/cellar/tracker/search"
)

// An Input is a dataset that a run read, as a filter sees it.
type Input struct {
	Ref    string // name@v3: the node of the edge
	Digest Digest // "" where the store has no such version
	Role   string // of the edge: train, evaluate, ...
}

// Facts is a run as search tests it: the reference that every store's search is
// held against. The run's Params have the types that DecodeParam gives.
type Facts struct {
	Run    Run
	Inputs []Input
}

// Values implements search.Subject. A parameter that is nil and an attribute
// that is empty are not there.
func (f Facts) Values(field search.Field) []search.Value {
	switch field.Kind {
	case search.Metric:
		if v, ok := f.Run.Metrics[field.Name]; ok {
			return []search.Value{{Number: v, IsNumber: true}}
		}
	case search.Param:
		if v, ok := f.Run.Params[field.Name]; ok && v != nil {
			return []search.Value{paramValue(v)}
		}
	case search.Tag:
		if v, ok := f.Run.Tags[field.Name]; ok {
			n, is := search.ReadNumber(v)
			return []search.Value{{Text: v, Number: n, IsNumber: is}}
		}
	case search.Attribute:
		return f.attribute(field.Name)
	case search.Dataset:
		return f.inputs(field.Name)
	}
	return nil
}

func (f Facts) attribute(name string) []search.Value {
	r := f.Run
	switch name {
	case search.Start:
		return moments(r.Started)
	case search.End:
		return moments(r.Ended)
	case search.Deleted:
		return moments(r.Deleted)
	case search.Seed:
		return []search.Value{{Number: float64(r.Source.Seed), IsNumber: true}}
	}
	return words(map[string]string{
		search.RunID: r.ID, search.RunName: r.Name, search.Status: string(r.Status), search.Experiment: r.Experiment,
		search.RunKind: r.Kind, search.Parent: r.Parent, search.Reason: r.Reason, search.Command: r.Source.Command,
		search.Commit: r.Source.Git.Commit, search.Branch: r.Source.Git.Branch, search.Host: r.Source.Host,
	}[name])
}

func (f Facts) inputs(name string) []search.Value {
	var list []search.Value
	for _, in := range f.Inputs {
		switch name {
		case search.DatasetRef:
			list = append(list, words(in.Ref)...)
		case search.DatasetName:
			list = append(list, words(datasetName(in.Ref))...)
		case search.DatasetDigest:
			list = append(list, words(string(in.Digest))...)
		case search.DatasetRole:
			list = append(list, words(in.Role)...)
		}
	}
	return list
}

// words is a text as values: none when it is empty.
func words(s string) []search.Value {
	if s == "" {
		return nil
	}
	return []search.Value{{Text: s}}
}

func moments(t time.Time) []search.Value {
	if t.IsZero() {
		return nil
	}
	return []search.Value{{Number: float64(t.UnixMilli()), IsNumber: true, Nanos: t.UnixNano()}}
}

func paramValue(v any) search.Value {
	text, n, is := ParamText(v)
	return search.Value{Text: text, Number: n, IsNumber: is}
}

// ParamText is a parameter, in a type that DecodeParam gives, as a filter sees
// it: the text of a string or else its JSON, and the number that it is or that
// its text reads as.
func ParamText(v any) (text string, n float64, number bool) {
	switch v := v.(type) {
	case string:
		n, number = search.ReadNumber(v)
		return v, n, number
	case int64:
		n, number = float64(v), true
	case uint64:
		n, number = float64(v), true
	case float64:
		n, number = v, true
	}
	data, err := EncodeParam(v)
	if err != nil {
		return "", n, number
	}
	return string(data), n, number
}
