package feed

import "math/rand/v2"

// streamEpoch sets the numbers of the order apart from others of the same seed.
const streamEpoch = 0x5eed_0002

// Batches is the order of n rows in an epoch, cut into batches of batch rows. It
// is a permutation of all n, each as likely as any other: a Fisher-Yates shuffle
// with a PCG generator of seed and epoch, so any epoch's order is found without
// the earlier ones. It takes 4 bytes a row. The last batch is filled up with rows
// of the epoch's beginning, written as -row-1. n is at most 2^31-1.
func Batches(n, batch int, seed int64, epoch int) [][]int32 {
	order := make([]int32, n, Steps(n, batch)*batch)
	for i := range order {
		order[i] = int32(i)
	}
	r := rand.New(rand.NewPCG(uint64(seed), streamEpoch<<32|uint64(epoch)))
	r.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	for i := 0; len(order)%batch != 0; i++ {
		order = append(order, -order[i%n]-1)
	}
	batches := make([][]int32, 0, len(order)/batch)
	for len(order) > 0 {
		batches = append(batches, order[:batch:batch])
		order = order[batch:]
	}
	return batches
}
