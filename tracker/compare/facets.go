package compare

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
)

// The kinds of Facet, in the order in which they are listed.
const (
	FacetParam    = "parameter"
	FacetCell     = "cell"
	FacetCode     = "code"
	FacetData     = "data"
	FacetGo       = "go"
	FacetModule   = "module"
	FacetEnv      = "environment"
	FacetSeed     = "seed"
	FacetHardware = "hardware" // the host
)

// A facet is one thing in which runs may differ: its kind, and its name within
// the kind.
type facet struct{ kind, name string }

// A Subject is a run with the datasets that it read: what is compared.
type Subject struct {
	Run    tracker.Run
	Inputs []Input
}

// An Input is a dataset that a run read. Version is zero where the store has no
// such version.
type Input struct {
	Ref, Role string
	Version   tracker.DatasetVersion
}

// facets are all that may have made a run's result, as text that is equal when
// the thing is. What a run does not have is not there.
func (s Subject) facets() map[facet]string {
	out := map[facet]string{{FacetParam, "kind"}: s.Run.Kind}
	for name, v := range s.Run.Params {
		if !seedName(name) && !s.reads(v) {
			out[facet{FacetParam, name}] = valueText(v)
		}
	}
	for _, c := range s.code() {
		out[c.facet] = c.text
	}
	for _, in := range s.Inputs {
		for _, c := range in.Version.Columns {
			out[facet{FacetData, dataName(in.Ref) + "." + c.Name}] = c.Type + " " + string(c.Digest)
		}
		if len(in.Version.Columns) == 0 {
			out[facet{FacetData, dataName(in.Ref)}] = in.Ref
		}
	}
	src := s.Run.Source
	for name, v := range map[facet]string{{FacetSeed, ""}: s.seed(), {FacetHardware, "host"}: src.Host, {FacetGo, ""}: src.Go} {
		if v != "" {
			out[name] = v
		}
	}
	for name, v := range src.Modules {
		out[facet{FacetModule, name}] = v
	}
	for name, v := range src.Env {
		out[facet{FacetEnv, name}] = v
	}
	return out
}

// reads reports whether a parameter's value is the name of a dataset that the
// run read: then the dataset speaks for it.
func (s Subject) reads(v any) bool {
	ref, ok := v.(string)
	return ok && slices.ContainsFunc(s.Inputs, func(in Input) bool { return in.Ref == ref || dataName(in.Ref) == ref })
}

func dataName(ref string) string {
	name, _, _ := strings.Cut(ref, "@")
	return name
}

// valueText is a parameter as text that is equal when the value is.
func valueText(v any) string {
	text, err := tracker.EncodeParam(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

// seedName reports whether a parameter is a seed by its name: seed,
// random_state, data/seed.
func seedName(name string) bool {
	words := nameWords(name)
	last := len(words) - 1
	return last >= 0 && (words[last] == "seed" || last > 0 && words[last-1] == "random" && words[last] == "state")
}

// seed is what the run drew its random numbers from; "" where it was not
// recorded.
func (s Subject) seed() string {
	var seeds []string
	for _, name := range slices.Sorted(maps.Keys(s.Run.Params)) {
		if v := s.Run.Params[name]; seedName(name) && v != nil {
			seeds = append(seeds, strings.Trim(valueText(v), `"`))
		}
	}
	if len(seeds) == 0 && s.Run.Source.Seed != 0 {
		seeds = append(seeds, strconv.FormatInt(s.Run.Source.Seed, 10))
	}
	return strings.Join(slices.Compact(seeds), " ")
}

// A codePart is a cell of a run, or all its code: in text what of it makes the
// result, in source all as it was written.
type codePart struct {
	facet
	label        string
	text, source string
}

// code is the code of a run: its cells one by one where they have identifiers,
// else all as one; without cells the commit. A cell's magic lines of the run's
// own step are left out, for its parameters are compared, and so is the seed.
func (s Subject) code() []codePart {
	cells := s.Run.Source.Cells
	if len(cells) == 0 {
		if g := s.Run.Source.Git; g.Commit != "" {
			text := g.Commit
			if g.Dirty {
				text += " with changes"
			}
			return []codePart{{facet: facet{FacetCode, "commit"}, label: "commit", text: text}}
		}
		return nil
	}
	var parts []codePart
	whole := ""
	named := true
	for _, c := range cells {
		text := s.bare(c.Code)
		named = named && c.CellID != ""
		if text == "" {
			continue
		}
		whole += text + "\n"
		f := facet{FacetCell, c.CellID}
		if i := slices.IndexFunc(parts, func(p codePart) bool { return p.facet == f }); i >= 0 && c.CellID != "" {
			parts[i].text, parts[i].source = parts[i].text+"\n"+text, parts[i].source+"\n"+c.Code
			continue
		}
		parts = append(parts, codePart{f, fmt.Sprintf("cell [%d]", c.Count), text, c.Code})
	}
	if named || whole == "" {
		return parts
	}
	sum := sha256.Sum256([]byte(whole))
	return []codePart{{facet: facet{FacetCode, "cells"}, label: "cells", text: hex.EncodeToString(sum[:])}}
}

// bare is a cell without its lines for the run's own step and with the run's
// seed taken out of lines that speak of a seed.
func (s Subject) bare(code string) string {
	own, _, _ := strings.Cut(s.Run.Source.Command, " ")
	seed := s.seed()
	var lines []string
	for line := range strings.Lines(code) {
		line = strings.TrimRight(line, " \t\r\n")
		step := strings.TrimSpace(line)
		if _, after, ok := strings.Cut(step, "= %"); ok {
			step = "%" + after
		}
		if word, _, _ := strings.Cut(step, " "); own != "" && word == own && strings.HasPrefix(own, "%") {
			continue
		}
		if seed != "" && strings.Contains(strings.ToLower(line), "seed") {
			line = regexp.MustCompile(`\b`+regexp.QuoteMeta(seed)+`\b`).ReplaceAllString(line, "SEED")
		}
		lines = append(lines, line)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// sameText is facets as one text, those of the named kinds and facets left out:
// equal texts are equal in all else.
func sameText(facets map[facet]string, without ...facet) string {
	var list []string
	for f, v := range facets {
		if !slices.Contains(without, f) && !slices.Contains(without, facet{kind: f.kind}) {
			list = append(list, strconv.Quote(f.kind+" "+f.name)+strconv.Quote(v))
		}
	}
	slices.Sort(list)
	return strings.Join(list, ",")
}

// repeats are the facets in which runs of one group may differ.
var repeats = []facet{{kind: FacetSeed}, {kind: FacetHardware}}

// compareFacets orders facets by kind, then by name.
func compareFacets(a, b facet) int {
	order := []string{FacetParam, FacetCell, FacetCode, FacetData, FacetGo, FacetModule, FacetEnv, FacetSeed, FacetHardware}
	return cmp.Or(cmp.Compare(slices.Index(order, a.kind), slices.Index(order, b.kind)), strings.Compare(a.name, b.name))
}
