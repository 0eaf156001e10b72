package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/url"
	"os"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/cellar-ml/cellar/dataset"
)

// nextOf is r's next record, or io.EOF.
func nextOf(r array.RecordReader) (arrow.Record, error) {
	if r.Next() {
		return r.Record(), nil
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return nil, io.EOF
}

func head(path string, n int) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	b := make([]byte, n)
	n, _ = io.ReadFull(f, b) // a short file has a short head
	return b[:n]
}

// cutTable parts a reference from the table behind its #, which may also be in a
// file's own name.
func cutTable(ref string) (path, table string) {
	if isFile(ref) {
		return ref, ""
	}
	path, table, _ = strings.Cut(ref, "#")
	return path, table
}

func packed(path string) bool {
	h := head(path, 4)
	return bytes.HasPrefix(h, []byte{0x1f, 0x8b}) || bytes.HasPrefix(h, []byte{0x28, 0xb5, 0x2f, 0xfd}) || bytes.HasPrefix(h, []byte("BZh"))
}

func writeAll(ctx context.Context, path string, r io.Reader) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, untilDone{ctx, r})
	return errors.Join(err, f.Close())
}

// untilDone reads until its context ends.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u untilDone) Read(p []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, context.Cause(u.ctx)
	}
	return u.r.Read(p)
}

// Redact is ref without the password and the query of a URL, as it is shown and
// recorded.
func Redact(ref string) string {
	if !strings.Contains(ref, "://") {
		return ref
	}
	u, err := url.Parse(ref)
	if err != nil {
		scheme, _, _ := strings.Cut(ref, "://")
		return scheme + "://..."
	}
	u.User, u.RawQuery = nil, ""
	return u.String()
}

// Name makes a dataset's name out of a source: s3://x/My Wine.csv.gz is my-wine,
// shop.db#orders is orders, data/2024-*.csv is 2024, and a database's address
// without a table is the database.
func Name(ref string) string {
	path, table := cutTable(Redact(ref))
	if table != "" && !strings.HasPrefix(table, "(") {
		return dataset.Name(table)
	}
	return dataset.Name(strings.NewReplacer("*", "", "?", "", "[", "", "]", "").Replace(path))
}
