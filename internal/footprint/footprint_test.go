package footprint_test

import (
	"bytes"
	"os"
	"strconv"
	"testing"

	"github.com/cellar-ml/cellar/internal/footprint"
)

// resident is the RssFile of this process in kB, 0 where it cannot be known.
func resident(t *testing.T) int {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skipf("needs /proc: %v", err)
	}
	_, after, ok := bytes.Cut(data, []byte("RssFile:"))
	if !ok {
		t.Skip("needs RssFile in /proc/self/status")
	}
	n, err := strconv.Atoi(string(bytes.Fields(after)[0]))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTrim(t *testing.T) {
	before := resident(t)
	footprint.Trim()
	if after := resident(t); after >= before {
		t.Errorf("resident file pages: %d kB after Trim, %d kB before; want fewer", after, before)
	}
}
