package symbols

import (
	"encoding"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log"
	"reflect"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/kernel/symbols/override"
)

// Special lists the interfaces that compiled functions look for inside an any:
// the interpreter wraps an interpreted value that has the methods of one before
// it hands it over. Fatal and its kin are looked up by their overrides.
func (p *Packages) Special() map[reflect.Value][]reflect.Type {
	print := []reflect.Type{reflect.TypeFor[fmt.Formatter](), reflect.TypeFor[error](), reflect.TypeFor[fmt.Stringer]()}
	scan := []reflect.Type{reflect.TypeFor[fmt.Scanner]()}
	m := map[reflect.Value][]reflect.Type{
		reflect.ValueOf(json.Marshal):       {reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()},
		reflect.ValueOf(json.MarshalIndent): {reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()},
		reflect.ValueOf(json.Unmarshal):     {reflect.TypeFor[json.Unmarshaler](), reflect.TypeFor[encoding.TextUnmarshaler]()},
		reflect.ValueOf(xml.Marshal):        {reflect.TypeFor[xml.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()},
		reflect.ValueOf(xml.Unmarshal):      {reflect.TypeFor[xml.Unmarshaler](), reflect.TypeFor[encoding.TextUnmarshaler]()},
	}
	for _, f := range []any{
		override.Errorf, override.Fprint, override.Fprintf, override.Fprintln, override.Print, override.Printf, override.Println, override.Sprint, override.Sprintf,
		override.Sprintln, override.Append, override.Appendf, override.Appendln, log.Print, log.Printf, log.Println, log.Panic, log.Panicf, log.Panicln,
	} {
		m[reflect.ValueOf(f)] = print
	}
	show := []reflect.Type{reflect.TypeFor[display.Displayer](), reflect.TypeFor[error](), reflect.TypeFor[fmt.Stringer]()}
	for _, f := range []any{display.Of, display.Show, display.Update} {
		m[reflect.ValueOf(f)] = show
	}
	for _, f := range []any{fmt.Scan, fmt.Scanf, fmt.Scanln, fmt.Fscan, fmt.Fscanf, fmt.Fscanln, fmt.Sscan, fmt.Sscanf, fmt.Sscanln} {
		m[reflect.ValueOf(f)] = scan
	}
	return m
}
