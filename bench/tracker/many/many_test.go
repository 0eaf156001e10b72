package main

import (
	"context"
	"log"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 5 && os.Args[1] == childCommand {
		if err := child(context.Background(), os.Args[2], os.Args[3], os.Args[4]); err != nil {
			log.Fatal(err)
		}
		return
	}
	os.Exit(m.Run())
}

// The short form of the benchmark: nothing is lost, twice or refused.
func TestMany(t *testing.T) {
	for name, kill := range map[string]time.Duration{"living": 0, "killed": 300 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			r, err := many(t.Context(), filepath.Join(t.TempDir(), "cellar.db"), options{length: 3 * time.Second, processes: 6, kill: kill})
			if err == nil {
				err = r.err()
			}
			if err != nil {
				t.Errorf("%v\n%s", err, r)
			}
		})
	}
}
