package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
)

//go:embed mlflow.py
var script []byte

// mlflow fills the column of MLflow by its own client, synchronous, on SQLite.
func mlflow(ctx context.Context, python, dir string, search bool) (map[string]float64, error) {
	args := []string{"-c", string(script), dir}
	if search {
		args = append(args, "search")
	}
	cmd := exec.CommandContext(ctx, python, args...)
	cmd.Stderr = os.Stderr
	data, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("run mlflow with %s: %w", python, err)
	}
	var out map[string]float64
	if err := json.Unmarshal(data, &out); err != nil {
		return nil, fmt.Errorf("read the figures of mlflow: %w", err)
	}
	return out, nil
}
