package main

import (
	"fmt"
	"io"
	"os"
)

type OpCode byte

const (
	PUSH OpCode = iota
	ADD
	MUL
	DUP
	JNZ
	PRINT
	HALT
	SUB
)

//go:generate stringer
func (o OpCode) String() string {
	return [...]string{"PUSH", "ADD", "MUL", "DUP", "JNZ", "PRINT", "HALT", "SUB"}[o]
}

type Instr struct {
	Op  OpCode
	Arg int
}

func (i Instr) String() string {
	if i.Op == PUSH || i.Op == JNZ {
		return fmt.Sprintf("%v %d", i.Op, i.Arg)
	}
	return i.Op.String()
}

type VM struct {
	stack []int
	pc    int
	out   io.Writer
	steps int
}

var exec = map[OpCode]func(*VM, int){
	PUSH:  func(v *VM, n int) { v.stack = append(v.stack, n) },
	ADD:   func(v *VM, _ int) { v.binary(func(a, b int) int { return a + b }) },
	SUB:   func(v *VM, _ int) { v.binary(func(a, b int) int { return a - b }) },
	MUL:   func(v *VM, _ int) { v.binary(func(a, b int) int { return a * b }) },
	DUP:   func(v *VM, _ int) { v.stack = append(v.stack, v.stack[len(v.stack)-1]) },
	PRINT: func(v *VM, _ int) { fmt.Fprint(v.out, v.stack[len(v.stack)-1], " ") },
	JNZ: func(v *VM, to int) {
		if v.stack[len(v.stack)-1] != 0 {
			v.pc = to
		}
	},
}

func (v *VM) binary(f func(a, b int) int) {
	n := len(v.stack)
	v.stack = append(v.stack[:n-2], f(v.stack[n-2], v.stack[n-1]))
}
func (v *VM) Run(prog []Instr) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("pc %d %v: %v", v.pc-1, prog[v.pc-1], r != nil)
		}
	}()
	for v.pc < len(prog) {
		in := prog[v.pc]
		v.pc++
		v.steps++
		if in.Op == HALT {
			return nil
		}
		exec[in.Op](v, in.Arg)
	}
	return io.ErrUnexpectedEOF
}
func main() {
	prog := []Instr{{PUSH, 3}, {PRINT, 0}, {PUSH, 1}, {SUB, 0}, {JNZ, 1}, {HALT, 0}}
	vm := &VM{out: os.Stdout}
	err := vm.Run(prog)
	fmt.Println(err, vm.stack, vm.steps)
	fmt.Println(prog)
	fmt.Println((&VM{}).Run([]Instr{{Op: ADD}}))
	fmt.Println((&VM{}).Run(prog[:1]))
}

// Output:
// 3 2 1 <nil> [0] 14
// [PUSH 3 PRINT PUSH 1 SUB JNZ 1 HALT]
// pc 0 ADD: true
// unexpected EOF
