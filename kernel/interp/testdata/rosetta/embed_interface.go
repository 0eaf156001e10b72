package main

import "fmt"

type Logger interface{ Log(string) }
type Store interface {
	Get(k string) (string, bool)
	Set(k, v string)
}
type memLog struct{ lines []string }

func (m *memLog) Log(s string) { m.lines = append(m.lines, s) }

type mapStore map[string]string

func (m mapStore) Get(k string) (string, bool) { v, ok := m[k]; return v, ok }
func (m mapStore) Set(k, v string)             { m[k] = v }

type Service struct {
	Logger
	Store
	name string
}

func (s Service) Set(k, v string) {
	s.Log(fmt.Sprintf("%s: %s=%s", s.name, k, v))
	s.Store.Set(k, v)
}

type readOnly struct{ Store }

func (readOnly) Set(k, v string) { fmt.Println("refused", k) }

func main() {
	l := &memLog{}
	s := Service{l, mapStore{}, "svc"}
	s.Set("a", "1")
	s.Log("done")
	v, ok := s.Get("a")
	fmt.Println(v, ok, l.lines)
	var st Store = readOnly{s}
	st.Set("a", "2")
	v, _ = st.Get("a")
	fmt.Println(v)
	_, isLogger := st.(Logger)
	_, svc := any(s).(Logger)
	fmt.Println(isLogger, svc)
	defer func() { fmt.Println("recovered", recover() != nil) }()
	Service{name: "empty"}.Log("x")
}

// Output:
// 1 true [svc: a=1 done]
// refused a
// 1
// false true
// recovered true
