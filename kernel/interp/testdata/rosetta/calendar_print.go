package main

import (
	"fmt"
	"strings"
	"time"
)

type Month struct {
	Year int
	time.Month
}

func (m Month) Days() int {
	return time.Date(m.Year, m.Month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
func (m Month) String() string {
	var b strings.Builder
	title := fmt.Sprintf("%s %d", m.Month, m.Year)
	fmt.Fprintf(&b, "%*s\n", (20+len(title))/2, title)
	b.WriteString("Mo Tu We Th Fr Sa Su\n")
	first := (int(time.Date(m.Year, m.Month, 1, 0, 0, 0, 0, time.UTC).Weekday()) + 6) % 7
	b.WriteString(strings.Repeat("   ", first))
	for d := 1; d <= m.Days(); d++ {
		fmt.Fprintf(&b, "%2d", d)
		if (first+d)%7 == 0 || d == m.Days() {
			b.WriteByte('\n')
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}
func main() {
	fmt.Print(Month{2024, time.February})
	fmt.Println(Month{2023, 2}.Days(), Month{2024, time.December}.Days())
}

// Output:
//    February 2024
// Mo Tu We Th Fr Sa Su
//           1  2  3  4
//  5  6  7  8  9 10 11
// 12 13 14 15 16 17 18
// 19 20 21 22 23 24 25
// 26 27 28 29
// 28 31
