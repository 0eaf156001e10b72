package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/interp/gofuzz"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/symbols"
	"github.com/cellar-ml/cellar/kernel/worker"
)

const runLimit = 10 * time.Second

// interpreted runs programs in processes of their own: one for all, and another
// from where one died. out is what each printed, then how it ended.
func interpreted(dir string, programs []string) (out []string, err error) {
	for i, text := range programs {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.in", i)), []byte(text), 0o644); err != nil {
			return nil, err
		}
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	for i := range programs {
		got := filepath.Join(dir, fmt.Sprintf("%d.out", i))
		if _, err := os.Stat(got); err != nil {
			text, err := exec.Command(self, "-child", dir).CombinedOutput()
			if _, missing := os.Stat(got); missing != nil {
				last := firstLines(string(text), 3)
				os.WriteFile(got, fmt.Appendf(nil, "died: %v: %s\n", err, last), 0o644)
			}
		}
		text, err := os.ReadFile(got)
		if err != nil {
			return nil, err
		}
		out = append(out, gofuzz.Plain(string(text)))
	}
	return out, nil
}

func firstLines(s string, n int) string {
	lines := strings.SplitN(strings.TrimSpace(s), "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], " / ")
}

// runChild runs the programs N.in of dir that have no N.out.
func runChild(dir string) error {
	worker.Prepare()
	for i := 0; ; i++ {
		text, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%d.in", i)))
		if errors.Is(err, os.ErrNotExist) {
			return nil
		} else if err != nil {
			return err
		}
		got := filepath.Join(dir, fmt.Sprintf("%d.out", i))
		if _, err := os.Stat(got); err == nil {
			continue
		}
		if err := runOne(got, string(text)); err != nil {
			return err
		}
	}
}

// runOne runs one program with the process's output in a file.
func runOne(got, text string) error {
	f, err := os.Create(got + ".part")
	if err != nil {
		return err
	}
	stdout := os.Stdout
	os.Stdout = f
	defer func() { os.Stdout = stdout }()
	hung := time.AfterFunc(2*runLimit, func() { panic("the interpreter hangs") })
	defer hung.Stop()
	s, err := interp.New(interp.Options{Packages: symbols.New(), OnGoroutinePanic: func(p *interp.Panic) {
		fmt.Fprintf(f, "goroutine: %v\n", p)
	}})
	if err != nil {
		return err
	}
	timer := time.AfterFunc(runLimit, s.Interrupt)
	defer timer.Stop()
	if _, err := s.Run(lang.Cell{N: 1, Code: text}, nil); err != nil {
		fmt.Fprintf(f, "error: %v\n", err)
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), got)
}

// printLowered prints what a program is lowered to, then runs it.
func printLowered(name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	s := lang.NewSession(lang.Options{Packages: symbols.New()})
	u, err := s.Check(lang.Cell{N: 1, Code: string(text)})
	if err != nil {
		return err
	}
	p, err := s.Lower(u)
	if err != nil {
		return err
	}
	fmt.Println(p.Source)
	worker.Prepare()
	in, err := interp.New(interp.Options{Packages: symbols.New()})
	if err != nil {
		return err
	}
	_, err = in.Run(lang.Cell{N: 1, Code: string(text)}, nil)
	return err
}
