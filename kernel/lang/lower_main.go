package lang

import (
	"go/ast"
	"go/token"
	"go/types"
)

// mainCall runs the cell's func main, when the cell is a program: it declares
// things, and does nothing itself.
func (e *emitter) mainCall() string {
	if !e.u.src.isMain && !declaresOnly(e.u.src.body()) {
		return ""
	}
	for _, en := range e.u.entries {
		if f, ok := en.Obj.(*types.Func); ok && en.recv == nil && en.Name == "main" && f.Signature().Params().Len() == 0 && f.Signature().Results().Len() == 0 {
			return en.Emit + "()\n"
		}
	}
	return ""
}

// declaresOnly says whether statements are declarations of variables.
func declaresOnly(body *ast.BlockStmt) bool {
	if body == nil {
		return true
	}
	for _, st := range body.List {
		if d, ok := st.(*ast.DeclStmt); !ok || d.Decl.(*ast.GenDecl).Tok != token.VAR {
			return false
		}
	}
	return true
}

// initVars sets the variables of a whole program, each after those that it
// depends on.
func (e *emitter) initVars() string {
	if !e.u.src.isMain {
		return ""
	}
	text := ""
	for _, init := range e.info.InitOrder {
		spec := &ast.ValueSpec{Values: []ast.Expr{init.Rhs}}
		for _, v := range init.Lhs {
			id := &ast.Ident{Name: v.Name(), NamePos: v.Pos()}
			e.info.Defs[id] = v
			spec.Names = append(spec.Names, id)
		}
		text += e.note(init.Rhs) + e.varSpec(spec) + "\n"
	}
	return text
}

// initCalls runs the init functions of a whole program, one with a package
// clause; those of other cells are not run by themselves.
func (e *emitter) initCalls() string {
	if !e.u.src.isMain || e.u.src.decls == nil {
		return ""
	}
	calls := ""
	for _, d := range e.u.src.decls.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok || fd.Recv != nil || fd.Name.Name != "init" || fd.Body == nil {
			continue
		}
		f, ok := e.info.Defs[fd.Name].(*types.Func)
		if !ok {
			continue
		}
		name := e.fresh("init")
		e.function(fd, f.Signature(), name, "init", nil)
		calls += name + "()\n"
	}
	return calls
}
