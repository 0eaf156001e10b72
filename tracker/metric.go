package tracker

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// SystemMetrics is how the names of metrics begin that the machine makes, not the
// step: system/cpu.
const SystemMetrics = "system/"

// InContext is the name of a metric in a context, such as loss{subset=val}: the
// same measure of another part of the data, with its own curve. Labels are in the
// order of their names, so that one context has one name. A value with a quote,
// comma, brace or equals sign is quoted as in Go.
func InContext(base string, context map[string]string) string {
	if len(context) == 0 {
		return base
	}
	var b strings.Builder
	b.WriteString(base + "{")
	for i, label := range slices.Sorted(maps.Keys(context)) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(word(label) + "=" + word(context[label]))
	}
	b.WriteByte('}')
	return b.String()
}

func word(s string) string {
	if s == "" || strings.ContainsAny(s, "\"\\,{}=\n") || strings.TrimSpace(s) != s {
		return strconv.Quote(s)
	}
	return s
}

// SplitMetric is the reverse of InContext. A name that is not written so is a
// metric without a context.
func SplitMetric(name string) (base string, context map[string]string) {
	at := strings.IndexByte(name, '{')
	if at < 0 || !strings.HasSuffix(name, "}") {
		return name, nil
	}
	context = map[string]string{}
	for rest := name[at+1 : len(name)-1]; ; rest = rest[1:] {
		label, after, ok := cutWord(rest, "=")
		if !ok || !strings.HasPrefix(after, "=") {
			return name, nil
		}
		value, after, ok := cutWord(after[1:], ",")
		if _, twice := context[label]; !ok || twice {
			return name, nil
		}
		context[label] = value
		if rest = after; rest == "" {
			return name[:at], context
		}
	}
}

// cutWord takes a word, which ends at end or is quoted, from the beginning of s.
func cutWord(s, end string) (w, rest string, ok bool) {
	if strings.HasPrefix(s, `"`) {
		q, err := strconv.QuotedPrefix(s)
		if err != nil {
			return "", "", false
		}
		w, err = strconv.Unquote(q)
		rest = s[len(q):]
		return w, rest, err == nil && (rest == "" || strings.HasPrefix(rest, end))
	}
	if i := strings.Index(s, end); i >= 0 {
		s, rest = s[:i], s[i:]
	}
	return s, rest, s != "" && s == word(s)
}
