package kernel

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/kernel/link"
)

// historyContent is the content of a history_request.
type historyContent struct {
	Output  bool   `json:"output"`
	Access  string `json:"hist_access_type"`
	Session int    `json:"session"`
	Start   int    `json:"start"`
	Stop    *int   `json:"stop"`
	N       *int   `json:"n"`
	Pattern string `json:"pattern"`
	Unique  bool   `json:"unique"`
}

func (k *kernel) historyRequest(r *request) {
	var c historyContent
	if !k.read(r, &c) {
		return
	}
	found := k.history.find(c)
	rows := make([][]any, len(found))
	for i, e := range found {
		rows[i] = []any{e.Session, e.Line, e.Input}
		if c.Output {
			out := any(e.Output)
			if e.Output == "" {
				out = nil
			}
			rows[i][2] = []any{e.Input, out}
		}
	}
	k.now(r, object{"status": "ok", "history": rows})
}

// past answers the worker's question.
func (k *kernel) past(q link.HistoryQuery) link.Past {
	c := historyContent{Access: q.Access, Session: q.Session, Start: q.Start, Pattern: q.Pattern, Unique: q.Unique}
	if q.Stop > 0 {
		c.Stop = &q.Stop
	}
	if q.N > 0 {
		c.N = &q.N
	}
	reply := link.Past{ID: q.ID}
	for _, e := range k.history.find(c) {
		reply.Cells = append(reply.Cells, link.PastCell{Session: e.Session, Line: e.Line, Input: e.Input, Output: e.Output})
	}
	return reply
}

// find answers a request, oldest entry first.
func (h *history) find(c historyContent) []entry {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := math.MaxInt
	if c.N != nil {
		n = max(0, *c.N)
	}
	switch c.Access {
	case "range":
		return h.span(c)
	case "search":
		return h.search(globOf(c.Pattern), c.Unique, n)
	case "tail", "":
		return h.search(nil, false, n)
	}
	return nil
}

// span is the lines from Start up to, not including, Stop of one session: 0 is
// this one, -1 the one before.
func (h *history) span(c historyContent) []entry {
	session := c.Session
	if session <= 0 {
		numbers := h.all()
		i := len(numbers) - 1 + session
		if h.session == 0 {
			i++ // this session has no cell, and so no number yet
		}
		if i < 0 || i >= len(numbers) {
			return nil
		}
		session = numbers[i]
	}
	var out []entry
	for _, e := range h.load(session) {
		if e.Line >= c.Start && (c.Stop == nil || e.Line < *c.Stop) {
			out = append(out, e)
		}
	}
	return out
}

// search goes from the newest entry back, until n are found. Of equal inputs,
// unique keeps the newest.
func (h *history) search(pattern *regexp.Regexp, unique bool, n int) []entry {
	var out []entry
	seen := map[string]bool{}
	for _, session := range slices.Backward(h.all()) {
		for _, e := range slices.Backward(h.load(session)) {
			if len(out) >= n {
				break
			}
			if pattern != nil && !pattern.MatchString(e.Input) || unique && seen[e.Input] {
				continue
			}
			seen[e.Input] = true
			out = append(out, e)
		}
		if len(out) >= n {
			break
		}
	}
	slices.Reverse(out)
	return out
}

// all is the numbers of the sessions that have cells, ascending.
func (h *history) all() []int {
	numbers := h.sessions()
	if h.session != 0 && !slices.Contains(numbers, h.session) {
		numbers = append(numbers, h.session)
	}
	return numbers
}

// globOf is a pattern with * and ? as an expression over the whole input.
func globOf(pattern string) *regexp.Regexp {
	if pattern == "" {
		pattern = "*"
	}
	q := regexp.QuoteMeta(pattern)
	q = strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(q)
	return regexp.MustCompile(`(?s)^` + q + `$`)
}
