package main

import (
	"fmt"
	"reflect"
	"strconv"
	"time"
)

type Inner struct{ A, B int }
type Config struct {
	Name  string        `env:"NAME" default:"app"`
	Port  int           `env:"PORT" default:"80"`
	Debug bool          `env:"DEBUG"`
	Wait  time.Duration `env:"WAIT" default:"1s"`
	In    Inner
	Tags  []string
	note  string
}

func fill(dst any, env map[string]string) error {
	v := reflect.ValueOf(dst).Elem()
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		key, ok := f.Tag.Lookup("env")
		if !ok {
			continue
		}
		s, ok := env[key]
		if !ok {
			s = f.Tag.Get("default")
		}
		switch fv := v.Field(i); fv.Kind() {
		case reflect.String:
			fv.SetString(s)
		case reflect.Int:
			n, err := strconv.Atoi(s)
			if err != nil {
				return fmt.Errorf("%s: %w", f.Name, err)
			}
			fv.SetInt(int64(n))
		case reflect.Bool:
			fv.SetBool(s == "true")
		case reflect.Int64:
			d, _ := time.ParseDuration(s)
			fv.SetInt(int64(d))
		}
	}
	return nil
}
func main() {
	var c Config
	fmt.Println(fill(&c, map[string]string{"PORT": "8080", "DEBUG": "true"}))
	fmt.Println(c.Name, c.Port, c.Debug, c.Wait)
	fmt.Println(fill(&c, map[string]string{"PORT": "x"}))
	t := reflect.TypeOf(c)
	fmt.Println(t.Name(), t.Kind(), t.NumField(), t.String())
	for i := range t.NumField() {
		f := t.Field(i)
		fmt.Print(f.Name, ":", f.Type, ":", f.IsExported(), " ")
	}
	fmt.Println()
	f, ok := t.FieldByName("In")
	fmt.Println(f.Type.Name(), ok, reflect.DeepEqual(c.In, Inner{}), reflect.ValueOf(c).FieldByName("Port").Int())
}

// Output:
// <nil>
// app 8080 true 1s
// Port: strconv.Atoi: parsing "x": invalid syntax
// Config struct 7 main.Config
// Name:string:true Port:int:true Debug:bool:true Wait:time.Duration:true In:main.Inner:true Tags:[]string:true note:string:false
// Inner true true 8080
