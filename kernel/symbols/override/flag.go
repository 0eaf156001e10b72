package override

import (
	"encoding"
	"flag"
	"time"
)

// CommandLine is flag.CommandLine in a cell.
var CommandLine = flag.NewFlagSet(Args[0], flag.PanicOnError)

// NewFlagSet stands for flag.NewFlagSet: a set that would end the process on an
// error panics instead.
func NewFlagSet(name string, handling flag.ErrorHandling) *flag.FlagSet {
	if handling == flag.ExitOnError {
		handling = flag.PanicOnError
	}
	return flag.NewFlagSet(name, handling)
}

// The functions below stand for those of package flag, on CommandLine and Args.

func FlagArg(i int) string { return CommandLine.Arg(i) }
func FlagArgs() []string   { return CommandLine.Args() }
func FlagBool(name string, value bool, usage string) *bool {
	return CommandLine.Bool(name, value, usage)
}
func FlagBoolFunc(name, usage string, fn func(string) error) { CommandLine.BoolFunc(name, usage, fn) }
func FlagBoolVar(p *bool, name string, value bool, usage string) {
	CommandLine.BoolVar(p, name, value, usage)
}
func FlagDuration(name string, value time.Duration, usage string) *time.Duration {
	return CommandLine.Duration(name, value, usage)
}
func FlagDurationVar(p *time.Duration, name string, value time.Duration, usage string) {
	CommandLine.DurationVar(p, name, value, usage)
}
func FlagFloat64(name string, value float64, usage string) *float64 {
	return CommandLine.Float64(name, value, usage)
}
func FlagFloat64Var(p *float64, name string, value float64, usage string) {
	CommandLine.Float64Var(p, name, value, usage)
}
func FlagFunc(name, usage string, fn func(string) error) { CommandLine.Func(name, usage, fn) }
func FlagInt(name string, value int, usage string) *int  { return CommandLine.Int(name, value, usage) }
func FlagInt64(name string, value int64, usage string) *int64 {
	return CommandLine.Int64(name, value, usage)
}
func FlagInt64Var(p *int64, name string, value int64, usage string) {
	CommandLine.Int64Var(p, name, value, usage)
}
func FlagIntVar(p *int, name string, value int, usage string) {
	CommandLine.IntVar(p, name, value, usage)
}
func FlagLookup(name string) *flag.Flag            { return CommandLine.Lookup(name) }
func FlagNArg() int                                { return CommandLine.NArg() }
func FlagNFlag() int                               { return CommandLine.NFlag() }
func FlagParse()                                   { _ = CommandLine.Parse(Args[1:]) }
func FlagParsed() bool                             { return CommandLine.Parsed() }
func FlagPrintDefaults()                           { CommandLine.PrintDefaults() }
func FlagSet(name, value string) error             { return CommandLine.Set(name, value) }
func FlagString(name, value, usage string) *string { return CommandLine.String(name, value, usage) }
func FlagStringVar(p *string, name, value, usage string) {
	CommandLine.StringVar(p, name, value, usage)
}
func FlagTextVar(p encoding.TextUnmarshaler, name string, value encoding.TextMarshaler, usage string) {
	CommandLine.TextVar(p, name, value, usage)
}
func FlagUint(name string, value uint, usage string) *uint {
	return CommandLine.Uint(name, value, usage)
}
func FlagUint64(name string, value uint64, usage string) *uint64 {
	return CommandLine.Uint64(name, value, usage)
}
func FlagUint64Var(p *uint64, name string, value uint64, usage string) {
	CommandLine.Uint64Var(p, name, value, usage)
}
func FlagUintVar(p *uint, name string, value uint, usage string) {
	CommandLine.UintVar(p, name, value, usage)
}
func FlagVar(value flag.Value, name, usage string) { CommandLine.Var(value, name, usage) }
func FlagVisit(fn func(*flag.Flag))                { CommandLine.Visit(fn) }
func FlagVisitAll(fn func(*flag.Flag))             { CommandLine.VisitAll(fn) }
