package main

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed not_applicable.txt known_failures.txt
var tables embed.FS

// readTable reads a table of this folder: a line is the name of a program, a
// tab or blanks, and the reason why it stands there. "#" begins a comment.
func readTable(file string) (map[string]string, error) {
	data, err := tables.ReadFile(file)
	if err != nil {
		return nil, err
	}
	table := map[string]string{}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, reason, _ := strings.Cut(line, " ")
		reason = strings.TrimSpace(reason)
		if reason == "" {
			return nil, fmt.Errorf("%s:%d: %s has no reason", file, n, name)
		}
		if _, twice := table[name]; twice {
			return nil, fmt.Errorf("%s:%d: %s stands there twice", file, n, name)
		}
		table[name] = reason
	}
	return table, nil
}
