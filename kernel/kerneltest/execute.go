package kerneltest

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/cellar-ml/cellar/kernel/wire"
)

// An Execution is what the front end saw of one cell.
type Execution struct {
	ID      string
	Reply   Message
	Outputs []Message // between execute_input and idle
}

// Code is the content of an execute_request as JupyterLab sends it.
func Code(code string) map[string]any {
	return map[string]any{
		"code": code, "silent": false, "store_history": true,
		"user_expressions": map[string]any{}, "allow_stdin": true, "stop_on_error": true,
	}
}

// Begin sends a cell and does not wait.
func (c *Client) Begin(code string) string {
	c.t.Helper()
	return c.Send(wire.Shell, "execute_request", Code(code))
}

// Execute runs a cell to its end.
func (c *Client) Execute(code string) Execution {
	c.t.Helper()
	return c.End(c.Begin(code))
}

// ExecuteAs runs a cell that the front end knows by an id, as JupyterLab does,
// which also names the cells that were deleted since the last.
func (c *Client) ExecuteAs(cellID, code string, deleted ...string) Execution {
	c.t.Helper()
	gone, err := json.Marshal(deleted)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.End(c.send(c.signer, wire.Shell, "execute_request", fmt.Sprintf(`{"cellId":%q,"deletedCells":%s}`, cellID, gone), Code(code)))
}

// End waits for a cell that Begin sent.
func (c *Client) End(id string) Execution {
	c.t.Helper()
	c.Idle(id)
	e := Execution{ID: id, Reply: c.Reply(wire.Shell, id)}
	for _, m := range c.Heard(id) {
		if m.Channel == wire.IOPub && m.Type != "status" && m.Type != "execute_input" {
			e.Outputs = append(e.Outputs, m)
		}
	}
	return e
}

// Printed is the text of one stream.
func (e Execution) Printed(stream string) string {
	var b strings.Builder
	for _, m := range e.Outputs {
		if m.Type == "stream" && m.Text("name") == stream {
			b.WriteString(m.Text("text"))
		}
	}
	return b.String()
}

// Shape is the outputs in one line each, for comparison.
func (e Execution) Shape() []string {
	var out []string
	for _, m := range e.Outputs {
		s := m.Type
		switch m.Type {
		case "stream":
			s += " " + m.Text("name") + " " + m.Text("text")
		case "error":
			s += " " + m.Text("ename") + ": " + m.Text("evalue")
		default:
			if p := m.Plain(); p != "" {
				s += " " + p
			}
		}
		out = append(out, s)
	}
	return out
}

// Status is the status of the reply.
func (e Execution) Status() string { return e.Reply.Text("status") }
