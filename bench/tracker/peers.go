package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
)

//go:embed mlflow.py
var mlflow string

//go:embed peers.py
var others string

// A peer is another tracker, and what measures it: a script that prints its
// figures by the names of rows, with these arguments.
type peer struct {
	name, script string
	args         []string
}

func peers(dir string, search bool) []peer {
	list := []peer{{"mlflow", mlflow, []string{dir}}}
	if search {
		list[0].args = append(list[0].args, "search")
	}
	for _, name := range []string{"aim", "trackio", "wandb"} {
		list = append(list, peer{name, others, []string{name, dir}})
	}
	return list
}

// measure fills the column of a peer by its own client; nil when Python does not
// have it.
func (p peer) measure(ctx context.Context, python string) (map[string]float64, error) {
	if exec.CommandContext(ctx, python, "-c", "import importlib.util, sys; sys.exit(not importlib.util.find_spec('"+p.name+"'))").Run() != nil {
		return nil, nil
	}
	cmd := exec.CommandContext(ctx, python, append([]string{"-c", p.script}, p.args...)...)
	cmd.Stderr = os.Stderr
	data, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("run %s with %s: %w", p.name, python, err)
	}
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n")) // some print greetings
	var out map[string]float64
	if err := json.Unmarshal(lines[len(lines)-1], &out); err != nil {
		return nil, fmt.Errorf("read the figures of %s: %w", p.name, err)
	}
	return out, nil
}
