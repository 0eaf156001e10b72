package magics

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/engine"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// expand gives every word its text, one argument per word.
func expand(ctx context.Context, env *Env, words []word) ([]string, error) {
	var args []string
	for _, w := range words {
		var b strings.Builder
		for _, p := range w.parts {
			s := p.text
			if p.expr {
				var err error
				if s, err = evaluate(ctx, env, p.text); err != nil {
					return nil, err
				}
			}
			b.WriteString(s)
		}
		args = append(args, b.String())
	}
	return args, nil
}

func evaluate(ctx context.Context, env *Env, expr string) (string, error) {
	if env.Session == nil {
		return "", hint.New(fmt.Errorf("{%s}: %w", expr, ErrNoSession), "write the value itself")
	}
	v, err := env.Session.Eval(ctx, expr)
	if err != nil {
		return "", fmt.Errorf("{%s}: %w", expr, err)
	}
	s, ok := argument(v)
	if !ok {
		return "", usagef("an argument is text, a number, a list of them, a run, a model or a dataset version",
			"{%s} is a %T, which cannot be an argument", expr, v)
	}
	return s, nil
}

// A reference is a value that stands for something in the store.
type reference interface{ Ref() string }

// argument is the text of a value as an argument of a magic. Lists have commas
// between their elements.
func argument(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", false
	case tracker.Run:
		return v.ID, true
	case *engine.Trained:
		if v == nil {
			return "", false
		}
		return v.Run.ID, true
	case reference:
		return v.Ref(), true
	case fmt.Stringer:
		return v.String(), true
	}
	return plainArgument(reflect.ValueOf(v))
}

func plainArgument(r reflect.Value) (string, bool) {
	switch r.Kind() {
	case reflect.String, reflect.Bool,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64:
		return fmt.Sprint(r.Interface()), true
	case reflect.Slice, reflect.Array:
		var list []string
		for i := range r.Len() {
			s, ok := argument(r.Index(i).Interface())
			if !ok {
				return "", false
			}
			list = append(list, s)
		}
		return strings.Join(list, ","), true
	case reflect.Pointer:
		if !r.IsNil() {
			return argument(r.Elem().Interface())
		}
	}
	return "", false
}

// publishJSON prints a result for a script.
func publishJSON(env *Env, r Result) error {
	v := r.JSON
	if v == nil {
		v = r.Value
	}
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("print as JSON: %w", err)
	}
	return env.Out.Publish(display.Text(string(text)))
}

// asMap is the JSON object of a value, open for more fields.
func asMap(v any) (map[string]any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("print as JSON: %w", err)
	}
	m := map[string]any{}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("print as JSON: %w", err)
	}
	return m, nil
}
