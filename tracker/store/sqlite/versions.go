package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/cellar-ml/cellar/tracker"
)

// PutDataset registers a version: see tracker.Store.
func (s *Store) PutDataset(ctx context.Context, d tracker.DatasetVersion) (tracker.DatasetVersion, error) {
	if err := tracker.CheckVersion("dataset", d.Name, d.Digest); err != nil {
		return tracker.DatasetVersion{}, err
	}
	columns, err := json.Marshal(d.Columns)
	if err != nil {
		return tracker.DatasetVersion{}, err
	}
	var out tracker.DatasetVersion
	err = s.update(ctx, "put dataset "+d.Name, func(t *tx) error {
		same, err := t.datasets("WHERE name = ? AND digest = ?", d.Name, string(d.Digest))
		if err != nil {
			return err
		}
		if len(same) > 0 && (same[0].Dropped.IsZero() || !d.Dropped.IsZero()) {
			out = same[0]
			return nil
		}
		if len(same) > 0 {
			if _, err := t.exec("UPDATE datasets SET dropped = NULL WHERE name = ? AND version = ?", d.Name, same[0].Version); err != nil {
				return err
			}
		} else if _, err = t.exec(`INSERT INTO datasets (name, version, digest, rows, columns, source, created, dropped)
			SELECT ?1, coalesce(max(version), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7 FROM datasets WHERE name = ?1`,
			d.Name, string(d.Digest), d.Rows, string(columns), d.Source, nanos(s.now()), nanos(d.Dropped)); err != nil {
			return err
		}
		same, err = t.datasets("WHERE name = ? AND digest = ?", d.Name, string(d.Digest))
		if err != nil {
			return err
		}
		if out = same[0]; !out.Dropped.IsZero() {
			return nil
		}
		for _, c := range d.Chunks {
			if _, err := t.exec("INSERT INTO dataset_chunks (name, version, digest, size) VALUES (?, ?, ?, ?)",
				d.Name, out.Version, string(c.Digest), c.Size); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// DropDatasets lets go of the content of versions: see tracker.Store.
func (s *Store) DropDatasets(ctx context.Context, refs ...string) error {
	return s.update(ctx, "drop datasets", func(t *tx) error {
		for _, ref := range refs {
			name, version, err := tracker.ParseRef(ref)
			if err != nil {
				return err
			}
			n, err := t.exec("UPDATE datasets SET dropped = ? WHERE name = ? AND version = ?", nanos(s.now()), name, version)
			if err != nil {
				return err
			}
			if n == 0 {
				return tracker.NoVersion("dataset", ref)
			}
			if _, err := t.exec("DELETE FROM dataset_chunks WHERE name = ? AND version = ?", name, version); err != nil {
				return err
			}
		}
		return nil
	})
}

// Dataset returns "name" or "name@v3"; ErrNotFound otherwise.
func (s *Store) Dataset(ctx context.Context, ref string) (tracker.DatasetVersion, error) {
	var out []tracker.DatasetVersion
	name, version, err := tracker.ParseRef(ref)
	if err != nil {
		return tracker.DatasetVersion{}, err
	}
	err = s.view(ctx, "read dataset "+ref, func(t *tx) (err error) {
		out, err = t.datasets("WHERE name = ?1 AND (version = ?2 OR ?2 = 0) ORDER BY version DESC LIMIT 1", name, version)
		return err
	})
	if err == nil && len(out) == 0 {
		err = tracker.NoVersion("dataset", ref)
	}
	if err != nil {
		return tracker.DatasetVersion{}, err
	}
	return out[0], nil
}

// Datasets lists every version, by name and version.
func (s *Store) Datasets(ctx context.Context) ([]tracker.DatasetVersion, error) {
	var out []tracker.DatasetVersion
	err := s.view(ctx, "list datasets", func(t *tx) (err error) {
		out, err = t.datasets("ORDER BY name, version")
		return err
	})
	return out, err
}

func (t *tx) datasets(tail string, args ...any) ([]tracker.DatasetVersion, error) {
	var out []tracker.DatasetVersion
	err := t.each(func(scan func(...any) error) error {
		var d tracker.DatasetVersion
		var columns []byte
		var dropped sql.NullInt64
		if err := scan(&d.Name, &d.Version, &d.Digest, &d.Rows, &columns, &d.Source, when{&d.Created}, &dropped); err != nil {
			return err
		}
		if err := json.Unmarshal(columns, &d.Columns); err != nil {
			return fmt.Errorf("read columns of dataset %s: %w", d.Ref(), err)
		}
		d.Dropped = moment(dropped)
		out = append(out, d)
		return nil
	}, "SELECT name, version, digest, rows, columns, source, created, dropped FROM datasets "+tail, args...)
	return out, err
}
