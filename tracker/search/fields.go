package search

// Fields are the fields that a query names, each once: those of the order, then
// those of the filter as they come.
func (q Query) Fields() []Field {
	var out []Field
	seen := map[Field]bool{}
	add := func(f Field) {
		if !seen[f] {
			seen[f] = true
			out = append(out, f)
		}
	}
	for _, k := range q.Order {
		add(k.Field)
	}
	var walk func(x Expr)
	walk = func(x Expr) {
		switch x := x.(type) {
		case And:
			for _, part := range x {
				walk(part)
			}
		case Or:
			for _, part := range x {
				walk(part)
			}
		case Not:
			walk(x.X)
		case Compare:
			add(x.Field)
		}
	}
	walk(q.Where)
	return out
}

// Attributes are the names that need no prefix: a run's own and the dataset.
func Attributes() []string {
	out := []string{string(Dataset)}
	for _, a := range attributes {
		out = append(out, a.name)
	}
	return out
}
