package main

import (
	"fmt"
	"strconv"
)

type Doc struct {
	text    string
	version int
}
type Command interface {
	Do(Doc) Doc
	Name() string
}
type Insert struct {
	At   int
	Text string
}
type Delete struct{ From, To int }
type Group []Command

func (c Insert) Do(d Doc) Doc {
	d.text = d.text[:c.At] + c.Text + d.text[c.At:]
	d.version++
	return d
}
func (c Insert) Name() string { return "insert " + strconv.Quote(c.Text) }
func (c Delete) Do(d Doc) Doc {
	d.text = d.text[:c.From] + d.text[c.To:]
	d.version++
	return d
}
func (c Delete) Name() string { return fmt.Sprintf("delete %d..%d", c.From, c.To) }
func (g Group) Do(d Doc) Doc {
	for _, c := range g {
		d = c.Do(d)
	}
	return d
}
func (g Group) Name() string { return fmt.Sprintf("group of %d", len(g)) }

type History struct {
	states []Doc
	cur    int
}

func (h *History) Apply(c Command) {
	h.states = append(h.states[:h.cur+1:h.cur+1], c.Do(h.states[h.cur]))
	h.cur++
	fmt.Printf("%-16s %+v\n", c.Name(), h.states[h.cur])
}
func (h *History) Undo() Doc { h.cur = max(0, h.cur-1); return h.states[h.cur] }
func (h *History) Redo() Doc { h.cur = min(len(h.states)-1, h.cur+1); return h.states[h.cur] }
func main() {
	h := &History{states: []Doc{{}}}
	h.Apply(Insert{0, "world"})
	h.Apply(Group{Insert{0, "hello "}, Insert{11, "!"}})
	h.Apply(Delete{0, 6})
	fmt.Println(h.Undo(), h.Undo(), h.Redo())
	h.Apply(Insert{5, "?"})
	fmt.Println(h.Redo(), len(h.states), h.states[0] == Doc{})
}

// Output:
// insert "world"   {text:world version:1}
// group of 2       {text:hello world! version:3}
// delete 0..6      {text:world! version:4}
// {hello world! 3} {world 1} {hello world! 3}
// insert "?"       {text:hello? world! version:4}
// {hello? world! 4} 4 true
