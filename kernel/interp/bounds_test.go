package interp_test

import (
	"fmt"
	"strings"
	"testing"
)

// A variable has to be where its address was taken, however it has been set since.
// Each statement makes i 7, or a slice, string or array of length 2.
var setsSeven = []string{
	"i = 7", "i += 6", "i <<= 1; i += 5", "i = -i; i = 6 - i", "i++; i *= 3; i++", "i = j", "i, j = j, i", "i = len(text) + 4",
	"i = <-ch", "i, ok = <-ch", "i = boxed.(int)", "i, ok = boxed.(int)", "i = m[1]", "i, ok = m[1]", "i = rec.n", "i = ptr.n", "i = *to",
	"i = list[1]", "i = grid[1][1]", "i = arr[1]", "i = seven()", "i, text = two()", "i = int(7.0)", "i = int(real(7i*1i)) + 14", "i = max(j, 2)",
	"for i = range list { i = 7 }", "for _, i = range list { }", "for i = 0; i < 7; i++ { }", "switch { case true: i = 7 }",
	"if true { i = 7 }", "select { case i = <-ch: default: }", "i = strings.Count(\"aaaaaaa\", \"a\")", "i, err = strconv.Atoi(\"7\")",
	"i = generic(7)", "i = num(7).int()", "copy(list, list[1:]); i = list[0]", "i = 8 &^ 1 - 1", "i = [3]int{0, 7}[1]", "i = map[int]int{1: 7}[1]",
}

var setsLength = []string{
	"ys = ys[1:]", "ys = ys[:2]", "ys = ys[1:3:3]", "ys = append(ys[:0], 1, 2)", "ys = []int{1, 2}", "ys = make([]int, 2)", "ys = list",
	"ys = nil; ys = append(ys, 1, 2)", "ys, list = list, ys", "ys = <-lists", "ys, ok = <-lists", "ys = boxes.([]int)", "ys = ms[1]", "ys, ok = ms[1]", "ys = rec.l",
	"ys = ptr.l", "ys = *tol", "ys = grid[1]", "ys = arr[:]", "ys = pair()", "ys = slices.Clone(list)", "ys = generic(list)", "ys = []int(ints{1, 2})",
	"for _, ys = range grid { }", "ys = slices.Collect(slices.Values(list))", "ys = slices.Delete(ys, 0, 1)", "clear(ys); ys = ys[1:]",
}

const assignedThings = `type rec_ struct { n int; l []int }
type num int
func (n num) int() int { return int(n) }
type ints []int
func seven() int { return 7 }
func two() (int, string) { return 7, "abc" }
func pair() []int { return []int{1, 2} }
func generic[T any](v T) T { return v }
`

func TestNumbersAfterAssignments(t *testing.T) {
	b := newBench(t)
	b.run(1, assignedThings)
	n := 1
	for _, table := range []struct {
		sets      []string
		use, want string
	}{
		{setsSeven, "_ = xs[i]", "index out of range [7] with length 1"},
		{setsLength, "_ = ys[5]", "index out of range [5] with length 2"},
	} {
		for _, set := range table.sets {
			n++
			locals := `xs, ys, i, j, ok, text := []int{0}, []int{1, 2, 3}, 1, 7, false, "abc"
	var err error
	ch, lists, list := make(chan int, 9), make(chan []int, 9), []int{1, 7}
	ch <- 7
	lists <- list
	rec := rec_{7, list}
	ptr, to, tol := &rec, &rec.n, &rec.l
	var boxed, boxes any = 7, list
	m, ms, grid, arr := map[int]int{1: 7}, map[int][]int{1: list}, [][]int{nil, list}, [2]int{1, 7}
	_, _, _, _, _, _, _, _ = xs, ys, i, j, ok, text, err, ch
	_, _, _, _, _, _, _, _, _, _, _, _, _ = lists, list, rec, ptr, to, tol, boxed, boxes, m, ms, grid, arr, xs
`
			got := b.run(n, fmt.Sprintf("{\n%s%s\n%s\n}", locals, set, table.use))["error"]
			if !strings.Contains(got, table.want) {
				t.Errorf("after %s, %s says %q, want %q", set, table.use, got, table.want)
			}
		}
	}
}
