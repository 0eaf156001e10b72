package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cellar-ml/cellar/engine"
	"github.com/cellar-ml/cellar/engine/xla"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store"
)

// A finding is one line of the doctor: what there is, or what is wrong with it
// and what mends it.
type finding struct {
	Name    string `json:"name"`
	Value   string `json:"value,omitempty"`
	Problem string `json:"problem,omitempty"`
	Mend    string `json:"mend,omitempty"`
	Absent  bool   `json:"absent,omitempty"` // it is not there, which is no problem
}

func (f finding) String() string {
	const column = 11
	indent := "\n" + strings.Repeat(" ", column+4)
	if f.Problem == "" && f.Absent {
		return fmt.Sprintf("--  %-*s%s", column, f.Name, f.Value)
	}
	if f.Problem == "" {
		return fmt.Sprintf("ok  %-*s%s", column, f.Name, f.Value)
	}
	s := fmt.Sprintf("!!  %-*s%s", column, f.Name, f.Problem)
	if f.Value != "" {
		s += indent + f.Value
	}
	if f.Mend != "" {
		s += indent + "mend it: " + f.Mend
	}
	return s
}

// checks is what the doctor looks at, in order.
var checks = []func(context.Context, *shell) []finding{
	checkBinary, checkPython, checkJupyter, checkKernelspec, checkEngine, checkStore,
}

func doctorCommand(sh *shell) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what is installed, what is wrong and how to mend it",
		Args:  noArgs,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		var all []finding
		wrong := 0
		for _, check := range checks {
			for _, f := range check(cmd.Context(), sh) {
				all = append(all, f)
				if f.Problem != "" {
					wrong++
				}
				if !asJSON {
					fmt.Fprintln(cmd.OutOrStdout(), f)
				}
			}
		}
		if asJSON {
			e := json.NewEncoder(cmd.OutOrStdout())
			e.SetIndent("", "  ")
			if err := e.Encode(all); err != nil {
				return err
			}
		}
		if wrong > 0 {
			return errQuiet
		}
		return nil
	}
	return cmd
}

func checkBinary(context.Context, *shell) []finding {
	exe, err := executable()
	if err != nil {
		return []finding{{Name: "cellar", Problem: err.Error()}}
	}
	return []finding{{Name: "cellar", Value: versionText() + " at " + exe}}
}

func checkEngine(context.Context, *shell) []finding {
	r := engine.Doctor()
	var list []finding
	for _, p := range r.Problems {
		list = append(list, finding{Name: "xla", Problem: p.What, Mend: p.Mend})
	}
	if r.Backend == "xla" {
		list = append(list, finding{Name: "xla", Value: strings.TrimSpace(r.Plugin + " " + oneLine(r.Version))})
	} else if r.Backend != "" {
		list = append(list, finding{Name: "backend", Value: r.Backend})
	}
	if len(r.Devices) > 0 {
		list = append(list, finding{Name: "devices", Value: strings.Join(r.Devices, ", ")})
	}
	if r.GPU != "" {
		list = append(list, finding{Name: "gpu", Value: r.GPU, Absent: !xla.LookForGPU().Usable()})
	}
	if r.CUDA != "" {
		list = append(list, finding{Name: "cuda", Value: r.CUDA})
	}
	return list
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// checkStore opens the store that there is; it makes none.
func checkStore(ctx context.Context, sh *shell) []finding {
	f := finding{Name: "store", Value: sh.url}
	if sh.url == "" {
		dir, err := os.Getwd()
		if err == nil {
			f.Value, err = store.Find(dir)
		}
		if err != nil {
			return []finding{{Name: "store", Problem: err.Error()}}
		}
		if f.Value == "" {
			return []finding{{Name: "store", Value: "none yet; the first step makes .cellar in the working directory", Absent: true}}
		}
	}
	n, err := checkedRuns(ctx, sh)
	if err != nil {
		f.Problem, f.Mend = err.Error(), hint.Of(err)
		return []finding{f}
	}
	f.Value += fmt.Sprintf(" (runs: %d; cellar verify reads the blobs too)", n)
	return []finding{f}
}

// checkedRuns counts the runs of a store whose whole content was read.
func checkedRuns(ctx context.Context, sh *shell) (int, error) {
	s, err := sh.stores.open(ctx, sh.url)
	if err != nil {
		return 0, err
	}
	found, err := s.Check(ctx, nil)
	if err != nil {
		return 0, err
	}
	if len(found) > 0 {
		return 0, hint.New(fmt.Errorf("%d problems; the first: %s: %s", len(found), found[0].Where, found[0].What), "cellar verify lists them all; "+found[0].Do)
	}
	runs, err := s.Runs(ctx, tracker.Query{})
	return len(runs), err
}
