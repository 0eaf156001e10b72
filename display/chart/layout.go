package chart

import "slices"

// layout puts the nodes into layers from left to right (longest path from a
// source), and orders each layer by the mean place of its neighbours, so that
// few edges cross (Sugiyama, Tagawa and Toda 1981). It gives indices of nodes.
func layout(o GraphOptions) [][]int {
	index := map[string]int{}
	for i, n := range o.Nodes {
		index[n.ID] = i
	}
	before, after := make([][]int, len(o.Nodes)), make([][]int, len(o.Nodes))
	for _, e := range o.Edges {
		from, ok := index[e.From]
		to, ok2 := index[e.To]
		if ok && ok2 && from != to && !slices.Contains(after[from], to) {
			after[from], before[to] = append(after[from], to), append(before[to], from)
		}
	}
	depth := depths(before)
	var layers [][]int
	for i, d := range depth {
		for len(layers) <= d {
			layers = append(layers, nil)
		}
		layers[d] = append(layers[d], i)
	}
	for range 4 {
		for d := 1; d < len(layers); d++ {
			order(layers[d], before, places(layers))
		}
		for d := len(layers) - 2; d >= 0; d-- {
			order(layers[d], after, places(layers))
		}
	}
	return layers
}

// depths is the longest path to each node. An edge that closes a cycle does not
// count.
func depths(before [][]int) []int {
	depth, state := make([]int, len(before)), make([]int, len(before))
	var visit func(i int) int
	visit = func(i int) int {
		const open, done = 1, 2
		if state[i] == done {
			return depth[i]
		}
		state[i] = open
		for _, p := range before[i] {
			if state[p] != open {
				depth[i] = max(depth[i], visit(p)+1)
			}
		}
		state[i] = done
		return depth[i]
	}
	for i := range before {
		visit(i)
	}
	return depth
}

// places is where each node stands in its layer, from -0.5 to 0.5.
func places(layers [][]int) map[int]float64 {
	out := map[int]float64{}
	for _, layer := range layers {
		for k, i := range layer {
			out[i] = (float64(k)+0.5)/float64(len(layer)) - 0.5
		}
	}
	return out
}

func order(layer []int, near [][]int, place map[int]float64) {
	weight := map[int]float64{}
	for _, i := range layer {
		weight[i] = place[i]
		if len(near[i]) == 0 {
			continue
		}
		sum := 0.0
		for _, j := range near[i] {
			sum += place[j]
		}
		weight[i] = sum / float64(len(near[i]))
	}
	slices.SortStableFunc(layer, func(a, b int) int {
		switch {
		case weight[a] < weight[b]:
			return -1
		case weight[a] > weight[b]:
			return 1
		}
		return 0
	})
}
