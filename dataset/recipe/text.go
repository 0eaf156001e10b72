package recipe

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
)

// token is a word of two letters or digits or more, as scikit-learn's
// vectorizers take it.
var token = regexp.MustCompile(`[\p{L}\p{N}_]{2,}`)

// grams are the words of a text in lower case, and the runs of up to n of them.
func grams(s string, n int) []string {
	words := token.FindAllString(strings.ToLower(s), -1)
	out := slices.Clone(words)
	for size := 2; size <= n; size++ {
		for i := 0; i+size <= len(words); i++ {
			out = append(out, strings.Join(words[i:i+size], " "))
		}
	}
	return out
}

const maxWords = 1000

// fitText learns the words, in alphabetical order, and their smoothed inverse
// document frequencies ln((1+n)/(1+df))+1.
func fitText(c *call) error {
	if c.Method == "hash" {
		return nil
	}
	for i := range c.Learned {
		l := &c.Learned[i]
		col, err := c.read(*l)
		if err != nil {
			return err
		}
		documents, _ := texts(col)
		df := map[string]int{}
		var all []string
		for _, d := range documents {
			words := grams(d, cmp.Or(c.Ngrams, 1))
			all = append(all, words...)
			slices.Sort(words)
			for _, w := range slices.Compact(words) {
				df[w]++
			}
		}
		l.Words = ranked(all, make([]bool, len(all)))
		if len(l.Words) == 0 {
			return hint.New(fmt.Errorf("column %q: no training row has a word", l.Column), "put `drop "+l.Column+"` in place of this step")
		}
		l.Words = l.Words[:min(len(l.Words), cmp.Or(c.Max, maxWords))]
		slices.Sort(l.Words)
		for _, w := range l.Words {
			l.Weights = append(l.Weights, math.Log(float64(1+len(documents))/float64(1+df[w]))+1)
		}
	}
	return nil
}

func applyText(c *call) error {
	for _, l := range c.Learned {
		col, err := c.read(l)
		if err != nil {
			return err
		}
		documents, _ := texts(col)
		if c.Method == "hash" {
			n := cmp.Or(c.Bins, hashColumns)
			columns := zeros(n, len(documents))
			for i, d := range documents {
				for _, w := range grams(d, cmp.Or(c.Ngrams, 1)) {
					k, sign := bucket(w, n)
					columns[k][i] += sign
				}
			}
			c.putMany(l.Column, columns)
			continue
		}
		columns := l.tfidf(documents, cmp.Or(c.Ngrams, 1))
		for k, w := range l.Words {
			c.f.put(numberColumn(l.Column+":"+w, columns[k]), l.Column)
		}
		c.f.drop(l.Column)
	}
	return nil
}

// tfidf has rows of length 1, or 0 where no word is known.
func (l Learned) tfidf(documents []string, n int) [][]float64 {
	index := map[string]int{}
	for k, w := range l.Words {
		index[w] = k
	}
	columns := zeros(len(l.Words), len(documents))
	for i, d := range documents {
		for _, w := range grams(d, n) {
			if k, ok := index[w]; ok {
				columns[k][i] += l.Weights[k]
			}
		}
		norm := 0.0
		for k := range columns {
			norm += columns[k][i] * columns[k][i]
		}
		for k := range columns {
			if columns[k][i] != 0 {
				columns[k][i] /= math.Sqrt(norm)
			}
		}
	}
	return columns
}
