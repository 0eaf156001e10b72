package kernel

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

const sessionsKept = 1000 // older ones are removed

// history is every cell that was run with store_history, of this session and
// of those before. Each session is one file, NNNNNN.jsonl, which one kernel
// writes: see docs/format/link.md.
type history struct {
	dir string // "": in memory only
	log *slog.Logger

	mu      sync.Mutex
	session int // 0 until the first cell
	entries []entry
	f       *os.File
}

// An entry is one cell. In the file, input and output are two lines.
type entry struct {
	Session int    `json:"-"`
	Line    int    `json:"n"`
	Input   string `json:"in,omitempty"`
	Output  string `json:"out,omitempty"`
}

// openHistory opens the history in dir. Where it cannot be written, it is kept
// in memory, and the log says so.
func openHistory(dir string, log *slog.Logger) *history {
	h := &history{dir: dir, log: log}
	if dir != "" {
		return h
	}
	data := os.Getenv("XDG_DATA_HOME")
	if data == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			log.Warn("history is kept in memory only", "err", err)
			return h
		}
		data = filepath.Join(home, ".local", "share")
	}
	h.dir = filepath.Join(data, "cellar", "history")
	return h
}

// input adds a cell as it begins.
func (h *history) input(line int, code string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.session == 0 {
		h.begin()
	}
	h.entries = append(h.entries, entry{Session: h.session, Line: line, Input: code})
	h.write(entry{Line: line, Input: code})
}

// output adds the text of a cell's result.
func (h *history) output(line int, text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := len(h.entries) - 1; i >= 0; i-- {
		if h.entries[i].Line == line {
			h.entries[i].Output = text
			h.write(entry{Line: line, Output: text})
			return
		}
	}
}

// begin takes the next session number, by making its file.
func (h *history) begin() {
	h.session = 1
	if h.dir == "" {
		return
	}
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		h.memory(err)
		return
	}
	numbers := h.sessions()
	if n := len(numbers); n > 0 {
		h.session = numbers[n-1] + 1
	}
	for {
		f, err := os.OpenFile(h.file(h.session), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
		if errors.Is(err, fs.ErrExist) { // another kernel was quicker
			h.session++
			continue
		}
		if err != nil {
			h.memory(err)
			return
		}
		h.f = f
		break
	}
	for _, n := range numbers[:max(0, len(numbers)-sessionsKept)] {
		if err := os.Remove(h.file(n)); err != nil {
			h.log.Warn("remove old history", "err", err)
		}
	}
}

// memory gives up writing.
func (h *history) memory(err error) {
	h.log.Warn("history is kept in memory only", "err", err)
	if h.f != nil {
		h.f.Close()
		h.f = nil
	}
}

func (h *history) file(session int) string {
	return filepath.Join(h.dir, fmt.Sprintf("%06d.jsonl", session))
}

// write appends one line with one call, so that a kill cannot tear two.
func (h *history) write(e entry) {
	if h.f == nil {
		return
	}
	b, err := json.Marshal(e)
	if err == nil {
		_, err = h.f.Write(append(b, '\n'))
	}
	if err != nil {
		h.memory(err)
	}
}

func (h *history) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.f != nil {
		if err := h.f.Close(); err != nil {
			h.log.Warn("close history", "err", err)
		}
		h.f = nil
	}
}

// sessions lists the numbers on disk, ascending.
func (h *history) sessions() []int {
	if h.dir == "" {
		return nil
	}
	files, err := os.ReadDir(h.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		h.log.Warn("read history", "err", err)
	}
	var numbers []int
	for _, f := range files {
		name, ok := strings.CutSuffix(f.Name(), ".jsonl")
		if n, err := strconv.Atoi(name); ok && err == nil && n > 0 {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers
}

// load reads one session. A line that cannot be read is passed over: the last
// one of a full disk, most likely.
func (h *history) load(session int) []entry {
	if session == h.session {
		return h.entries
	}
	f, err := os.Open(h.file(session))
	if err != nil {
		return nil
	}
	defer f.Close()
	var all []entry
	at := map[int]int{}
	r := bufio.NewReader(f)
	for {
		line, err := r.ReadBytes('\n')
		var e entry
		if json.Unmarshal(line, &e) == nil && e.Line > 0 {
			e.Session = session
			if i, ok := at[e.Line]; ok {
				all[i].Output = e.Output
			} else {
				at[e.Line] = len(all)
				all = append(all, e)
			}
		}
		if err != nil {
			return all
		}
	}
}
