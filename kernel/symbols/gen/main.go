// Command gen writes what kernel/symbols serves: for every importable package
// the interpreter's symbol table, the types, the doc text and, for generic
// packages, the source. It needs the Go toolchain; the kernel does not.
//
//	go run ./kernel/symbols/gen            every set
//	go run ./kernel/symbols/gen own        one set
//
// Nothing in its output depends on the machine or the time, so two runs with
// one toolchain and one go.mod give the same bytes.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"

	"github.com/cellar-ml/cellar/kernel/symbols/gen/extract"
)

func main() {
	log.SetFlags(0)
	if err := run(os.Args[1:]); err != nil {
		log.Fatal("gen: ", err)
	}
}

func run(names []string) error {
	root, err := extract.Root()
	if err != nil {
		return err
	}
	for _, set := range extract.Sets() {
		if len(names) > 0 && !slices.Contains(names, set.Name) {
			continue
		}
		files, err := extract.Generate(set)
		if err != nil {
			return fmt.Errorf("set %s: %w", set.Name, err)
		}
		dir := filepath.Join(root, "kernel", "symbols", set.Name)
		if err := extract.Write(dir, files); err != nil {
			return err
		}
		log.Printf("%s: %d files", set.Name, len(files))
	}
	return nil
}
