// Package storetest is the contract of tracker.Store as tests: every backend
// passes Run. It knows no backend.
package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// Epoch is what the clock of a store under test shows first.
var Epoch = time.Date(2026, 3, 4, 5, 6, 7, 123456789, time.UTC)

// Clock returns a clock that starts at Epoch and moves one second at each
// look. It is safe for concurrent use.
func Clock() func() time.Time {
	var mu sync.Mutex
	t := Epoch.Add(-time.Second)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		t = t.Add(time.Second)
		return t
	}
}

// Rand is a source of randomness that counts up, for ids that differ and are
// the same each time.
type Rand struct {
	mu sync.Mutex
	n  uint64
}

// Read fills p with bytes that no two calls share.
func (r *Rand) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n++
	x := r.n * 0x9e3779b97f4a7c15
	for i := range p {
		x ^= x >> 29
		x *= 0xbf58476d1ce4e5b9
		p[i] = byte(x >> 32)
	}
	return len(p), nil
}

// A test is one clause of the contract, on a store of its own.
type test struct {
	name string
	run  func(t *testing.T, s tracker.Store)
}

// Run holds the stores that open makes, each new and empty with Clock and Rand,
// against the contract. It closes them.
func Run(t *testing.T, open func(t *testing.T) tracker.Store) {
	for _, table := range [][]test{runTests, refTests, logTests, curveTests, fieldTests, versionTests, searchTests, originTests, blobTests, concurrencyTests} {
		for _, tt := range table {
			t.Run(tt.name, func(t *testing.T) {
				s := open(t)
				t.Cleanup(func() {
					if err := s.Close(); err != nil {
						t.Errorf("Close() = %v", err)
					}
				})
				tt.run(t, s)
			})
		}
	}
}
