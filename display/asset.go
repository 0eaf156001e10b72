package display

import (
	"strings"
	"sync"
)

// An Asset is what bundles of one kind need in the page before them and should
// not each carry, such as the script that draws charts.
type Asset struct {
	ID     string
	Bundle func() Bundle // made when it is first sent
}

// Once is a Sink that sends, before a bundle, the assets that it needs and that
// this session has not sent yet. It is safe for concurrent use.
type Once struct {
	Out Sink

	mu   sync.Mutex
	cell string
	sent map[string]string // asset id -> the cell that holds it
}

// Cell says which cell (by its stable id) the next bundles belong to. A cell
// that runs again has lost its outputs, so the assets in it are sent again.
func (o *Once) Cell(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cell = id
	o.forget()
}

// forget drops the assets that the present cell held.
func (o *Once) forget() {
	for asset, cell := range o.sent {
		if cell == o.cell {
			delete(o.sent, asset)
		}
	}
}

// Ensure sends what b needs. Publish and Update do so themselves; it is for
// bundles that reach the front end on another way, such as a cell's result.
func (o *Once) Ensure(b Bundle) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, a := range b.Needs {
		if _, ok := o.sent[a.ID]; ok {
			continue
		}
		if err := o.Out.Publish(a.Bundle()); err != nil {
			return err
		}
		if o.sent == nil {
			o.sent = map[string]string{}
		}
		o.sent[a.ID] = o.cell
	}
	return nil
}

// Publish implements Sink.
func (o *Once) Publish(b Bundle) error {
	if err := o.Ensure(b); err != nil {
		return err
	}
	return o.Out.Publish(b)
}

// Update implements Sink.
func (o *Once) Update(id string, b Bundle) error {
	if err := o.Ensure(b); err != nil {
		return err
	}
	return o.Out.Update(id, b)
}

// Clear implements Sink.
func (o *Once) Clear(wait bool) error {
	o.mu.Lock()
	o.forget()
	o.mu.Unlock()
	return o.Out.Clear(wait)
}

// transient marks a bundle that a later update will replace.
const transient = "cellar_transient"

// Transient marks b as a passing state, such as a progress bar that still
// moves: a sink that cannot take back what it printed leaves it out.
func Transient(b Bundle) Bundle {
	meta := map[string]any{transient: true}
	for k, v := range b.Metadata {
		meta[k] = v
	}
	b.Metadata = meta
	return b
}

// IsTransient says whether b was marked by Transient.
func IsTransient(b Bundle) bool {
	on, _ := b.Metadata[transient].(bool)
	return on
}

// plainText is b's text form.
func plainText(b Bundle) string {
	s, _ := b.Data[MIMEText].(string)
	return strings.TrimRight(s, "\n")
}
