package mlflow

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// A pair is a parameter or a tag.
type pair struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// pairs are a map in the order of its keys.
func pairs(m map[string]string) []pair {
	var out []pair
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, pair{k, m[k]})
	}
	return out
}

// table is the reverse of pairs; of a key that is there twice the last wins.
func table(list []pair) (map[string]string, error) {
	out := make(map[string]string, len(list))
	for _, p := range list {
		if p.Key == "" {
			return nil, missing("key")
		}
		out[p.Key] = p.Value
	}
	return out, nil
}

// millis is a time as MLflow has it; 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// states are MLflow's for ours. It has no word for a run that the person stopped.
var states = map[tracker.Status]string{
	tracker.Running: "RUNNING", tracker.Finished: "FINISHED", tracker.Failed: "FAILED", tracker.Killed: "KILLED", tracker.Interrupted: "KILLED",
}

// statusOf is ours for a state of MLflow's, by name or number. One that waits
// for its start is open here.
func statusOf(e enum) (tracker.Status, error) {
	switch e {
	case "RUNNING", "SCHEDULED", "1", "2":
		return tracker.Running, nil
	case "FINISHED", "3":
		return tracker.Finished, nil
	case "FAILED", "4":
		return tracker.Failed, nil
	case "KILLED", "5":
		return tracker.Killed, nil
	}
	return "", failf(invalidValue, "Invalid value %q for parameter 'status' supplied: want RUNNING, SCHEDULED, FINISHED, FAILED or KILLED", e)
}

// A view says whether what was deleted is wanted.
type view struct{ active, deleted bool }

func viewOf(e enum) (view, error) {
	switch e {
	case "", "ACTIVE_ONLY", "1":
		return view{active: true}, nil
	case "DELETED_ONLY", "2":
		return view{deleted: true}, nil
	case "ALL", "3":
		return view{true, true}, nil
	}
	return view{}, failf(invalidValue, "Invalid value %q for the view type supplied: want ACTIVE_ONLY, DELETED_ONLY or ALL", e)
}

func stage(deleted bool) string {
	if deleted {
		return "deleted"
	}
	return "active"
}

// A page is which part of a list is wanted.
type page struct {
	MaxResults *integer `json:"max_results"`
	PageToken  string   `json:"page_token"`
}

// at reads a page: how many, or usual when that is not said, and from where.
func (p page) at(usual, most int) (n, offset int, err error) {
	n = usual
	if p.MaxResults != nil {
		n = int(*p.MaxResults)
	}
	if n < 1 || n > most {
		return 0, 0, failf(invalidValue, "Invalid value %d for parameter 'max_results' supplied: it must be at least 1 and at most %d", n, most)
	}
	if p.PageToken == "" {
		return n, 0, nil
	}
	var token struct {
		Offset int `json:"offset"`
	}
	data, err := base64.StdEncoding.DecodeString(p.PageToken)
	if err == nil {
		err = json.Unmarshal(data, &token)
	}
	if err != nil || token.Offset < 1 {
		return 0, 0, failf(invalidValue, "Invalid page token %.60q: take the one that the page before came with", p.PageToken)
	}
	return n, token.Offset, nil
}

// next is the token of the page from offset on.
func next(offset int) string {
	data, _ := json.Marshal(map[string]int{"offset": offset})
	return base64.StdEncoding.EncodeToString(data)
}

// cutPage takes a page from a whole list; the token is "" for the last.
func cutPage[T any](list []T, n, offset int) ([]T, string) {
	list = list[min(offset, len(list)):]
	if len(list) > n {
		return list[:n], next(offset + n)
	}
	return list, ""
}
