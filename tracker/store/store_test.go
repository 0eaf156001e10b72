package store_test

import (
	"testing"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store"
	"github.com/cellar-ml/cellar/tracker/store/mem"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
	"github.com/cellar-ml/cellar/tracker/storetest"
)

// opened makes, for each scheme of the table, a new and empty store with the
// contract's clock and randomness.
var opened = map[string]func(t *testing.T) tracker.Store{
	"mem": func(*testing.T) tracker.Store {
		return mem.New(mem.Options{Now: storetest.Clock(), Rand: &storetest.Rand{}})
	},
	"sqlite": func(t *testing.T) tracker.Store {
		s, err := sqlite.Open(t.Context(), t.TempDir()+"/a b?c#d%/cellar.db", sqlite.Options{Now: storetest.Clock(), Rand: &storetest.Rand{}})
		if err != nil {
			t.Fatal(err)
		}
		return s
	},
}

func TestContract(t *testing.T) {
	for _, b := range store.Backends() {
		t.Run(b.Scheme, func(t *testing.T) {
			open, ok := opened[b.Scheme]
			if !ok {
				t.Fatalf("backend %s is in the table and not in this test", b.Scheme)
			}
			storetest.Run(t, open)
		})
	}
}
