package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// enter begins a function and its line variable.
func (e *emitter) enter(name string, cell Cell, results *types.Tuple, named bool) *function {
	f := &function{index: len(e.prog.Funcs), lineVar: e.fresh("line"), results: results, named: named, outer: e.fn}
	e.prog.Funcs = append(e.prog.Funcs, FuncInfo{Name: name, Cell: cell})
	e.vars = append(e.vars, f.lineVar)
	e.fn = f
	return f
}

func (e *emitter) leave(f *function) { e.fn = f.outer }

// entry is the check with which each function begins; its line is where the
// interpreter says a panic passed through.
func (e *emitter) entry() string {
	return entryMark(e.fn.index) + "if stopǃ { rtǃ.Intr() }\n"
}

// entryOf is the entry of a function, which takes note of being deferred when it
// recovers.
func (e *emitter) entryOf(body *ast.BlockStmt) string {
	if body == nil || !e.recovers(body) {
		return e.entry()
	}
	e.fn.deferredVar = e.local("deferred")
	return fmt.Sprintf("%svar %s int\nif stopǃ { %s = rtǃ.Entered() }\n", entryMark(e.fn.index), e.fn.deferredVar, e.fn.deferredVar)
}

func entryMark(index int) string { return "\x03" + strconv.Itoa(index) + "\x04" }

// function lowers a declared function or method. A method is a function that
// takes its receiver first, which calls of a known type use, and a method that
// calls it, for interfaces.
func (e *emitter) function(d *ast.FuncDecl, sig *types.Signature, emit, shown string, en *Entry) {
	f := e.enter(shown, e.cellAt(d.Pos()), e.subst(sig.Results()).(*types.Tuple), namedResults(d.Type))
	defer e.leave(f)
	sig = e.subst(sig).(*types.Signature)
	e.frame(d.Body)
	head, args := e.params(d.Type, sig)
	recv, recvName := "", ""
	if d.Recv != nil {
		recvName = "recvǃ"
		if names := d.Recv.List[0].Names; len(names) > 0 && names[0].Name != "_" {
			recvName = e.localVar(e.info.Defs[names[0]])
		}
		recv = recvName + " " + e.typ(e.typeOf(d.Recv.List[0].Type))
		if en == nil || en.replaces == nil {
			emit = methodFunc(emit, d.Name.Name)
			e.registerMethod(d, sig, emit)
		}
		if len(args) > 0 {
			recv += ", "
		}
	}
	first := e.entryOf(d.Body) + e.resultDecls(d.Type, sig)
	if en != nil {
		first = entryMark(f.index) + e.forwarding(en, d, sig, recvName, args) + strings.TrimPrefix(first, entryMark(f.index))
	}
	e.decl(fmt.Sprintf("%sfunc %s(%s%s {\n%s%s}\n", mark(d.Pos()), emit, recv, head[1:], first, e.framed(e.stmts(d.Body.List))))
}

// methodFunc is the name of the function that a method of a type is.
func methodFunc(typ, method string) string { return typ + "ǃ" + method }

// registerMethod tells the host of a method: a function that takes a pointer to
// the receiver first.
func (e *emitter) registerMethod(d *ast.FuncDecl, sig *types.Signature, f string) {
	t := types.Unalias(e.typeOf(d.Recv.List[0].Type))
	recv := "pǃ"
	if p, isPtr := t.(*types.Pointer); isPtr {
		t = types.Unalias(p.Elem())
	} else {
		recv = "*pǃ"
	}
	params, args := e.paramList(sig, "a")
	ret := ""
	if sig.Results().Len() > 0 {
		ret = "return "
	}
	e.setup = append(e.setup, fmt.Sprintf("rtǃ.Code(%d, %q, func(%s)%s { %s%s(%s) })",
		e.s.typeID(t), d.Name.Name, joinList("pǃ *"+e.typ(t), params), e.results(sig.Results()), ret, f, joinList(recv, args)))
}

// forwarding lets a later generation of a function take over its callers.
func (e *emitter) forwarding(en *Entry, d *ast.FuncDecl, sig *types.Signature, recvName string, args []string) string {
	en.passes = e.fresh(d.Name.Name + "ǃpasses")
	var params []string
	if recvName != "" {
		params = append(params, e.typ(e.typeOf(d.Recv.List[0].Type)))
		args = append([]string{recvName}, args...)
	}
	for i := range sig.Params().Len() {
		params = append(params, e.paramType(sig, i))
	}
	e.decl(fmt.Sprintf("var %s bool", en.passes))
	if old := e.before(en); old != nil {
		en.forward = old.forward
	} else {
		en.forward = e.fresh(d.Name.Name + "ǃnext")
		e.decl(fmt.Sprintf("var %s func(%s)%s", en.forward, strings.Join(params, ", "), e.results(sig.Results())))
	}
	_, line, _ := e.s.Position(d.Pos())
	at := fmt.Sprintf("%s = %d; ", e.fn.lineVar, line)
	call := fmt.Sprintf("%s(%s)", en.forward, strings.Join(args, ", "))
	if sig.Results().Len() > 0 {
		return fmt.Sprintf("if %s { %sreturn %s }\n", en.passes, at, call)
	}
	return fmt.Sprintf("if %s { %s%s; return }\n", en.passes, at, call)
}

