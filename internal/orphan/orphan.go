// Package orphan finds and ends the processes that a worker's cells started,
// wherever they have got to: each inherits a mark in its environment. It knows
// no kernel and no cells.
package orphan

import "os"

// Variable is the environment variable that holds the mark.
const Variable = "CELLAR_WORKER"

// End kills every process that carries the mark, but not this one, and those
// they start meanwhile. An empty mark is nobody's. Where the system does not
// show other processes' environments, it does nothing.
func End(mark string) {
	if mark == "" {
		return
	}
	for range 3 { // a process may fork while we look
		pids := marked(mark)
		if len(pids) == 0 {
			return
		}
		for _, pid := range pids {
			if p, err := os.FindProcess(pid); err == nil {
				_ = p.Kill() // it may have ended by itself
			}
		}
	}
}
