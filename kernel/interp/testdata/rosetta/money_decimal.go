package main

import (
	"errors"
	"fmt"
)

type Money struct {
	amount int64
	cur    Currency
}
type Currency string

const (
	EUR Currency = "EUR"
	USD Currency = "USD"
)

var ErrCurrency = errors.New("currency mismatch")

func Parse(s string) (m Money, err error) {
	var units, cents int64
	var cur string
	if _, err = fmt.Sscanf(s, "%d.%02d %s", &units, &cents, &cur); err != nil {
		return m, fmt.Errorf("money %q: %w", s, err)
	}
	return Money{units*100 + cents, Currency(cur)}, nil
}
func (m Money) Add(o Money) (Money, error) {
	if m.cur != o.cur {
		return Money{}, fmt.Errorf("%v + %v: %w", m, o, ErrCurrency)
	}
	m.amount += o.amount
	return m, nil
}
func (m Money) Split(n int) []Money {
	out := make([]Money, n)
	for i := range out {
		out[i] = Money{m.amount / int64(n), m.cur}
		if int64(i) < m.amount%int64(n) {
			out[i].amount++
		}
	}
	return out
}
func (m Money) String() string { return fmt.Sprintf("%d.%02d %s", m.amount/100, m.amount%100, m.cur) }
func main() {
	a, err := Parse("10.50 EUR")
	fmt.Println(a, err)
	b, _ := Parse("0.01 EUR")
	c, _ := Parse("1.00 USD")
	fmt.Println(a.Add(b))
	_, err = a.Add(c)
	fmt.Println(err, errors.Is(err, ErrCurrency))
	fmt.Println(Money{100, EUR}.Split(3), a == Money{1050, "EUR"}, map[Money]int{a: 1}[Money{1050, EUR}])
	_, err = Parse("abc")
	fmt.Println(err)
}

// Output:
// 10.50 EUR <nil>
// 10.51 EUR <nil>
// 10.50 EUR + 1.00 USD: currency mismatch true
// [0.34 EUR 0.33 EUR 0.33 EUR] true 1
// money "abc": expected integer
