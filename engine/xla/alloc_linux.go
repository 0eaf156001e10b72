//go:build linux && cgo

package xla

// #include <malloc.h>
// #include <dlfcn.h>
// #include <stdlib.h>
//
// #ifdef __GLIBC__
// static int keep(int param, int value) { return mallopt(param, value); }
// static int trim_threshold(void) { return M_TRIM_THRESHOLD; }
// static int mmap_threshold(void) { return M_MMAP_THRESHOLD; }
// #else
// static int keep(int param, int value) { return 0; }
// static int trim_threshold(void) { return 0; }
// static int mmap_threshold(void) { return 0; }
// #endif
//
// static int loadable(const char *name) {
//   void *h = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
//   if (!h) return 0;
//   dlclose(h);
//   return 1;
// }
import "C"

import (
	"os"
	"unsafe"
)

// keepMemory makes glibc hold on to freed memory. XLA allocates its temporaries
// afresh at each step; with the defaults every step gives its pages back and
// faults them in again, which costs more than the arithmetic of a small model.
// A person's own settings in the environment are left as they are.
func keepMemory() {
	const most, old = 1<<31 - 1, 32 << 20 // glibc before 2.35 refuses mmap thresholds above 32 MiB
	if os.Getenv("MALLOC_TRIM_THRESHOLD_") == "" {
		C.keep(C.trim_threshold(), most)
	}
	if os.Getenv("MALLOC_MMAP_THRESHOLD_") == "" && C.keep(C.mmap_threshold(), most) == 0 {
		C.keep(C.mmap_threshold(), old)
	}
}

// loadable tells whether the dynamic linker finds the library.
func loadable(library string) bool {
	name := C.CString(library)
	defer C.free(unsafe.Pointer(name))
	return C.loadable(name) == 1
}
