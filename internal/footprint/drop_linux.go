package footprint

import "golang.org/x/sys/unix"

func drop(m mapping) {
	_, _, _ = unix.Syscall(unix.SYS_MADVISE, m.start, m.end-m.start, unix.MADV_DONTNEED) // advice
}
