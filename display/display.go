// Package display turns values into what a front end shows: mime bundles,
// tables, progress. It knows nothing of Jupyter, of the tracker or of charts.
package display

// The mime types that Cellar writes.
const (
	MIMEText     = "text/plain"
	MIMEHTML     = "text/html"
	MIMEMarkdown = "text/markdown"
	MIMESVG      = "image/svg+xml"
	MIMEPNG      = "image/png"
	MIMEJPEG     = "image/jpeg"
	MIMEJSON     = "application/json"
)

// A Bundle is one value in several forms, keyed by mime type. Text forms are
// strings, binary forms (image/png) are base64 strings, JSON forms are values
// that encoding/json can marshal. Every Bundle that carries a rich form also
// carries text/plain.
type Bundle struct {
	Data     map[string]any `json:"data"`
	Metadata map[string]any `json:"metadata,omitempty"`

	// Needs is what the page must have before this bundle; Once sends it.
	Needs []Asset `json:"-"`
}

// A Displayer shows itself. Of prefers it to every other form of a value.
type Displayer interface {
	Display() Bundle
}

// A Sink is where a running step shows things: the cell of a notebook, a
// terminal, or a test. Its methods are safe for concurrent use.
type Sink interface {
	// Publish shows b after everything that was published or printed before.
	Publish(b Bundle) error
	// Update shows b under id: the first call with an id publishes it, later
	// calls replace what is shown there, also from a later cell.
	Update(id string, b Bundle) error
	// Clear removes the cell's output; with wait, only when the next arrives.
	Clear(wait bool) error
}

// Text is a bundle with the plain form alone.
func Text(s string) Bundle {
	return Bundle{Data: map[string]any{MIMEText: s}}
}

// HTML is a bundle of markup with its text/plain twin. The markup is trusted:
// whoever builds it has escaped the values in it.
func HTML(html, text string) Bundle {
	return Bundle{Data: map[string]any{MIMEHTML: html, MIMEText: text}}
}
