package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

type Bytes int64

func ParseBytes(s string) (Bytes, error) {
	i := strings.IndexFunc(s, unicode.IsLetter)
	if i < 0 {
		i = len(s)
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(s[:i]), 64)
	if err != nil {
		return 0, fmt.Errorf("bytes %q: %w", s, errors.Unwrap(err))
	}
	unit, ok := map[string]float64{"": 1, "k": 1e3, "kib": 1 << 10, "m": 1e6, "mib": 1 << 20}[strings.ToLower(s[i:])]
	if !ok {
		return 0, fmt.Errorf("bytes %q: unit %q", s, s[i:])
	}
	return Bytes(v * unit), nil
}
func (b Bytes) String() string {
	const units = "kMGT"
	if b < 1000 {
		return strconv.FormatInt(int64(b), 10) + " B"
	}
	v, i := float64(b), -1
	for ; v >= 1000 && i < len(units)-1; i++ {
		v /= 1000
	}
	return fmt.Sprintf("%.1f %cB", v, units[i])
}
func main() {
	for _, s := range []string{"12", "1.5k", "2 MiB", "x", "3parsec", ""} {
		b, err := ParseBytes(s)
		fmt.Println(b, int64(b), err)
	}
	n, err := strconv.ParseInt("-7f", 16, 8)
	fmt.Println(n, err)
	n, err = strconv.ParseInt("300", 10, 8)
	fmt.Println(n, err)
	u, err := strconv.ParseUint("0b101", 0, 64)
	fmt.Println(u, err, strconv.FormatInt(-255, 36), strconv.AppendBool([]byte("is "), true)[3] == 't')
	t, err := strconv.ParseBool("maybe")
	fmt.Println(t, err, strconv.Itoa(-0), strconv.Quote("é\n"))
}

// Output:
// 12 B 12 <nil>
// 1.5 kB 1500 <nil>
// 2.1 MB 2097152 <nil>
// 0 B 0 bytes "x": invalid syntax
// 0 B 0 bytes "3parsec": unit "parsec"
// 0 B 0 bytes "": invalid syntax
// -127 <nil>
// 127 strconv.ParseInt: parsing "300": value out of range
// 5 <nil> -73 true
// false strconv.ParseBool: parsing "maybe": invalid syntax 0 "é\n"
