package main

import (
	"fmt"
	"time"
)

func businessDays(from, to time.Time) (n int) {
	for d := from; d.Before(to); d = d.AddDate(0, 0, 1) {
		switch d.Weekday() {
		case time.Saturday, time.Sunday:
		default:
			n++
		}
	}
	return
}
func main() {
	t := time.Date(2024, time.February, 28, 23, 30, 0, 0, time.UTC)
	fmt.Println(t, t.Add(45*time.Minute).Format("2006-01-02 15:04 Mon"), t.YearDay())
	fmt.Println(t.AddDate(0, 0, 2).Format(time.DateOnly), t.AddDate(1, 0, 1).Month(), t.Weekday())
	u, err := time.Parse(time.RFC3339, "2024-03-10T12:00:00+02:00")
	fmt.Println(u.UTC(), err, u.Sub(t).Round(time.Hour), u.After(t), u.Equal(u.UTC()), u == u.UTC())
	fmt.Println(businessDays(t, u))
	_, err = time.Parse(time.DateOnly, "2024-13-01")
	fmt.Println(err)
	// In [2]
	d, err := time.ParseDuration("1h15m30.5s")
	fmt.Println(d, d.Minutes(), err, d.Truncate(time.Minute), time.Duration(1500)*time.Microsecond)
	fmt.Printf("%v %d %s %T\n", d, d, time.March, time.March)
	y, w := t.ISOWeek()
	fmt.Println(y, w, t.Truncate(24*time.Hour).Unix(), time.UnixMilli(1500).UTC().Format(time.StampMilli))
	est := time.FixedZone("EST", -5*3600)
	fmt.Println(t.In(est), time.Time{}.IsZero())
	b, _ := t.MarshalText()
	fmt.Println(string(b))
}

// Output:
// 2024-02-28 23:30:00 +0000 UTC 2024-02-29 00:15 Thu 59
// 2024-03-01 March Wednesday
// 2024-03-10 10:00:00 +0000 UTC <nil> 251h0m0s true true false
// 8
// parsing time "2024-13-01": month out of range
// 1h15m30.5s 75.50833333333334 <nil> 1h15m0s 1.5ms
// 1h15m30.5s 4530500000000 March time.Month
// 2024 9 1709078400 Jan  1 00:00:01.500
// 2024-02-28 18:30:00 -0500 EST true
// 2024-02-28T23:30:00Z
