package interp

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
)

// large is what one make may take without a look at the machine's memory.
const large = 1 << 30

// checkMemory panics when one object is to have more bytes than the machine has,
// swap included: Go ends the process when the system refuses memory, which no
// program can recover from. Where the machine does not tell, it does nothing.
func checkMemory(what string, bytes int64) {
	if bytes <= large {
		return
	}
	if all := machineMemory(); all > 0 && bytes > all {
		panic(runtimeError(fmt.Sprintf("out of memory: make of a %s of %s, and this machine has %s", what, gigabytes(bytes), gigabytes(all))))
	}
}

func gigabytes(n int64) string { return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30)) }

// machineMemory is the memory and swap of the machine in bytes, 0 when it is not
// known.
func machineMemory() int64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	var all int64
	for sc := bufio.NewScanner(bytes.NewReader(text)); sc.Scan(); {
		var name string
		var kB int64
		if n, _ := fmt.Sscan(sc.Text(), &name, &kB); n == 2 && (name == "MemTotal:" || name == "SwapTotal:") {
			all += kB << 10
		}
	}
	return all
}
