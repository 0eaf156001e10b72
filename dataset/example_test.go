package dataset_test

import (
	"context"
	"fmt"

	"github.com/cellar-ml/cellar/dataset"
)

func ExampleSplit() {
	t, err := dataset.Read(context.Background(), "../notebooks/data/penguins.csv", dataset.ReadOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	train, test, err := dataset.Split(t, dataset.SplitOptions{Fraction: 0.75, Seed: 1, Stratify: "species"})
	fmt.Println(train.NumRows(), test.NumRows(), err)
	// Output: 258 86 <nil>
}
