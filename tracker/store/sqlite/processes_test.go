package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/internal/killtest"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
)

// The test binary runs itself as the other processes: CHILD_STORE is the store
// and CHILD_RUN the run to log to, "" for one of its own until killed.
func TestMain(m *testing.M) {
	killtest.Main(m, "CHILD_STORE", func(path string) error {
		to, what := os.Getenv("CHILD_BACKUP"), os.Getenv("CHILD_MOUNTED")
		switch {
		case what != "":
			return mounted(what, path)
		case os.Getenv("CHILD_UPGRADE") != "":
			return upgrade(path)
		case to != "":
			return backUp(path, to)
		}
		return logger(path, os.Getenv("CHILD_RUN"))
	})
}

const perProcess = 200

// logger opens the store, logs, and writes a line for each call that returned.
func logger(path, run string) error {
	ctx := context.Background()
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	forever := run == ""
	if forever {
		r, err := s.CreateRun(ctx, tracker.Run{Source: tracker.Capture(".")})
		if err != nil {
			return err
		}
		run = r.ID
		fmt.Println(run)
	}
	for i := 0; forever || i < perProcess; i++ {
		if err := s.Log(ctx, run, tracker.Point{Metric: "m", Step: int64(i), Value: float64(i)}, tracker.Point{Metric: strconv.Itoa(os.Getpid()), Step: int64(i)}); err != nil {
			return err
		}
		fmt.Println(i)
	}
	return s.Close()
}

// backUp makes a backup, slowly, and writes how many blobs are done.
func backUp(path, to string) error {
	s, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		return err
	}
	n := 0
	_, err = s.Backup(context.Background(), to, func(int64, int64) {
		n++
		fmt.Println(n)
		time.Sleep(10 * time.Millisecond)
	})
	return err
}

func start(t *testing.T, path, run string) (*exec.Cmd, io.Reader) {
	t.Helper()
	return startAs(t, "CHILD=1", path, run)
}

func startAs(t *testing.T, what, path, run string) (*exec.Cmd, io.Reader) {
	t.Helper()
	return killtest.Start(t, what, "CHILD_STORE="+path, "CHILD_RUN="+run)
}

func TestKillLosesNothingAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cellar.db")
	cmd, out := start(t, path, "")
	lines := bufio.NewScanner(out)
	lines.Scan()
	run, acknowledged := lines.Text(), 0
	for lines.Scan() {
		if acknowledged++; acknowledged == 2000 {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	cmd.Wait()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	pts, err := s.Points(t.Context(), run, "m")
	if err != nil {
		t.Fatal(err)
	}
	if len(pts) < acknowledged || acknowledged < 2000 {
		t.Errorf("killed after %d acknowledged points, the store has %d", acknowledged, len(pts))
	}
	for i, p := range pts {
		if p.Step != int64(i) || p.Value != float64(i) {
			t.Fatalf("point %d is %+v", i, p)
		}
	}
	dead, err := tracker.Reap(t.Context(), s, tracker.Alive)
	if err != nil || len(dead) != 1 || dead[0].ID != run {
		t.Fatalf("Reap = %v, %v; want the killed run", dead, err)
	}
	got, err := s.Run(t.Context(), run)
	if err != nil || got.Status != tracker.Killed || got.Reason == "" {
		t.Errorf("the killed run is %s, %q, %v", got.Status, got.Reason, err)
	}
}

const processes = 6

// All of them find no store and make it: one wins, the others wait.
func TestManyMakeTheStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "cellar.db")
	var wg sync.WaitGroup
	for range processes {
		wg.Go(func() {
			s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
			if err == nil {
				err = s.Close()
			}
			if err != nil {
				t.Errorf("Open = %v", err)
			}
		})
	}
	cmd, _ := start(t, path, "nobody")
	err := cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Errorf("logging to an unknown run ended with %v, want exit status 1", err)
	}
	wg.Wait()
}

func TestManyLogToOneRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cellar.db")
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r, err := s.CreateRun(t.Context(), tracker.Run{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var cmds []*exec.Cmd
	for range processes {
		cmd, out := start(t, path, r.ID)
		wg.Go(func() { io.Copy(io.Discard, out) })
		cmds = append(cmds, cmd)
	}
	wg.Wait()
	for _, cmd := range cmds {
		if err := cmd.Wait(); err != nil {
			t.Errorf("child %d: %v", cmd.Process.Pid, err)
		}
	}
	pts, err := s.Points(t.Context(), r.ID, "m")
	if err != nil || len(pts) != processes*perProcess {
		t.Errorf("%d points of all processes, %v; want %d", len(pts), err, processes*perProcess)
	}
	own, err := s.Points(t.Context(), r.ID, strconv.Itoa(cmds[0].Process.Pid))
	if err != nil || len(own) != perProcess {
		t.Errorf("%d points of one process, %v; want %d", len(own), err, perProcess)
	}
}
