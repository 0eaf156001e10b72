package main

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

type User struct {
	Name  string `validate:"min=2,max=5"`
	Age   int    `validate:"min=18"`
	Email string `validate:"contains=@"`
	Note  string
}
type Rule func(v reflect.Value, arg string) error

var rules = map[string]Rule{
	"min": func(v reflect.Value, arg string) error {
		n, _ := strconv.Atoi(arg)
		if size(v) < n {
			return fmt.Errorf("less than %d", n)
		}
		return nil
	},
	"max": func(v reflect.Value, arg string) error {
		n, _ := strconv.Atoi(arg)
		if size(v) > n {
			return fmt.Errorf("more than %d", n)
		}
		return nil
	},
	"contains": func(v reflect.Value, arg string) error {
		if !strings.Contains(v.String(), arg) {
			return fmt.Errorf("lacks %q", arg)
		}
		return nil
	},
}

func size(v reflect.Value) int {
	if v.Kind() == reflect.String {
		return v.Len()
	}
	return int(v.Int())
}
func Validate(x any) error {
	var errs []error
	v := reflect.Indirect(reflect.ValueOf(x))
	for i := 0; i < v.NumField(); i++ {
		f := v.Type().Field(i)
		for _, r := range strings.FieldsFunc(f.Tag.Get("validate"), func(r rune) bool { return r == ',' }) {
			name, arg, _ := strings.Cut(r, "=")
			if err := rules[name](v.Field(i), arg); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", f.Name, err))
			}
		}
	}
	return errors.Join(errs...)
}
func main() {
	// In [2]
	fmt.Println(Validate(User{"Ann", 30, "a@b", ""}))
	fmt.Println(Validate(&User{"A", 7, "nope", ""}))
	fmt.Println(Validate(User{Name: "toolong", Age: 20, Email: "@"}))
}

// Output:
// <nil>
// Name: less than 2
// Age: less than 18
// Email: lacks "@"
// Name: more than 5
