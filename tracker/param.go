package tracker

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// EncodeParam writes one parameter as JSON that keeps its kind: a float that
// is whole ends in ".0", and NaN and the infinities are {"$float":"NaN"}.
// Inside lists and maps NaN and the infinities are refused. There is no limit
// on the length.
func EncodeParam(v any) ([]byte, error) {
	if rv := reflect.ValueOf(v); rv.IsValid() && rv.CanFloat() {
		if _, own := v.(json.Marshaler); !own {
			return encodeFloat(rv.Float(), rv.Type().Bits()), nil
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode parameter of type %T: %w", v, err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

func encodeFloat(f float64, bits int) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return fmt.Appendf(nil, `{"$float":%q}`, floatWord(f))
	}
	s := strconv.FormatFloat(f, 'g', -1, bits)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return []byte(s)
}

// DecodeParam is the reverse of EncodeParam. Whole numbers are int64 (uint64
// past its end), other numbers float64, lists []any, objects map[string]any.
func DecodeParam(data []byte) (any, error) {
	if v, ok := scalar(data); ok {
		return v, nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, fmt.Errorf("decode parameter %.40q: %w", data, err)
	}
	return typed(v), nil
}

// scalar decodes what most parameters are without a decoder, which costs more
// than all else in a long list of runs.
func scalar(data []byte) (any, bool) {
	switch string(data) {
	case "":
		return nil, false
	case "true":
		return true, true
	case "false":
		return false, true
	}
	switch c, last := data[0], data[len(data)-1]; {
	case c == '"' && last == '"' && bytes.IndexByte(data, '\\') < 0 && json.Valid(data) && utf8.Valid(data):
		return string(data[1 : len(data)-1]), true
	case (c == '-' || '0' <= c && c <= '9') && '0' <= last && last <= '9' && json.Valid(data):
		return number(json.Number(data)), true
	}
	return nil, false
}

// typed gives the numbers below v their Go types.
func typed(v any) any {
	switch v := v.(type) {
	case json.Number:
		return number(v)
	case []any:
		for i := range v {
			v[i] = typed(v[i])
		}
		return v
	case map[string]any:
		if f, ok := floatObject(v); ok {
			return f
		}
		for k := range v {
			v[k] = typed(v[k])
		}
		return v
	}
	return v
}

func number(n json.Number) any {
	if !strings.ContainsAny(string(n), ".eE") {
		if i, err := n.Int64(); err == nil {
			return i
		}
		if u, err := strconv.ParseUint(string(n), 10, 64); err == nil {
			return u
		}
	}
	f, err := n.Float64()
	if err != nil {
		return string(n) // more digits than a float holds: better whole as text
	}
	return f
}

func floatObject(m map[string]any) (float64, bool) {
	s, ok := m["$float"].(string)
	if !ok || len(m) != 1 {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// floatWord is the JSON spelling of what JSON numbers cannot say.
func floatWord(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return "NaN"
}
