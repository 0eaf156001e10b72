package interp

import (
	"context"
	"errors"
	"go/types"
	"time"

	"github.com/cellar-ml/cellar/kernel/lang"
)

// A Past is a cell that ran in a process that has died since.
type Past struct {
	lang.Cell
	Failed bool // it ended with an error
	Died   bool // the process ended in it
}

// What bringing values back may take: in all, and for one statement.
const (
	restoreTime   = 3 * time.Second
	statementTime = time.Second
)

var errTooLong = errors.New("restoring takes too long")

// Restore brings back the declarations of cells, oldest first, and the variables
// that lang.Restorer trusts. The others are lost: using them is an error until a
// cell sets them.
func (s *Session) Restore(cells []Past) (names, lost []string) {
	r := s.lang.Restorer()
	ctx, cancel := context.WithTimeout(context.Background(), restoreTime)
	defer cancel()
	for _, c := range cells {
		if c.Died {
			r.DoubtDead(c.Cell)
			continue
		}
		s.restoreCell(ctx, r, c)
	}
	lost = r.Lost()
	s.lang.Lose(lost)
	gone := map[string]bool{}
	for _, n := range lost {
		gone[n] = true
	}
	for _, e := range s.lang.Entries() {
		if _, isVar := e.Obj.(*types.Var); !isVar || !gone[e.Name] {
			names = append(names, e.Name)
		}
	}
	return names, lost
}

func (s *Session) restoreCell(ctx context.Context, r *lang.Restorer, c Past) {
	s.mu.Lock()
	s.count = c.N
	s.mu.Unlock()
	s.lang.Begin(c.Cell)
	defer s.lang.End()
	if s.opt.RestoreCell != nil {
		if rest, ok := s.opt.RestoreCell(s, c.Cell); ok {
			c.Code = rest
		}
	}
	u, _, _, err := s.prepare(c.Cell)
	if err != nil {
		r.DoubtDead(c.Cell) // it ran once, in a session that is not to be had again
		return
	}
	s.promote(u)
	r.Take(u, c.Failed, func(code string) error {
		if ctx.Err() != nil {
			return errTooLong
		}
		ctx, cancel := context.WithTimeout(ctx, statementTime)
		defer cancel()
		stop := context.AfterFunc(ctx, s.Interrupt)
		defer stop()
		_, err := s.Run(lang.Cell{N: c.N, Code: code}, nil)
		return err
	})
}
