//go:build !linux || !cgo

package xla

func keepMemory() {}

func loadable(string) bool { return false }
