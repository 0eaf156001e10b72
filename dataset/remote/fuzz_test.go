package remote_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/cellar-ml/cellar/dataset"
)

// FuzzRecord holds that a record, whatever stands in it, is refused or makes a
// version of the name and number that were asked for, which can be read.
func FuzzRecord(f *testing.F) {
	f.Add(`{"cellar":"dataset version","format":1,"name":"wine","version":1,"digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000"}`)
	f.Add(`{"cellar":"dataset version","format":1,"name":"../x","version":1}`)
	f.Add(`{"cellar":"dataset version","format":2}`)
	f.Add(``)
	f.Fuzz(func(t *testing.T, text string) {
		dest, s := t.TempDir(), openStore(t)
		path := filepath.Join(dest, "datasets", "wine", "v1.json")
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		report, err := pull(t, s, "wine", dest, "")
		all, listed := s.Datasets(t.Context())
		if listed != nil {
			t.Fatal(listed)
		}
		for _, v := range all {
			if v.Ref() != "wine@v1" || v.Dropped.IsZero() {
				t.Errorf("Pull = %+v, %v, registered %s", report, err, v.Ref())
			}
			if _, _, err := dataset.Open(t.Context(), s, v.Ref()); err == nil {
				t.Errorf("Open(%s) without content", v.Ref())
			}
		}
	})
}
