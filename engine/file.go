package engine

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/cellar-ml/cellar/dataset/recipe"
	"github.com/cellar-ml/cellar/engine/prep"
	"github.com/cellar-ml/cellar/internal/hint"
)

// The names and the version of the model file; docs/format/model.md describes it.
const (
	fileFormat  = "cellar.model"
	fileVersion = 2 // with a recipe; 1 without
	modelEntry  = "model.json"
	weightEntry = "weights.safetensors"
)

// modelJSON is the description that lies beside the weights.
type modelJSON struct {
	Format  string         `json:"format"`
	Version int            `json:"version"`
	Spec    Spec           `json:"spec"`
	Recipe  *recipe.Fitted `json:"recipe,omitempty"`
	Inputs  prep.Inputs    `json:"inputs"`
	Target  Target         `json:"target"`
}

// LoadOptions says how to open a saved model.
type LoadOptions struct {
	Graph GraphFunc      // of a model that is a graph function: the same function again
	Funcs map[string]any // the Go functions that its recipe calls, by name
	GPU   bool
}

// Save writes the model as one self-contained file: equal models give equal
// bytes. Of a graph function and of a recipe's Go functions only name and source
// are kept; a recipe's function without source is an error.
func (m *Model) Save(w io.Writer) error {
	z, version := zip.NewWriter(w), 1
	var err error
	if m.recipe != nil {
		version, err = fileVersion, m.recipe.Portable()
	}
	if err == nil {
		err = writeJSON(z, modelEntry, modelJSON{fileFormat, version, m.spec, m.recipe, m.inputs, m.target})
	}
	if err == nil {
		err = writeEntry(z, weightEntry, m.weights)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return fmt.Errorf("save model of %s: %w", m.target.Name, err)
	}
	return nil
}

func writeJSON(z *zip.Writer, name string, value any) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(value)
}

// writeEntry stores weights without compression: they do not compress, and so
// they can be read in place.
func writeEntry(z *zip.Writer, name string, weights []weight) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err != nil {
		return err
	}
	return writeWeights(w, weights)
}

// Load reads a model that Save wrote. A model that is a graph function needs
// LoadOptions.Graph. A file that is damaged or from a newer version is an error
// that says so.
func Load(r io.Reader, options ...LoadOptions) (*Model, error) {
	var o LoadOptions
	if len(options) > 0 {
		o = options[0]
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("load model: %w", err)
	}
	d, weights, err := readModel(data)
	if err != nil {
		return nil, fmt.Errorf("load model: %w", err)
	}
	d.Spec.Graph, d.Spec.GPU = o.Graph, o.GPU
	if d.Spec.Family == "" && o.Graph == nil {
		return nil, hint.New(fmt.Errorf("load model of %s: it is %s, whose code is not in the file", d.Target.Name, d.Spec.what()),
			"define the function again and pass it as LoadOptions.Graph; its source is kept in the file as "+modelEntry+", graph_source")
	}
	if err := checkFuncs(d.Recipe, o.Funcs); err != nil {
		return nil, fmt.Errorf("load model of %s: %w", d.Target.Name, err)
	}
	b, err := openBackend(o.GPU)
	if err != nil {
		return nil, err
	}
	m, err := newModel(b, d.Spec, preparation{d.Recipe, recipe.Tools{Funcs: o.Funcs}, d.Inputs}, d.Target, weights)
	if err != nil {
		return nil, fmt.Errorf("load model of %s: %w", d.Target.Name, err)
	}
	return m, nil
}

func readModel(data []byte) (d modelJSON, weights []weight, err error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return d, nil, fmt.Errorf("not a model file, or cut off: %w", err)
	}
	text, err := readEntry(z, modelEntry)
	if err != nil {
		return d, nil, err
	}
	if err := json.Unmarshal(text, &d); err != nil {
		return d, nil, fmt.Errorf("read %s: %w", modelEntry, err)
	}
	if d.Format != fileFormat {
		return d, nil, fmt.Errorf("read %s: format %q, want %q", modelEntry, d.Format, fileFormat)
	}
	if d.Version > fileVersion {
		return d, nil, hint.New(fmt.Errorf("read %s: version %d, this program reads up to %d", modelEntry, d.Version, fileVersion),
			"update cellar")
	}
	if err := d.check(); err != nil {
		return d, nil, fmt.Errorf("read %s: %w", modelEntry, err)
	}
	if text, err = readEntry(z, weightEntry); err != nil {
		return d, nil, err
	}
	weights, err = readWeights(text)
	return d, weights, err
}

// check refuses what the code relies on and a damaged file may lack.
func (d modelJSON) check() error {
	switch {
	case d.Inputs.Width() == 0:
		return errors.New("it has no inputs")
	case d.Target.Task != Regression && len(d.Target.Classes) < 2:
		return fmt.Errorf("a %s model with %d classes", d.Target.Task, len(d.Target.Classes))
	case d.Target.Task == Regression && !(d.Target.Std > 0):
		return fmt.Errorf("a regression with deviation %g", d.Target.Std)
	}
	for _, c := range d.Inputs {
		if c.Kind == prep.Number && !(c.Std > 0) {
			return fmt.Errorf("column %q with deviation %g", c.Name, c.Std)
		}
	}
	return nil
}

func readEntry(z *zip.Reader, name string) ([]byte, error) {
	f, err := z.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return data, nil
}
