// Package extract turns compiled packages into the files of kernel/symbols. It
// knows the go command and the interpreter's table format; it knows nothing of
// sessions or cells.
package extract

// A Set is a group of packages that is generated and linked together: a
// package of its own under kernel/symbols, so that a change of our own
// interfaces does not compile the standard library's tables again.
type Set struct {
	Name     string
	Packages []string // import paths; Std takes the rest from the toolchain
	Std      bool     // the public standard library less Packages
	Optional bool     // packages that do not exist yet are passed over
}

// Sets is the one list of what a cell may import.
func Sets() []Set {
	return []Set{
		{Name: "std", Std: true, Packages: notForCells},
		{Name: "deps", Packages: deps},
		{Name: "own", Packages: own, Optional: true},
	}
}

// notForCells are the public packages of the standard library that a cell
// cannot use: those that only work under go test or in a build, and those whose
// import alone changes the process (handlers, embedded data).
var notForCells = []string{
	"crypto/mlkem/mlkemtest",
	"expvar",
	"net/http/pprof",
	"plugin",
	"runtime/cgo",
	"runtime/coverage",
	"runtime/race",
	"testing/cryptotest",
	"testing/quick",
	"testing/slogtest",
	"testing/synctest",
	"time/tzdata",
	"unsafe",
}

// deps are other modules' packages that a cell meets: the model's words, and
// Arrow's tables.
var deps = []string{
	"github.com/apache/arrow/go/v17/arrow",
	"github.com/apache/arrow/go/v17/arrow/array",
	"github.com/apache/arrow/go/v17/arrow/memory",
	"github.com/apache/arrow/go/v17/arrow/scalar",
	"github.com/gomlx/gomlx/pkg/core/dtypes",
	"github.com/gomlx/gomlx/pkg/core/graph",
	"github.com/gomlx/gomlx/pkg/core/shapes",
	"github.com/gomlx/gomlx/pkg/core/tensors",
	"github.com/gomlx/gomlx/pkg/ml/context",
	"github.com/gomlx/gomlx/pkg/ml/context/initializers",
	"github.com/gomlx/gomlx/pkg/ml/layers",
	"github.com/gomlx/gomlx/pkg/ml/layers/activations",
	"github.com/gomlx/gomlx/pkg/ml/layers/batchnorm",
	"github.com/gomlx/gomlx/pkg/ml/layers/fnn",
	"github.com/gomlx/gomlx/pkg/ml/layers/lstm",
	"github.com/gomlx/gomlx/pkg/ml/layers/regularizers",
	"github.com/gomlx/gomlx/pkg/ml/train",
	"github.com/gomlx/gomlx/pkg/ml/train/losses",
	"github.com/gomlx/gomlx/pkg/ml/train/metrics",
	"github.com/gomlx/gomlx/pkg/ml/train/optimizers",
}

// own are Cellar's packages that a cell calls, as a Go program would.
var own = []string{
	"github.com/cellar-ml/cellar/dataset",
	"github.com/cellar-ml/cellar/dataset/profile",
	"github.com/cellar-ml/cellar/dataset/recipe",
	"github.com/cellar-ml/cellar/dataset/remote",
	"github.com/cellar-ml/cellar/dataset/schema",
	"github.com/cellar-ml/cellar/display",
	"github.com/cellar-ml/cellar/display/chart",
	"github.com/cellar-ml/cellar/engine",
	"github.com/cellar-ml/cellar/evaluate",
	"github.com/cellar-ml/cellar/explain",
	"github.com/cellar-ml/cellar/tracker",
	"github.com/cellar-ml/cellar/tracker/compare",
	"github.com/cellar-ml/cellar/tracker/lineage",
	"github.com/cellar-ml/cellar/tracker/registry",
	"github.com/cellar-ml/cellar/tracker/search",
	"github.com/cellar-ml/cellar/tracker/store",
}

// platform are the packages whose names depend on the operating system and the
// processor. Their tables are for the platform that generates; elsewhere they
// are empty, and a cell that uses them is told so.
var platform = []string{"syscall"}

// overrides are the names whose compiled form would end the worker, read the
// worker's own command line, or write past the cell. The value is the name in
// kernel/symbols/override that stands for them.
var overrides = map[string]string{
	"flag.Arg":           "FlagArg",
	"flag.Args":          "FlagArgs",
	"flag.Bool":          "FlagBool",
	"flag.BoolFunc":      "FlagBoolFunc",
	"flag.BoolVar":       "FlagBoolVar",
	"flag.CommandLine":   "CommandLine",
	"flag.Duration":      "FlagDuration",
	"flag.DurationVar":   "FlagDurationVar",
	"flag.Float64":       "FlagFloat64",
	"flag.Float64Var":    "FlagFloat64Var",
	"flag.Func":          "FlagFunc",
	"flag.Int":           "FlagInt",
	"flag.Int64":         "FlagInt64",
	"flag.Int64Var":      "FlagInt64Var",
	"flag.IntVar":        "FlagIntVar",
	"flag.Lookup":        "FlagLookup",
	"flag.NArg":          "FlagNArg",
	"flag.NFlag":         "FlagNFlag",
	"flag.NewFlagSet":    "NewFlagSet",
	"flag.Parse":         "FlagParse",
	"flag.Parsed":        "FlagParsed",
	"flag.PrintDefaults": "FlagPrintDefaults",
	"flag.Set":           "FlagSet",
	"flag.String":        "FlagString",
	"flag.StringVar":     "FlagStringVar",
	"flag.TextVar":       "FlagTextVar",
	"flag.Uint":          "FlagUint",
	"flag.Uint64":        "FlagUint64",
	"flag.Uint64Var":     "FlagUint64Var",
	"flag.UintVar":       "FlagUintVar",
	"flag.Var":           "FlagVar",
	"flag.Visit":         "FlagVisit",
	"flag.VisitAll":      "FlagVisitAll",
	"log.Fatal":          "LogFatal",
	"log.Fatalf":         "LogFatalf",
	"log.Fatalln":        "LogFatalln",
	"os.Args":            "Args",
	"os.Exit":            "OsExit",
	"syscall.Exit":       "OsExit",
	"testing.Main":       "TestingMain",
	"testing.MainStart":  "TestingMainStart",
	"testing.RunTests":   "TestingRunTests",

	"testing.RunBenchmarks": "TestingRunBenchmarks",
	"testing.RunExamples":   "TestingRunExamples",
}
