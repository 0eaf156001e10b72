// Package lang knows Go as it stands in cells: it splits a cell into Go and magic
// lines, checks the Go against everything the session has declared, and lowers
// it to the subset that the interpreter runs rightly. It knows no interpreter, no
// Jupyter and no magic by name: who runs the result is not its concern.
package lang

import (
	"go/types"
	"reflect"
)

// Packages is everything that cells may import. Its methods are safe for
// concurrent use and load what they return at the first call for a path.
type Packages interface {
	// Import returns the types of a package, for the type checker. All
	// packages come from one universe: a type that two packages mention is one
	// *types.Package object. Unexported fields and methods may be missing.
	Import(path string) (*types.Package, error)
	// Paths lists every import path, sorted.
	Paths() []string
	// Symbols returns the values of a package as yaegi wants them: functions,
	// pointers to variables, constants, (*T)(nil) for a type T, and _T for the
	// wrapper of an interface T. It is nil for an unknown path.
	Symbols(path string) map[string]reflect.Value
	// Source returns the Go files (by name, only those of this platform,
	// without tests) of a package with generic functions or types, which are
	// instantiated from source because no compiled form of them exists.
	Source(path string) (files map[string][]byte, ok bool)
	// Doc returns the documentation of a package (name "") or of a name in it
	// ("Printf", "Builder.WriteString"); "" when there is none.
	Doc(path, name string) string
}
