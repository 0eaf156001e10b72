package engine

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/pkg/core/dtypes"
	"github.com/gomlx/gomlx/pkg/core/shapes"
	"github.com/gomlx/gomlx/pkg/core/tensors"
	mlctx "github.com/gomlx/gomlx/pkg/ml/context"
)

// A weight is the value of one variable, copied out of GoMLX.
type weight struct {
	name  string // scope and name: "/output/dense/weights"
	shape shapes.Shape
	bytes []byte
}

// snapshot copies variables: all that have a value, or those of names.
func snapshot(ctx *mlctx.Context, names []string) ([]weight, error) {
	var out []weight
	for v := range ctx.IterVariables() {
		if !v.HasValue() || names != nil && !slices.Contains(names, v.ScopeAndName()) {
			continue
		}
		value, err := v.Value()
		if err != nil {
			return nil, clean("copy variable "+v.ScopeAndName(), err)
		}
		w := weight{name: v.ScopeAndName(), shape: v.Shape().Clone()}
		err = value.ConstBytes(func(data []byte) { w.bytes = slices.Clone(data) })
		if err != nil {
			return nil, clean("copy variable "+w.name, err)
		}
		out = append(out, w)
	}
	return out, nil
}

// restore sets variables, making those that are not there.
func restore(ctx *mlctx.Context, weights []weight) (err error) {
	defer catch(&err, "set the weights")
	for _, w := range weights {
		t, err := w.tensor()
		if err != nil {
			return err
		}
		scope, name := mlctx.SplitScope(w.name)
		if v := ctx.GetVariableByScopeAndName(scope, name); v != nil {
			err = v.SetValue(t)
		} else {
			ctx.InAbsPath(scope).Checked(false).VariableWithValue(name, t)
		}
		if err != nil {
			return clean("set variable "+w.name, err)
		}
	}
	return nil
}

func (w weight) tensor() (*tensors.Tensor, error) {
	t := tensors.FromShape(w.shape)
	if len(w.bytes) == 0 {
		return t, nil
	}
	err := t.MutableBytes(func(data []byte) { copy(data, w.bytes) })
	if err != nil {
		return nil, clean("make variable "+w.name, err)
	}
	return t, nil
}

// variableNames are those of a model: the variables in ctx that have a value,
// without the random state, which answers do not need.
func variableNames(ctx *mlctx.Context) []string {
	names := []string{}
	for v := range ctx.IterVariables() {
		if v.HasValue() && v.Name() != mlctx.RNGStateVariableName {
			names = append(names, v.ScopeAndName())
		}
	}
	return names
}

// The dtypes of the safetensors format and GoMLX's names for them.
func safetensorsTypes() map[string]dtypes.DType {
	return map[string]dtypes.DType{
		"F64": dtypes.Float64, "F32": dtypes.Float32, "F16": dtypes.Float16, "BF16": dtypes.BFloat16,
		"I64": dtypes.Int64, "I32": dtypes.Int32, "I16": dtypes.Int16, "I8": dtypes.Int8,
		"U64": dtypes.Uint64, "U32": dtypes.Uint32, "U16": dtypes.Uint16, "U8": dtypes.Uint8, "BOOL": dtypes.Bool,
	}
}

// safetensor is one entry of a safetensors header.
type safetensor struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"`
}

// writeWeights writes the safetensors format: the header's length, the header
// as JSON, the bytes. The order is that of the names, so equal weights are
// equal bytes.
func writeWeights(w io.Writer, weights []weight) error {
	sorted := slices.Clone(weights)
	slices.SortFunc(sorted, func(a, b weight) int { return strings.Compare(a.name, b.name) })
	header, at := map[string]safetensor{}, 0
	for _, weight := range sorted {
		entry := safetensor{Shape: append([]int{}, weight.shape.Dimensions...), Offsets: [2]int{at, at + len(weight.bytes)}}
		for name, dtype := range safetensorsTypes() {
			if dtype == weight.shape.DType {
				entry.DType = name
			}
		}
		if entry.DType == "" {
			return fmt.Errorf("write variable %s: type %s cannot be saved", weight.name, weight.shape.DType)
		}
		header[weight.name] = entry
		at += len(weight.bytes)
	}
	text, err := json.Marshal(header)
	if err != nil {
		return err
	}
	err = binary.Write(w, binary.LittleEndian, uint64(len(text)))
	if err == nil {
		_, err = w.Write(text)
	}
	for _, weight := range sorted {
		if err == nil {
			_, err = w.Write(weight.bytes)
		}
	}
	return err
}

// readWeights reads what writeWeights wrote; truncated and contradictory files
// are errors.
func readWeights(data []byte) ([]weight, error) {
	if len(data) < 8 {
		return nil, errors.New("weights are cut off before the header")
	}
	length, data := binary.LittleEndian.Uint64(data), data[8:]
	if length > uint64(len(data)) {
		return nil, fmt.Errorf("weights are cut off: the header wants %d bytes, there are %d", length, len(data))
	}
	var header map[string]safetensor
	if err := json.Unmarshal(data[:length], &header); err != nil {
		return nil, fmt.Errorf("read the weights' header: %w", err)
	}
	data = data[length:]
	types, out := safetensorsTypes(), make([]weight, 0, len(header))
	for name, entry := range header {
		dtype, ok := types[entry.DType]
		if !ok {
			return nil, fmt.Errorf("read weight %s: unknown type %q", name, entry.DType)
		}
		w := weight{name: name}
		from, to := entry.Offsets[0], entry.Offsets[1]
		size, ok := byteSize(dtype, entry.Shape)
		if !ok || from < 0 || to < from || to > len(data) || to-from != size {
			return nil, fmt.Errorf("read weight %s: %s%v does not fit bytes %d to %d of %d", name, entry.DType, entry.Shape, from, to, len(data))
		}
		w.shape, w.bytes = shapes.Make(dtype, entry.Shape...), data[from:to]
		out = append(out, w)
	}
	slices.SortFunc(out, func(a, b weight) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

// byteSize is false for a negative dimension or a size beyond any file.
func byteSize(dtype dtypes.DType, dims []int) (int, bool) {
	size := dtype.Size()
	for _, d := range dims {
		if d < 0 || d > 0 && size > 1<<40/d {
			return 0, false
		}
		size *= d
	}
	return size, true
}
