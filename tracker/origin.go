package tracker

import "context"

// An Origin is the cell that recorded something. It is zero for what no cell
// did, such as a command in a shell.
type Origin struct {
	Session string `json:"session,omitempty"`
	Count   int    `json:"count,omitempty"` // the execution
	CellID  string `json:"cell_id,omitempty"`
	SHA256  string `json:"sha256,omitempty"` // of the cell's text as it ran
}

// A Span is the part of a metric that one cell logged: the points from the one
// numbered First, counted from 0 in the order they were logged, to the next Span.
type Span struct {
	First  int    `json:"first"`
	Origin Origin `json:"origin"`
}

// Origins are the cells that set a run's parameters and logged its metrics, by
// name. What no cell recorded is not in Params and has a zero Origin in Metrics.
type Origins struct {
	Params  map[string]Origin `json:"params"`
	Metrics map[string][]Span `json:"metrics"`
}

// Origin is the cell without its text.
func (c Cell) Origin() Origin { return Origin{c.Session, c.Count, c.CellID, c.SHA256} }

type originKey struct{}

// From says which cell calls: what a Store records under the context it returns
// came from o.
func From(ctx context.Context, o Origin) context.Context {
	return context.WithValue(ctx, originKey{}, o)
}

// OriginOf is the cell that From gave.
func OriginOf(ctx context.Context) Origin {
	o, _ := ctx.Value(originKey{}).(Origin)
	return o
}

// Last is the cell with the highest number among those that recorded something.
func (o Origins) Last() Origin {
	var last Origin
	take := func(at Origin) {
		if at.Count > last.Count {
			last = at
		}
	}
	for _, at := range o.Params {
		take(at)
	}
	for _, spans := range o.Metrics {
		for _, s := range spans {
			take(s.Origin)
		}
	}
	return last
}
