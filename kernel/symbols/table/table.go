// Package table is the shape of a generated symbol table. It knows no package
// that a table is made of.
package table

import "reflect"

// A Package is the compiled side of one importable package. Symbols
// builds its map afresh, so nothing is built before a cell asks for it.
type Package struct {
	Path string
	// Symbols has functions, variables (addressable), typed constants, and
	// types as nil pointers to them. Generic names and untyped constants are
	// not in it.
	Symbols func() map[string]reflect.Value
}
