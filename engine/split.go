package engine

import (
	"math"
	"math/rand/v2"
	"slices"
)

// The streams of random numbers that a seed gives rise to.
const (
	streamSplit = 0x5eed_0001 + iota
	_           // feed.Batches has the order of an epoch
	streamWeights
)

func random(seed int64, stream, index uint64) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(seed), stream<<32|index))
}

// split holds out a share of rows for validation: of every class alike in a
// classification, and at most all but one row. Both lists keep the table's order.
func split(rows []int, truth Truth, share float64, seed int64) (train, valid []int) {
	if share <= 0 || len(rows) < 2 {
		return rows, nil
	}
	groups := map[int][]int{}
	for _, row := range rows {
		class := 0
		if truth.Class != nil {
			class = truth.Class[row]
		}
		groups[class] = append(groups[class], row)
	}
	classes := make([]int, 0, len(groups))
	for class := range groups {
		classes = append(classes, class)
	}
	slices.Sort(classes)
	r := random(seed, streamSplit, 0)
	for _, class := range classes {
		group := groups[class]
		r.Shuffle(len(group), func(i, j int) { group[i], group[j] = group[j], group[i] })
		n := min(int(math.Round(share*float64(len(group)))), len(group)-1)
		valid = append(valid, group[:n]...)
		train = append(train, group[n:]...)
	}
	slices.Sort(train)
	slices.Sort(valid)
	return train, valid
}
