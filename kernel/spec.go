package kernel

import (
	"embed"
	"encoding/json"
	"path"

	"github.com/cellar-ml/cellar/kernel/wire"
)

// Name is the folder of the kernelspec, and what --kernel takes.
const Name = "cellar"

//go:embed spec
var specFiles embed.FS

// Spec is the content of kernel.json for the binary at an absolute path.
func Spec(binary string) []byte {
	type spec struct {
		Argv            []string       `json:"argv"`
		DisplayName     string         `json:"display_name"`
		Language        string         `json:"language"`
		InterruptMode   string         `json:"interrupt_mode"`
		ProtocolVersion string         `json:"kernel_protocol_version"`
		Metadata        map[string]any `json:"metadata"`
	}
	b, err := json.MarshalIndent(spec{
		Argv:            []string{binary, "kernel", "{connection_file}"},
		DisplayName:     "Go (Cellar)",
		Language:        "go",
		InterruptMode:   "message",
		ProtocolVersion: wire.ProtocolVersion,
		Metadata:        map[string]any{"debugger": false},
	}, "", "  ")
	if err != nil {
		panic(err) // strings always encode
	}
	return append(b, '\n')
}

// Logos are the pictures that stand beside kernel.json, by file name.
func Logos() map[string][]byte {
	logos := map[string][]byte{}
	files, err := specFiles.ReadDir("spec")
	if err != nil {
		panic(err) // they are in the binary
	}
	for _, f := range files {
		data, err := specFiles.ReadFile(path.Join("spec", f.Name()))
		if err != nil {
			panic(err)
		}
		logos[f.Name()] = data
	}
	return logos
}
