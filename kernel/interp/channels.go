package interp

import "reflect"

// recv receives from a channel into what p points to.
func (s *Session) recv(c, p any) bool {
	ch := reflect.ValueOf(c)
	if v, ok := ch.TryRecv(); v.IsValid() {
		reflect.ValueOf(p).Elem().Set(v)
		return ok
	}
	stop := s.stopChannel()
	if stop == nil {
		v, ok := ch.Recv()
		reflect.ValueOf(p).Elem().Set(v)
		return ok
	}
	i, v, ok := reflect.Select([]reflect.SelectCase{
		{Dir: reflect.SelectRecv, Chan: ch}, {Dir: reflect.SelectRecv, Chan: reflect.ValueOf(stop)},
	})
	if i == 1 {
		s.interrupted()
	}
	reflect.ValueOf(p).Elem().Set(v)
	return ok
}

// send sends what p points to.
func (s *Session) send(c, p any) {
	ch, v := reflect.ValueOf(c), reflect.ValueOf(p).Elem()
	if ch.TrySend(v) {
		return
	}
	stop := s.stopChannel()
	if stop == nil {
		ch.Send(v)
		return
	}
	i, _, _ := reflect.Select([]reflect.SelectCase{
		{Dir: reflect.SelectSend, Chan: ch, Send: v}, {Dir: reflect.SelectRecv, Chan: reflect.ValueOf(stop)},
	})
	if i == 1 {
		s.interrupted()
	}
}

// choose is select: args are, for each case, whether it sends, its channel, a
// pointer to what is sent or received, and one to the bool that a receive sets.
// It returns the index of the case, or -1 for the default.
func (s *Session) choose(hasDefault bool, args ...any) int {
	var cases []reflect.SelectCase
	for i := 0; i+3 < len(args); i += 4 {
		c := reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(args[i+1])}
		if args[i].(bool) {
			c.Dir, c.Send = reflect.SelectSend, reflect.ValueOf(args[i+2]).Elem()
		}
		cases = append(cases, c)
	}
	n := len(cases)
	if hasDefault {
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectDefault})
	} else if stop := s.stopChannel(); stop != nil {
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(stop)})
	}
	i, v, ok := reflect.Select(cases)
	if i >= n {
		if !hasDefault {
			s.interrupted()
		}
		return -1
	}
	if cases[i].Dir == reflect.SelectRecv {
		reflect.ValueOf(args[4*i+2]).Elem().Set(v)
		*args[4*i+3].(*bool) = ok
	}
	return i
}
