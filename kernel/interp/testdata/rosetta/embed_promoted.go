package main

import "fmt"

type Animal interface {
	Name() string
	Sound() string
}
type Base struct{ name string }

func (b Base) Name() string     { return b.name }
func (b *Base) Rename(n string) { b.name = n }
func (b Base) Sound() string    { return "..." }
func (b Base) Describe() string { return b.Name() + " says " + b.Sound() }

type Dog struct {
	Base
	tricks []string
}

func (d Dog) Sound() string { return "woof" }

type Puppy struct {
	*Dog
	age int
}

func (p Puppy) Sound() string { return "yip (" + p.Dog.Sound() + ")" }

// In [2]
func speak(a Animal) string { return fmt.Sprintf("%s: %s", a.Name(), a.Sound()) }
func main() {
	// In [1]
	d := Dog{Base{"rex"}, nil}
	d.Rename("max")
	fmt.Println(d.Describe(), d.Sound(), d.name)
	// In [2]
	p := Puppy{&d, 1}
	p.Rename("tiny")
	for _, a := range []Animal{d, &d, p, &p, Base{"none"}, &p.Base} {
		fmt.Println(speak(a))
	}
	// In [3]
	fmt.Printf("%v %+v\n", d, d)
	fmt.Println(p.Describe(), d.name, p.Dog.Base.name)
	f := p.Rename
	f("again")
	fmt.Println(d.Name(), Dog.Sound(d), (*Base).Name(&d.Base))
}

// Output:
// max says ... woof max
// tiny: woof
// tiny: woof
// tiny: yip (woof)
// tiny: yip (woof)
// none: ...
// tiny: ...
// {{tiny} []} {Base:{name:tiny} tricks:[]}
// tiny says ... tiny tiny
// again woof again
