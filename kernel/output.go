package kernel

import (
	"encoding/json"
	"sync"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/kernel/link"
)

// output publishes what a cell shows. It is called after every byte that was
// printed before has been published.
func (k *kernel) output(o link.Output) {
	c := k.exec.parentOf(o.ID)
	if c == nil || c.content.Silent {
		return
	}
	parent := c.request.RawHeader
	content := object{"data": dataOf(o.Bundle), "metadata": metadataOf(o.Bundle)}
	switch o.Kind {
	case link.Result:
		content["execution_count"] = c.count
		k.publish(parent, "execute_result", content)
		if c.content.StoreHistory {
			text, _ := o.Bundle.Data[display.MIMEText].(string)
			k.history.output(c.count, text)
		}
	case link.Display, link.Update:
		content["transient"] = object{}
		msgType := "display_data"
		if o.Name != "" {
			content["transient"] = object{"display_id": o.Name}
			if k.shown.again(o.Name, c) && o.Kind == link.Update {
				msgType = "update_display_data"
			}
		}
		k.publish(parent, msgType, content)
	case link.Clear:
		k.publish(parent, "clear_output", object{"wait": o.Wait})
	case link.Stream:
		k.publish(parent, "stream", object{"name": o.Name, "text": o.Text})
	default:
		k.log.Warn("output of an unknown kind", "kind", o.Kind)
	}
}

// publishStream is where printed text goes; it waits for slow front ends.
func (k *kernel) publishStream(parent json.RawMessage, name, text string) {
	if err := k.sock.Stream(parent, "stream", object{"name": name, "text": text}); err != nil {
		k.log.Error("publish", "type", "stream", "err", err)
	}
}

// displays remembers which display ids are on the page, and whose cell put
// them there: a cell that runs again has lost its output, so its ids are new.
type displays struct {
	mu sync.Mutex
	by map[string]*cell
}

// again notes that c shows id, and tells whether id is on the page already.
func (d *displays) again(id string, c *cell) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.by == nil {
		d.by = map[string]*cell{}
	}
	owner, ok := d.by[id]
	if ok && (owner == c || owner.cellID == "" || owner.cellID != c.cellID) {
		return true
	}
	d.by[id] = c
	return false
}
