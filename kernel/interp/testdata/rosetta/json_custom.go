package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

type Level int

const (
	Low Level = iota
	Mid
	High
)

var levelNames = []string{"low", "mid", "high"}

func (l Level) MarshalText() ([]byte, error) { return []byte(levelNames[l]), nil }
func (l *Level) UnmarshalText(b []byte) error {
	i := slices.Index(levelNames, string(b))
	if i < 0 {
		return fmt.Errorf("unknown level %q", b)
	}
	*l = Level(i)
	return nil
}

// In [2]
type Stamp struct{ time.Time }

func (s Stamp) MarshalJSON() ([]byte, error) { return json.Marshal(s.Unix()) }
func (s *Stamp) UnmarshalJSON(b []byte) error {
	var sec int64
	if err := json.Unmarshal(b, &sec); err != nil {
		return err
	}
	s.Time = time.Unix(sec, 0).UTC()
	return nil
}

type Entry struct {
	L  Level            `json:"l"`
	At Stamp            `json:"at"`
	By map[Level]string `json:"by"`
}

func main() {
	// In [2]
	e := Entry{High, Stamp{time.Unix(100, 0)}, map[Level]string{Mid: "m", Low: "l"}}
	b, err := json.Marshal(&e)
	fmt.Println(string(b), err)
	// In [3]
	var back Entry
	err = json.Unmarshal([]byte(`{"l":"mid","at":3600,"by":{"high":"h"}}`), &back)
	fmt.Println(back.L, back.At.Format(time.RFC3339), back.By, err)
	fmt.Println(json.Unmarshal([]byte(`{"l":"none"}`), &back))
	fmt.Println(json.Unmarshal([]byte(`{"at":"x"}`), &back))
}

// Output:
// {"l":"high","at":100,"by":{"low":"l","mid":"m"}} <nil>
// 1 1970-01-01T01:00:00Z map[2:h] <nil>
// unknown level "none"
// json: cannot unmarshal string into Go struct field Entry.at of type int64
