// Package disk makes what is written to a disk survive a loss of power.
package disk

import (
	"errors"
	"os"
)

// SyncDir makes the names in dir, and what was renamed there, last. The files
// themselves are synced by who writes them.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
