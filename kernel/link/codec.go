package link

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
)

// types is every message that may cross a link, by its name on the wire.
var types = []struct {
	name  string
	value any
}{
	{"execute", Execute{}},
	{"interrupt", Interrupt{}},
	{"complete", Complete{}},
	{"inspect", Inspect{}},
	{"is_complete", IsComplete{}},
	{"input", Input{}},
	{"past", Past{}},
	{"ack", Ack{}},
	{"restore", Restore{}},
	{"shutdown", Shutdown{}},
	{"ready", Ready{}},
	{"output", Output{}},
	{"executed", Executed{}},
	{"rerun", Rerun{}},
	{"input_request", InputRequest{}},
	{"history_query", HistoryQuery{}},
	{"completed", Completed{}},
	{"inspected", Inspected{}},
	{"complete_status", CompleteStatus{}},
	{"restored", Restored{}},
}

var (
	nameOf = map[reflect.Type]string{}
	typeOf = func() map[string]reflect.Type {
		m := make(map[string]reflect.Type, len(types))
		for _, t := range types {
			rt := reflect.TypeOf(t.value)
			m[t.name], nameOf[rt] = rt, t.name
		}
		return m
	}()
)

// Names lists the messages by their name on the wire, in the order of the
// format's description.
func Names() []string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.name
	}
	return names
}

const (
	typePart = `{"type":"`
	bodyPart = `","body":`
)

// encode appends the JSON object of m, a message by value or by pointer.
func encode(b *bytes.Buffer, m any) error {
	v := reflect.Indirect(reflect.ValueOf(m))
	if !v.IsValid() {
		return fmt.Errorf("send nil: not a message of the link")
	}
	name, ok := nameOf[v.Type()]
	if !ok {
		return fmt.Errorf("send %T: not a message of the link", m)
	}
	b.WriteString(typePart)
	b.WriteString(name)
	b.WriteString(bodyPart)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(m); err != nil {
		return fmt.Errorf("send %s: %w", name, err)
	}
	b.Truncate(b.Len() - 1) // the encoder's newline
	b.WriteByte('}')
	return nil
}

// decode is the message in data, by value.
func decode(data []byte) (any, error) {
	name, body, err := open(data)
	if err != nil {
		return nil, err
	}
	t, ok := typeOf[name]
	if !ok {
		return nil, fmt.Errorf("receive: unknown message type %q", name)
	}
	v := reflect.New(t)
	if err := json.Unmarshal(body, v.Interface()); err != nil {
		return nil, fmt.Errorf("receive %s: %w", name, err)
	}
	return v.Elem().Interface(), nil
}

// open finds the type and the body. What encode writes is cut without
// parsing, so that a large body is read once only.
func open(data []byte) (name string, body []byte, err error) {
	if rest, ok := bytes.CutPrefix(data, []byte(typePart)); ok && len(rest) > 0 && rest[len(rest)-1] == '}' {
		word, after, ok := bytes.Cut(rest[:len(rest)-1], []byte(bodyPart))
		if ok && bytes.IndexByte(word, '"') < 0 {
			return string(word), after, nil
		}
	}
	var m struct {
		Type string
		Body json.RawMessage
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return "", nil, fmt.Errorf("receive: %w", err)
	}
	if m.Body == nil {
		m.Body = json.RawMessage("{}")
	}
	return m.Type, m.Body, nil
}
