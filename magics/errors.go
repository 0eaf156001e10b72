package magics

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
)

// A UsageError is a line that was typed wrongly: nothing was run.
type UsageError struct{ Err error }

func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap returns what is wrong.
func (e *UsageError) Unwrap() error { return e.Err }

// usagef is a UsageError with what the person can do.
func usagef(what, format string, args ...any) error {
	return hint.New(&UsageError{fmt.Errorf(format, args...)}, what)
}

// unknown says that a name (the last word of got) is none of those in a table,
// and which it is like.
func unknown(what, got string, known []string, prefix, list string) error {
	h := "see " + list
	last := got[strings.LastIndex(got, " ")+1:]
	if near := nearest.Of(strings.TrimLeft(last, "-%"), known, 3); len(near) > 0 {
		h = "did you mean " + prefix + strings.Join(near, " or "+prefix) + "? " + h
	}
	return usagef(h, "no %s %s", what, got)
}

// flagError makes what pflag says one of our messages.
func flagError(err error, fs *pflag.FlagSet, help string) error {
	var missing *pflag.NotExistError
	if errors.As(err, &missing) {
		var known []string
		fs.VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		return unknown("flag", "--"+missing.GetSpecifiedName(), known, "--", help)
	}
	if errors.Is(err, pflag.ErrHelp) {
		return err
	}
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		f := invalid.GetFlag()
		return usagef(fmt.Sprintf("--%s wants %s; see %s", f.Name, wants(f), help),
			"--%s: bad value %q", f.Name, invalid.GetValue())
	}
	return usagef("see "+help, "%w", err)
}

// wants names the type of a flag's value for a person.
func wants(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "int", "int64", "uint":
		return "a whole number"
	case "float64":
		return "a number"
	case "intSlice":
		return "whole numbers with commas between them"
	case "stringSlice", "stringArray":
		return "words with commas between them"
	case "bool":
		return "nothing after it, or =false"
	case "duration":
		return "a time such as 90s or 2m"
	}
	return "a " + f.Value.Type()
}

// argsError says what is wrong with the number of arguments, or nil.
func (m *Magic) argsError(n int, name, help string) error {
	switch {
	case n < m.Min:
		return usagef("usage: "+name+" "+m.Usage+"; see "+help, "%s: too few arguments: %d, needs %d", name, n, m.Min)
	case m.Max >= 0 && n > m.Max:
		return usagef("usage: "+strings.TrimSpace(name+" "+m.Usage)+"; put an argument with spaces in quotes",
			"%s: too many arguments: %d, takes %d", name, n, m.Max)
	}
	return nil
}
