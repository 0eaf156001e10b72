package tracker

import (
	"context"
	"io"

	"github.com/cellar-ml/cellar/tracker/series"
)

// A Store keeps what the steps record. Its methods are safe for concurrent
// use, by several processes too. Errors wrap ErrNotFound, ErrFinished,
// ErrAmbiguous where they say so, and carry a hint for the person. A reference
// to a run is its id, its name (the newest wins when the name is repeated), or
// a unique prefix of the id of 4 characters or more; an exact id comes before a
// name, a name before a prefix. A runID is the whole id. What is recorded under a
// context of From has that origin.
//
// Names have at most MaxName bytes; a longer one is refused, and nothing is kept
// of the call. Values of parameters and tags may have any length, and a run any
// number of metrics.
//
// Runs and experiments are deleted by a mark that takes nothing away: a deleted
// run is in no list and goes by its whole id only, but keeps its points, its
// children, models and edges, and takes what it took before (points while it is
// open, tags, artifacts), so that nothing fails because another person tidied
// up. A deleted experiment has no live run: a run that is created in it or
// restored brings it back, without its other runs. Only PurgeRun removes.
type Store interface {
	// Experiments lists those that are not deleted, by name.
	Experiments(ctx context.Context) ([]Experiment, error)
	// DeletedExperiments lists those that are, by name.
	DeletedExperiments(ctx context.Context) ([]Experiment, error)
	// DeleteExperiment marks an experiment, by its name, and its live runs as
	// deleted, all with one time; ErrNotFound for an unknown one. One that is
	// deleted already stays as it is.
	DeleteExperiment(ctx context.Context, name string) error
	// RestoreExperiment takes the mark away from an experiment and from the runs
	// that were deleted with it; runs deleted before it stay deleted. A live
	// experiment stays as it is.
	RestoreExperiment(ctx context.Context, name string) error
	// CreateExperiment makes one that has no runs yet, with its tags. It fills ID
	// and Created; a name that is taken is ErrConflict.
	CreateExperiment(ctx context.Context, e Experiment) (Experiment, error)
	// RenameExperiment gives the experiment with this id another name, its runs
	// with it; ErrConflict when the name is taken.
	RenameExperiment(ctx context.Context, id, name string) error
	// SetExperimentTags is SetTags for an experiment, by id.
	SetExperimentTags(ctx context.Context, id string, tags map[string]string) error

	// CreateRun opens a run. It fills ID, Name (two words and a number when
	// empty), Started, Status and makes the experiment when it is new. An ID
	// that is given and taken already is ErrConflict. The Params it returns have
	// the types that DecodeParam gives.
	CreateRun(ctx context.Context, r Run) (Run, error)
	// FinishRun closes an open run; ErrFinished when it is closed already. It
	// does so even when ctx has ended: that is how an interrupted step gets its
	// end. One that was Killed ended with its newest point, or as it began: when that
	// was noticed says nothing.
	FinishRun(ctx context.Context, runID string, s Status, reason string) error
	// ReopenRun opens a closed run again, in the hands of p: it is Running, without
	// end and reason. An open run stays as it is.
	ReopenRun(ctx context.Context, runID string, p Process) (Run, error)
	// Run returns one run by reference; ErrNotFound or ErrAmbiguous otherwise.
	Run(ctx context.Context, ref string) (Run, error)
	// Runs lists the runs that q selects. Their Source.Cells are left out: Run
	// has them. Runs of one list may share Source.Modules and Source.Env.
	Runs(ctx context.Context, q Query) ([]Run, error)
	// CountRuns is how many runs q selects, whatever its Limit, Offset and Order
	// say. It reads no run.
	CountRuns(ctx context.Context, q Query) (int, error)
	// DeleteRun marks a run as deleted, whatever came from it. One that is
	// deleted already keeps its first time.
	DeleteRun(ctx context.Context, runID string) error
	// RestoreRun takes the mark away; a live run stays as it is.
	RestoreRun(ctx context.Context, runID string) error
	// PurgeRun removes a deleted run for good, with its points, parameters, tags,
	// artifacts' names and the edges to it, and its experiment when that is
	// deleted and has no other run. It refuses a run that is not deleted with
	// ErrNotDeleted, and with ErrInUse one that has children or a model, or that
	// an edge leads from. The blobs stay: others may name them.
	PurgeRun(ctx context.Context, runID string) error

	// RenameRun gives a run, open or closed, another name.
	RenameRun(ctx context.Context, runID, name string) error

	// Log appends points to an open run. When it returns nil the points survive
	// a kill of the process. It returns ErrNotFound for an unknown run and
	// ErrFinished for a closed one; then no point is kept. A Point without a
	// Time gets the store's, to the microsecond.
	Log(ctx context.Context, runID string, pts ...Point) error
	// Points returns one metric of a run, in the order it was logged; none for a
	// metric that the run does not have.
	Points(ctx context.Context, runID, metric string) ([]Point, error)
	// Curve is Points as columns, which the caller owns: the quick way to a long metric.
	Curve(ctx context.Context, runID, metric string) (series.Stretch, error)
	// Buckets returns one metric of a run for a picture that is n wide: at most n
	// buckets of consecutive points with their exact minima and maxima, in the order
	// they were logged. Of a long metric it does not read every point.
	Buckets(ctx context.Context, runID, metric string, n int) ([]series.Bucket, error)
	// Newest returns the point that was logged last of every metric of these runs, by
	// run and in the order of metrics. An unknown run has none.
	Newest(ctx context.Context, runIDs ...string) (map[string][]Point, error)
	// MovePoints takes the points with a step after step from one open run and
	// appends them to another, in their order and with their origins: all or none.
	// It returns how many there were.
	MovePoints(ctx context.Context, from string, step int64, to string) (int, error)
	// Origins returns which cells set the parameters and logged the metrics of a run.
	Origins(ctx context.Context, runID string) (Origins, error)
	// AddCells adds cells to the Source of an open run, behind those that it has;
	// executions that it has already are left out.
	AddCells(ctx context.Context, runID string, cells ...Cell) error
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
	// RemoveArtifacts takes names from a run, open or closed; one that it does not
	// have is no error. The blobs stay.
	RemoveArtifacts(ctx context.Context, runID string, names ...string) error

	// PutDataset registers a version and fills Version and Created; a digest that
	// the name has already gives the version that has it, and if that was dropped its
	// content is back. Its Chunks are kept with it, all or nothing. With Dropped it is
	// registered without content, as if that had been let go of then; a version that
	// is there stays as it is.
	PutDataset(ctx context.Context, d DatasetVersion) (DatasetVersion, error)
	// Dataset returns "name" (its newest version) or "name@v3".
	Dataset(ctx context.Context, ref string) (DatasetVersion, error)
	// Datasets lists every version, by name and version.
	Datasets(ctx context.Context) ([]DatasetVersion, error)

	// DropDatasets lets go of the content of versions (name@v3), all or none: they stay,
	// and References does not have their blobs any more. ErrNotFound names the first
	// that is not there.
	DropDatasets(ctx context.Context, refs ...string) error

	// PutModel registers a version, with what is said of it, under a name that
	// may be new, and fills Version, Created and Updated. A Version that is given
	// must be one that the name never had: ErrConflict otherwise. Aliases are not
	// taken. A version with a Run gets the edge that leads from it.
	PutModel(ctx context.Context, m Model) (Model, error)
	// Model returns "name" (its newest version), "name@v3" or "name@alias".
	Model(ctx context.Context, ref string) (Model, error)
	// Models lists every version, by name and version.
	Models(ctx context.Context) ([]Model, error)
	// RegisteredModel returns one name with its aliases; ErrNotFound otherwise.
	RegisteredModel(ctx context.Context, name string) (RegisteredModel, error)
	// RegisteredModels lists the names, those without versions too, in order.
	RegisteredModels(ctx context.Context) ([]RegisteredModel, error)
	// ChangeModel makes one change and records it, both or neither; see Action. A
	// change that changes nothing is recorded nowhere and returns the zero event.
	// It returns ErrNotFound for an unknown model, version or alias; ErrConflict
	// for a name that is taken, or an alias that does not point to From; ErrInUse
	// for the deletion of a version that an alias points to or an edge leads from,
	// and of a name with such a version, without Force. A deletion takes the
	// aliases and edges with it; events stay. Of concurrent changes each sees
	// those before it whole.
	ChangeModel(ctx context.Context, c ModelChange) (ModelEvent, error)
	// ModelEvents lists the changes of one name, or of all names for "", oldest
	// first; those of a deleted model too. A model that was renamed has all of
	// them under its present name.
	ModelEvents(ctx context.Context, name string) ([]ModelEvent, error)

	// AddEdges records lineage; an edge that is there already is kept once, with
	// its first time. An edge without a Time gets the store's.
	AddEdges(ctx context.Context, edges ...Edge) error
	// Edges returns every edge, in the order they were added.
	Edges(ctx context.Context) ([]Edge, error)
	// EdgesTo returns the edges that lead to one of the nodes, and EdgesFrom those
	// that lead from one, each in the order they were added. They read no others.
	EdgesTo(ctx context.Context, nodes ...Node) ([]Edge, error)
	EdgesFrom(ctx context.Context, nodes ...Node) ([]Edge, error)

	// References lists every place that names a blob, deleted runs' artifacts too.
	References(ctx context.Context) ([]Reference, error)
	// Check reads the whole store, blobs aside, and returns what is wrong with it:
	// damaged or missing parts, none for a whole store. It may be slow; points
	// that are logged meanwhile are not waited for.
	Check(ctx context.Context, t Tick) ([]Problem, error)
	// Tidy gives back what the store's own files do not need; with the zero Tidying
	// it says how much that is. Others log meanwhile: unless Whole is asked for,
	// no writer waits for longer than a moment.
	Tidy(ctx context.Context, o Tidying) (Tidied, error)
	// Backup makes the folder dir a copy of the store as it is at one moment, while
	// others log, blobs included. It makes dir, or brings a backup that is there up
	// to date, copying only blobs that are not there yet; a folder that holds
	// anything else is ErrConflict. Whatever ends it, dir holds the last whole
	// backup or none. errors.ErrUnsupported for a store that lies in no files.
	Backup(ctx context.Context, dir string, t Tick) (BackedUp, error)

	// PutRecord keeps a record; the same kind and ID again replaces it.
	PutRecord(ctx context.Context, r Record) error
	// Records returns those of a kind with these IDs, or all of the kind when there
	// are none, by ID. What is not there is left out.
	Records(ctx context.Context, kind string, ids ...string) ([]Record, error)

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
	// List calls f with every blob and every leftover of a killed Put, in no order.
	List(ctx context.Context, f func(BlobInfo) error) error
	// Remove removes what List told of and reports whether it did: what was put
	// again, or written to, since then stays. So no Put that has returned is undone.
	Remove(ctx context.Context, b BlobInfo) (bool, error)
}
