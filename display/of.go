package display

import (
	"fmt"
	"image"
	"reflect"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
)

// Of is the richest bundle that v has: what it shows of itself (Displayer), a
// picture, an error with its hint, a table, a tensor, an Arrow table, or its
// text. It never panics: a value whose own methods do is shown with what they
// said. Values in HTML are escaped.
func Of(v any) (b Bundle) {
	defer func() {
		if r := recover(); r != nil {
			b = Text(fmt.Sprintf("%T cannot be shown: %v", v, r))
		}
	}()
	r := reflect.ValueOf(v)
	if !r.IsValid() || isNil(r) {
		return Text(nilText(r))
	}
	for _, form := range forms {
		if b, ok := form(v, r); ok {
			return whole(b)
		}
	}
	return Text(clip(plain(r, plainRunes), plainRunes))
}

// forms is tried in order; the first that knows the value shows it.
var forms = []func(v any, r reflect.Value) (Bundle, bool){
	ofBundle,
	ofDisplayer,
	ofImage,
	ofBytes,
	ofError,
	ofTensor,
	ofArrow,
	ofText,
	ofTabular,
}

func nilText(r reflect.Value) string {
	if !r.IsValid() {
		return "nil"
	}
	if r.Kind() == reflect.Slice || r.Kind() == reflect.Map {
		return r.Type().String() + " (empty)"
	}
	return "nil (" + r.Type().String() + ")"
}

func ofBundle(v any, _ reflect.Value) (Bundle, bool) {
	switch b := v.(type) {
	case Bundle:
		return b, true
	case *Bundle:
		return *b, true
	}
	return Bundle{}, false
}

var displayer = reflect.TypeFor[Displayer]()

func ofDisplayer(v any, r reflect.Value) (b Bundle, ok bool) {
	d, ok := v.(Displayer)
	if !ok && r.Type().Kind() != reflect.Pointer && reflect.PointerTo(r.Type()).Implements(displayer) {
		p := reflect.New(r.Type()) // Display has a pointer receiver; show a copy
		p.Elem().Set(r)
		d, ok = p.Interface().(Displayer)
	}
	if !ok {
		return Bundle{}, false
	}
	defer func() {
		if p := recover(); p != nil {
			b, ok = Text(fmt.Sprintf("%T cannot be shown: its Display method panicked: %v", v, p)), true
		}
	}()
	return d.Display(), true
}

// ofError shows the chain's text and, beneath, what the person can do.
func ofError(v any, r reflect.Value) (Bundle, bool) {
	err, ok := v.(error)
	if !ok {
		return Bundle{}, false
	}
	msg, _ := text(r)
	help := safeHint(err)
	if help == "" {
		return Text(fmt.Sprintf("error: %s", msg)), true
	}
	html := fmt.Sprintf(`<div class="%s"><strong>error:</strong> %s<br><em>hint:</em> %s</div>`,
		noMath, breaks(msg), breaks(help))
	return HTML(html, fmt.Sprintf("error: %s\nhint: %s", msg, help)), true
}

func safeHint(err error) (help string) {
	defer func() {
		if recover() != nil {
			help = ""
		}
	}()
	return hint.Of(err)
}

func breaks(s string) string { return strings.ReplaceAll(Escape(s), "\n", "<br>") }

// ofText shows what has a text of its own, and strings as they are.
func ofText(v any, r reflect.Value) (Bundle, bool) {
	if s, ok := text(r); ok {
		return Text(clip(s, plainRunes)), true
	}
	if r.Kind() == reflect.String {
		return Text(clip(r.String(), plainRunes)), true
	}
	return Bundle{}, false
}

func ofImage(v any, _ reflect.Value) (Bundle, bool) {
	img, ok := v.(image.Image)
	if !ok {
		return Bundle{}, false
	}
	b, err := Image(img)
	if err != nil {
		return Text(err.Error()), true
	}
	return b, true
}

// whole makes sure that a bundle can be shown everywhere: it has a data map
// and a text form.
func whole(b Bundle) Bundle {
	if b.Data == nil {
		return Bundle{Data: map[string]any{MIMEText: ""}, Metadata: b.Metadata, Needs: b.Needs}
	}
	if _, ok := b.Data[MIMEText]; ok {
		return b
	}
	data := map[string]any{MIMEText: "(" + strings.Join(kinds(b), ", ") + ")"}
	for k, v := range b.Data {
		data[k] = v
	}
	b.Data = data
	return b
}

// kinds is the mime types of b, sorted.
func kinds(b Bundle) []string {
	m := reflect.ValueOf(b.Data)
	var out []string
	for _, k := range sortedKeys(m) {
		out = append(out, k.String())
	}
	return out
}
