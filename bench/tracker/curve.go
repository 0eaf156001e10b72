package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
)

// size trains a classifier in float32 on the penguins, a batch a step, logs its losses
// with the store's times, and says how large the store is.
func size(ctx context.Context, path string, n int, out map[string]float64) error {
	rows, err := penguins("notebooks/data/penguins.csv")
	if err != nil {
		return err
	}
	s, r, err := open(ctx, path)
	if err != nil {
		return err
	}
	defer s.Close()
	empty, err := os.Stat(path)
	if err != nil {
		return err
	}
	m := model{rand: rand.New(rand.NewPCG(1, 2))}
	for i := range n {
		if err := s.Log(ctx, r.ID, tracker.Point{Metric: "loss", Step: int64(i), Value: float64(m.step(rows))}); err != nil {
			return err
		}
	}
	if err := s.FinishRun(ctx, r.ID, tracker.Finished, ""); err != nil {
		return err
	}
	if err := s.Close(); err != nil { // the log is folded into the file
		return err
	}
	st, err := os.Stat(path)
	out["bytes a point, losses of a training"] = float64(st.Size()-empty.Size()) / float64(n)
	return err
}

// drawing reads a curve as 2,000 buckets.
func drawing(ctx context.Context, path string, n int, out map[string]float64) error {
	s, r, err := open(ctx, path)
	if err != nil {
		return err
	}
	defer s.Close()
	n *= 100
	const call = 100_000
	for i := 0; i < n; i += call {
		pts := make([]tracker.Point, call)
		for j := range pts {
			pts[j] = tracker.Point{Metric: "loss", Step: int64(i + j), Value: float64(rand.Float32())}
		}
		if err := s.Log(ctx, r.ID, pts...); err != nil {
			return err
		}
	}
	return median(out, "draw a curve of 10,000,000 points", func() error {
		list, err := s.Buckets(ctx, r.ID, "loss", 2000)
		if err == nil && (len(list) > 2000 || len(list) < 1000) {
			err = fmt.Errorf("draw: %d buckets", len(list))
		}
		return err
	})
}

const features, classes, batch = 4, 3, 32

type bird struct {
	x     [features]float32
	class int
}

// penguins reads the four measurements, each to mean 0 and deviation 1, and the species.
func penguins(path string) ([]bird, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("run it in the repository's root: %w", err)
	}
	species := map[string]int{}
	var rows []bird
next:
	for _, line := range strings.Split(string(data), "\n")[1:] {
		f := strings.Split(line, ",")
		if len(f) < 2+features {
			continue
		}
		var r bird
		for i := range r.x {
			v, err := strconv.ParseFloat(f[2+i], 32)
			if err != nil {
				continue next
			}
			r.x[i] = float32(v)
		}
		if _, ok := species[f[0]]; !ok {
			species[f[0]] = len(species)
		}
		r.class = species[f[0]]
		rows = append(rows, r)
	}
	for i := range features {
		var sum, squares float64
		for _, r := range rows {
			sum += float64(r.x[i])
			squares += float64(r.x[i]) * float64(r.x[i])
		}
		mean := sum / float64(len(rows))
		dev := math.Sqrt(squares/float64(len(rows)) - mean*mean)
		for j := range rows {
			rows[j].x[i] = float32((float64(rows[j].x[i]) - mean) / dev)
		}
	}
	return rows, nil
}

// A model is softmax regression.
type model struct {
	w    [classes][features + 1]float32
	rand *rand.Rand
}

// step learns from a batch and returns its mean cross-entropy.
func (m *model) step(rows []bird) float32 {
	const rate = 0.01
	var grad [classes][features + 1]float32
	var loss float32
	for range batch {
		r := rows[m.rand.IntN(len(rows))]
		var p [classes]float32
		var sum float32
		for c := range p {
			z := m.w[c][features]
			for i, x := range r.x {
				z += m.w[c][i] * x
			}
			p[c] = float32(math.Exp(float64(z)))
			sum += p[c]
		}
		loss -= float32(math.Log(float64(p[r.class] / sum)))
		for c := range p {
			d := p[c] / sum
			if c == r.class {
				d--
			}
			for i, x := range r.x {
				grad[c][i] += d * x
			}
			grad[c][features] += d
		}
	}
	for c := range grad {
		for i, g := range grad[c] {
			m.w[c][i] -= rate * g / batch
		}
	}
	return loss / batch
}
