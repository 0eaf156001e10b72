package web

import (
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/tracker"
)

// functions are what templates call. None of them makes HTML out of text.
var functions = template.FuncMap{
	"asset":  func(name string) string { return "/assets/" + assetVersion + "/" + name },
	"bytes":  display.Bytes,
	"commas": commas,
	"cut":    cut,
	"next":   func(n int) int { return n + 1 },
	"run":    runPath,
	"stamp":  func(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) },
	"took":   took,
	"utc":    func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") },
}

// address is a path with a query of names and values, which are escaped.
func address(path string, pairs ...string) string {
	var q []string
	for i := 0; i+1 < len(pairs); i += 2 {
		q = append(q, url.QueryEscape(pairs[i])+"="+url.QueryEscape(pairs[i+1]))
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + strings.Join(q, "&")
}

// runPath is the page of a run. An importer's id may hold anything.
func runPath(id string) string { return "/runs/" + url.PathEscape(id) }

// cutAt is how much of a value a page shows, in characters.
const cutAt = 2000

// cut is a text that is not endless.
func cut(s string) string {
	if len(s) <= cutAt {
		return s
	}
	return strings.ToValidUTF8(s[:cutAt], "") + fmt.Sprintf("… (%d bytes)", len(s))
}

// paramText is a parameter as a person reads it: text without quotes, a list by
// its commas.
func paramText(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case float64:
		return display.Number(v)
	case string:
		return cut(v)
	}
	text, _, _ := tracker.ParamText(v)
	return cut(text)
}

// commas is a count with its thousands apart.
func commas(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// took is how long a run took; "" while it is open.
func took(r tracker.Run) string {
	if r.Ended.IsZero() {
		return ""
	}
	return display.Duration(r.Ended.Sub(r.Started).Round(time.Millisecond))
}
