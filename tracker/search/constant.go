package search

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// constant reads a value that the field can be compared with.
func (p *parser) constant(c comparison) (Value, error) {
	t := p.tok
	v := Value{Text: t.value}
	switch t.kind {
	case text:
	case number:
		v = Value{Number: t.number, IsNumber: true}
	case name:
		f, ok := infinity(t.text)
		if !ok || c.sort != numbers && c.sort != anything {
			return v, p.bare(c)
		}
		v = Value{Number: f, IsNumber: true}
	default:
		return v, p.fail(t.at, t.found()+" where a value should be", "after "+c.as+" "+string(c.op)+" comes "+c.sort.wants())
	}
	v, err := p.sorted(c, t, v)
	if err != nil {
		return v, err
	}
	return v, p.advance()
}

// bare says what is wrong with a word where a value should be.
func (p *parser) bare(c comparison) error {
	t := p.tok
	switch {
	case p.word("nan"):
		return p.fail(t.at, "nothing is equal to NaN, nor smaller or greater", "write "+c.as+" is nan")
	case p.word("null"), p.word("none"):
		return p.fail(t.at, "nothing is equal to null", "write "+c.as+" is null")
	case c.sort == numbers:
		return p.fail(t.at, c.as+" is a number, "+t.found()+" is none", "write one: "+c.as+" "+string(c.op)+" 0.9")
	}
	return p.fail(t.at, t.found()+" where a value should be", "put text in quotes: "+quoteText(t.text))
}

// wants is how constants of a sort are written.
func (s sort) wants() string {
	switch s {
	case numbers:
		return "a number"
	case texts:
		return "text in quotes"
	case times:
		return "a date in quotes, or milliseconds since 1970"
	case states:
		return "a status in quotes: \"finished\""
	}
	return "a number, or text in quotes"
}

// sorted gives a constant the form that the field's sort has.
func (p *parser) sorted(c comparison, t token, v Value) (Value, error) {
	pattern := c.op == Like || c.op == NotLike || c.op == ILike || c.op == NotILike
	if pattern && len(v.Text) > MaxPattern {
		return v, p.fail(t.at, "the pattern is longer than "+strconv.Itoa(MaxPattern)+" bytes", "make it shorter")
	}
	if v.IsNumber && (pattern || c.sort == texts || c.sort == states) {
		return v, p.fail(t.at, c.as+" is compared with text here, "+t.text+" is a number", "put it in quotes: "+quoteText(t.text))
	}
	switch {
	case c.sort == numbers && !v.IsNumber:
		return v, p.fail(t.at, c.as+" is a number, "+t.found()+" is text", "write the number without quotes")
	case c.sort == times:
		return p.moment(c, t, v)
	case c.sort == states:
		return p.state(t, v, pattern)
	case c.sort == anything && !v.IsNumber && (c.op == Lt || c.op == Le || c.op == Gt || c.op == Ge):
		if f, ok := ReadNumber(v.Text); ok {
			return Value{Number: f, IsNumber: true}, nil // "10" comes before "9" as text: nobody means that
		}
	case c.field.Name == DatasetRef && c.field.Kind == Dataset && !pattern:
		return p.version(t, v)
	}
	return v, nil
}

// statuses are the states of a run. MLflow has two that no run has here.
var statuses = []string{"running", "finished", "failed", "interrupted", "killed", "scheduled", "active"}

// state takes a status in either case.
func (p *parser) state(t token, v Value, pattern bool) (Value, error) {
	v.Text = strings.ToLower(v.Text)
	if pattern {
		return v, nil
	}
	for _, s := range statuses {
		if s == v.Text {
			return v, nil
		}
	}
	return v, p.fail(t.at, "no run has the status "+t.found(), "there are "+strings.Join(statuses[:5], ", "))
}

// layouts are the dates that a filter may have. Without a zone they are UTC.
var layouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02"}

// moment takes a date, or milliseconds.
func (p *parser) moment(c comparison, t token, v Value) (Value, error) {
	if v.IsNumber {
		if v.Number != math.Trunc(v.Number) || math.Abs(v.Number) > 1<<53 {
			return v, p.fail(t.at, c.as+" is in whole milliseconds since 1970", "write a date in quotes: "+c.as+" "+string(c.op)+" \"2026-11-25 17:30\"")
		}
		return v, nil
	}
	for _, layout := range layouts {
		if d, err := time.Parse(layout, v.Text); err == nil {
			return Value{Number: float64(d.UnixMilli()), IsNumber: true}, nil
		}
	}
	return v, p.fail(t.at, t.found()+" is no date", "write \"2026-11-25\", \"2026-11-25 17:30\" (UTC) or \"2026-11-25T17:30:00+01:00\"")
}

// version takes "wine" or "wine@v3".
func (p *parser) version(t token, v Value) (Value, error) {
	name, number, found := strings.Cut(v.Text, "@")
	if !found {
		return v, nil
	}
	n, err := strconv.Atoi(strings.TrimPrefix(number, "v"))
	if err != nil || n < 1 || name == "" {
		return v, p.fail(t.at, t.found()+" is no version of a dataset", "write \"wine@v3\", or \"wine\" for all its versions")
	}
	v.Text = name + "@v" + strconv.Itoa(n)
	return v, nil
}
