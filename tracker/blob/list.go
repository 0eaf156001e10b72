package blob

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/cellar-ml/cellar/tracker"
)

// leftover is what the files begin with that a Put writes to.
const leftover = "put-"

// lockFile is held shared by a Put while it gives a blob its name and by who
// copies blobs, and alone by who removes one.
const lockFile = "lock"

// lock waits for the lock of the folder, shared (LOCK_SH) or alone (LOCK_EX).
func (f Folder) lock(how int) (func(), error) {
	file, err := os.OpenFile(filepath.Join(f.Dir, lockFile), os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return nil, err
	}
	for {
		if err = syscall.Flock(int(file.Fd()), how); err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return func() { file.Close() }, nil
}

// Hold keeps every blob that is there until the returned function is called: no
// process removes one. Puts go on. Of a folder that cannot be written nobody does.
func (f Folder) Hold() (func(), error) {
	err := os.MkdirAll(f.Dir, 0o777)
	unlock := func() {}
	if err == nil {
		unlock, err = f.lock(syscall.LOCK_SH)
	}
	if errors.Is(err, syscall.EROFS) || errors.Is(err, fs.ErrPermission) {
		return func() {}, nil
	}
	if err != nil {
		return nil, f.fail("hold blobs", err)
	}
	return unlock, nil
}

// List calls f with every blob and leftover, in the order of their digests. Other
// files in the folder are not told of. A folder that is not there has none.
func (f Folder) List(ctx context.Context, tell func(tracker.BlobInfo) error) error {
	err := filepath.WalkDir(f.Dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // nothing was put yet, or it was removed meanwhile
		}
		if err != nil || d.IsDir() {
			return err
		}
		b, ok := f.name(path)
		if !ok {
			return nil
		}
		st, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		b.Size, b.Put = st.Size(), st.ModTime()
		return tell(b)
	})
	if err != nil {
		return f.fail("list blobs", err)
	}
	return nil
}

// name is what the file at path is, without its size and time.
func (f Folder) name(path string) (tracker.BlobInfo, bool) {
	rel, err := filepath.Rel(f.Dir, path)
	if err != nil {
		return tracker.BlobInfo{}, false
	}
	if !strings.Contains(rel, string(filepath.Separator)) {
		return tracker.BlobInfo{Leftover: rel}, strings.HasPrefix(rel, leftover)
	}
	d := tracker.Digest("sha256:" + strings.ReplaceAll(rel, string(filepath.Separator), ""))
	_, ok := d.Hex()
	return tracker.BlobInfo{Digest: d}, ok && f.path(d) == path
}

// Remove removes a blob or leftover that List told of, unless it was put again
// since. The lock makes the look and the removal one against every Put.
func (f Folder) Remove(_ context.Context, b tracker.BlobInfo) (bool, error) {
	unlock, err := f.lock(syscall.LOCK_EX)
	if err != nil {
		return false, f.fail("remove blob", err)
	}
	defer unlock()
	path := filepath.Join(f.Dir, filepath.Base(b.Leftover))
	if b.Digest != "" {
		path = f.path(b.Digest)
	}
	st, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !st.ModTime().Equal(b.Put) {
		return false, nil
	}
	if err == nil {
		err = os.Remove(path)
	}
	if err != nil {
		return false, f.fail("remove blob "+string(b.Digest)+b.Leftover, err)
	}
	_ = os.Remove(filepath.Dir(path)) // refused, as it should be, while it holds another
	return true, nil
}
