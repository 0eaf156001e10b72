package override

import (
	"fmt"
	"io"
	"os"

	"github.com/cellar-ml/cellar/internal/plain"
)

// The functions below stand for those of package fmt: they print the values of
// a cell's own interface types, and not the boxes that the interpreter keeps
// them in.

func Append(b []byte, a ...any) []byte { return fmt.Append(b, plain.Values(a)...) }
func Appendf(b []byte, format string, a ...any) []byte {
	return fmt.Appendf(b, format, plain.Values(a)...)
}
func Appendln(b []byte, a ...any) []byte        { return fmt.Appendln(b, plain.Values(a)...) }
func Errorf(format string, a ...any) error      { return fmt.Errorf(format, plain.Values(a)...) }
func Fprint(w io.Writer, a ...any) (int, error) { return fmt.Fprint(w, plain.Values(a)...) }
func Fprintf(w io.Writer, format string, a ...any) (int, error) {
	return fmt.Fprintf(w, format, plain.Values(a)...)
}
func Fprintln(w io.Writer, a ...any) (int, error) { return fmt.Fprintln(w, plain.Values(a)...) }
func Print(a ...any) (int, error)                 { return fmt.Fprint(os.Stdout, plain.Values(a)...) }
func Printf(format string, a ...any) (int, error) {
	return fmt.Fprintf(os.Stdout, format, plain.Values(a)...)
}
func Println(a ...any) (int, error)          { return fmt.Fprintln(os.Stdout, plain.Values(a)...) }
func Sprint(a ...any) string                 { return fmt.Sprint(plain.Values(a)...) }
func Sprintf(format string, a ...any) string { return fmt.Sprintf(format, plain.Values(a)...) }
func Sprintln(a ...any) string               { return fmt.Sprintln(plain.Values(a)...) }
