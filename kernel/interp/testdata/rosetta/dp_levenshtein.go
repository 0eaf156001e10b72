package main

import "fmt"

func distance(a, b string) int {
	ra, rb := []rune(a), []rune(b)
	prev := make([]int, len(rb)+1)
	for j := range prev {
		prev[j] = j
	}
	for i, x := range ra {
		cur := make([]int, len(prev))
		cur[0] = i + 1
		for j, y := range rb {
			cost := 1
			if x == y {
				cost = 0
			}
			cur[j+1] = min(prev[j+1]+1, cur[j]+1, prev[j]+cost)
		}
		prev = cur
	}
	return prev[len(rb)]
}
func lcs(a, b string) string {
	t := make([][]int, len(a)+1)
	for i := range t {
		t[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				t[i][j] = t[i+1][j+1] + 1
			} else {
				t[i][j] = max(t[i+1][j], t[i][j+1])
			}
		}
	}
	var out []byte
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			out = append(out, a[i])
			i++
			j++
		case t[i+1][j] >= t[i][j+1]:
			i++
		default:
			j++
		}
	}
	return string(out)
}
func knapsack(weights, values []int, capacity int) (best int, picks []int) {
	dp := make([]int, capacity+1)
	take := make([][]bool, len(weights))
	for i, w := range weights {
		take[i] = make([]bool, capacity+1)
		for c := capacity; c >= w; c-- {
			if v := dp[c-w] + values[i]; v > dp[c] {
				dp[c], take[i][c] = v, true
			}
		}
	}
	for i, c := len(weights)-1, capacity; i >= 0; i-- {
		if take[i][c] {
			picks = append(picks, i)
			c -= weights[i]
		}
	}
	return dp[capacity], picks
}
func main() {
	fmt.Println(distance("kitten", "sitting"), distance("été", "ete"), distance("", "abc"))
	fmt.Println(lcs("AGGTAB", "GXTXAYB"))
	fmt.Println(knapsack([]int{1, 3, 4, 5}, []int{1, 4, 5, 7}, 7))
}

// Output:
// 3 2 3
// GTAB
// 9 [2 1]
