package magics

import (
	"context"
	"sort"
	"strings"
	"unicode"

	"github.com/spf13/pflag"
)

// A Completion is what may stand at the cursor of a line.
type Completion struct {
	Words      []string
	Kind       string // magic, flag, value
	Start, End int    // the span they replace, in code points
}

// Complete completes a % line at a cursor given in code points.
func Complete(ctx context.Context, env *Env, line string, cursor int) Completion {
	runes := []rune(line)
	cursor = max(0, min(cursor, len(runes)))
	before := string(runes[:cursor])
	start := cursor
	for start > 0 && !unicode.IsSpace(runes[start-1]) {
		start--
	}
	typed := string(runes[start:cursor])
	fields := strings.Fields(strings.TrimSuffix(before, typed))
	done := Completion{Start: start, End: cursor}
	if len(fields) == 0 {
		done.Kind = "magic"
		marks := typed[:len(typed)-len(strings.TrimLeft(typed, "%"))]
		for _, m := range env.Magics {
			if marks != "%%" || m.Body != NoBody {
				done.Words = append(done.Words, marks+m.Name)
			}
		}
		done.Words = beginning(done.Words, typed)
		return done
	}
	m := find(env.Magics, strings.TrimLeft(fields[0], "%"))
	if m == nil || m.Raw {
		return done
	}
	fields = fields[1:]
	for len(fields) > 0 && len(m.Sub) > 0 {
		sub := find(m.Sub, fields[0])
		if sub == nil {
			break
		}
		m, fields = sub, fields[1:]
	}
	m.complete(ctx, env, fields, typed, &done)
	return done
}

// complete fills in what may follow fields where typed stands.
func (m *Magic) complete(ctx context.Context, env *Env, fields []string, typed string, done *Completion) {
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	m.bind(fs)
	if name, value, ok := strings.Cut(typed, "="); ok && strings.HasPrefix(typed, "--") {
		done.Kind, done.Start = "value", done.Start+len([]rune(name))+1
		done.Words = listed(ctx, env, m.Values[strings.TrimPrefix(name, "--")], value)
		return
	}
	if strings.HasPrefix(typed, "-") {
		done.Kind = "flag"
		fs.VisitAll(func(f *pflag.Flag) { done.Words = append(done.Words, "--"+f.Name) })
		done.Words = beginning(done.Words, typed)
		return
	}
	done.Kind = "value"
	if len(fields) > 0 {
		last := fields[len(fields)-1]
		if f := flagOf(fs, last); strings.HasPrefix(last, "-") && f != nil && f.NoOptDefVal == "" && !strings.Contains(last, "=") {
			done.Words = listed(ctx, env, m.Values[f.Name], typed)
			return
		}
	}
	if len(m.Sub) > 0 && len(fields) == 0 {
		done.Words = beginning(names(m.Sub), typed)
		return
	}
	done.Words = listed(ctx, env, m.Args, typed)
}

// listed is what a Completer offers for the last element of a comma list.
func listed(ctx context.Context, env *Env, c Completer, typed string) []string {
	if c == nil {
		return nil
	}
	head := ""
	if i := strings.LastIndex(typed, ","); i >= 0 {
		head, typed = typed[:i+1], typed[i+1:]
	}
	list := beginning(c(ctx, env, typed), typed)
	for i := range list {
		list[i] = head + list[i]
	}
	return list
}

func beginning(list []string, with string) []string {
	var kept []string
	for _, w := range list {
		if strings.HasPrefix(w, with) {
			kept = append(kept, w)
		}
	}
	sort.Strings(kept)
	return kept
}

// Inspect returns the help of the magic that a line uses.
func Inspect(env *Env, line string) (text string, ok bool) {
	fields := strings.Fields(line)
	if len(fields) == 0 {
		return "", false
	}
	path := strings.Trim(fields[0], "%?")
	if strings.HasPrefix(fields[0], "!") {
		path = "sh"
	}
	m := find(env.Magics, path)
	if m == nil {
		return "", false
	}
	for _, f := range fields[1:] {
		sub := find(m.Sub, f)
		if sub == nil {
			break
		}
		m, path = sub, path+" "+f
	}
	return m.help(path, env.Prefix), true
}
