package feed

import (
	"fmt"
	"strconv"
	"strings"
)

// Bytes writes a number of bytes for a person, such as 2.5 GB.
func Bytes(n int64) string {
	f, unit := float64(n), "B"
	for _, u := range []string{"kB", "MB", "GB", "TB"} {
		if f < 1000 {
			break
		}
		f, unit = f/1000, u
	}
	if unit == "B" {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.3g %s", f, unit)
}

// ParseBytes reads what a person writes for a number of bytes: 2GB, 512 MiB, 1e9.
// Units are those of 1000, with an i those of 1024. It must be more than 0.
func ParseBytes(s string) (int64, error) {
	text := strings.ToLower(strings.ReplaceAll(s, " ", ""))
	number := strings.TrimRight(text, "bkmgti")
	unit := map[string]float64{
		"": 1, "b": 1, "k": 1e3, "kb": 1e3, "m": 1e6, "mb": 1e6, "g": 1e9, "gb": 1e9, "t": 1e12, "tb": 1e12,
		"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
	}[text[len(number):]]
	f, err := strconv.ParseFloat(number, 64)
	if n := f * unit; err == nil && n >= 1 && n < 1<<62 {
		return int64(n), nil
	}
	return 0, fmt.Errorf("%q is not a number of bytes, such as 2GB or 512MiB", s)
}
