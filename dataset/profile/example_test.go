package profile_test

import (
	"context"
	"fmt"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/profile"
)

func ExampleOf() {
	ctx := context.Background()
	t, err := dataset.Read(ctx, "../../notebooks/data/penguins.csv", dataset.ReadOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := profile.Of(ctx, t, profile.Options{Target: "species"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range r.Columns[:3] {
		fmt.Println(c.Name, c.Type, c.Missing, c.Distinct)
	}
	fmt.Printf("%s alone: %.2f\n", r.Target.Relations[0].Column, r.Target.Relations[0].Alone)
	// Output:
	// species string 0 3
	// island string 0 3
	// bill_length_mm float64 2 164
	// flipper_length_mm alone: 0.58
}
