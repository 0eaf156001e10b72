package dataset

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
)

// ragged gathers the lines whose number of fields is wrong into one error.
type ragged struct {
	path  string
	want  int
	first []string
	line  int
	more  []string
	count int
}

func (r *ragged) add(rec record) {
	r.count++
	if r.count == 1 {
		r.line, r.first = rec.line, texts(rec.fields)
	} else if len(r.more) < 5 {
		r.more = append(r.more, strconv.Itoa(rec.line))
	}
}

// join adds what another part of the file has, which follows.
func (r *ragged) join(next ragged) {
	switch {
	case next.count == 0:
		return
	case r.count == 0:
		*r = next
		return
	}
	r.count += next.count
	r.more = append(r.more, append([]string{strconv.Itoa(next.line)}, next.more...)...)
	r.more = r.more[:min(5, len(r.more))]
}

func (r *ragged) err(delimiter rune) error {
	if r.count == 0 {
		return nil
	}
	text := strings.Join(r.first, string(delimiter))
	if len(text) > 60 {
		text = strings.ToValidUTF8(text[:57], "") + "..."
	}
	also := ""
	if r.count > 1 {
		also = fmt.Sprintf("; and %s: %s", plural(r.count-1, "more such line"), strings.Join(r.more, ", "))
		if r.count-1 > len(r.more) {
			also += ", ..."
		}
	}
	advice := "complete the line"
	if len(r.first) > r.want {
		advice = fmt.Sprintf("put a field that contains %q in double quotes", delimiter)
	}
	return hint.New(fmt.Errorf("read %s: line %d has %s, not the %d of the first line: %s%s",
		r.path, r.line, plural(len(r.first), "field"), r.want, text, also),
		advice+", or read with --ragged skip (leave such lines out) or --ragged pad (fill short lines up with missing values, cut long ones off)")
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
