// Package tracker holds the words of the experiment tracker: experiments, runs,
// metrics, dataset versions, models and the edges between them, and the Store
// that keeps them. It imports no database.
package tracker

import (
	"context"
	"io"
	"time"

	"github.com/cellar-ml/cellar/tracker/search"
	"github.com/cellar-ml/cellar/tracker/series"
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
		ID      string    `json:"id"`
		Name    string    `json:"name"`
		Created time.Time `json:"created"`
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
		Digest  Digest    `json:"digest"` // of the Parquet blob
		Rows    int64     `json:"rows"`
		Columns []Column  `json:"columns"`
		Source  string    `json:"source"` // path or URL it was read from
		Created time.Time `json:"created"`
	}

	// Column is one column of a dataset, with the digest of its content.
	Column struct {
		Name   string `json:"name"`
		Type   string `json:"type"` // Arrow's name of the type
		Digest Digest `json:"digest,omitempty"`
	}

	// A Model is a trained model: an artifact folder under a name. Version
	// counts from 1 and is given by the store.
	Model struct {
		Name    string    `json:"name"`
		Version int       `json:"version"`
		Run     string    `json:"run"`
		Digest  Digest    `json:"digest"` // of the packed model file
		Family  string    `json:"family"`
		Created time.Time `json:"created"`
	}

	// A Node is one end of an edge: KindFile "path", KindDataset "wine@v2",
	// KindRun "id", KindModel "name@v1".
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
	}

	// Query selects runs, in Order and where that says nothing newest first.
	// Zero fields do not restrict. search.Parse makes Where and Order from a
	// filter; search.Match says what they mean.
	Query struct {
		Experiment string
		Status     Status
		Kind       string
		Parent     string
		Where      search.Expr
		Order      []search.Key
		Limit      int // at most so many; 0: all
		Offset     int // and so many of the first left out
	}
)

// The kinds of Node.
const (
	KindFile    = "file"
	KindDataset = "dataset"
	KindRun     = "run"
	KindModel   = "model"
)

// A Store keeps what the steps record. Its methods are safe for concurrent
// use, by several processes too. Errors wrap ErrNotFound, ErrFinished,
// ErrAmbiguous where they say so, and carry a hint for the person. A reference
// to a run is its id, its name (the newest wins when the name is repeated), or
// a unique prefix of the id of 4 characters or more; an exact id comes before a
// name, a name before a prefix. A runID is the whole id. What is recorded under a
// context of From has that origin.
type Store interface {
	// Experiments lists all, by name.
	Experiments(ctx context.Context) ([]Experiment, error)

	// CreateRun opens a run. It fills ID, Name (two words and a number when
	// empty), Started, Status and makes the experiment when it is new. An ID
	// that is given and taken already is ErrConflict. The Params it returns have
	// the types that DecodeParam gives.
	CreateRun(ctx context.Context, r Run) (Run, error)
	// FinishRun closes an open run; ErrFinished when it is closed already. It
	// does so even when ctx has ended: that is how an interrupted step gets its
	// end.
	FinishRun(ctx context.Context, runID string, s Status, reason string) error
	// ReopenRun opens a closed run again, in the hands of p: it is Running, without
	// end and reason. An open run stays as it is.
	ReopenRun(ctx context.Context, runID string, p Process) (Run, error)
	// Run returns one run by reference; ErrNotFound or ErrAmbiguous otherwise.
	Run(ctx context.Context, ref string) (Run, error)
	// Runs lists the runs that q selects. Their Source.Cells are left out: Run
	// has them. Runs of one list may share Source.Modules and Source.Env.
	Runs(ctx context.Context, q Query) ([]Run, error)
	// DeleteRun removes a run with its points, parameters, tags and artifacts'
	// names. A run is refused with ErrInUse while it has children or a model, or
	// an edge leads from it.
	DeleteRun(ctx context.Context, runID string) error

	// Log appends points to an open run. When it returns nil the points survive
	// a kill of the process. It returns ErrNotFound for an unknown run and
	// ErrFinished for a closed one; then no point is kept. A Point without a
	// Time gets the store's, to the microsecond.
	Log(ctx context.Context, runID string, pts ...Point) error
	// Points returns one metric of a run, in the order it was logged; none for a
	// metric that the run does not have.
	Points(ctx context.Context, runID, metric string) ([]Point, error)
	// Buckets returns one metric of a run for a picture that is n wide: at most n
	// buckets of consecutive points with their exact minima and maxima, in the order
	// they were logged. Of a long metric it does not read every point.
	Buckets(ctx context.Context, runID, metric string, n int) ([]series.Bucket, error)
	// MovePoints takes the points with a step after step from one open run and
	// appends them to another, in their order and with their origins: all or none.
	// It returns how many there were.
	MovePoints(ctx context.Context, from string, step int64, to string) (int, error)
	// Origins returns which cells set the parameters and logged the metrics of a run.
	Origins(ctx context.Context, runID string) (Origins, error)
	// SetParams adds parameters to an open run, all or none; ErrConflict when a
	// name has another value already, ErrFinished for a closed run.
	SetParams(ctx context.Context, runID string, params map[string]any) error
	// SetTags sets tags; an empty value removes the tag. Allowed on closed runs.
	SetTags(ctx context.Context, runID string, tags map[string]string) error

	// AddArtifact names a blob of a run, open or closed; the same name again
	// replaces it.
	AddArtifact(ctx context.Context, a Artifact) error
	// Artifacts lists a run's artifacts by name.
	Artifacts(ctx context.Context, runID string) ([]Artifact, error)

	// PutDataset registers a version and fills Version and Created; a digest that
	// the name has already gives the version that has it.
	PutDataset(ctx context.Context, d DatasetVersion) (DatasetVersion, error)
	// Dataset returns "name" (its newest version) or "name@v3".
	Dataset(ctx context.Context, ref string) (DatasetVersion, error)
	// Datasets lists every version, by name and version.
	Datasets(ctx context.Context) ([]DatasetVersion, error)

	// PutModel registers a version and fills Version and Created.
	PutModel(ctx context.Context, m Model) (Model, error)
	// Model returns "name" (its newest version) or "name@v3".
	Model(ctx context.Context, ref string) (Model, error)
	// Models lists every version, by name and version.
	Models(ctx context.Context) ([]Model, error)

	// AddEdges records lineage; an edge that is there already is kept once, with
	// its first time. An edge without a Time gets the store's.
	AddEdges(ctx context.Context, edges ...Edge) error
	// Edges returns every edge, in the order they were added.
	Edges(ctx context.Context) ([]Edge, error)

	// Blobs is where the bytes lie that digests name.
	Blobs() Blobs
	// Close flushes and releases the store. It may be called twice.
	Close() error
}

// Blobs keeps bytes by their SHA-256. Equal bytes are kept once.
type Blobs interface {
	// Put stores all of r and returns its digest and size. A Put that fails
	// leaves nothing behind.
	Put(ctx context.Context, r io.Reader) (Digest, int64, error)
	// Open reads a blob; ErrNotFound when it is not there. Bytes that do not
	// match the digest make the final Read fail with ErrCorrupt.
	Open(ctx context.Context, d Digest) (io.ReadCloser, error)
}
