package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
)

// What a child does with a small file system of its own at dir.
var mounts = map[string]func(ctx context.Context, dir string) error{"full": onFullDisk, "full upgrade": upgradeOnFullDisk, "read-only": onReadOnly}

// Disks that are really full and really read-only: each child has a name space of
// its own, in which it may mount. Where the system gives none the test is skipped.
func TestMounted(t *testing.T) {
	for what := range mounts {
		t.Run(what, func(t *testing.T) {
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), self)
			cmd.Env = append(os.Environ(), "CHILD_MOUNTED="+what, "CHILD_STORE="+t.TempDir())
			cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
				UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}}
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			err = cmd.Run()
			if err != nil && (cmd.Process == nil || strings.Contains(out.String(), "mount: ")) {
				t.Skipf("this system lets no test mount a file system: %v %s", err, out.String())
			}
			if err != nil {
				t.Errorf("%v: %s", err, out.String())
			}
		})
	}
}

func mounted(what, dir string) error {
	if err := syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=6m"); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	return mounts[what](context.Background(), dir)
}

// want is an error unless err is what a store says of a disk that takes nothing.
func want(call string, err error, advice string) error {
	if !errors.Is(err, tracker.ErrUnwritable) && !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EROFS) || !strings.Contains(hint.Of(err), advice) {
		return fmt.Errorf("%s = %w (hint: %s), want a hint with %q", call, err, hint.Of(err), advice)
	}
	return nil
}

// noise are points that do not pack well.
func noise(from int) []tracker.Point {
	pts := make([]tracker.Point, 40)
	for i := range pts {
		pts[i] = tracker.Point{Metric: "m", Step: int64(from + i), Value: rand.Float64()}
	}
	return pts
}

// count is an error unless the store is whole with so many points.
func count(ctx context.Context, s *sqlite.Store, run string, n int) error {
	pts, err := s.Points(ctx, run, "m")
	if err != nil || len(pts) != n {
		return fmt.Errorf("there are %d points, %w; %d were acknowledged", len(pts), err, n)
	}
	for i, p := range pts {
		if p.Step != int64(i) {
			return fmt.Errorf("point %d is %+v", i, p)
		}
	}
	found, err := s.Check(ctx, nil)
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("Check = %+v", found)
	}
	return err
}

// Long: one disk, full, then with room again.
func onFullDisk(ctx context.Context, dir string) error {
	path, ballast := filepath.Join(dir, "cellar.db"), filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 2<<20), 0o666); err != nil {
		return err
	}
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	r, err := s.CreateRun(ctx, tracker.Run{})
	if err != nil {
		return err
	}
	acknowledged := 0
	for {
		if err = s.Log(ctx, r.ID, noise(acknowledged)...); err != nil {
			break
		}
		acknowledged += 40
	}
	if err := want("Log on a full disk", err, "full"); err != nil {
		return err
	}
	_, _, err = s.Blobs().Put(ctx, bytes.NewReader(make([]byte, 4<<20)))
	if err := want("Put on a full disk", err, "full"); err != nil {
		return err
	}
	err = s.Blobs().List(ctx, func(b tracker.BlobInfo) error { return fmt.Errorf("a Put that failed left %+v", b) })
	if err != nil {
		return err
	}
	_, err = s.CreateRun(ctx, tracker.Run{Tags: map[string]string{"long": strings.Repeat("x", 4<<20)}})
	if err := want("CreateRun on a full disk", err, "full"); err != nil {
		return err
	}
	pts, err := s.Points(ctx, r.ID, "m")
	if err == nil { // what came last may wait in the journal
		err = count(ctx, s, r.ID, min(len(pts), acknowledged))
	}
	if err != nil {
		return fmt.Errorf("on a full disk: %w", err)
	}
	if err := os.Remove(ballast); err != nil {
		return err
	}
	if err := s.Log(ctx, r.ID, noise(acknowledged)...); err != nil {
		return fmt.Errorf("Log with room again = %w", err)
	}
	acknowledged += 40
	if err := errors.Join(s.FinishRun(ctx, r.ID, tracker.Finished, ""), s.Close()); err != nil {
		return err
	}
	if s, err = sqlite.Open(ctx, path, sqlite.Options{}); err != nil {
		return err
	}
	return errors.Join(count(ctx, s, r.ID, acknowledged), s.Close())
}

