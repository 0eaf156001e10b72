package override

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/cellar-ml/cellar/internal/plain"
)

// The functions below stand for those of package fmt: they print the values of
// a cell's own interface types, and not the boxes that the interpreter keeps
// them in.

func Append(b []byte, a ...any) []byte { return fmt.Append(b, plain.Values(a)...) }
func Appendf(b []byte, format string, a ...any) []byte {
	format, a = verbs(format, a)
	return fmt.Appendf(b, format, a...)
}
func Appendln(b []byte, a ...any) []byte { return fmt.Appendln(b, plain.Values(a)...) }
func Errorf(format string, a ...any) error {
	format, a = verbs(format, a)
	return fmt.Errorf(format, a...)
}
func Fprint(w io.Writer, a ...any) (int, error) { return fmt.Fprint(w, plain.Values(a)...) }
func Fprintf(w io.Writer, format string, a ...any) (int, error) {
	format, a = verbs(format, a)
	return fmt.Fprintf(w, format, a...)
}
func Fprintln(w io.Writer, a ...any) (int, error) { return fmt.Fprintln(w, plain.Values(a)...) }
func Print(a ...any) (int, error)                 { return fmt.Fprint(os.Stdout, plain.Values(a)...) }
func Printf(format string, a ...any) (int, error) {
	format, a = verbs(format, a)
	return fmt.Fprintf(os.Stdout, format, a...)
}
func Println(a ...any) (int, error) { return fmt.Fprintln(os.Stdout, plain.Values(a)...) }
func Sprint(a ...any) string        { return fmt.Sprint(plain.Values(a)...) }
func Sprintf(format string, a ...any) string {
	format, a = verbs(format, a)
	return fmt.Sprintf(format, a...)
}
func Sprintln(a ...any) string { return fmt.Sprintln(plain.Values(a)...) }

// verbs is a format and its operands: a %T of a value that knows its type in the
// cell's Go becomes that type's text. Package fmt asks nobody for it.
func verbs(format string, a []any) (string, []any) {
	a = plain.Values(a)
	if !strings.Contains(format, "T") || strings.Contains(format, "[") {
		return format, a
	}
	out := []byte(format)
	next := 0
	for i := 0; i < len(out); i++ {
		if out[i] != '%' {
			continue
		}
		for i++; i < len(out) && strings.IndexByte("+-# 0123456789.*", out[i]) >= 0; i++ {
			if out[i] == '*' {
				next++
			}
		}
		if i >= len(out) || out[i] == '%' {
			continue
		}
		if next < len(a) && out[i] == 'T' {
			if x, ok := a[next].(interface{ GoType() string }); ok {
				out[i], a[next] = 's', x.GoType()
			}
		}
		next++
	}
	return string(out), a
}
