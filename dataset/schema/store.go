package schema

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// recordKind names the records that schemas are kept in: docs/format/schema.md.
const recordKind = "dataset-schema"

// A Version is one schema of a dataset's name, as a store has it.
type Version struct {
	Dataset string    `json:"dataset"`
	Version int       `json:"version"` // from 1; the newest is the one in force
	Created time.Time `json:"created"`
	YAML    string    `json:"yaml"` // as the person wrote it; "" where the schema was dropped
	Note    string    `json:"note,omitempty"`

	Schema *Schema `json:"-"` // nil where it was dropped
}

// Ref is "schema 3 of wine".
func (v Version) Ref() string { return fmt.Sprintf("schema %d of %s", v.Version, v.Dataset) }

// Put keeps YAML as the newest schema of a dataset's name, which need not have a
// version yet. The text stays as it is, comments and all; the text in force
// already makes no new version. "" drops the schema: nothing is expected then.
func Put(ctx context.Context, store tracker.Store, name string, yaml []byte, note string, now time.Time) (Version, error) {
	none := Version{}
	if strings.ContainsAny(name, "@/\n\r") || name == "" {
		return none, hint.New(fmt.Errorf("put schema of %q: not a dataset's name", name), "a schema belongs to a name, not to a version: wine, not wine@v1")
	}
	v := Version{Dataset: name, YAML: string(yaml), Note: note, Created: now.UTC().Round(time.Microsecond)}
	if len(yaml) > 0 {
		var err error
		if v.Schema, err = Parse(yaml); err != nil {
			return none, err
		}
		if v.Schema.Dataset != "" && v.Schema.Dataset != name {
			return none, hint.New(fmt.Errorf("put schema of %s: it says that it is for %q", name, v.Schema.Dataset), "change or remove its line dataset:")
		}
	}
	all, err := Versions(ctx, store, name)
	if err != nil {
		return none, err
	}
	if n := len(all); n > 0 && all[n-1].YAML == v.YAML {
		all[n-1].Schema = v.Schema
		return all[n-1], nil
	}
	v.Version = len(all) + 1
	data, err := json.Marshal(v)
	if err != nil {
		return none, fmt.Errorf("put schema of %s: %w", name, err)
	}
	id, err := tracker.NewID(bytes.NewReader(sum(data)))
	if err != nil {
		return none, err
	}
	// The number alone would let one of two people who write at once undo the other.
	err = store.PutRecord(ctx, tracker.Record{Kind: recordKind, ID: fmt.Sprintf("%s@%06d-%s", name, v.Version, id), JSON: data})
	if err != nil {
		return none, fmt.Errorf("put schema of %s: %w", name, err)
	}
	return v, nil
}

// Versions are the schemas that a name had, the oldest first; of all names for
// "", by name.
func Versions(ctx context.Context, store tracker.Store, name string) ([]Version, error) {
	records, err := store.Records(ctx, recordKind)
	if err != nil {
		return nil, fmt.Errorf("read schemas: %w", err)
	}
	sort.SliceStable(records, func(i, j int) bool { return records[i].ID < records[j].ID })
	var list []Version
	for _, r := range records {
		at := strings.LastIndex(r.ID, "@")
		if at < 0 || name != "" && r.ID[:at] != name {
			continue
		}
		var v Version
		if err := json.Unmarshal(r.JSON, &v); err != nil {
			return nil, fmt.Errorf("read schema %s: %w", r.ID, err)
		}
		v.Version = 1
		if n := len(list); n > 0 && list[n-1].Dataset == v.Dataset {
			v.Version = list[n-1].Version + 1
		}
		list = append(list, v)
	}
	return list, nil
}

// Find is the schema in force of a dataset's name, or of a version of it; nil
// where there is none. A branch that has none goes by that of its dataset.
func Find(ctx context.Context, store tracker.Store, ref string) (*Version, error) {
	name, _, _ := strings.Cut(ref, "@")
	all, err := Versions(ctx, store, name)
	if base, _, branch := strings.Cut(name, ":"); err == nil && len(all) == 0 && branch {
		all, err = Versions(ctx, store, base)
	}
	if err != nil || len(all) == 0 {
		return nil, err
	}
	v := all[len(all)-1]
	if v.YAML == "" {
		return nil, nil
	}
	if v.Schema, err = Parse([]byte(v.YAML)); err != nil {
		return nil, fmt.Errorf("%s: %w", v.Ref(), err)
	}
	return &v, nil
}

// Of is the Other that opens datasets of a store. It reads each once and is safe
// for concurrent use.
func Of(store tracker.Store) Other {
	type opened struct {
		t arrow.Table
		v tracker.DatasetVersion
	}
	var mu sync.Mutex
	known := map[string]opened{}
	return func(ctx context.Context, ref, column string) (*arrow.Chunked, tracker.DatasetVersion, error) {
		mu.Lock()
		defer mu.Unlock()
		o, ok := known[ref]
		if !ok {
			var err error
			if o.t, o.v, err = dataset.Open(ctx, store, ref); err != nil {
				return nil, o.v, err
			}
			known[ref] = o
		}
		at, err := dataset.ColumnIndex(o.t, column)
		if err != nil {
			return nil, o.v, fmt.Errorf("%s: %w", o.v.Ref(), err)
		}
		return o.t.Column(at).Data(), o.v, nil
	}
}

// Gate holds rows against the schema in force of a dataset's name; where there is
// none it reads nothing and returns nil. The error is the Result's, or that of the
// check. It does not release r.
func Gate(ctx context.Context, store tracker.Store, name string, r array.RecordReader) (*Result, error) {
	v, err := Find(ctx, store, name)
	if v == nil || err != nil {
		return nil, err
	}
	result, err := CheckReader(ctx, r, v.Schema, Options{Other: Of(store)})
	if err != nil {
		return nil, fmt.Errorf("check %s: %w", name, err)
	}
	result.Dataset, result.Schema = name, v.Ref()
	return result, result.Err()
}

var errNone = errors.New("no schema")

// Need is Find for a caller that cannot do without.
func Need(ctx context.Context, store tracker.Store, ref string) (*Version, error) {
	v, err := Find(ctx, store, ref)
	if v == nil && err == nil {
		name, _, _ := strings.Cut(ref, "@")
		advice := "make one from a good version: `dataset schema infer " + name + "`"
		if _, missing := dataset.Find(ctx, store, name); errors.Is(missing, tracker.ErrNotFound) {
			advice += "; there is no such dataset either: " + hint.Of(missing)
		}
		err = hint.New(fmt.Errorf("dataset %s: %w", name, errNone), advice)
	}
	return v, err
}

func sum(data []byte) []byte {
	s := sha256.Sum256(data)
	return s[:]
}