func upgradeOnFullDisk(ctx context.Context, dir string) error {
	path, ballast := filepath.Join(dir, "cellar.db"), filepath.Join(dir, "ballast")
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	r, err := s.CreateRun(ctx, tracker.Run{})
	if err == nil {
		err = errors.Join(s.Log(ctx, r.ID, noise(0)...), s.Close())
	}
	if err != nil {
		return err
	}
	for _, room := range []int{0, 100 << 10, 400 << 10, 800 << 10} { // for the copy, for the step, at last for both
		if err := fill(ballast, room); err != nil {
			return err
		}
		n, err := sqlite.Upgrade(ctx, path, "CREATE TABLE more (x); INSERT INTO more VALUES (zeroblob(2000000))")
		if err == nil || !strings.Contains(err.Error(), "full") {
			return fmt.Errorf("upgrade with %d bytes of room = %w", room, err)
		}
		if v, err := sqlite.Version(path, n); v != n-1 || err != nil {
			return fmt.Errorf("after an upgrade that failed the version is %d, %w", v, err)
		}
		if err := os.Remove(ballast); err != nil {
			return err
		}
		if s, err = sqlite.Open(ctx, path, sqlite.Options{}); err != nil {
			return fmt.Errorf("open after an upgrade that failed: %w", err)
		}
		if err := errors.Join(count(ctx, s, r.ID, 40), s.Close()); err != nil {
			return err
		}
	}
	if _, err := sqlite.Upgrade(ctx, path, "CREATE TABLE more (x); INSERT INTO more VALUES (zeroblob(1000000))"); err != nil {
		return fmt.Errorf("upgrade with room again: %w", err)
	}
	return nil
}

// fill makes a file so long that this many bytes of the file system are free.
func fill(path string, room int) error {
	var st syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &st); err != nil {
		return err
	}
	return os.WriteFile(path, make([]byte, max(0, int64(st.Bfree)*st.Bsize-int64(room))), 0o666)
}

func onReadOnly(ctx context.Context, dir string) error {
	closed, left := filepath.Join(dir, "closed", "cellar.db"), filepath.Join(dir, "left", "cellar.db")
	runs := map[string]string{}
	for _, path := range []string{closed, left} {
		s, err := sqlite.Open(ctx, path, sqlite.Options{})
		if err != nil {
			return err
		}
		r, err := s.CreateRun(ctx, tracker.Run{})
		if err == nil {
			err = s.Log(ctx, r.ID, noise(0)...)
		}
		if err == nil && path == closed {
			err = s.Close() // the other has its log beside it, as after a kill
		}
		if err != nil {
			return err
		}
		runs[path] = r.ID
	}
	// A kill, to the files: the copy has nobody who holds it.
	killed := filepath.Join(dir, "killed", "cellar.db")
	if err := copyStore(left, killed); err != nil {
		return err
	}
	runs[killed] = runs[left]
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, "size=6m"); err != nil {
		if err = syscall.Mount(dir, dir, "", syscall.MS_BIND, ""); err == nil {
			err = syscall.Mount("none", dir, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, "")
		}
		if err != nil {
			return fmt.Errorf("mount: read-only: %w", err)
		}
	}
	if _, err := sqlite.Open(ctx, killed, sqlite.Options{}); err == nil || !strings.Contains(hint.Of(err), "copy") {
		return fmt.Errorf("open a read-only store with a log = %w (hint: %s)", err, hint.Of(err))
	}
	return errors.Join(fromCopy(ctx, killed, runs[killed]), readsOnly(ctx, closed, runs[closed]))
}

// fromCopy opens a copy of a store with its log, as the hint says.
func fromCopy(ctx context.Context, path, run string) error {
	copied, err := os.MkdirTemp("", "cellar-copied-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(copied)
	if err := copyStore(path, filepath.Join(copied, "cellar.db")); err != nil {
		return err
	}
	s, err := sqlite.Open(ctx, filepath.Join(copied, "cellar.db"), sqlite.Options{})
	if err != nil {
		return err
	}
	return errors.Join(count(ctx, s, run, 40), s.Close())
}

// readsOnly reads and backs up a store that cannot be written.
func readsOnly(ctx context.Context, path, run string) error {
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return fmt.Errorf("open %s: %w (hint: %s)", path, err, hint.Of(err))
	}
	if err := count(ctx, s, run, 40); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := want("Log to a read-only store", s.Log(ctx, run, noise(40)...), "writable"); err != nil {
		return err
	}
	if _, _, err = s.Blobs().Put(ctx, strings.NewReader("x")); err == nil {
		return errors.New("Put to a read-only store = nil")
	}
	to, err := os.MkdirTemp("", "cellar-backup-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(to)
	if _, err := s.Backup(ctx, to, nil); err != nil {
		return fmt.Errorf("back up %s, which is read-only: %w", path, err)
	}
	return s.Close()
}

// copyStore copies the files of the store at from, blobs aside, to another folder.
func copyStore(from, to string) error {
	dir := sqlite.JournalDir(to)
	err := errors.Join(os.MkdirAll(dir, 0o777), copyFile(from, to), copyFile(from+"-wal", to+"-wal"))
	files, list := os.ReadDir(sqlite.JournalDir(from))
	if err = errors.Join(err, list); err == nil && len(files) == 0 {
		err = errors.New("the store has nothing in its journal: the test shows little")
	}
	for _, f := range files {
		err = errors.Join(err, copyFile(filepath.Join(sqlite.JournalDir(from), f.Name()), filepath.Join(dir, f.Name())))
	}
	return err
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o666)
}
