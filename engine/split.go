package engine

import (
	"math"
	"math/rand/v2"
	"slices"
)

// The streams of random numbers that a seed gives rise to.
const (
	streamSplit = 0x5eed_0001 + iota
	streamEpoch
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

// epochOrder is the order of the n training rows in an epoch, as the batches
// that the step reads: batch rows each. The last is filled up with rows of the
// epoch's beginning, written as -row-1, which count nothing.
func epochOrder(n, batch int, seed int64, epoch int) [][]int32 {
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	random(seed, streamEpoch, uint64(epoch)).Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	for i := 0; len(order)%batch != 0; i++ {
		order = append(order, -order[i%n]-1)
	}
	var batches [][]int32
	for len(order) > 0 {
		batches = append(batches, order[:batch:batch])
		order = order[batch:]
	}
	return batches
}
