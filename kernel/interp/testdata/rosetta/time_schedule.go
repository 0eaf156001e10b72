package main

import (
	"fmt"
	"sort"
	"time"
)

type Event struct {
	At   time.Time
	Name string
	Dur  time.Duration
}
type Calendar []Event

func (c Calendar) Len() int           { return len(c) }
func (c Calendar) Less(i, j int) bool { return c[i].At.Before(c[j].At) }
func (c Calendar) Swap(i, j int)      { c[i], c[j] = c[j], c[i] }

// In [2]
func (c Calendar) Overlaps() (out [][2]string) {
	for i := range c {
		for j := i + 1; j < len(c); j++ {
			if c[j].At.Before(c[i].At.Add(c[i].Dur)) {
				out = append(out, [2]string{c[i].Name, c[j].Name})
			}
		}
	}
	return
}
func main() {
	// In [1]
	day := time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC)
	at := func(h, m int) time.Time { return day.Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute) }
	c := Calendar{{at(14, 0), "review", time.Hour}, {at(9, 30), "standup", 15 * time.Minute}, {at(14, 30), "call", 30 * time.Minute}}
	sort.Sort(c)
	// In [2]
	fmt.Println(c.Overlaps())
	for _, e := range c {
		fmt.Printf("%s %-8s %v\n", e.At.Format(time.Kitchen), e.Name, e.Dur)
	}
	fmt.Printf("%v\n", c[0])
	// In [3]
	byHour := map[int][]string{}
	for _, e := range c {
		byHour[e.At.Hour()] = append(byHour[e.At.Hour()], e.Name)
	}
	fmt.Println(byHour)
}

// Output:
// [[review call]]
// 9:30AM standup  15m0s
// 2:00PM review   1h0m0s
// 2:30PM call     30m0s
// {2025-01-06 09:30:00 +0000 UTC standup 15m0s}
// map[9:[standup] 14:[review call]]
