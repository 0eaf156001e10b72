package main

import (
	"fmt"
	"strings"
)

type Topic string
type Message struct {
	Topic
	Body any
}
type Handler interface{ Handle(Message) }
type HandlerFunc func(Message)

func (f HandlerFunc) Handle(m Message) { f(m) }

type Broker struct{ subs map[Topic][]Handler }

func (b *Broker) On(t Topic, h Handler) { b.subs[t] = append(b.subs[t], h) }
func (b *Broker) Emit(t Topic, body any) (n int) {
	for _, h := range b.subs[t] {
		h.Handle(Message{t, body})
		n++
	}
	return
}

type tally map[Topic]int

func (t tally) Handle(m Message) { t[m.Topic]++ }
func main() {
	b := &Broker{subs: map[Topic][]Handler{}}
	counts := tally{}
	b.On("a", counts)
	b.On("b", counts)
	b.On("a", HandlerFunc(func(m Message) {
		switch v := m.Body.(type) {
		case string:
			fmt.Println(m.Topic, "text", strings.ToUpper(v))
		case []int:
			fmt.Println(m.Topic, "ints", len(v))
		case func() string:
			fmt.Println(m.Topic, "func", v())
		default:
			fmt.Printf("%v %T\n", m.Topic, v)
		}
	}))
	fmt.Println(b.Emit("a", "hi"), b.Emit("a", []int{1}), b.Emit("b", nil), b.Emit("a", func() string { return "f" }), b.Emit("z", 1))
	b.Emit("a", Message{"in", 1})
	fmt.Println(counts, fmt.Sprintf("%v %+v", Message{"t", 2}, Message{"t", "x"}))
}

// Output:
// a text HI
// a ints 1
// a func f
// 2 2 1 2 0
// a main.Message
// map[a:4 b:1] {t 2} {Topic:t Body:x}
