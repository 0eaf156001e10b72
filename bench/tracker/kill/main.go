// Command kill logs at full speed from a child process, kills it with SIGKILL at a
// random moment, reopens the store and counts what it has of the points that were
// acknowledged; ten times over. It fails if any is lost, changed or there twice.
//
// usage: go run ./bench/tracker/kill [-rounds 10]
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store"
)

const childCommand = "log-until-killed"

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	if len(os.Args) == 3 && os.Args[1] == childCommand {
		log.Fatal("kill: ", child(ctx, os.Args[2]))
	}
	rounds := flag.Int("rounds", 10, "how often a child is killed")
	flag.Parse()
	dir, err := os.MkdirTemp("", "cellar-kill-")
	if err != nil {
		log.Fatal("kill: ", err)
	}
	lost, err := all(ctx, dir, *rounds)
	os.RemoveAll(dir)
	if err != nil {
		log.Fatal("kill: ", err)
	}
	if lost > 0 {
		log.Fatalf("kill: %d acknowledged points are lost", lost)
	}
}

func all(ctx context.Context, dir string, rounds int) (lost int, err error) {
	fmt.Println("round  alive       acknowledged       found  lost")
	for i := range rounds {
		alive := time.Duration(rand.Int64N(int64(2 * time.Second)))
		acknowledged, found, n, err := round(ctx, filepath.Join(dir, "cellar.db"), alive)
		if err != nil {
			return lost, err
		}
		fmt.Printf("%5d  %-10s  %12d  %10d  %4d\n", i+1, alive.Round(time.Millisecond), acknowledged, found, n)
		lost += n
	}
	return lost, nil
}

// child logs for ever, single points and batches, and writes how many points it has
// logged for each call that has returned.
func child(ctx context.Context, path string) error {
	s, err := store.Open(ctx, "sqlite://"+path)
	if err != nil {
		return err
	}
	r, err := s.CreateRun(ctx, tracker.Run{Source: tracker.Capture(".")})
	if err != nil {
		return err
	}
	fmt.Println(r.ID)
	n := 0
	for {
		size := 1
		if rand.IntN(100) == 0 {
			size = 1 + rand.IntN(3000)
		}
		pts := make([]tracker.Point, size)
		for i := range pts {
			pts[i] = tracker.Point{Metric: "loss", Step: int64(n + i), Value: value(n + i)}
		}
		if err := s.Log(ctx, r.ID, pts...); err != nil {
			return err
		}
		n += size
		if _, err := os.Stdout.WriteString(strconv.Itoa(n) + "\n"); err != nil {
			return err
		}
	}
}

func value(i int) float64 { return 1 / float64(i+1) }

// round kills a child after some time and reads what it left.
func round(ctx context.Context, path string, alive time.Duration) (acknowledged, found, lost int, err error) {
	cmd := exec.CommandContext(ctx, os.Args[0], childCommand, path)
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return 0, 0, 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, 0, 0, err
	}
	lines := bufio.NewScanner(pipe)
	lines.Scan()
	run := lines.Text()
	timer := time.AfterFunc(alive, func() { cmd.Process.Kill() })
	defer timer.Stop()
	for lines.Scan() {
		if n, err := strconv.Atoi(lines.Text()); err == nil { // the last line may be cut
			acknowledged = max(acknowledged, n)
		}
	}
	if err := cmd.Wait(); err == nil || run == "" {
		return 0, 0, 0, fmt.Errorf("the child ended by itself: %v", err)
	}
	s, err := store.Open(ctx, "sqlite://"+path)
	if err != nil {
		return 0, 0, 0, err
	}
	defer s.Close()
	pts, err := s.Points(ctx, run, "loss")
	if err != nil {
		return 0, 0, 0, err
	}
	r, err := s.Run(ctx, run)
	if err == nil && r.Status != tracker.Killed {
		err = fmt.Errorf("the run of a killed process is %s", r.Status)
	}
	lost = max(0, acknowledged-len(pts))
	for i, p := range pts {
		if p.Step != int64(i) || p.Value != value(i) {
			lost++
		}
	}
	return acknowledged, len(pts), lost, err
}
