package override

import "testing"

// What runs tests needs the flags and the process of go test: it panics in a
// cell, with what to do.
const noTests = ": tests run under go test only; in a cell, call the functions themselves, or testing.Benchmark"

// TestingMain stands for testing.Main.
func TestingMain(func(pat, str string) (bool, error), []testing.InternalTest, []testing.InternalBenchmark, []testing.InternalExample) {
	panic("testing.Main" + noTests)
}

// TestingMainStart stands for testing.MainStart, whose parameters have no names
// outside of its package.
func TestingMainStart(any, []testing.InternalTest, []testing.InternalBenchmark, []testing.InternalFuzzTarget, []testing.InternalExample) *testing.M {
	panic("testing.MainStart" + noTests)
}

// TestingRunTests stands for testing.RunTests.
func TestingRunTests(func(pat, str string) (bool, error), []testing.InternalTest) bool {
	panic("testing.RunTests" + noTests)
}

// TestingRunBenchmarks stands for testing.RunBenchmarks.
func TestingRunBenchmarks(func(pat, str string) (bool, error), []testing.InternalBenchmark) {
	panic("testing.RunBenchmarks" + noTests)
}

// TestingRunExamples stands for testing.RunExamples.
func TestingRunExamples(func(pat, str string) (bool, error), []testing.InternalExample) bool {
	panic("testing.RunExamples" + noTests)
}
