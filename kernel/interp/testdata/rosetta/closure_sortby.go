package main

import (
	"fmt"
	"sort"
)

type Person struct {
	Name string
	Age  int
}
type By func(a, b *Person) bool

type sorter struct {
	people []Person
	by     By
}

func (s *sorter) Len() int           { return len(s.people) }
func (s *sorter) Swap(i, j int)      { s.people[i], s.people[j] = s.people[j], s.people[i] }
func (s *sorter) Less(i, j int) bool { return s.by(&s.people[i], &s.people[j]) }
func (by By) Sort(people []Person)   { sort.Sort(&sorter{people, by}) }
func main() {
	people := []Person{{"Bob", 31}, {"Ann", 42}, {"Cid", 17}}
	By(func(a, b *Person) bool { return a.Name < b.Name }).Sort(people)
	fmt.Println(people)
	byAge := func(a, b *Person) bool { return a.Age < b.Age }
	By(byAge).Sort(people)
	fmt.Println(people)
	not := func(by By) By { return func(a, b *Person) bool { return by(b, a) } }
	not(byAge).Sort(people)
	fmt.Printf("%+v\n", people)
}

// Output:
// [{Ann 42} {Bob 31} {Cid 17}]
// [{Cid 17} {Bob 31} {Ann 42}]
// [{Name:Ann Age:42} {Name:Bob Age:31} {Name:Cid Age:17}]
