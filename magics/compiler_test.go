package magics_test

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/magics"
)

// A compiler stands for the native tier, whose own tests compile: this one reads
// the names that a cell declares and has one module to give.
type compiler struct{}

func (compiler) Compile(_ context.Context, source string) (magics.Compiled, error) {
	f, err := parser.ParseFile(token.NewFileSet(), "", "package native\n"+source, 0)
	if err != nil {
		return magics.Compiled{}, err
	}
	made := magics.Compiled{Took: time.Second}
	for name := range f.Scope.Objects {
		made.Names = append(made.Names, name)
	}
	slices.Sort(made.Names)
	for _, id := range f.Unresolved {
		switch {
		case id.Name == "y":
			return made, errors.New("undefined: y")
		case ast.IsExported(id.Name):
			made.Moved = append(made.Moved, id.Name)
		}
	}
	return made, nil
}

func (compiler) Fetch(_ context.Context, module string, packages []string) (modules, paths []string, err error) {
	switch {
	case module == "":
		return nil, nil, nil
	case strings.Contains(module, "none"):
		return nil, nil, errors.New("get " + module + ": not found")
	}
	path, _, _ := strings.Cut(module, "@")
	for _, p := range packages {
		paths = append(paths, path+"/"+p)
	}
	if len(packages) == 0 {
		paths = []string{path}
	}
	return []string{module}, paths, nil
}
