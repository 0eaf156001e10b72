package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"

	"github.com/cellar-ml/cellar/tracker"
)

// transform says what a training makes of its data's rows: how many it learns
// from and how many it holds out, and by which recipe they are prepared.
// docs/format/store.md has the parameters.
func (f *fit) transform() *tracker.Transform {
	t := &tracker.Transform{
		Step: "train", RowsIn: f.all, RowsOut: int64(f.result.TrainRows),
		Params: map[string]string{"validation_rows": strconv.Itoa(f.result.ValidRows), "seed": strconv.FormatInt(f.spec.Seed, 10)},
	}
	if f.spec.Validation > 0 {
		t.Params["validation"] = strconv.FormatFloat(f.spec.Validation, 'g', -1, 64)
	}
	if f.recipe != nil {
		t.Params["split_rows"] = strconv.Itoa(f.recipe.Steps[0].RowsIn)
		t.Params["recipe"], t.Params["recipe_hash"] = f.spec.Recipe.String(), recipeHash(f.spec)
		t.Columns = f.recipe.Columns
	}
	return t
}

// recipeHash stands for the steps and the source of the Go functions that they
// call.
func recipeHash(s Spec) string {
	text, err := json.Marshal(s.Recipe)
	if err != nil {
		panic("engine: a Recipe is not JSON: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}
