package blob

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/cellar-ml/cellar/internal/hint"
)

// fail says where err happened and what can be done about it.
func (f Folder) fail(op string, err error) error {
	err = fmt.Errorf("%s in %s: %w", op, f.Dir, err)
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return hint.New(err, "the disk is full: free space there and try again; what was stored before is whole")
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return hint.New(err, "the folder cannot be written: make it writable, or name another store with CELLAR_STORE")
	}
	return err
}
