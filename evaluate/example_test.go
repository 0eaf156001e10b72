package evaluate_test

import (
	"fmt"

	"github.com/cellar-ml/cellar/evaluate"
)

func ExampleF1() {
	truth, guess := []int{0, 1, 1, 2}, []int{0, 1, 2, 2}
	fmt.Printf("%.3f %.3f\n", evaluate.F1(truth, guess, 3, evaluate.Macro), evaluate.F1(truth, guess, 3, evaluate.Micro))
	// Output: 0.778 0.750
}

func ExampleAUC() {
	fmt.Println(evaluate.AUC([]int{0, 0, 1, 1}, []float64{0.1, 0.4, 0.4, 0.8}))
	// Output: 0.875
}
