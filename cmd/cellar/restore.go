package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/tracker/store"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
)

// restoreCommand is no magic: it needs a store that no session has open.
func restoreCommand(sh *shell) *cobra.Command {
	var force, asJSON bool
	cmd := &cobra.Command{
		Use:   "restore BACKUP",
		Short: "Make the store of a backup",
		Long: `BACKUP is a folder that cellar backup wrote, or a copy of the database from
before an upgrade. It is checked before anything takes its place, and the blobs
are hashed. A store that is there already is refused, or with --force put aside,
beside the restored one; end the kernels that have it open first.`,
		Example: "cellar restore /mnt/disk/cellar --store sqlite:///path/.cellar/cellar.db",
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usage("see cellar restore --help", "cellar restore: want one backup, got %d arguments", len(args))
		}
		return nil
	}
	cmd.Flags().BoolVar(&force, "force", false, "put the store that is there aside")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print what was done as JSON")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		tick := sh.environ(cmd.Context()).Tick("copying blobs", "")
		r, err := store.Restore(cmd.Context(), args[0], sh.url, sqlite.RestoreOptions{Force: force, Tick: tick})
		if err != nil {
			return err
		}
		out := cmd.OutOrStdout()
		if asJSON {
			e := json.NewEncoder(out)
			e.SetIndent("", "  ")
			err = e.Encode(r)
		} else {
			fmt.Fprintf(out, "restored %s, with %d blobs of %s\n", r.Path, r.Blobs, display.Bytes(r.Bytes))
			if r.Kept != "" {
				fmt.Fprintf(out, "what was there before is now %s\n", r.Kept)
			}
		}
		for _, p := range r.Problems {
			fmt.Fprintf(cmd.ErrOrStderr(), "%s: %s\n  %s\n", p.Where, p.What, p.Do)
		}
		if err == nil && len(r.Problems) > 0 {
			err = errQuiet
		}
		return err
	}
	return cmd
}
