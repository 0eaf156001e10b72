package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
)

type counter struct{ funcs, calls, lits int }

func (c *counter) Visit(n ast.Node) ast.Visitor {
	switch n := n.(type) {
	case nil:
		return nil
	case *ast.FuncDecl:
		c.funcs++
		if n.Name.Name == "skip" {
			return nil
		}
	case *ast.CallExpr:
		c.calls++
	case *ast.BasicLit:
		c.lits++
	}
	return c
}
func main() {
	src := "package p\nfunc a() int { return f(1, g(2)) }\nfunc skip() { f(3) }\n"
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", src, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	c := &counter{}
	ast.Walk(c, f)
	fmt.Printf("%+v\n", *c)
	ast.Inspect(f, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			fmt.Print(id.Name, "@", fset.Position(id.Pos()).Line, " ")
		}
		return true
	})
	fmt.Println()
	_, err = parser.ParseExpr("1 +")
	fmt.Println(err)
}

// Output:
// {funcs:2 calls:2 lits:2}
// p@1 a@2 int@2 f@2 g@2 skip@3 f@3
// 1:4: expected operand, found 'EOF'