// params writes the parameters and results of a function, every parameter with
// a name; args are those names as arguments.
func (e *emitter) params(t *ast.FuncType, sig *types.Signature) (head string, args []string) {
	var ps []string
	i := 0
	for _, field := range t.Params.List {
		names := field.Names
		if len(names) == 0 {
			names = []*ast.Ident{nil}
		}
		for _, id := range names {
			n := "pǃ" + strconv.Itoa(i)
			if id != nil && id.Name != "_" {
				n = e.localVar(e.info.Defs[id])
			}
			ps = append(ps, n+" "+e.paramType(sig, i))
			if sig.Variadic() && i == sig.Params().Len()-1 {
				n += "..."
			}
			args = append(args, n)
			i++
		}
	}
	head = "(" + strings.Join(ps, ", ") + ")"
	return head + e.results(sig.Results()), args
}

// resultVars declares the named results, or those that deferred functions reach,
// as variables: in the interpreter a named result is the variable of the caller
// that the call is assigned to, with what that holds.
func (e *emitter) resultDecls(t *ast.FuncType, sig *types.Signature) string {
	f := e.fn
	f.names = nil
	if t == nil || t.Results == nil || !namedResults(t) && f.deferVar == "" {
		return ""
	}
	var b strings.Builder
	add := func(n string) {
		fmt.Fprintf(&b, "var %s %s\n", n, e.typ(sig.Results().At(len(f.names)).Type()))
		f.names = append(f.names, n)
	}
	for _, field := range t.Results.List {
		for k := range max(1, len(field.Names)) {
			if len(field.Names) > 0 && field.Names[k].Name != "_" {
				add(e.localVar(e.info.Defs[field.Names[k]]))
			} else {
				add("rǃ" + strconv.Itoa(len(f.names)))
			}
		}
	}
	return b.String()
}

func (e *emitter) stmts(list []ast.Stmt) string {
	var b strings.Builder
	for _, s := range list {
		b.WriteString(e.stmt(s, ""))
	}
	return b.String()
}

// clause lowers the body of a case: what has labels in a block of its own, as the
// interpreter finds no label among the statements of a case.
func (e *emitter) clause(list []ast.Stmt) string {
	labels := false
	for _, s := range list {
		_, ok := s.(*ast.LabeledStmt)
		labels = labels || ok
	}
	if !labels {
		return e.stmts(list)
	}
	last := len(list) - 1
	if b, ok := list[last].(*ast.BranchStmt); ok && b.Tok == token.FALLTHROUGH {
		return "{\n" + e.stmts(list[:last]) + "}\n" + e.stmts(list[last:])
	}
	return "{\n" + e.stmts(list) + "}\n"
}

// lowerResult hands the value of the last expression to the host.
func (e *emitter) lowerResult(x ast.Expr) string {
	tv := e.info.Types[x]
	if tv.IsVoid() {
		return e.stmt(&ast.ExprStmt{X: x}, "")
	}
	t := tv.Type
	if e.isPrint(x) {
		return e.stmt(&ast.ExprStmt{X: x}, "")
	}
	if tu, ok := t.(*types.Tuple); ok {
		return e.lowerTuple(x, tu)
	}
	if b, ok := t.(*types.Basic); ok && b.Kind() == types.UntypedNil {
		e.prog.Results = []types.Type{t}
		return "rtǃ.Result(nil)\n"
	}
	t = types.Default(t)
	e.prog.Results = []types.Type{t}
	v := e.local("v")
	return e.note(x) + fmt.Sprintf("var %s %s = %s\n", v, e.typ(t), e.expr(x)) + e.show(v, t)
}

// isPrint says whether x prints: nobody wants to see how many bytes it wrote.
func (e *emitter) isPrint(x ast.Expr) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	f, ok := e.info.Uses[sel.Sel].(*types.Func)
	return ok && f.Pkg() != nil && f.Pkg().Path() == "fmt" && strings.Contains(f.Name(), "rint") && !strings.HasPrefix(f.Name(), "S")
}

func (e *emitter) lowerTuple(x ast.Expr, tu *types.Tuple) string {
	var names []string
	show := ""
	for v := range tu.Variables() {
		n := e.local("v")
		names = append(names, n)
		e.prog.Results = append(e.prog.Results, v.Type())
		show += e.show(n, v.Type())
	}
	if len(names) == 0 {
		return e.stmt(&ast.ExprStmt{X: x}, "")
	}
	return e.note(x) + strings.Join(names, ", ") + " := " + e.expr(x) + "\n" + show
}

// show hands one value to the host.
func (e *emitter) show(v string, t types.Type) string {
	return "rtǃ.Result(" + e.asType(v, t, anyType) + ")\n"
}
