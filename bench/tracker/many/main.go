// Command many logs into one sqlite store from many processes at once, then reads
// the store and counts what it has of the points that were acknowledged. With
// -kill one of the processes gets SIGKILL at every interval and another takes its
// place. It fails if a point is lost or there twice, or if a call returned an error
// ("database is locked" is the one it looks for).
//
// usage: go run ./bench/tracker/many [-for 60s] [-processes 16] [-kill 1s]
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"
)

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	if len(os.Args) == 5 && os.Args[1] == childCommand {
		if err := child(ctx, os.Args[2], os.Args[3], os.Args[4]); err != nil {
			log.Fatal("many: ", err)
		}
		return
	}
	var o options
	flag.DurationVar(&o.length, "for", time.Minute, "how long to log")
	flag.IntVar(&o.processes, "processes", 16, "how many processes log at once")
	flag.DurationVar(&o.kill, "kill", 0, "kill a process so often; 0: none")
	flag.Parse()
	dir, err := os.MkdirTemp("", "cellar-many-")
	if err != nil {
		log.Fatal("many: ", err)
	}
	before := load()
	r, err := many(ctx, filepath.Join(dir, "cellar.db"), o)
	os.RemoveAll(dir)
	if err != nil {
		log.Fatal("many: ", err)
	}
	fmt.Printf("%d processes, %s, load before %s after %s\n%s\n", o.processes, o.length, before, load(), r)
	if err := r.err(); err != nil {
		log.Fatal("many: ", err)
	}
}

// load is the machine's load of the last minute.
func load() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	var first string
	fmt.Sscan(string(data), &first)
	return first
}
