package native

import (
	"errors"
	"fmt"
	"plugin"
	"reflect"
	"regexp"

	"github.com/cellar-ml/cellar/internal/hint"
)

// tables are the tables of a plugin's packages, by import path.
type tables map[string]func() map[string]reflect.Value

// A versionError is a package that is in the process already in another form
// than the plugin was built with.
type versionError struct {
	pkg string
	err error
}

func (e *versionError) Error() string { return e.err.Error() }
func (e *versionError) Unwrap() error { return e.err }

var differentVersion = regexp.MustCompile(`built with a different version of package (\S+)`)

// openPlugin loads a plugin, which runs the initialization of its packages.
func openPlugin(file string) (tables, error) {
	p, err := plugin.Open(file)
	if err != nil {
		err = fmt.Errorf("load compiled code: %w", err)
		if m := differentVersion.FindStringSubmatch(err.Error()); m != nil {
			return nil, hint.New(&versionError{m[1], err}, "the source of "+m[1]+" has changed since cellar was built: run ./install.sh again, and restart the kernel")
		}
		return nil, hint.New(err, "this cellar cannot load plugins; build it with cgo and with the package plugin, as ./install.sh does")
	}
	sym, err := p.Lookup("Symbols")
	if err != nil {
		return nil, fmt.Errorf("load compiled code: %w", err)
	}
	t, ok := sym.(*map[string]func() map[string]reflect.Value)
	if !ok {
		return nil, errors.New("load compiled code: Symbols of the plugin is no table")
	}
	return *t, nil
}
