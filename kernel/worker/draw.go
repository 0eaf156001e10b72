package worker

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/link"
)

// The colours of a traceback: what failed, where, and what to do.
const (
	red   = "\x1b[31m"
	cyan  = "\x1b[36m"
	faint = "\x1b[2m"
	reset = "\x1b[0m"
)

// failure draws why a cell failed.
func failure(err error) *link.Error {
	var (
		diags lang.Diagnostics
		panik *interp.Panic
		exit  *interp.Exit
		magic *magicError
	)
	switch {
	case errors.Is(err, errInterrupted), errors.Is(err, interp.ErrInterrupted):
		return &link.Error{Name: "Interrupt", Value: "the cell was interrupted", Traceback: []string{
			red + "Interrupt" + reset + ": the cell was interrupted; everything declared so far is whole"}}
	case errors.As(err, &diags):
		return compileError(diags)
	case errors.As(err, &panik):
		return panicError(panik)
	case errors.As(err, &magic):
		return drawn("MagicError", magic.err, faint+magic.line+reset)
	case errors.As(err, &exit):
		return drawn("Exit", exit)
	}
	return drawn("Error", err)
}

// drawn is an error in one line, after what it is about and before its hint.
func drawn(name string, err error, about ...string) *link.Error {
	lines := strings.Split(strings.TrimRight(err.Error(), "\n"), "\n")
	trace := append(about, red+name+reset+": "+lines[0])
	trace = append(trace, lines[1:]...)
	if h := hint.Of(err); h != "" {
		trace = append(trace, cyan+h+reset)
	}
	return &link.Error{Name: name, Value: lines[0], Traceback: trace}
}

func compileError(diags lang.Diagnostics) *link.Error {
	e := &link.Error{Name: "CompileError", Value: diags.Error()}
	for _, d := range diags {
		lines := strings.Split(strings.TrimRight(d.Draw(), "\n"), "\n")
		lines[0] = red + lines[0] + reset
		e.Traceback = append(e.Traceback, lines...)
	}
	return e
}

func panicError(p *interp.Panic) *link.Error {
	value := strings.SplitN(p.Text, "\n", 2)[0]
	head := red + "panic" + reset + ": " + p.Text
	if p.Type != "" && p.Type != "string" {
		head += faint + " (" + p.Type + ")" + reset
	}
	e := &link.Error{Name: "Panic", Value: value, Traceback: []string{head}}
	for i, f := range p.Frames {
		where := fmt.Sprintf("cell [%d], line %d", f.Cell.N, f.Line)
		if f.Func != "" {
			where += ", in " + f.Func
		}
		if f.Repeated > 0 {
			where += fmt.Sprintf(", and %d more times", f.Repeated)
		}
		e.Traceback = append(e.Traceback, "  "+cyan+where+reset)
		e.Traceback = append(e.Traceback, excerpt(f.Cell.Code, f.Line, i == 0)...)
	}
	return e
}

// excerpt is the line of a cell, with its neighbours for the innermost frame.
func excerpt(code string, line int, neighbours bool) []string {
	lines := strings.Split(code, "\n")
	around := 0
	if neighbours {
		around = 1
	}
	var out []string
	for n := max(1, line-around); n <= min(len(lines), line+around); n++ {
		mark, colour := "  ", faint
		if n == line {
			mark, colour = "> ", ""
		}
		end := ""
		if colour != "" {
			end = reset
		}
		out = append(out, fmt.Sprintf("  %s%s%4d | %s%s", colour, mark, n, lines[n-1], end))
	}
	return out
}
