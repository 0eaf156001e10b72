package magics

import (
	"context"
	"maps"
	"slices"
	"sort"
	"strings"
	"unicode"

	"github.com/spf13/pflag"
)

// A Completion is what may stand at the cursor of a line.
type Completion struct {
	Words      []string
	Notes      []string // what is to be said of each word; "" for nothing
	Kind       string   // magic, flag, value
	Start, End int      // the span they replace, in code points
}

// offer adds the words of a list that begin with what was typed.
func (d *Completion) offer(list []string, typed string) {
	for _, w := range beginning(list, typed) {
		word, note, _ := strings.Cut(w, "\t")
		d.Words, d.Notes = append(d.Words, word), append(d.Notes, note)
	}
}

// Complete completes a % or ! line at a cursor given in code points.
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
		done.magics(env, typed)
		return done
	}
	name := strings.TrimLeft(fields[0], "%")
	if strings.HasPrefix(name, "!") {
		name = "sh"
	}
	m := find(env.Magics, name)
	if m == nil {
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

// magics completes the name of a magic, with the marks that it takes.
func (d *Completion) magics(env *Env, typed string) {
	d.Kind = "magic"
	bare := strings.TrimLeft(typed, "%")
	whole := strings.HasPrefix(typed, "%%")
	var list []string
	for _, m := range env.Magics {
		mark := "%"
		if whole || m.Body == MustBody {
			mark = "%%"
		}
		if strings.HasPrefix(m.Name, bare) && (!whole || m.Body != NoBody) {
			list = append(list, mark+m.Name+"\t"+m.Short)
		}
	}
	d.offer(list, "")
}

// complete fills in what may follow fields where typed stands.
func (m *Magic) complete(ctx context.Context, env *Env, fields []string, typed string, done *Completion) {
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	m.bind(fs)
	given := flagsIn(fs, fields)
	here := *env
	here.Given = given
	if m.Raw && slices.ContainsFunc(fields, func(f string) bool { return !strings.HasPrefix(f, "-") }) && m.Args == nil {
		return
	}
	if name, value, ok := strings.Cut(typed, "="); ok && strings.HasPrefix(typed, "--") {
		done.Kind, done.Start = "value", done.Start+len([]rune(name))+1
		done.offer(listed(ctx, &here, m.values(fs, strings.TrimPrefix(name, "--")), value), "")
		return
	}
	if strings.HasPrefix(typed, "-") {
		done.Kind = "flag"
		done.offer(flagWords(fs, given), typed)
		return
	}
	done.Kind = "value"
	if len(fields) > 0 {
		last := fields[len(fields)-1]
		if f := flagOf(fs, last); strings.HasPrefix(last, "-") && f != nil && f.NoOptDefVal == "" && !strings.Contains(last, "=") {
			done.offer(listed(ctx, &here, m.values(fs, f.Name), typed), "")
			return
		}
	}
	if len(m.Sub) > 0 && len(fields) == 0 {
		var steps []string
		for _, s := range m.Sub {
			steps = append(steps, s.Name+"\t"+s.Short)
		}
		done.offer(steps, typed)
		return
	}
	done.offer(listed(ctx, &here, m.Args, typed), "")
}

// values completes the value of a flag: as its magic says, or true and false.
func (m *Magic) values(fs *pflag.FlagSet, name string) Completer {
	if c := m.Values[name]; c != nil {
		return c
	}
	if f := fs.Lookup(name); f != nil && f.Value.Type() == "bool" {
		return words("false", "true")
	}
	return nil
}

// flagWords are the flags that may still be given, each with what it does.
func flagWords(fs *pflag.FlagSet, given map[string]string) []string {
	var list []string
	fs.VisitAll(func(f *pflag.Flag) {
		_, again := f.Value.(pflag.SliceValue)
		if _, was := given[f.Name]; !was || again {
			_, what := pflag.UnquoteUsage(f)
			list = append(list, "--"+f.Name+"\t"+what)
		}
	})
	return list
}

// flagsIn are the flags among fields and their values.
func flagsIn(fs *pflag.FlagSet, fields []string) map[string]string {
	given := map[string]string{}
	for i, w := range fields {
		f := flagOf(fs, w)
		if !strings.HasPrefix(w, "-") || f == nil {
			continue
		}
		_, value, ok := strings.Cut(w, "=")
		if !ok && f.NoOptDefVal == "" && i+1 < len(fields) {
			value = fields[i+1]
		}
		given[f.Name] = value
	}
	return given
}

// listed is what a Completer offers for the last element of a comma list. What
// stands in the list already is not offered again.
func listed(ctx context.Context, env *Env, c Completer, typed string) []string {
	if c == nil {
		return nil
	}
	head, had := "", map[string]bool{}
	if i := strings.LastIndex(typed, ","); i >= 0 {
		head, typed = typed[:i+1], typed[i+1:]
		for _, w := range strings.Split(head, ",") {
			had[w] = true
		}
	}
	var list []string
	for _, w := range beginning(c(ctx, env, typed), typed) {
		if word, _, _ := strings.Cut(w, "\t"); !had[word] {
			list = append(list, head+w)
		}
	}
	return list
}

// beginning are the words of a list that begin with something, sorted, each
// once.
func beginning(list []string, with string) []string {
	kept := map[string]string{}
	for _, w := range list {
		word, _, _ := strings.Cut(w, "\t")
		if _, was := kept[word]; !was && strings.HasPrefix(word, with) {
			kept[word] = w
		}
	}
	if len(kept) == 0 {
		return nil
	}
	sorted := slices.Collect(maps.Values(kept))
	sort.Strings(sorted)
	return sorted
}

// GoAt is where the Go code of a notebook's line begins, in bytes, for magics
// that take some: %time x. It is past the end of a line that has none yet, and
// -1 for other magics.
func GoAt(table []Magic, line string) int {
	u, err := resolve(&Env{Magics: table, Prefix: "%"}, line)
	if err != nil || !u.magic.Go {
		return -1
	}
	_, code := leadingFlags(u.flags, u.rest)
	line = strings.TrimRight(line, " \t")
	if code == "" {
		return len(line) + 1
	}
	return len(line) - len(code)
}
