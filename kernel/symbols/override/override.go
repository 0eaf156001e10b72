// Package override has the forms that a few names of the standard library take
// in a cell: what would end the worker ends the cell, and the command line is
// the cell's, not the kernel's. It knows nothing of sessions.
package override

import (
	"fmt"
	"log"
)

// An Exit is the panic value of os.Exit, log.Fatal and the like in a cell. The
// worker recovers it and reports the code.
type Exit struct {
	Code int
	Call string // how the cell asked for it, such as "os.Exit"
}

// Error says what was asked for.
func (e Exit) Error() string { return fmt.Sprintf("%s ended the cell with code %d", e.Call, e.Code) }

// ExitCode is the code that the process would have ended with.
func (e Exit) ExitCode() int { return e.Code }

// Args is os.Args in a cell: the name alone, as of a program without arguments.
var Args = []string{"cell"}

// OsExit stands for os.Exit and syscall.Exit.
func OsExit(code int) { panic(Exit{code, "os.Exit"}) }

// LogFatal stands for log.Fatal.
func LogFatal(v ...any) {
	_ = log.Output(2, fmt.Sprint(v...))
	panic(Exit{1, "log.Fatal"})
}

// LogFatalf stands for log.Fatalf.
func LogFatalf(format string, v ...any) {
	_ = log.Output(2, fmt.Sprintf(format, v...))
	panic(Exit{1, "log.Fatalf"})
}

// LogFatalln stands for log.Fatalln.
func LogFatalln(v ...any) {
	_ = log.Output(2, fmt.Sprintln(v...))
	panic(Exit{1, "log.Fatalln"})
}
