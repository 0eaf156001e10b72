package recipe

import (
	"fmt"
	"math"
	"reflect"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/internal/hint"
)

// fitGo checks the function once.
func fitGo(c *call) error {
	if c.As == c.target {
		return hint.New(fmt.Errorf("column %q: the function would replace the target", c.As), "choose another name")
	}
	_, err := c.function()
	return err
}

func (c *call) function() (reflect.Value, error) {
	f := reflect.ValueOf(c.tools.Funcs[c.Func])
	if !f.IsValid() {
		return f, hint.New(fmt.Errorf("there is no Go function %s here", c.Func), "run the cell that defines "+c.Func+"; its source is kept with the step")
	}
	t := f.Type()
	ok := t.Kind() == reflect.Func && !t.IsVariadic() && t.NumIn() == len(c.Learned) && t.NumOut() == 1 && plain(t.Out(0))
	for i := 0; ok && i < t.NumIn(); i++ {
		ok = plain(t.In(i))
	}
	if !ok {
		return f, hint.New(fmt.Errorf("function %s is %s", c.Func, t), fmt.Sprintf("it takes %d of float64, int64, string or bool, one for each column, and returns one of these", len(c.Learned)))
	}
	return f, nil
}

func plain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Float64, reflect.Int64, reflect.String, reflect.Bool:
		return true
	}
	return false
}

// applyGo calls the function with each row. A missing number is NaN; a row with
// another missing value is not called for and has a missing result.
func applyGo(c *call) error {
	f, err := c.function()
	if err != nil {
		return err
	}
	args := make([]func(i int) (reflect.Value, bool), len(c.Learned))
	var from []string
	for k, l := range c.Learned {
		col, err := c.read(l)
		if err != nil {
			return err
		}
		if args[k], err = argument(col, f.Type().In(k)); err != nil {
			return err
		}
		from = append(from, l.Column)
	}
	values, words, missing := make([]float64, c.f.rows), make([]string, c.f.rows), make([]bool, c.f.rows)
	in := make([]reflect.Value, len(args))
	for i := range c.f.rows {
		known := true
		for k, arg := range args {
			v, ok := arg(i)
			in[k], known = v, known && ok
		}
		if values[i], missing[i] = math.NaN(), !known; !known {
			continue
		}
		out, err := c.invoke(f, in, i)
		if err != nil {
			return err
		}
		if out.Kind() == reflect.String {
			words[i] = out.String()
		} else {
			values[i] = numeric(out)
		}
	}
	if f.Type().Out(0).Kind() == reflect.String {
		c.f.put(textColumn(c.As, words, missing), from...)
	} else {
		c.f.put(numberColumn(c.As, values), from...)
	}
	return nil
}

func numeric(v reflect.Value) float64 {
	switch {
	case v.Kind() == reflect.Int64:
		return float64(v.Int())
	case v.Kind() == reflect.Float64 && math.IsInf(v.Float(), 0):
		return math.NaN()
	case v.Kind() == reflect.Float64:
		return v.Float()
	case v.Bool():
		return 1
	}
	return 0
}

// invoke calls f; a panic in it is an error that names the row.
func (c *call) invoke(f reflect.Value, in []reflect.Value, row int) (out reflect.Value, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = hint.New(fmt.Errorf("function %s, row %d, column %q: panic: %v", c.Func, row+1, c.Learned[0].Column, p), "let the function return NaN or \"\" for what it cannot do")
		}
	}()
	return f.Call(in)[0], nil
}

// argument reads a column as a function's parameter; false is missing.
func argument(col arrow.Column, t reflect.Type) (func(int) (reflect.Value, bool), error) {
	if t.Kind() == reflect.String {
		words, missing := texts(col)
		return func(i int) (reflect.Value, bool) { return reflect.ValueOf(words[i]).Convert(t), !missing[i] }, nil
	}
	values, err := numbers(col)
	if err != nil {
		return nil, fmt.Errorf("column %q: the function wants %s, and the column is %s", col.Name(), t, col.DataType())
	}
	return func(i int) (reflect.Value, bool) {
		v := values[i]
		switch t.Kind() {
		case reflect.Int64:
			if math.IsNaN(v) {
				return reflect.Value{}, false
			}
			return reflect.ValueOf(int64(v)).Convert(t), true
		case reflect.Bool:
			return reflect.ValueOf(v != 0).Convert(t), !math.IsNaN(v)
		}
		return reflect.ValueOf(v).Convert(t), true
	}, nil
}
