package main

import (
	"fmt"
	"strings"
)

type Query struct {
	table  string
	cols   []string
	wheres []cond
	order  string
	limit  *int
}
type cond struct {
	expr string
	args []any
}

func From(t string) *Query                       { return &Query{table: t} }
func (q *Query) Select(c ...string) *Query       { q.cols = append(q.cols, c...); return q }
func (q *Query) Where(e string, a ...any) *Query { q.wheres = append(q.wheres, cond{e, a}); return q }
func (q *Query) OrderBy(o string) *Query         { q.order = o; return q }
func (q *Query) Limit(n int) *Query              { q.limit = &n; return q }
func (q Query) Build() (sql string, args []any) {
	cols := "*"
	if len(q.cols) > 0 {
		cols = strings.Join(q.cols, ", ")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "SELECT %s FROM %s", cols, q.table)
	for i, w := range q.wheres {
		b.WriteString([]string{" AND ", " WHERE "}[map[bool]int{true: 1}[i == 0]])
		n := len(args)
		b.WriteString(strings.ReplaceAll(w.expr, "?", fmt.Sprint("$", n+1)))
		args = append(args, w.args...)
	}
	if q.order != "" {
		b.WriteString(" ORDER BY " + q.order)
	}
	if q.limit != nil {
		fmt.Fprintf(&b, " LIMIT %d", *q.limit)
	}
	return b.String(), args
}
func main() {
	fmt.Println(From("users").Build())
	fmt.Println(From("runs").Select("id", "loss").Where("loss < ?", 0.5).Where("name = ?", "x").OrderBy("loss").Limit(10).Build())
	base := From("t").Where("a = ?", 1)
	cp := *base
	cp.Where("b = ?", nil)
	_, a1 := base.Build()
	_, a2 := cp.Build()
	fmt.Println(len(a1), len(a2), a2)
}

// Output:
// SELECT * FROM users []
// SELECT id, loss FROM runs WHERE loss < $1 AND name = $2 ORDER BY loss LIMIT 10 [0.5 x]
// 1 2 [1 <nil>]
