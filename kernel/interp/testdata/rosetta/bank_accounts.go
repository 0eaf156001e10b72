package main

import (
	"errors"
	"fmt"
)

type Account interface {
	Deposit(float64) error
	Withdraw(float64) error
	Balance() float64
}
type base struct {
	id      string
	balance float64
	history []Txn
}
type Txn struct {
	Kind   string
	Amount float64
}
type InsufficientFunds struct{ Need, Have float64 }

func (e InsufficientFunds) Error() string { return fmt.Sprintf("need %.2f, have %.2f", e.Need, e.Have) }

var ErrAmount = errors.New("amount must be positive")

func (b *base) Deposit(x float64) error {
	if x <= 0 {
		return ErrAmount
	}
	b.balance += x
	b.history = append(b.history, Txn{"in", x})
	return nil
}
func (b *base) Withdraw(x float64) error {
	if x > b.balance {
		return &InsufficientFunds{x, b.balance}
	}
	b.balance -= x
	b.history = append(b.history, Txn{"out", x})
	return nil
}
func (b *base) Balance() float64 { return b.balance }

// In [2]
type Savings struct {
	*base
	rate float64
}

func (s Savings) Accrue() { s.Deposit(s.balance * s.rate) }

type Credit struct {
	base
	limit float64
}

func (c *Credit) Withdraw(x float64) error {
	if x > c.balance+c.limit {
		return fmt.Errorf("credit %s: %w", c.id, InsufficientFunds{x, c.balance + c.limit})
	}
	c.balance -= x
	return nil
}
func transfer(from, to Account, x float64) error {
	if err := from.Withdraw(x); err != nil {
		return fmt.Errorf("transfer: %w", err)
	}
	return to.Deposit(x)
}
func main() {
	// In [3]
	s := Savings{&base{id: "s"}, 0.1}
	c := &Credit{base: base{id: "c"}, limit: 50}
	fmt.Println(s.Deposit(100), s.Deposit(-1), transfer(s, c, 30))
	s.Accrue()
	fmt.Println(s.Balance(), c.Balance(), s.history, c.history)
	err := transfer(s, c, 1000)
	var p *InsufficientFunds
	fmt.Println(err, errors.As(err, &p), p.Need)
	err = transfer(c, s, 200)
	var v InsufficientFunds
	fmt.Println(err, errors.As(err, &v), v.Have, errors.As(err, &p))
	total := 0.0
	for _, a := range []Account{s, c} {
		total += a.Balance()
	}
	fmt.Println(total)
}

// Output:
// <nil> amount must be positive <nil>
// 77 30 [{in 100} {out 30} {in 7}] [{in 30}]
// transfer: need 1000.00, have 77.00 true 1000
// transfer: credit c: need 200.00, have 80.00 true 80 false
// 107
