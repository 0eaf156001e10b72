package kernel

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/cellar-ml/cellar/kernel/link"
	"github.com/cellar-ml/cellar/kernel/wire"
)

// executeContent is the content of an execute_request.
type executeContent struct {
	Code            string            `json:"code"`
	Silent          bool              `json:"silent"`
	StoreHistory    bool              `json:"store_history"`
	UserExpressions map[string]string `json:"user_expressions"`
	AllowStdin      bool              `json:"allow_stdin"`
	StopOnError     bool              `json:"stop_on_error"`
}

// A cell is one execute_request on its way.
type cell struct {
	request *request
	content executeContent
	arrived time.Time

	id      string // on the link
	cellID  string
	deleted []string // cells that the front end has no more
	count   int
	done    chan link.Executed // the worker's answer; takes one without waiting
	cancel  chan struct{}      // closed by an interrupt before the worker has the cell

	// guarded by executor.mu
	worker      *worker     // who runs it
	handed      bool        // the worker has it
	again       []link.Cell // that it runs again
	interrupted time.Time   // the first interrupt
}

// An executor runs cells one after the other, in the order of their requests.
type executor struct {
	k    *kernel
	wake chan struct{}

	mu      sync.Mutex
	queue   []*cell
	running *cell
	count   int
	serial  int
	failed  time.Time // when an error last emptied the queue
	recent  recent
}

func newExecutor(k *kernel) *executor {
	return &executor{k: k, wake: make(chan struct{}, 1)}
}

// execute queues a cell.
func (k *kernel) execute(r *request) {
	c := &cell{
		request: r, content: executeContent{StoreHistory: true, AllowStdin: true, StopOnError: true},
		arrived: k.o.Now(), done: make(chan link.Executed, 1), cancel: make(chan struct{}),
	}
	if !k.read(r, &c.content) {
		return
	}
	if c.content.Silent {
		c.content.StoreHistory = false
	}
	c.cellID, c.deleted = cellsOf(r.Metadata)
	k.exec.add(c)
}

// cellsOf reads what front ends say of cells: the id of this one, and those of
// the cells that were deleted since the last.
func cellsOf(metadata json.RawMessage) (id string, deleted []string) {
	var m struct {
		CellID  string   `json:"cellId"`
		CellID2 string   `json:"cell_id"`
		Deleted []string `json:"deletedCells"`
	}
	if json.Unmarshal(metadata, &m) != nil {
		return "", nil
	}
	return cmp.Or(m.CellID, m.CellID2), m.Deleted
}

func (x *executor) add(c *cell) {
	x.mu.Lock()
	x.queue = append(x.queue, c)
	x.mu.Unlock()
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

// loop runs cells until ctx ends.
func (x *executor) loop(ctx context.Context) {
	for {
		c := x.next()
		if c == nil {
			select {
			case <-x.wake:
				continue
			case <-ctx.Done():
				return
			}
		}
		if ctx.Err() != nil {
			return
		}
		if x.late(c) {
			x.abort(c)
			continue
		}
		x.run(ctx, c)
	}
}

// next takes the oldest cell off the queue; nil when there is none.
func (x *executor) next() *cell {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.queue) == 0 {
		return nil
	}
	c := x.queue[0]
	x.queue = x.queue[1:]
	return c
}

// begin gives c its number and makes it the running cell.
func (x *executor) begin(c *cell) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.serial++
	c.id = "cell-" + strconv.Itoa(x.serial)
	c.count = x.count + 1
	if c.content.StoreHistory {
		x.count++
	}
	x.running = c
	x.recent.add(c)
}

// run takes a cell from busy to idle.
func (x *executor) run(ctx context.Context, c *cell) {
	x.begin(c)
	e := x.outcome(ctx, c)
	if ctx.Err() != nil {
		return // the kernel ends: nobody waits for this answer any more
	}
	x.k.input.clear()
	x.mu.Lock()
	x.running = nil
	x.mu.Unlock()
	x.end(c, e)
}

// announce tells the front ends that the cell runs.
func (x *executor) announce(c *cell) {
	k := x.k
	items := []wire.Item{status("busy")}
	if !c.content.Silent {
		items = append(items, wire.Item{Type: "execute_input", Content: object{"code": c.content.Code, "execution_count": c.count}})
	}
	k.publishAll(c.request.RawHeader, items...)
}

func (x *executor) remember(c *cell) {
	if c.content.StoreHistory {
		x.k.history.input(c.count, c.content.Code)
	}
}

// outcome has the worker run the cell and waits for its end, or the worker's.
func (x *executor) outcome(ctx context.Context, c *cell) link.Executed {
	w := x.k.sup.usableNow()
	if w == nil {
		x.announce(c)
		x.remember(c)
		var err error
		if w, err = x.k.sup.usable(ctx, c.cancel); err != nil {
			return link.Executed{Error: startError(err)}
		}
		x.k.streams.begin(c.request.RawHeader, c.content.Silent, func() { x.hand(c, w) })
	} else {
		// The front ends have something to read while the worker works.
		x.k.streams.begin(c.request.RawHeader, c.content.Silent, func() {
			x.announce(c)
			x.hand(c, w)
			x.remember(c)
		})
	}
	select {
	case e := <-c.done:
		return e
	case <-ctx.Done():
		return link.Executed{}
	case <-w.dead:
	}
	select {
	case e := <-c.done: // its last word
		return e
	default:
		return link.Executed{Error: x.k.sup.obituary(ctx, w)}
	}
}

