package lang

// shims are package functions that a lowered program calls through the run-time
// support: those that block are cancellable there, those that would end the
// process end the cell.
var shims = map[string]string{
	"time.Sleep":     "Sleep",
	"time.AfterFunc": "AfterFunc",
	"os.Exit":        "Exit",
	"log.Fatal":      "Fatal", "log.Fatalf": "Fatalf", "log.Fatalln": "Fatalln",
	"unique.canonical": "Canonical", "weak.register": "WeakMake", "weak.strong": "WeakValue",
	"testing.Benchmark": "Benchmark",
	"net/http.Get":      "HTTPGet", "net/http.Head": "HTTPHead", "net/http.Post": "HTTPPost", "net/http.PostForm": "HTTPPostForm",
}

// methodShims are methods of compiled types that are called as functions of the
// run-time support, with the receiver as first argument.
var methodShims = map[string]string{
	"(*sync.Mutex).Lock": "Lock", "(*sync.RWMutex).Lock": "LockRW", "(*sync.RWMutex).RLock": "RLock",
	"(*sync.WaitGroup).Wait": "Wait", "(*sync.WaitGroup).Go": "WaitGo", "(*sync.Cond).Wait": "CondWait",
	"(*net/http.Client).Do": "ClientDo", "(*net/http.Client).Get": "ClientGet", "(*net/http.Client).Head": "ClientHead",
	"(*net/http.Client).Post": "ClientPost", "(*net/http.Client).PostForm": "ClientPostForm",
	"(*log.Logger).Fatal": "LoggerFatal", "(*log.Logger).Fatalf": "LoggerFatalf", "(*log.Logger).Fatalln": "LoggerFatalln",
	"(*os.File).Write": "FileWrite", "(*os.File).WriteString": "FileWriteString",
	"(*testing.B).Run": "SubBenchmark", "(*testing.B).RunParallel": "RunParallel",
	"(*os/exec.Cmd).Run": "CmdRun", "(*os/exec.Cmd).Wait": "CmdWait", "(*os/exec.Cmd).Output": "CmdOutput",
	"(*os/exec.Cmd).CombinedOutput": "CmdCombinedOutput",
}
