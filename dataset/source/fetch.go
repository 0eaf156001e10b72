package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/cellar-ml/cellar/internal/hint"
)

type (
	// A remote gives the bytes of one thing from an offset on, if it still has
	// the content that etag names. Otherwise it gives all of it.
	remote func(ctx context.Context, from int64, etag string) (answer, error)

	answer struct {
		body io.ReadCloser
		from int64  // where body begins
		size int64  // of the whole; -1 when it is not known
		etag string // names the content; "" when nothing does
		name string // of a file
		same bool   // what was fetched before is whole and current: there is no body
	}

	// A partial is what is known of a download; it lies beside it.
	partial struct {
		Ref  string `json:"ref"`
		ETag string `json:"etag"`
		Name string `json:"name"`
		Size int64  `json:"size"`
	}
)

// attempts is how often in a row a download may break off without a new byte.
const attempts = 3

// fetch downloads to a file and returns its path. A download that breaks off goes
// on where it stopped, now and in a later fetch, when the server says by an ETag
// that the content is the same.
func (j *job) fetch(ctx context.Context, ref string, r remote) (string, error) {
	dir, unlock, err := j.downloads(ref)
	if err != nil {
		return "", fmt.Errorf("fetch %s: %w", Redact(ref), err)
	}
	defer unlock()
	for failed := 0; ; {
		before := size(filepath.Join(dir, "part"))
		path, err := j.fetchOnce(ctx, dir, ref, r)
		if err == nil {
			j.fetched = append(j.fetched, dir)
			return path, nil
		}
		var broken *brokenOff
		if !errors.As(err, &broken) || ctx.Err() != nil {
			return "", fmt.Errorf("fetch %s: %w", Redact(ref), err)
		}
		if failed++; size(filepath.Join(dir, "part")) > before {
			failed = 0
		}
		if failed >= attempts {
			return "", hint.New(fmt.Errorf("fetch %s: %w", Redact(ref), err), "run it again: what has come so far is kept, and it goes on from there if the content is the same")
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(failed) * 200 * time.Millisecond):
		}
	}
}

// A brokenOff is a download that can be tried again.
type brokenOff struct{ error }

func (b *brokenOff) Unwrap() error { return b.error }

// Long: one answer has several meanings, and each step needs what the one before left.
func (j *job) fetchOnce(ctx context.Context, dir, ref string, r remote) (string, error) {
	var known partial
	if text, err := os.ReadFile(filepath.Join(dir, "part.json")); err != nil || json.Unmarshal(text, &known) != nil || known.Ref != ref || known.ETag == "" {
		known = partial{}
	}
	part := filepath.Join(dir, "part")
	from := size(part)
	if known.ETag == "" {
		from = 0
	}
	a, err := r(ctx, from, known.ETag)
	if err != nil {
		return "", err
	}
	whole := filepath.Join(dir, filepath.Base("x/"+a.name))
	if a.same {
		if whole = filepath.Join(dir, known.Name); size(part) == known.Size {
			os.Remove(whole) // of an earlier load that failed behind the download
			return whole, os.Link(part, whole)
		}
		return "", errors.New("the server sent nothing new for a download that is not whole")
	}
	defer a.body.Close()
	if a.from != from {
		from = 0
	}
	known = partial{ref, a.etag, filepath.Base(whole), a.size}
	text, err := json.Marshal(known)
	if err != nil {
		return "", err
	}
	f, err := os.OpenFile(part, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if err := errors.Join(f.Truncate(from), os.WriteFile(filepath.Join(dir, "part.json"), text, 0o600)); err != nil {
		return "", err
	}
	if _, err := f.Seek(from, io.SeekStart); err != nil {
		return "", err
	}
	n, err := io.Copy(f, &told{ctx: ctx, r: a.body, n: from, tell: func(n int64) {
		j.progress(Progress{Phase: "download", Done: n, Total: max(0, a.size), Unit: "bytes"})
	}})
	if err == nil && a.size >= 0 && from+n != a.size {
		err = fmt.Errorf("%d of %d bytes came", from+n, a.size)
	}
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	if err != nil {
		return "", &brokenOff{err}
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	os.Remove(whole) // of an earlier load that failed behind the download
	return whole, os.Link(part, whole)
}

// downloads is the folder of what is fetched from ref, which is in use by this
// process alone until unlock is called.
func (j *job) downloads(ref string) (dir string, unlock func(), err error) {
	root := j.Dir
	if root == "" {
		if root, err = os.UserCacheDir(); err != nil {
			return "", nil, err
		}
		root = filepath.Join(root, "cellar", "sources")
	}
	sum := sha256.Sum256([]byte(ref))
	dir = filepath.Join(root, hex.EncodeToString(sum[:8]))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", nil, err
	}
	lock, err := os.OpenFile(dir+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close() // another process fetches the same: this one does so by itself
		return j.temp, func() {}, nil
	}
	return dir, func() { lock.Close() }, nil
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// told says how much was read.
type told struct {
	ctx  context.Context
	r    io.Reader
	n    int64
	tell func(int64)
}

func (t *told) Read(p []byte) (int, error) {
	if t.ctx.Err() != nil {
		return 0, context.Cause(t.ctx)
	}
	n, err := t.r.Read(p)
	t.n += int64(n)
	t.tell(t.n)
	return n, err
}
