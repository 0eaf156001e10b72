package nearest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/internal/nearest"
)

func TestOf(t *testing.T) {
	words := []string{"train", "runs", "compare", "dataset", "explain", "species"}
	for _, c := range []struct {
		word string
		max  int
		want []string
	}{
		{"trian", 3, []string{"train"}},
		{"Dataset", 3, []string{"dataset"}},
		{"specie", 3, []string{"species"}},
		{"comp", 3, []string{"compare"}},
		{"zzz", 3, nil},
		{"runs", 0, nil},
		{"", 3, nil},
	} {
		if diff := cmp.Diff(c.want, nearest.Of(c.word, words, c.max)); diff != "" {
			t.Errorf("Of(%q, words, %d) mismatch (-want +got):\n%s", c.word, c.max, diff)
		}
	}
}
