// Package tracker holds the words of the experiment tracker: experiments, runs,
// metrics, dataset versions, models and the edges between them, and the Store
// that keeps them. It imports no database.
package tracker

import (
	"time"

	"github.com/cellar-ml/cellar/tracker/search"
)

// DefaultExperiment is the experiment of runs that name none.
const DefaultExperiment = "default"

// Status is how far a run is.
type Status string

// The states of a run. Only Running is open: it takes points.
const (
	Running     Status = "running"
	Finished    Status = "finished"
	Failed      Status = "failed"
	Interrupted Status = "interrupted" // by the person; what was logged is good
	Killed      Status = "killed"      // its process died
)

type (
	// An Experiment groups runs that answer one question.
	Experiment struct {
		ID      string            `json:"id"`
		Name    string            `json:"name"`
		Created time.Time         `json:"created"`
		Deleted time.Time         `json:"deleted,omitzero"` // when it was deleted; zero of a live one
		Tags    map[string]string `json:"tags,omitempty"`
	}

	// A Run is one execution of one step: what went in, what came out, when,
	// and with which code. Params and Metrics hold JSON-able values; Metrics
	// has the last value of each metric.
	Run struct {
		ID         string             `json:"id"`
		Experiment string             `json:"experiment"` // by name
		Parent     string             `json:"parent,omitempty"`
		Name       string             `json:"name"`
		Kind       string             `json:"kind"` // the step: train, explain, ...
		Status     Status             `json:"status"`
		Reason     string             `json:"reason,omitempty"` // why it failed or was killed
		Started    time.Time          `json:"started"`
		Ended      time.Time          `json:"ended,omitzero"`
		Deleted    time.Time          `json:"deleted,omitzero"` // when it was deleted; zero of a live one
		Params     map[string]any     `json:"params"`
		Metrics    map[string]float64 `json:"metrics"`
		Tags       map[string]string  `json:"tags,omitempty"`
		Source     Source             `json:"source"`
	}

	// Source is what it takes to run a run again.
	Source struct {
		Command string            `json:"command,omitempty"` // the magic or CLI line
		Cells   []Cell            `json:"cells,omitempty"`   // in the order they ran
		Seed    int64             `json:"seed"`
		Modules map[string]string `json:"modules,omitempty"` // path -> version
		Go      string            `json:"go,omitempty"`
		Git     Git               `json:"git,omitzero"`
		Env     map[string]string `json:"env,omitempty"` // an allow-list, no secrets
		Host    string            `json:"host,omitempty"`
		Machine Machine           `json:"machine,omitzero"`
		Process Process           `json:"process,omitzero"`
	}

	// A Cell is one notebook cell that had run when the run began.
	Cell struct {
		Session string `json:"session,omitempty"`
		Count   int    `json:"count"`
		CellID  string `json:"cell_id,omitempty"`
		Code    string `json:"code"`
		SHA256  string `json:"sha256"`
	}

	// Git is the state of the work tree. Dirty is true with uncommitted changes.
	Git struct {
		Commit string `json:"commit,omitempty"`
		Branch string `json:"branch,omitempty"`
		Dirty  bool   `json:"dirty,omitempty"`
	}

	// Machine is what the host is made of. Memory is in bytes.
	Machine struct {
		OS     string   `json:"os,omitempty"` // linux/amd64
		CPU    string   `json:"cpu,omitempty"`
		Cores  int      `json:"cores,omitempty"`
		Memory int64    `json:"memory,omitempty"`
		GPUs   []string `json:"gpus,omitempty"`
	}

	// Process identifies the process of an open run: a PID alone is reused.
	Process struct {
		PID   int    `json:"pid,omitempty"`
		Start int64  `json:"start,omitempty"` // clock ticks since boot, from /proc
		Boot  string `json:"boot,omitempty"`  // boot id
	}

	// A Point is one value of one metric. NaN and Inf are kept as logged.
	Point struct {
		Metric string // with its context, if any: see InContext
		Step   int64
		Time   time.Time // when it was measured, UTC
		Value  float64
	}

	// Digest is "sha256:<hex>" of a blob's bytes.
	Digest string

	// An Artifact is a named blob of a run.
	Artifact struct {
		Run    string `json:"run"`
		Name   string `json:"name"` // a slash-separated path
		Digest Digest `json:"digest"`
		Size   int64  `json:"size"`
		Media  string `json:"media,omitempty"`
		Origin Origin `json:"origin,omitzero"` // given by the store: see From
	}

	// A DatasetVersion is one immutable content of a named dataset. Version
	// counts from 1 and is given by the store; equal digests of one name are
	// one version.
	DatasetVersion struct {
		Name    string    `json:"name"`
		Version int       `json:"version"`
		Digest  Digest    `json:"digest"` // of the Parquet blob, or of the manifest of its chunks
		Rows    int64     `json:"rows"`
		Columns []Column  `json:"columns"`
		Source  string    `json:"source"` // path or URL it was read from
		Created time.Time `json:"created"`
		Dropped time.Time `json:"dropped,omitzero"` // when its content was let go: see DropDatasets
		// Chunks are the blobs that the manifest names, for PutDataset: References has
		// them, and the versions that a store returns do not.
		Chunks []Chunk `json:"-"`
	}

	// A Chunk is a blob that a dataset's version shares with others.
	Chunk struct {
		Digest Digest
		Size   int64
	}

	// Column is one column of a dataset, with the digest of its content.
	Column struct {
		Name   string `json:"name"`
		Type   string `json:"type"` // Arrow's name of the type
		Digest Digest `json:"digest,omitempty"`
	}

	// A Record is JSON that a front door to other tools wants back as it came, for
	// which the tracker has no word. Kind and ID name it.
	Record struct {
		Kind string
		ID   string
		JSON []byte
	}

	// A Node is one end of an edge: KindFile "path", KindDataset "wine@v2",
	// KindFeatures "name@v1", KindRun "id", KindModel "name@v1"; KindDeployment,
	// KindMonitor and KindAlert the names that their makers give.
	Node struct {
		Kind string `json:"kind"`
		ID   string `json:"id"`
	}

	// An Edge says that To came from From.
	Edge struct {
		From Node      `json:"from"`
		To   Node      `json:"to"`
		Role string    `json:"role"` // load, train, produce, evaluate, explain
		Time time.Time `json:"time"`
		// Origin is the cell that added it first; given by the store: see From.
		Origin Origin `json:"origin,omitzero"`
		// Transform says how To was made of From; nil where the role says it all.
		Transform *Transform `json:"transform,omitempty"`
	}

	// A Transform is a step of a dataset's journey.
	Transform struct {
		Step    string            `json:"step"` // such as filter, split, impute
		Params  map[string]string `json:"params,omitempty"`
		RowsIn  int64             `json:"rows_in"`
		RowsOut int64             `json:"rows_out"`
		// Columns has for each column of To the columns of From that it was made
		// of: the column lineage of OpenLineage. A column that came as it was, under
		// its name, is left out.
		Columns map[string][]string `json:"columns,omitempty"`
	}

	// Query selects runs, in Order and where that says nothing newest first.
	// Zero fields do not restrict. search.Parse makes Where and Order from a
	// filter; search.Match says what they mean.
	Query struct {
		Experiment string
		Status     Status
		Kind       string
		Parent     string
		View       View // live runs, deleted ones, or both
		Where      search.Expr
		Order      []search.Key
		Limit      int // at most so many; 0: all
		Offset     int // and so many of the first left out
	}
)

// A View says whether deleted runs are among those that a Query looks at.
type View string

// The views. Only a deleted run has the search attribute search.Deleted.
const (
	ActiveOnly  View = ""
	DeletedOnly View = "deleted"
	AllRuns     View = "all"
)

// The kinds of Node, in the order in which one comes from another.
const (
	KindFile       = "file"
	KindDataset    = "dataset"
	KindFeatures   = "features" // a feature view
	KindRun        = "run"
	KindModel      = "model"
	KindDeployment = "deployment"
	KindMonitor    = "monitor"
	KindAlert      = "alert"
)
