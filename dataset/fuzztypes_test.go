package dataset_test

import (
	"encoding/csv"
	"fmt"
	bigmath "math/big"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/dataset"
)

// FuzzTypes holds that a column that is read as numbers has those that stand in
// the file, and that a whole number is not rounded without a note.
func FuzzTypes(f *testing.F) {
	f.Add("1\n-2\n+3", "1.5\n1e400\n")
	f.Add("9007199254740993\n1.5", "18446744073709551615\n007")
	f.Add("inf\n.5\n5.\n1_0", "0x10\nNaN\n-0\n1e5")
	f.Fuzz(func(t *testing.T, a, b string) {
		values := strings.Split(a+"\n"+b, "\n")
		var text strings.Builder
		w := csv.NewWriter(&text)
		for _, v := range append([]string{"name"}, values...) {
			if !utf8.ValidString(v) || strings.ContainsAny(v, "\r\x00") {
				return // refused, or made \n, elsewhere
			}
			if err := w.Write([]string{v, "x"}); err != nil {
				return
			}
		}
		w.Flush()
		noted := false
		got, err := dataset.Read(t.Context(), write(t, "t.csv", text.String()), dataset.ReadOptions{Missing: []string{}, Note: func(string) { noted = true }, Delimiter: ',', Header: dataset.HeaderFirst})
		if err != nil {
			t.Fatalf("Read(%q) = %v", text.String(), err)
		}
		for i, row := range rowsOf(got) {
			if v := strings.TrimSpace(values[i]); !sameNumber(got.Column(0).DataType(), v, row[0], noted) {
				t.Errorf("Read(%q) has %q as %s %s", values, v, got.Column(0).DataType(), row[0])
			}
		}
	})
}

func sameNumber(d arrow.DataType, written, read string, noted bool) bool {
	switch d.ID() {
	case arrow.INT64:
		n, err := strconv.ParseInt(written, 10, 64)
		return err == nil && read == fmt.Sprint(n)
	case arrow.FLOAT64:
		want, err := strconv.ParseFloat(written, 64)
		x, e := strconv.ParseFloat(read, 64)
		if err != nil || e != nil || want != x && want == want {
			return false
		}
		whole, ok := new(bigmath.Int).SetString(written, 10)
		if !ok || noted {
			return true
		}
		exact, _ := new(bigmath.Float).SetFloat64(x).Int(nil)
		return whole.Cmp(exact) == 0
	}
	return true
}
