package main

import "fmt"

type Ball struct{ hits int }

func player(name string, table chan *Ball, limit int, done chan<- string) {
	for ball := range table {
		ball.hits++
		if ball.hits >= limit {
			done <- fmt.Sprintf("%s ends after %d", name, ball.hits)
			return
		}
		table <- ball
	}
}
func main() {
	table, done := make(chan *Ball), make(chan string)
	go player("solo", table, 7, done)
	ball := new(Ball)
	table <- ball
	go func() {
		for b := range table {
			b.hits++
			table <- b
		}
	}()
	fmt.Println(<-done)
	fmt.Println(ball.hits)
}

// Output:
// solo ends after 7
// 7
