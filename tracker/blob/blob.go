// Package blob keeps bytes in a folder under the SHA-256 of their content. It
// knows nothing of runs: what a digest means is the store's business.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/cellar-ml/cellar/internal/disk"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// A Folder keeps each blob in <Dir>/<first two hex digits>/<the other 62>. Its
// methods are safe for concurrent use, by several processes too. The zero
// value with Dir set is ready; the folder is made at the first Put.
type Folder struct {
	Dir string
}

// Put stores all of r. The bytes are on disk before they get their name, so a
// name always has whole bytes behind it. A Put that fails, or whose ctx ends,
// leaves nothing behind.
func (f Folder) Put(ctx context.Context, r io.Reader) (tracker.Digest, int64, error) {
	if err := os.MkdirAll(f.Dir, 0o777); err != nil {
		return "", 0, f.fail("put blob", err)
	}
	tmp, err := os.CreateTemp(f.Dir, leftover+"*")
	if err != nil {
		return "", 0, f.fail("put blob", err)
	}
	defer os.Remove(tmp.Name()) // fails, as it should, once the blob has its name
	defer tmp.Close()
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(tmp, sum), contextReader{ctx, r})
	if err != nil {
		return "", 0, f.fail("put blob", err)
	}
	digest := tracker.Digest("sha256:" + hex.EncodeToString(sum.Sum(nil)))
	unlock, err := f.lock(syscall.LOCK_SH)
	if err != nil {
		return "", 0, f.fail("put blob "+string(digest), err)
	}
	defer unlock()
	if err := keep(tmp, f.path(digest)); err != nil {
		return "", 0, f.fail("put blob "+string(digest), err)
	}
	return digest, n, nil
}

// keep gives the temporary file its name, durably. It replaces a blob that is
// there already, so putting the same bytes again mends a damaged one.
func keep(tmp *os.File, path string) error {
	if err := tmp.Chmod(0o444); err != nil {
		return err
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	return disk.SyncDir(filepath.Dir(path))
}

// Open reads a blob. It returns ErrNotFound when the blob is not there. Bytes
// that do not match the digest make the last Read fail with ErrCorrupt; a
// caller that stops before the end has read unverified bytes.
func (f Folder) Open(_ context.Context, d tracker.Digest) (io.ReadCloser, error) {
	if _, ok := d.Hex(); !ok {
		return nil, fmt.Errorf("open blob %q: not a digest: %w", d, tracker.ErrNotFound)
	}
	file, err := os.Open(f.path(d))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, hint.New(fmt.Errorf("open blob %s in %s: %w", d, f.Dir, tracker.ErrNotFound),
			"the store's blobs folder belongs beside its database: copy both together, or run the step that made it again")
	}
	if err != nil {
		return nil, f.fail("open blob "+string(d), err)
	}
	return Verify(file, d), nil
}

func (f Folder) path(d tracker.Digest) string {
	h, _ := d.Hex()
	return filepath.Join(f.Dir, h[:2], h[2:])
}

// Verify wraps rc so that the Read that reaches its end fails with ErrCorrupt
// where the bytes do not have the digest d.
func Verify(rc io.ReadCloser, d tracker.Digest) io.ReadCloser {
	return &verifier{rc: rc, sum: sha256.New(), want: d}
}

type verifier struct {
	rc   io.ReadCloser
	sum  hash.Hash
	want tracker.Digest
}

func (v *verifier) Read(p []byte) (int, error) {
	n, err := v.rc.Read(p)
	v.sum.Write(p[:n])
	if err != io.EOF {
		return n, err
	}
	got := tracker.Digest("sha256:" + hex.EncodeToString(v.sum.Sum(nil)))
	if got != v.want {
		return n, hint.New(fmt.Errorf("read blob %s: content is %s: %w", v.want, got, tracker.ErrCorrupt),
			"the file was changed or the disk is failing: bring the blob back from a copy, or run the step again")
	}
	return n, io.EOF
}

func (v *verifier) Close() error { return v.rc.Close() }

// File is the file that the blob lies in, for who reads it at random and checks
// the digest otherwise; Close closes it. False when it lies in none.
func (v *verifier) File() (*os.File, bool) {
	f, ok := v.rc.(*os.File)
	return f, ok
}

// contextReader ends a copy when its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
