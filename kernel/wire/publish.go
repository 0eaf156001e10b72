package wire

import (
	"slices"
	"strings"
	"sync"
)

// A publisher is the iopub socket: every message goes to every subscriber, in
// the same order, through a queue for each.
type publisher struct {
	mu   sync.Mutex
	subs []*subscriber
}

type subscriber struct {
	*peer
	topics []string // guarded by publisher.mu
}

func (b *publisher) add(p *peer) *subscriber {
	sub := &subscriber{peer: p}
	b.mu.Lock()
	b.subs = append(b.subs, sub)
	b.mu.Unlock()
	return sub
}

func (b *publisher) remove(sub *subscriber) {
	b.mu.Lock()
	b.subs = slices.DeleteFunc(b.subs, func(s *subscriber) bool { return s == sub })
	b.mu.Unlock()
}

// topical is an encoded message with its topic.
type topical struct {
	topic string
	bytes []byte
}

// send gives the messages to whoever subscribed to their topics.
func (b *publisher) send(messages []topical) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.subs {
		var all []byte
		for _, m := range messages {
			switch {
			case !s.wants(m.topic):
			case all == nil:
				all = m.bytes[:len(m.bytes):len(m.bytes)] // others may get it too
			default:
				all = append(all, m.bytes...)
			}
		}
		if all != nil {
			s.send(all)
		}
	}
}

// wait holds up a stream while a subscriber that reads is behind.
func (b *publisher) wait() {
	b.mu.Lock()
	subs := slices.Clone(b.subs)
	b.mu.Unlock()
	for _, s := range subs {
		s.waitBelow(softQueue)
	}
}

func (s *subscriber) wants(topic string) bool {
	for _, t := range s.topics {
		if strings.HasPrefix(topic, t) {
			return true
		}
	}
	return false
}

// subscription is what a subscriber asks for, in either form of ZMTP: a
// message of one byte and the topic, or a command.
func subscription(frames [][]byte) (topic string, on, ok bool) {
	if len(frames) != 1 || len(frames[0]) == 0 || frames[0][0] > 1 {
		return "", false, false
	}
	return string(frames[0][1:]), frames[0][0] == 1, true
}

// servePub reads the subscriptions of p. Each new one is answered with
// iopub_welcome, to p alone.
func (s *Sockets) servePub(p *peer) {
	sub := s.pub.add(p)
	defer s.pub.remove(sub)
	change := func(topic string, on bool) {
		s.pub.mu.Lock()
		defer s.pub.mu.Unlock()
		if !on {
			if i := slices.Index(sub.topics, topic); i >= 0 {
				sub.topics = slices.Delete(sub.topics, i, i+1)
			}
			return
		}
		sub.topics = append(sub.topics, topic)
		welcome, err := s.message([][]byte{[]byte(topic)}, "iopub_welcome", nil, nil, map[string]string{"subscription": topic})
		if err == nil {
			sub.send(welcome)
		}
	}
	s.read(p, IOPub, func(name string, body []byte) {
		switch name {
		case "SUBSCRIBE":
			change(string(body), true)
		case "CANCEL":
			change(string(body), false)
		}
	}, func(frames [][]byte) {
		if topic, on, ok := subscription(frames); ok {
			change(topic, on)
		}
	})
}
