package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

type Category uint8

const (
	Tool Category = iota + 1
	Toy
)

func (c Category) String() string {
	switch c {
	case Tool:
		return "tool"
	case Toy:
		return "toy"
	}
	return fmt.Sprintf("Category(%d)", uint8(c))
}

type Item struct {
	SKU   string
	Cat   Category
	Qty   int
	Cents int64
}
type Inventory struct {
	items map[string]*Item
	log   strings.Builder
}

func (inv *Inventory) Add(items ...Item) *Inventory {
	if inv.items == nil {
		inv.items = map[string]*Item{}
	}
	for _, it := range items {
		if old, ok := inv.items[it.SKU]; ok {
			old.Qty += it.Qty
			fmt.Fprintf(&inv.log, "merged %s; ", it.SKU)
			continue
		}
		inv.items[it.SKU] = &it
	}
	return inv
}
func (inv *Inventory) By(key func(*Item) string) map[string]int64 {
	out := map[string]int64{}
	for _, it := range inv.items {
		out[key(it)] += int64(it.Qty) * it.Cents
	}
	return out
}
func main() {
	// In [2]
	var inv Inventory
	inv.Add(Item{"h1", Tool, 2, 1999}, Item{"t1", Toy, 10, 250}).Add(Item{"h1", Tool, 1, 0}, Item{"x", 9, 1, 1})
	by := inv.By(func(i *Item) string { return i.Cat.String() })
	for _, k := range slices.Sorted(maps.Keys(by)) {
		fmt.Printf("%-12s %6.2f\n", k, float64(by[k])/100)
	}
	fmt.Println(inv.log.String(), *inv.items["h1"], inv.items["x"].Cat)
	fmt.Printf("%v %+v %d\n", *inv.items["t1"], *inv.items["t1"], inv.items["t1"].Cat)
}

// Output:
// Category(9)    0.01
// tool          59.97
// toy           25.00
// merged h1;  {h1 tool 3 1999} Category(9)
// {t1 toy 10 250} {SKU:t1 Cat:toy Qty:10 Cents:250} 2
