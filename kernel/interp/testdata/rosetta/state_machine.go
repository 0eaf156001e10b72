package main

import (
	"fmt"
	"strings"
)

type State int

const (
	Idle State = iota
	Running
	Paused
	Done
)

//go:noinline
func (s State) String() string { return [...]string{"Idle", "Running", "Paused", "Done"}[s] }

type Event string
type Machine struct {
	State
	trans map[State]map[Event]State
	hooks map[State]func(from, to State)
	log   []string
}

func New() *Machine {
	return &Machine{
		trans: map[State]map[Event]State{
			Idle:    {"start": Running},
			Running: {"pause": Paused, "stop": Done},
			Paused:  {"start": Running, "stop": Done},
		},
		hooks: map[State]func(from, to State){},
	}
}
func (m *Machine) On(s State, f func(from, to State)) { m.hooks[s] = f }
func (m *Machine) Fire(e Event) error {
	to, ok := m.trans[m.State][e]
	if !ok {
		return fmt.Errorf("no %q in state %v", e, m.State)
	}
	m.log = append(m.log, fmt.Sprintf("%v->%v", m.State, to))
	if h := m.hooks[to]; h != nil {
		h(m.State, to)
	}
	m.State = to
	return nil
}

// In [2]
type stateFn func(*lexer) stateFn
type lexer struct {
	in  string
	out []string
}

func lexText(l *lexer) stateFn {
	i := strings.IndexByte(l.in, '{')
	if i < 0 {
		l.out = append(l.out, "T:"+l.in)
		return nil
	}
	l.out = append(l.out, "T:"+l.in[:i])
	l.in = l.in[i+1:]
	return lexVar
}
func lexVar(l *lexer) stateFn {
	i := strings.IndexByte(l.in, '}')
	if i < 0 {
		l.out = append(l.out, "unclosed")
		return nil
	}
	l.out = append(l.out, "V:"+l.in[:i])
	l.in = l.in[i+1:]
	return lexText
}
func main() {
	// In [1]
	m := New()
	m.On(Paused, func(from, to State) { fmt.Println("hook", from, to) })
	for _, e := range []Event{"start", "pause", "jump", "start", "stop", "start"} {
		if err := m.Fire(e); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(m.log, m.State, m)
	// In [2]
	l := &lexer{in: "hi {name}, {x"}
	for s := stateFn(lexText); s != nil; {
		s = s(l)
	}
	fmt.Printf("%q\n", l.out)
}

// Output:
// hook Running Paused
// no "jump" in state Paused
// no "start" in state Done
// [Idle->Running Running->Paused Paused->Running Running->Done] Done Done
// ["T:hi " "V:name" "T:, " "unclosed"]
