package orphan

import (
	"bytes"
	"os"
	"strconv"
)

// marked is the processes that carry the mark, without this one and the dead.
func marked(mark string) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	want := []byte(Variable + "=" + mark + "\x00")
	var pids []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		env, err := os.ReadFile("/proc/" + e.Name() + "/environ")
		if err != nil || !bytes.Contains(env, want) || isZombie(e.Name()) {
			continue
		}
		pids = append(pids, pid)
	}
	return pids
}

func isZombie(pid string) bool {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return true
	}
	i := bytes.LastIndex(stat, []byte(") ")) // the name before it may hold anything
	return i >= 0 && i+2 < len(stat) && stat[i+2] == 'Z'
}
