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
type tables struct {
	symbols, wrappers map[string]func() map[string]reflect.Value
}

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
			return tables{}, hint.New(&versionError{m[1], err}, "the source of "+m[1]+" has changed since cellar was built: run ./install.sh again, and restart the kernel")
		}
		return tables{}, hint.New(err, "this cellar cannot load plugins; build it with cgo and with the package plugin, as ./install.sh does")
	}
	var t tables
	for name, to := range map[string]*map[string]func() map[string]reflect.Value{"Symbols": &t.symbols, "Wrappers": &t.wrappers} {
		sym, err := p.Lookup(name)
		if err != nil {
			return tables{}, fmt.Errorf("load compiled code: %w", err)
		}
		m, ok := sym.(*map[string]func() map[string]reflect.Value)
		if !ok {
			return tables{}, errors.New("load compiled code: " + name + " of the plugin is no table")
		}
		*to = *m
	}
	return t, nil
}
