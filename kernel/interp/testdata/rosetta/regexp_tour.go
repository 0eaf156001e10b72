package main

import (
	"fmt"
	"regexp"
	"strings"
)

var logLine = regexp.MustCompile(`^(?P<ip>[\d.]+) \[(?P<day>\d+)/(?P<mon>\w+)\] "(?P<verb>[A-Z]+) (?P<path>\S+)" (?P<code>\d{3})$`)

func parse(s string) (map[string]string, bool) {
	m := logLine.FindStringSubmatch(s)
	if m == nil {
		return nil, false
	}
	out := map[string]string{}
	for i, n := range logLine.SubexpNames() {
		if n != "" {
			out[n] = m[i]
		}
	}
	return out, true
}
func main() {
	// In [2]
	fmt.Println(parse(`10.0.0.1 [07/Mar] "GET /index.html" 200`))
	fmt.Println(parse("garbage"))
	re := regexp.MustCompile(`(\w+)@(\w+)\.com`)
	src := "ann@x.com, bob@y.com"
	fmt.Println(re.ReplaceAllString(src, "$2:$1"), re.FindAllStringIndex(src, -1))
	fmt.Println(re.ReplaceAllStringFunc(src, func(s string) string { return strings.ToUpper(s[:3]) + s[3:] }))
	fmt.Printf("%q %q\n", re.FindAllStringSubmatch(src, 1), regexp.MustCompile(`[,\s]+`).Split("a, b  c", -1))
	_, err := regexp.Compile(`a(b`)
	fmt.Println(err)
	fmt.Println(regexp.QuoteMeta("1+1=2"), re.NumSubexp(), re, string(re.Expand(nil, []byte("<$1>"), []byte(src), re.FindSubmatchIndex([]byte(src)))))
}

// Output:
// map[code:200 day:07 ip:10.0.0.1 mon:Mar path:/index.html verb:GET] true
// map[] false
// x:ann, y:bob [[0 9] [11 20]]
// ANN@x.com, BOB@y.com
// [["ann@x.com" "ann" "x"]] ["a" "b" "c"]
// error parsing regexp: missing closing ): `a(b`
// 1\+1=2 2 (\w+)@(\w+)\.com <ann>
