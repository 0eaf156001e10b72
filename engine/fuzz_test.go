package engine_test

import (
	"archive/zip"
	"bytes"
	"io"
	"testing"

	"github.com/cellar-ml/cellar/engine"
)

// FuzzLoad holds that a damaged model file is an error, not a panic, and that
// what loads also answers or says why not. The two entries are fuzzed apart,
// since a zip's checksums stop most damage to the whole.
func FuzzLoad(f *testing.F) {
	f.Setenv("CELLAR_XLA_PLUGIN", "none")
	tab := mixedTable(24)
	for _, s := range []engine.Spec{
		{Family: "linear", Target: "flipper", Epochs: 1},
		{Family: "mlp", Target: "species", Epochs: 1, Hidden: []int{2}},
	} {
		r, err := engine.Fit(f.Context(), tab, s, nil)
		if err != nil {
			f.Fatal(err)
		}
		var file bytes.Buffer
		if err := r.Model.Save(&file); err != nil {
			f.Fatal(err)
		}
		f.Add(unpack(f, file.Bytes(), "model.json"), unpack(f, file.Bytes(), "weights.safetensors"))
	}
	f.Fuzz(func(t *testing.T, description, weights []byte) {
		m, err := engine.Load(bytes.NewReader(pack(t, description, weights)))
		if err != nil {
			return
		}
		if p, err := m.Predict(t.Context(), tab); err == nil && p.Len() != int(tab.NumRows()) {
			t.Errorf("%d answers for %d rows", p.Len(), tab.NumRows())
		}
	})
}

func unpack(f *testing.F, file []byte, name string) []byte {
	f.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		f.Fatal(err)
	}
	r, err := z.Open(name)
	if err != nil {
		f.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		f.Fatal(err)
	}
	return data
}

func pack(t *testing.T, description, weights []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for name, data := range map[string][]byte{"model.json": description, "weights.safetensors": weights} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}
