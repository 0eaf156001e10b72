package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

func words(r io.Reader) map[string]int {
	sc := bufio.NewScanner(r)
	sc.Split(bufio.ScanWords)
	n := map[string]int{}
	for sc.Scan() {
		n[strings.ToLower(strings.Trim(sc.Text(), ".,!"))]++
	}
	return n
}

// In [2]
func scanPairs(data []byte, atEOF bool) (int, []byte, error) {
	if len(data) >= 2 {
		return 2, data[:2], nil
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}
func main() {
	// In [1]
	fmt.Println(words(strings.NewReader("One two, two three. Three! three")))
	// In [2]
	sc := bufio.NewScanner(strings.NewReader("abcde"))
	sc.Split(scanPairs)
	for sc.Scan() {
		fmt.Printf("%s|", sc.Bytes())
	}
	fmt.Println(sc.Err())
	// In [3]
	csv := "name,qty\npen,3\n# comment\nink,x\n"
	lines := bufio.NewScanner(strings.NewReader(csv))
	lines.Buffer(make([]byte, 0, 16), 64)
	for n := 1; lines.Scan(); n++ {
		name, qty, ok := strings.Cut(lines.Text(), ",")
		if !ok || n == 1 {
			continue
		}
		q, err := strconv.Atoi(qty)
		fmt.Println(n, name, q, err)
	}
	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(w, "buffered %d ", w.Buffered())
	w.WriteRune('é')
	w.WriteByte('\n')
	w.Flush()
}

// Output:
// map[one:1 three:3 two:2]
// ab|cd|e|<nil>
// 2 pen 3 <nil>
// 4 ink 0 strconv.Atoi: parsing "x": invalid syntax
// buffered 0 é
