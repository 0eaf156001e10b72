package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

const (
	slice       = 256      // pages that are given back in one transaction: a megabyte
	smallStore  = 64 << 20 // bytes of a database that is written anew in a moment
	incremental = 2        // SQLite's number of the mode that gives back pages a few at a time
)

// Tidy gives free pages back to the system and removes upgrades' backups: see
// tracker.Store. A store that was made by this version gives them back a megabyte
// in a transaction. An older one must be written anew for that, once: it is when
// it is small, or when Whole asks for it.
func (s *Store) Tidy(ctx context.Context, o tracker.Tidying) (out tracker.Tidied, err error) {
	if out.Backups, err = filepath.Glob(globbed(s.path) + ".v*.backup"); err != nil {
		return out, fail("tidy", s.path, err)
	}
	for _, path := range out.Backups {
		if st, err := os.Stat(path); err == nil {
			out.Bytes += st.Size()
		}
		if o.Backups {
			err = errors.Join(err, os.Remove(path))
		}
	}
	p, e := s.space(ctx)
	if err = errors.Join(err, e); err != nil {
		return out, fail("tidy", s.path, err)
	}
	out.Free = p.free * p.size
	if !o.Free && !o.Whole || p.free == 0 {
		return out, nil
	}
	switch {
	case o.Whole || p.mode != incremental && p.count*p.size < smallStore:
		err = s.vacuum(ctx)
	case p.mode == incremental:
		err = s.giveBack(ctx, p.free)
	default:
		out.Note = "the free space is used by what is recorded next; --whole writes the store anew instead, and writers wait while it does"
	}
	after, e := s.space(ctx)
	out.Freed = max(0, p.count-after.count) * p.size
	return out, fail("tidy", s.path, errors.Join(err, e))
}

// globbed is a path that Glob takes as it is.
func globbed(path string) string {
	var out []rune
	for _, r := range path {
		if r == '*' || r == '?' || r == '[' || r == '\\' {
			out = append(out, '\\')
		}
		out = append(out, r)
	}
	return string(out)
}

// A space is how many pages a database has, of which some are free.
type space struct{ count, free, size, mode int64 }

func (s *Store) space(ctx context.Context) (p space, err error) {
	err = s.view(ctx, "tidy", func(t *tx) error {
		for at, q := range map[*int64]string{&p.count: "page_count", &p.free: "freelist_count", &p.size: "page_size", &p.mode: "auto_vacuum"} {
			if _, err := t.one([]any{at}, "PRAGMA "+q); err != nil {
				return err
			}
		}
		return nil
	})
	return p, err
}

// giveBack frees pages in short transactions. Others write between them.
func (s *Store) giveBack(ctx context.Context, free int64) error {
	for ; free > 0; free -= slice {
		err := s.update(ctx, "tidy", func(t *tx) error {
			return t.each(func(func(...any) error) error { return nil }, fmt.Sprintf("PRAGMA incremental_vacuum(%d)", slice))
		})
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond): // whoever waits for the lock looks every few milliseconds
		}
	}
	return s.alone(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
}

// vacuum writes the database anew.
func (s *Store) vacuum(ctx context.Context) error {
	return s.alone(ctx, "PRAGMA auto_vacuum = INCREMENTAL; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
}

// alone runs statements on the writing connection, outside a transaction.
func (s *Store) alone(ctx context.Context, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(); err != nil {
		return err
	}
	_, err := s.conn.ExecContext(ctx, text)
	return err
}
