package main

import (
	"bytes"
	"fmt"
	"os"
	"text/tabwriter"
)

type row struct {
	name  string
	score float64
	tags  []string
}

func main() {
	rows := []row{{"alpha", 0.9, []string{"x"}}, {"be", 12.345, nil}, {"gamma-long", -1, []string{"a", "b"}}}
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "name\tscore\ttags")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%.2f\t%v\n", r.name, r.score, r.tags)
	}
	w.Flush()
	// In [2]
	var b bytes.Buffer
	tw := tabwriter.NewWriter(&b, 5, 0, 1, '.', tabwriter.AlignRight|tabwriter.Debug)
	for i := 8; i <= 10; i++ {
		fmt.Fprintf(tw, "%d\t%d\t%d\t\n", i, i*i, i*i*i)
	}
	tw.Flush()
	fmt.Print(b.String())
}

// Output:
// name        score  tags
// alpha       0.90   [x]
// be          12.35  []
// gamma-long  -1.00  [a b]
// ....8|...64|..512|
// ....9|...81|..729|
// ...10|..100|.1000|
