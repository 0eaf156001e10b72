// Package wire moves Jupyter messages: bytes in, messages out. It reads the
// connection file, binds the five sockets, takes frames apart and signs them.
// It does not know what a message asks for; package kernel does.
//
// The ZeroMQ handshake is zmq4's; the sockets are this package's own, because
// zmq4's let one silent or stuck peer hold up all others, hide subscriptions,
// and trust any length that a peer announces (docs/adr/0010-own-sockets.md).
package wire

import (
	"encoding/json"
	"errors"
	"fmt"
)

// ProtocolVersion is Jupyter's messaging protocol as spoken here.
const ProtocolVersion = "5.5"

// A Header is the head of a message, as far as it is used.
type Header struct {
	ID       string `json:"msg_id"`
	Session  string `json:"session"`
	Username string `json:"username"`
	Date     string `json:"date"`
	Type     string `json:"msg_type"`
	Version  string `json:"version"`
}

// A Message is one message from a front end.
type Message struct {
	Header    Header
	RawHeader json.RawMessage // as sent: the parent header of what answers it
	Parent    json.RawMessage
	Metadata  json.RawMessage
	Content   json.RawMessage
	Buffers   [][]byte

	// Identity names the peer that sent it: what answers goes there.
	Identity string
	routing  [][]byte // what stood before the delimiter
}

var delimiter = []byte("<IDS|MSG>")

// Errors of Decode that a caller counts.
var (
	ErrSignature = errors.New("wrong signature")
	ErrMalformed = errors.New("malformed message")
)

// Decode reads a message from its frames:
//
//	routing... <IDS|MSG> signature header parent_header metadata content buffers...
//
// It returns an error that wraps ErrSignature or ErrMalformed.
func Decode(frames [][]byte, s *Signer) (*Message, error) {
	at := -1
	for i, f := range frames {
		if string(f) == string(delimiter) {
			at = i
			break
		}
	}
	if at < 0 {
		return nil, fmt.Errorf("decode: no delimiter in %d frames: %w", len(frames), ErrMalformed)
	}
	body := frames[at+1:]
	if len(body) < 5 {
		return nil, fmt.Errorf("decode: %d frames after the delimiter, want 5: %w", len(body), ErrMalformed)
	}
	if !s.Verify(body[0], body[1:5]) {
		return nil, fmt.Errorf("decode: %w", ErrSignature)
	}
	m := &Message{
		RawHeader: body[1], Parent: body[2], Metadata: body[3], Content: body[4],
		Buffers: body[5:], routing: frames[:at],
	}
	if err := json.Unmarshal(m.RawHeader, &m.Header); err != nil {
		return nil, fmt.Errorf("decode: header: %w: %w", err, ErrMalformed)
	}
	if m.Header.Type == "" {
		return nil, fmt.Errorf("decode: header without msg_type: %w", ErrMalformed)
	}
	for _, part := range []json.RawMessage{m.Parent, m.Metadata, m.Content} {
		if !json.Valid(part) {
			return nil, fmt.Errorf("decode: %s: a part is not JSON: %w", m.Header.Type, ErrMalformed)
		}
	}
	return m, nil
}

// encode is the frames of a message, signed.
func encode(routing [][]byte, s *Signer, header, parent, metadata, content []byte) [][]byte {
	if len(parent) == 0 {
		parent = emptyObject
	}
	if len(metadata) == 0 {
		metadata = emptyObject
	}
	frames := make([][]byte, 0, len(routing)+6)
	frames = append(frames, routing...)
	frames = append(frames, delimiter, nil, header, parent, metadata, content)
	frames[len(routing)+1] = s.Sign(frames[len(routing)+2:])
	return frames
}

var emptyObject = []byte("{}")
