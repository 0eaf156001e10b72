package dataset_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/profile"
	"github.com/cellar-ml/cellar/internal/hint"
)

func TestSplit(t *testing.T) {
	table, err := dataset.Read(t.Context(), penguins, dataset.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		options dataset.SplitOptions
		want    int64
	}{
		{dataset.SplitOptions{}, 275},
		{dataset.SplitOptions{Fraction: 0.5, Seed: 3}, 172},
		{dataset.SplitOptions{Fraction: 0.7, Seed: 1, Stratify: "species"}, 241},
		{dataset.SplitOptions{Fraction: 0.7, Seed: 1, Stratify: "sex"}, 241}, // with missing values
	} {
		train, rest, err := dataset.Split(table, c.options)
		if err != nil {
			t.Fatal(err)
		}
		if train.NumRows() != c.want || train.NumRows()+rest.NumRows() != table.NumRows() {
			t.Errorf("Split(%+v) = %d and %d rows, want %d first", c.options, train.NumRows(), rest.NumRows(), c.want)
		}
		all := append(dump(train)[1:], dump(rest)[1:]...)
		want := dump(table)[1:]
		slices.Sort(all)
		slices.Sort(want)
		if diff := cmp.Diff(want, all); diff != "" {
			t.Errorf("Split(%+v) lost or doubled rows (-want +got):\n%s", c.options, diff)
		}
		again, _, err := dataset.Split(table, c.options)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(dump(train), dump(again)); diff != "" {
			t.Errorf("Split(%+v) twice differs:\n%s", c.options, diff)
		}
		c.options.Seed += 17
		other, _, err := dataset.Split(table, c.options)
		if err != nil {
			t.Fatal(err)
		}
		if cmp.Equal(dump(train), dump(other)) {
			t.Errorf("Split(%+v) does not depend on the seed", c.options)
		}
	}
}

func TestSplitStratified(t *testing.T) {
	table, err := dataset.Read(t.Context(), penguins, dataset.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	train, rest, err := dataset.Split(table, dataset.SplitOptions{Fraction: 0.75, Stratify: "species"})
	if err != nil {
		t.Fatal(err)
	}
	// 152, 124 and 68 of 344 rows; three quarters are 114, 93 and 51.
	want := []profile.Count{{Value: "Adelie", Count: 114}, {Value: "Gentoo", Count: 93}, {Value: "Chinstrap", Count: 51}}
	r, err := profile.Of(t.Context(), train, profile.Options{Brief: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, r.Columns[0].Top); diff != "" {
		t.Errorf("species of the first part mismatch (-want +got):\n%s", diff)
	}
	if n := rest.NumRows(); n != 86 {
		t.Errorf("the rest has %d rows, want 86", n)
	}
	small, err := dataset.Read(t.Context(), write(t, "t.csv", "y,x\na,1\na,2\na,3\na,4\na,5\na,6\na,7\na,8\nb,9\nb,10\n"), dataset.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	first, second, err := dataset.Split(small, dataset.SplitOptions{Fraction: 0.9, Stratify: "y"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(dump(first), " "), "b|") || !strings.Contains(strings.Join(dump(second), " "), "b|") {
		t.Errorf("value b of two rows is not in both parts: %v, %v", dump(first), dump(second))
	}
}

func TestSplitErrors(t *testing.T) {
	table, err := dataset.Read(t.Context(), penguins, dataset.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := dataset.Split(table, dataset.SplitOptions{Fraction: 1.5}); err == nil || hint.Of(err) == "" {
		t.Errorf("Split(fraction 1.5) = %v, want an error with a hint", err)
	}
	if _, _, err := dataset.Split(table, dataset.SplitOptions{Stratify: "specie"}); err == nil || !strings.Contains(hint.Of(err), "species") {
		t.Errorf("Split(stratify specie) = %v (hint %q), want a hint at species", err, hint.Of(err))
	}
	if _, err := dataset.Take(table, []int{344}); err == nil {
		t.Error("Take(row 344 of 344) = nil, want an error")
	}
}
