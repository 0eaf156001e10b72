// Package link carries typed messages between the kernel, which speaks Jupyter,
// and the worker, which runs cells. It knows neither Jupyter's frames nor Go in
// cells. A connection is one end of a socket pair; each message is a 4-byte
// big-endian length and one JSON object {"type": ..., "body": ...}.
package link

import "github.com/cellar-ml/cellar/display"

// Messages from the kernel to the worker.
type (
	// Execute runs one cell. The worker answers with any number of Output and
	// InputRequest messages and exactly one Executed with the same ID.
	Execute struct {
		ID              string // unique in the session
		Code            string
		Count           int      // the [n] of the cell
		CellID          string   // Jupyter's cell id where the front end sends it
		Session         string   // of the kernel, from its start to its end
		Deleted         []string // Jupyter's ids of the cells that are gone since the last one
		Silent          bool
		StoreHistory    bool
		AllowStdin      bool
		UserExpressions map[string]string
	}
	// Interrupt stops the running cell, and keeps the session whole.
	Interrupt struct{}
	// Complete asks for completions of Code at Cursor (in code points).
	Complete struct {
		ID     string
		Code   string
		Cursor int
	}
	// Inspect asks what stands at Cursor (in code points).
	Inspect struct {
		ID     string
		Code   string
		Cursor int
		Detail int // 0: signature and doc; 1: source too
	}
	// IsComplete asks whether Code is a whole cell.
	IsComplete struct {
		ID   string
		Code string
	}
	// Input answers an InputRequest. EOF is true when the front end refused.
	Input struct {
		ID    string
		Value string
		EOF   bool
	}
	// Past answers a HistoryQuery, the oldest cell first.
	Past struct {
		ID    string
		Cells []PastCell
	}
	// Ack answers an Output: it is on its way to the front end, after every
	// byte that was written to file descriptors 1 and 2 before it.
	Ack struct{ Seq int64 }
	// Restore brings back the declarations of these cells, oldest first,
	// without running their statements. Answered by Restored.
	Restore struct{ Cells []Cell }
	// Shutdown asks the worker to end.
	Shutdown struct{}
)

// Messages from the worker to the kernel.
type (
	// Ready says that the worker can take cells.
	Ready struct {
		PID     int
		Version string
	}
	// Output is something a cell shows. The worker waits for its Ack, which
	// keeps displays in order with what is printed. One that nothing follows
	// but Executed has no Seq, and needs no Ack.
	Output struct {
		Seq    int64
		ID     string // the Execute it belongs to
		Kind   OutputKind
		Bundle display.Bundle // Display, Update, Result
		Name   string         // Update: the display id. Stream: "stdout" or "stderr"
		Text   string         // Stream
		Wait   bool           // Clear
	}
	// Executed ends a cell.
	Executed struct {
		ID              string
		Error           *Error         // nil: ok
		UserExpressions map[string]any // each a {"status": ...} object of the protocol
		Payload         []any          // set_next_input, page
		Declares        bool           // the cell left something behind, also where it failed
		Stale           []Stale        // the cells whose inputs have changed since they ran
	}
	// Rerun says that a magic of the cell ID now runs an earlier cell again. It
	// has ended well when another Rerun comes, or Executed without an error.
	Rerun struct {
		ID   string
		Cell Cell
	}
	// InputRequest asks the person for a line.
	InputRequest struct {
		ID       string // the Execute it belongs to
		Prompt   string
		Password bool
	}
	// HistoryQuery asks for cells of this session and of those before. The
	// fields are those of Jupyter's history_request; N and Stop of 0 are no bound.
	HistoryQuery struct {
		ID          string // of the question, unique in the session
		Access      string // tail, range, search
		Session     int
		Start, Stop int
		N           int
		Pattern     string
		Unique      bool
	}
	// Completed answers Complete.
	Completed struct {
		ID         string
		Matches    []Match
		Start, End int // the span that a match replaces, in code points
	}
	// Inspected answers Inspect.
	Inspected struct {
		ID     string
		Found  bool
		Bundle display.Bundle
	}
	// CompleteStatus answers IsComplete.
	CompleteStatus struct {
		ID     string
		Status string // complete, incomplete, invalid
		Indent string // for incomplete
	}
	// Restored answers Restore.
	Restored struct {
		Names []string // declarations that are back
		Lost  []string // values that could not be brought back
	}
)

// An OutputKind says what an Output does.
type OutputKind string

// The kinds of Output.
const (
	Display OutputKind = "display"
	Update  OutputKind = "update"
	Result  OutputKind = "result" // the value of the cell's last expression
	Clear   OutputKind = "clear"
	Stream  OutputKind = "stream"
)

// Error is why a cell failed, as the front end shows it.
type Error struct {
	Name      string   // CompileError, Panic, Interrupt, WorkerDied, MagicError, ...
	Value     string   // one line
	Traceback []string // drawn, with the line of the cell and a caret
}

// A Match is one completion.
type Match struct {
	Text      string
	Kind      string // function, type, variable, const, package, field, method, keyword, magic, file
	Signature string
}

// A Cell is one executed cell, as the kernel's record keeps it.
type Cell struct {
	ID     string
	Count  int
	CellID string
	Code   string
	Failed bool // it ended with an error, and may have stopped anywhere
	Died   bool // the worker ended while it ran
}

// A Stale is a cell whose result is not what it would be if it ran now. It is
// shown to front ends as it is encoded.
type Stale struct {
	Cell    int    `json:"cell"`
	CellID  string `json:"cell_id,omitempty"`
	Because string `json:"because"` // "x changed in [7]"
}

// A PastCell is one cell of the history.
type PastCell struct {
	Session, Line int
	Input, Output string
}
