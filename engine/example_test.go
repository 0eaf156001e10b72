package engine_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/engine"
)

func ExampleFit() {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "x", Type: arrow.PrimitiveTypes.Float64},
		{Name: "y", Type: arrow.PrimitiveTypes.Float64},
	}, nil)
	var rows []string
	for i := range 50 {
		rows = append(rows, fmt.Sprintf(`{"x": %d, "y": %d}`, i, 3*i-7))
	}
	record, _, err := array.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader("["+strings.Join(rows, ",")+"]"))
	if err != nil {
		panic(err)
	}
	t := array.NewTableFromRecords(schema, []arrow.Record{record})

	result, err := engine.Fit(context.Background(), t, engine.Spec{Family: "linear", Target: "y"}, nil)
	if err != nil {
		panic(err)
	}
	answers, err := result.Model.Predict(context.Background(), t)
	if err != nil {
		panic(err)
	}
	fmt.Printf("y(10) = %.1f\n", answers.Values[10])
	// Output: y(10) = 23.0
}
