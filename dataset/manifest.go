package dataset

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

type (
	// A Manifest lists the chunks of a version of format 2: each column falls into
	// chunks of its own, each a Parquet file of that one column, so that versions
	// share the chunks that are equal. docs/format/dataset.md has it.
	Manifest struct {
		Kind    string           `json:"cellar"` // "dataset"
		Format  int              `json:"format"` // 2
		Rows    int64            `json:"rows"`
		Columns []ManifestColumn `json:"columns"`
		// Restores is the version whose content this is once more, After the one that
		// was the newest before; both "" elsewhere.
		Restores string `json:"restores,omitempty"`
		After    string `json:"after,omitempty"`
	}

	// A ManifestColumn is one column, its chunks in the order of the rows.
	ManifestColumn struct {
		tracker.Column
		Chunks []Chunk `json:"chunks"`
	}

	// A Chunk is a run of rows of one column: a Parquet file among the blobs.
	Chunk struct {
		Blob  tracker.Digest `json:"blob"`
		Rows  int64          `json:"rows"`
		Bytes int64          `json:"bytes"`
	}
)

// Blobs are the blobs that m names, each once.
func (m *Manifest) Blobs() []tracker.Chunk {
	var all []tracker.Chunk
	seen := map[tracker.Digest]bool{}
	for _, c := range m.Columns {
		for _, k := range c.Chunks {
			if !seen[k.Blob] {
				seen[k.Blob] = true
				all = append(all, tracker.Chunk{Digest: k.Blob, Size: k.Bytes})
			}
		}
	}
	return all
}

// check refuses a manifest whose parts do not fit each other.
func (m *Manifest) check() error {
	if m.Kind != "dataset" || m.Format != 2 {
		return hint.New(fmt.Errorf("manifest of %q, format %d", m.Kind, m.Format), "this Cellar reads format 2 of dataset: a newer Cellar may have written it")
	}
	if len(m.Columns) == 0 || m.Rows < 0 {
		return fmt.Errorf("manifest: %d columns of %d rows", len(m.Columns), m.Rows)
	}
	for i, c := range m.Columns {
		rows := int64(0)
		for _, k := range c.Chunks {
			if k.Rows <= 0 || k.Rows > m.Rows-rows {
				return fmt.Errorf("manifest: column %d, %q: a chunk of %d rows behind %d of %d", i+1, c.Name, k.Rows, rows, m.Rows)
			}
			rows += k.Rows
		}
		if rows != m.Rows {
			return fmt.Errorf("manifest: column %d, %q: its chunks have %d rows, not %d", i+1, c.Name, rows, m.Rows)
		}
	}
	return nil
}

// openContent opens what d's digest names: a manifest of format 2, or, when that is
// nil, the bytes of a Parquet file of format 1. A manifest's digest has been checked.
func openContent(ctx context.Context, store tracker.Store, d tracker.DatasetVersion) (*Manifest, io.ReadCloser, error) {
	if err := present(d); err != nil {
		return nil, nil, err
	}
	rc, err := store.Blobs().Open(ctx, d.Digest)
	if err != nil {
		return nil, nil, err
	}
	first := make([]byte, 1)
	n, err := io.ReadFull(rc, first)
	body := io.MultiReader(bytes.NewReader(first[:n]), rc)
	if err != nil || first[0] != '{' {
		return nil, struct {
			io.Reader
			io.Closer
		}{body, rc}, nil
	}
	defer rc.Close()
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, nil, fmt.Errorf("manifest: %w", err)
	}
	m := &Manifest{}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, nil, fmt.Errorf("manifest %s: %w", d.Digest, err)
	}
	return m, nil, m.check()
}

// ManifestOf is the manifest of a version; nil for one of format 1, which is one
// Parquet file.
func ManifestOf(ctx context.Context, store tracker.Store, d tracker.DatasetVersion) (*Manifest, error) {
	m, rc, err := openContent(ctx, store, d)
	if err != nil {
		return nil, fmt.Errorf("open dataset %s: %w", d.Ref(), err)
	}
	if rc != nil {
		rc.Close()
	}
	return m, nil
}
