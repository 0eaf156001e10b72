package display_test

import (
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/gomlx/gomlx/pkg/core/tensors"
	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/display"
)

// display imports neither library; these are the real types it must recognise.

func TestOfArrow(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "species", Type: arrow.BinaryTypes.String}, {Name: "mass", Type: arrow.PrimitiveTypes.Float64},
		{Name: "n", Type: arrow.PrimitiveTypes.Int64}, {Name: "day", Type: arrow.FixedWidthTypes.Date32}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	b.Field(0).(*array.StringBuilder).AppendValues([]string{"<b>Adelie</b>", ""}, []bool{true, false})
	b.Field(1).(*array.Float64Builder).AppendValues([]float64{3750.5, 12}, nil)
	b.Field(2).(*array.Int64Builder).AppendValues([]int64{1, 2}, nil)
	b.Field(3).(*array.Date32Builder).AppendValues([]arrow.Date32{0, 1}, nil)
	record := b.NewRecord()
	table := array.NewTableFromRecords(schema, []arrow.Record{record, record})
	got := display.Of(table)
	text := got.Data[display.MIMEText].(string)
	for _, part := range []string{"species", "utf8", "float64", "3750.5", "1970-01-02", "4 rows × 4 columns"} {
		if !strings.Contains(text, part) {
			t.Errorf("Of(arrow.Table) has no %q:\n%s", part, text)
		}
	}
	if html := got.Data[display.MIMEHTML].(string); strings.Contains(html, "<b>") || !strings.Contains(html, "&lt;b&gt;Adelie") {
		t.Errorf("Of(arrow.Table) does not escape:\n%s", html)
	}
	if text := display.Of(record).Data[display.MIMEText].(string); !strings.Contains(text, "2 rows × 4 columns") {
		t.Errorf("Of(arrow.Record):\n%s", text)
	}
	none := array.NewTableFromRecords(schema, nil)
	if text := display.Of(none).Data[display.MIMEText].(string); !strings.Contains(text, "no rows × 4 columns") {
		t.Errorf("Of(empty arrow.Table):\n%s", text)
	}
}

func TestOfTensor(t *testing.T) {
	long := make([]float32, 100)
	for _, c := range []struct {
		v    *tensors.Tensor
		want string
	}{
		{tensors.FromValue(float32(1.5)), "tensor (Float32)\n[1.5]"},
		{tensors.FromValue([]int32{1, 2, 3}), "tensor (Int32)[3]\n[1 2 3]"},
		{tensors.FromValue(long), "tensor (Float32)[100]\n[0 0 0 0 0 0 0 0 0 0 0 0 … 0 0 0 0]"},
		{tensors.FromValue([][]float32{{1, 2}, {3, 4.5}}), "   0    1\n─  ─  ───\n0  1  2.0\n1  3  4.5\ntensor (Float32)[2 2], 2 × 2"},
	} {
		if diff := cmp.Diff(any(c.want), display.Of(c.v).Data[display.MIMEText]); diff != "" {
			t.Errorf("Of(tensor) mismatch (-want +got):\n%s", diff)
		}
	}
	gone := tensors.FromValue(float32(1))
	gone.MustFinalizeAll()
	if text := display.Of(gone).Data[display.MIMEText]; text == "" {
		t.Error("a finalized tensor has no text")
	}
}
