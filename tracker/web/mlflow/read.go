package mlflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
)

// read fills in from a request: a GET has its fields in the query, others in a
// JSON body, and what is in the path comes before both. Fields are named by their
// json tags; one with the tag need must be there.
func read(r *http.Request, body io.Reader, in any) error {
	if r.Method == http.MethodGet {
		if err := fill(in, fromQuery(r.URL.Query(), in)); err != nil {
			return err
		}
	} else {
		data, err := io.ReadAll(body)
		if err != nil {
			return tooLong(err)
		}
		var twice string // old clients encode the JSON as a JSON string
		if json.Unmarshal(data, &twice) == nil {
			data = []byte(twice)
		}
		if len(strings.TrimSpace(string(data))) == 0 || strings.TrimSpace(string(data)) == "null" {
			data = []byte("{}")
		}
		if err := fill(in, data); err != nil {
			return err
		}
	}
	path := map[string]string{}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(in).Elem()) {
		if v := r.PathValue(name(f)); v != "" {
			path[name(f)] = v
		}
	}
	if len(path) > 0 {
		data, _ := json.Marshal(path) // of strings
		if err := fill(in, data); err != nil {
			return err
		}
	}
	return needed(in)
}

func tooLong(err error) error {
	if over, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return failf(invalidValue, "the request has more than %d bytes: log in smaller batches", over.Limit)
	}
	return as(invalidValue, fmt.Errorf("read the request: %w", err))
}

// name is what a field is called in JSON.
func name(f reflect.StructField) string {
	n, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return n
}

// fromQuery is a query as JSON: a list where the field is one.
func fromQuery(q url.Values, in any) []byte {
	m := map[string]any{}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(in).Elem()) {
		values, ok := q[name(f)]
		switch {
		case !ok:
		case f.Type.Kind() == reflect.Slice:
			m[name(f)] = values
		default:
			m[name(f)] = values[0]
		}
	}
	data, _ := json.Marshal(m) // of strings
	return data
}

func fill(in any, data []byte) error {
	err := json.Unmarshal(data, in)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return failf(invalidValue, "Invalid value for parameter '%s' supplied: %s where %s should be. See the API docs for more information about request parameters.",
			wrong.Field, wrong.Value, wrong.Type.Kind())
	}
	if _, ok := errors.AsType[*problem](err); err != nil && !ok {
		return failf(invalidValue, "the request is not the JSON that it should be: %v", err)
	}
	return err
}

func needed(in any) error {
	v := reflect.ValueOf(in).Elem()
	for _, f := range reflect.VisibleFields(v.Type()) {
		if _, need := f.Tag.Lookup("need"); need && v.FieldByIndex(f.Index).IsZero() {
			return missing(name(f))
		}
	}
	return nil
}

func missing(field string) error {
	return failf(invalidValue, "Missing value for required parameter '%s'. See the API docs for more information about request parameters.", field)
}

// An integer may come as a number or as its text.
type integer int64

// UnmarshalJSON reads 3, 3.0 and "3".
func (n *integer) UnmarshalJSON(b []byte) error {
	s := strings.Trim(string(b), `"`)
	if s == "null" {
		return nil
	}
	i, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		f, ferr := strconv.ParseFloat(s, 64)
		if ferr != nil || f != float64(int64(f)) {
			return failf(invalidValue, "Invalid value %.60s supplied: want a whole number. See the API docs for more information about request parameters.", b)
		}
		i = int64(f)
	}
	*n = integer(i)
	return nil
}

// An enum is one of a protocol's words, which may come as its number.
type enum string

// UnmarshalJSON keeps a number as its text.
func (e *enum) UnmarshalJSON(b []byte) error {
	*e = enum(strings.Trim(string(b), `"`))
	return nil
}