// hand sends the cell to the worker. An interrupt that comes meanwhile follows
// it. The executor's lock is not held while sending: a worker that does not read
// must not keep the second interrupt, which kills it, from coming through.
func (x *executor) hand(c *cell, w *worker) {
	x.mu.Lock()
	c.worker = w
	x.mu.Unlock()
	err := w.conn.Send(link.Execute{
		ID: c.id, Code: c.content.Code, Count: c.count, CellID: c.cellID, Session: x.k.sock.Session(), Deleted: c.deleted,
		Silent: c.content.Silent, StoreHistory: c.content.StoreHistory, AllowStdin: c.content.AllowStdin,
		UserExpressions: c.content.UserExpressions,
	})
	if err != nil {
		x.k.log.Warn("hand over a cell", "err", err)
		w.kill("the link to it broke") // its death answers the cell
	}
	x.mu.Lock()
	c.handed = true
	early := isClosed(c.cancel)
	x.mu.Unlock()
	if early {
		w.interrupt()
	}
}

// end publishes how the cell ended, answers, and says idle.
func (x *executor) end(c *cell, e link.Executed) {
	k := x.k
	x.record(c, e)
	if e.Error != nil {
		var queued []*cell
		if c.content.StopOnError {
			queued = x.drop()
		}
		if !c.content.Silent {
			k.publish(c.request.RawHeader, "error", object{
				"ename": e.Error.Name, "evalue": e.Error.Value, "traceback": lines(e.Error.Traceback),
			})
		}
		reply := errorReply(e.Error)
		reply["execution_count"] = c.count
		reply["payload"] = []any{}
		reply["user_expressions"] = object{}
		k.finishWith(c.request, staleMetadata(e.Stale), reply)
		for _, waiting := range queued {
			x.abort(waiting)
		}
		return
	}
	reply := object{"status": "ok", "execution_count": c.count, "payload": []any{}, "user_expressions": object{}}
	if e.Payload != nil {
		reply["payload"] = e.Payload
	}
	if e.UserExpressions != nil {
		reply["user_expressions"] = e.UserExpressions
	}
	k.finishWith(c.request, staleMetadata(e.Stale), reply)
}

// record keeps what a cell did for the worker's successor.
func (x *executor) record(c *cell, e link.Executed) {
	list := x.forRecord(c)
	if !e.Declares {
		list = list[:len(list)-1]
	}
	for _, it := range list {
		it.Failed = it.Failed && e.Error != nil
		x.k.sup.remember(it)
	}
}

// forRecord is what a cell ran: the cells that it ran again, and itself. The
// last of those, and the cell, may have failed.
func (x *executor) forRecord(c *cell) []link.Cell {
	x.mu.Lock()
	defer x.mu.Unlock()
	list := slices.Clone(c.again)
	if n := len(list); n > 0 {
		list[n-1].Failed = true
	}
	return append(list, link.Cell{ID: c.id, Count: c.count, CellID: c.cellID, Code: c.content.Code, Failed: true})
}

// reruns notes that the running cell runs another again.
func (x *executor) reruns(m link.Rerun) {
	if c := x.current(m.ID); c != nil {
		x.mu.Lock()
		c.again = append(c.again, m.Cell)
		x.mu.Unlock()
	}
}

// staleMetadata is the metadata of a reply that names stale cells; nil for none.
func staleMetadata(list []link.Stale) json.RawMessage {
	if len(list) == 0 {
		return nil
	}
	b, err := json.Marshal(object{"cellar": object{"stale": list}})
	if err != nil {
		return nil // text and numbers always encode
	}
	return b
}

// executed takes the worker's word that a cell has ended.
func (x *executor) executed(e link.Executed) {
	c := x.current(e.ID)
	if c == nil {
		x.k.log.Warn("end of a cell that does not run", "id", e.ID)
		return
	}
	select {
	case c.done <- e:
	default:
		x.k.log.Warn("a cell ended twice", "id", e.ID)
	}
}

// current is the running cell when its id is id, or nil.
func (x *executor) current(id string) *cell {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.running != nil && x.running.id == id {
		return x.running
	}
	return nil
}

// runsOn is the cell that runs on w, or nil.
func (x *executor) runsOn(w *worker) *cell {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.running != nil && x.running.worker == w {
		return x.running
	}
	return nil
}

// parentOf is the cell that the worker knows by id, else the latest one.
func (x *executor) parentOf(id string) *cell {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.recent.find(id)
}

// recent is the latest cells, for output that comes after their end.
type recent struct {
	cells [256]*cell
	next  int
}

func (r *recent) add(c *cell) {
	r.cells[r.next%len(r.cells)] = c
	r.next++
}

func (r *recent) find(id string) *cell {
	for i := r.next - 1; i >= 0 && i >= r.next-len(r.cells); i-- {
		if c := r.cells[i%len(r.cells)]; c.id == id {
			return c
		}
	}
	if r.next == 0 {
		return nil
	}
	return r.cells[(r.next-1)%len(r.cells)]
}
