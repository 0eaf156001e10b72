package kernel_test

import (
	"os"
	"testing"

	"github.com/cellar-ml/cellar/kernel/kerneltest"
)

func TestMain(m *testing.M) {
	if kerneltest.FakeWorker() || kernelProcess() {
		return
	}
	os.Exit(m.Run())
}
