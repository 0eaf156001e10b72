package native

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

// host is what this binary was built from, and how: a plugin must be built the
// same way to be loaded into it.
type host struct {
	id       string // differs when the binary does
	main     string // path of the main module
	settings map[string]string
	versions map[string]string // of the modules that are linked in
	sums     map[string]string
}

func thisHost() host {
	h := host{settings: map[string]string{}, versions: map[string]string{}, sums: map[string]string{}}
	if info, ok := debug.ReadBuildInfo(); ok {
		h.main = info.Main.Path
		for _, s := range info.Settings {
			h.settings[s.Key] = s.Value
		}
		for _, m := range info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			h.versions[m.Path], h.sums[m.Path] = m.Version, m.Sum
		}
	}
	h.id = executableID()
	return h
}

// buildIDMark opens the build ID in the first bytes of a Go binary, in its
// note or before its text.
var buildIDMark = []byte("Go\x00\x00")

// executableID is the build ID of this binary; where it has none that can be
// found, the hash of the whole file.
func executableID() string {
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	head := make([]byte, 64<<10)
	n, _ := io.ReadFull(f, head)
	head = head[:n]
	for {
		i := bytes.Index(head, buildIDMark)
		if i < 0 {
			break
		}
		head = head[i+len(buildIDMark):]
		id, _, _ := bytes.Cut(head, []byte{0})
		if s := string(id); strings.Count(s, "/") == 3 && len(s) > 40 {
			return s
		}
	}
	h := sha256.New()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return ""
	}
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}

// flags are the build flags of the binary that change what is compiled.
func (h host) flags() []string {
	var flags []string
	for _, key := range []string{"-tags", "-gcflags", "-asmflags"} {
		if v := h.settings[key]; v != "" {
			flags = append(flags, key+"="+v)
		}
	}
	for _, key := range []string{"-trimpath", "-race", "-msan", "-asan"} {
		if h.settings[key] == "true" {
			flags = append(flags, key)
		}
	}
	return flags
}

// env is the environment of the binary's build.
func (h host) env() []string {
	env := []string{"GOFLAGS=", "GOWORK=off", "CGO_ENABLED=1", "GOOS=" + runtime.GOOS, "GOARCH=" + runtime.GOARCH}
	for key, v := range h.settings {
		switch key {
		case "GOAMD64", "GOARM64", "GOARM", "GO386", "GOPPC64", "GORISCV64", "GOEXPERIMENT", "GOFIPS140":
			env = append(env, key+"="+v)
		}
	}
	return env
}
