// Package journal keeps the points of small calls in files, from which they go on
// into the database together: an append costs a tenth of a transaction. A folder
// has one file for each process that logs, which alone appends to it, and holds it
// by flock for as long as it does; any process may read it. The kernel has every
// byte when Append returns, so that a kill of the process takes none of them.
package journal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// magic begins every file.
const magic = "cellar journal 1"

const (
	suffix  = ".points"
	making  = ".new"     // of a file that its maker does not hold yet
	damaged = ".damaged" // of a file that a dead process left and that cannot be read to its end
)

// ErrUnreadable says that what comes next in a file was not written by this version.
var ErrUnreadable = errors.New("the journal does not read as one of this version")

// Start is the offset of a file's first entry.
const Start = int64(len(magic))

// A Writer appends entries to a file in Dir that it makes at the first. It is not
// safe for concurrent use.
type Writer struct {
	Dir string
	ID  func() (string, error) // names a new file

	file *os.File
	name string
	size int64
	buf  []byte
}

// File is the name and size of the writer's file; "" when it has none.
func (w *Writer) File() (name string, size int64) { return w.name, w.size }

// Append adds an entry. After an error the file is as it was.
func (w *Writer) Append(e Entry) error {
	if w.file == nil {
		if err := w.create(); err != nil {
			return err
		}
	}
	var err error
	if w.buf, err = appendEntry(w.buf[:0], e); err != nil {
		return err
	}
	if _, err = w.file.WriteAt(w.buf, w.size); err != nil {
		return errors.Join(err, w.file.Truncate(w.size))
	}
	w.size += int64(len(w.buf))
	return nil
}

// create makes a file that has its name once it is held: a file that nobody holds
// is one that a dead process left.
func (w *Writer) create() error {
	id, err := w.ID()
	if err != nil {
		return err
	}
	path := filepath.Join(w.Dir, id+suffix)
	f, err := create(path + making)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(w.Dir, 0o777); err == nil {
			f, err = create(path + making)
		}
	}
	if err != nil {
		return err
	}
	if err = hold(f, syscall.LOCK_EX); err == nil {
		_, err = f.WriteAt([]byte(magic), 0)
	}
	if err == nil {
		err = os.Rename(path+making, path)
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	w.file, w.name, w.size = f, id+suffix, Start
	return nil
}

func create(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o666)
}

func hold(f *os.File, how int) error {
	for {
		if err := syscall.Flock(int(f.Fd()), how); err != syscall.EINTR {
			return err
		}
	}
}

// Drop removes the writer's file; the next entry begins another.
func (w *Writer) Drop() error {
	if w.file == nil {
		return nil
	}
	err := os.Remove(filepath.Join(w.Dir, w.name))
	return errors.Join(err, w.Release())
}

// Release leaves the writer's file as it is to whoever reads it.
func (w *Writer) Release() error {
	if w.file == nil {
		return nil
	}
	err := w.file.Close()
	w.file, w.name, w.size = nil, "", 0
	return err
}

// List is the name and size of every file in dir; none where there is no dir.
func List(dir string) (map[string]int64, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, gone(err)
	}
	files := map[string]int64{}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), suffix) {
			continue
		}
		st, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // its process ended meanwhile
		}
		if err != nil {
			return nil, err
		}
		files[e.Name()] = st.Size()
	}
	return files, nil
}

// Read calls f for every entry of the file at path from an offset on, and returns
// the offset behind the last. It ends before an entry that is not whole: its process
// is writing it, or was killed there.
func Read(path string, from int64, f func(Entry) error) (int64, error) {
	data, err := tail(path, from)
	if err != nil {
		return from, err
	}
	if from == 0 {
		if len(data) < len(magic) {
			return 0, nil
		}
		if !bytes.HasPrefix(data, []byte(magic)) {
			return 0, fmt.Errorf("%s: %w", path, ErrUnreadable)
		}
		data, from = data[len(magic):], Start
	}
	for {
		content, ok := next(data)
		if !ok {
			return from, nil
		}
		e, err := parse(content)
		if err == nil {
			err = f(e)
		}
		if err != nil {
			return from, err
		}
		n := headSize + len(content)
		data, from = data[n:], from+int64(n)
	}
}

// next is the content of the entry that data begins with, when it is whole.
func next(data []byte) ([]byte, bool) {
	if len(data) < headSize {
		return nil, false
	}
	n := int64(binary.LittleEndian.Uint32(data))
	if n == 0 || int64(len(data)) < headSize+n {
		return nil, false
	}
	content := data[headSize : headSize+n]
	return content, crc32.Checksum(content, castagnoli) == binary.LittleEndian.Uint32(data[4:])
}

func tail(path string, from int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || st.Size() <= from {
		return nil, err
	}
	data := make([]byte, st.Size()-from)
	n, err := f.ReadAt(data, from)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return data[:n], err
}

// Clear removes the file at path when its process is gone and all that can be read
// of it is read: up to read. What a kill left behind that is half an entry and goes;
// a file with more is damaged, and stays under another name.
func Clear(path string, read int64) error {
	f, err := os.Open(path)
	if err != nil {
		return gone(err)
	}
	defer f.Close()
	if hold(f, syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		return nil
	}
	data, err := tail(path, read)
	if err != nil {
		return gone(err)
	}
	if read == 0 && bytes.HasPrefix(data, []byte(magic)) {
		data = data[len(magic):]
	}
	if torn(data) {
		return gone(os.Remove(path))
	}
	if content, ok := next(data); ok {
		if _, err := parse(content); err == nil {
			return nil // it came before its process went, and is not read yet
		}
	}
	return gone(os.Rename(path, path+damaged))
}

// torn reports whether data is the beginning of one entry, or the nothing of a
// file whose last bytes did not reach the disk.
func torn(data []byte) bool {
	if len(data) < headSize || len(bytes.Trim(data, "\x00")) == 0 {
		return true
	}
	return int64(len(data)) < headSize+int64(binary.LittleEndian.Uint32(data))
}

// gone is err, but for a file that another process removed.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Damaged lists the files in dir that could not be read to their end.
func Damaged(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	var paths []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), damaged) {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	return paths, gone(err)
}
