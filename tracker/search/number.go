package search

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// ReadNumber is the number that a text reads as: what JSON takes for a number,
// nothing before or after it. Parameters and tags that other tools log as text
// are compared as numbers by it.
func ReadNumber(s string) (float64, bool) {
	if len(s) > 400 || !jsonNumber.MatchString(s) {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// infinity reads inf and infinity, with a sign or without.
func infinity(s string) (float64, bool) {
	sign := 1
	if strings.HasPrefix(s, "-") {
		sign = -1
	}
	switch strings.ToLower(strings.TrimLeft(s, "+-")) {
	case "inf", "infinity":
		return math.Inf(sign), len(strings.TrimLeft(s, "+-")) >= len(s)-1
	}
	return 0, false
}
