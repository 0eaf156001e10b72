// Package remote keeps versions of datasets in a folder or on S3, for other
// machines and people: their content once by its digest, and a record of each
// version. docs/format/dataset.md has the layout. What is sent or brought is what
// the other side lacks, and a version's record comes last: what is cut off leaves
// no half version, and goes on when it is repeated.
//
// The package knows no magic and opens no store.
package remote

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/s3"
	"github.com/cellar-ml/cellar/internal/together"
	"github.com/cellar-ml/cellar/tracker"
)

type (
	// A Remote is where versions lie.
	Remote struct {
		place place
		// Progress, which may be nil, is told how many bytes have been sent or brought.
		Progress func(done, total int64)
	}

	// A Report is what a push or pull did.
	Report struct {
		Dataset  string   `json:"dataset"`
		Versions []string `json:"versions"` // that were asked for, by their names in the store
		Blobs    int      `json:"blobs"`    // of them
		Bytes    int64    `json:"bytes"`
		Moved    int      `json:"moved"` // blobs that the other side did not have
		Size     int64    `json:"size"`  // bytes of these
		New      int      `json:"new"`   // versions that the other side did not have
		Notes    []string `json:"notes,omitempty"`
	}

	// record is what a remote says of a version, in datasets/NAME/vN.json.
	record struct {
		Kind    string           `json:"cellar"` // "dataset version"
		Format  int              `json:"format"` // 1
		Name    string           `json:"name"`
		Version int              `json:"version"`
		Digest  tracker.Digest   `json:"digest"`
		Rows    int64            `json:"rows"`
		Columns []tracker.Column `json:"columns"`
		Source  string           `json:"source,omitempty"`
		Created time.Time        `json:"created"`
	}

	// A place holds files under keys.
	place interface {
		// list has the size of each file under a prefix that ends in a slash.
		list(ctx context.Context, prefix string) (map[string]int64, error)
		read(ctx context.Context, key string) (io.ReadCloser, error)
		// write keeps all of r or nothing. A key that must be fresh and is there is
		// an fs.ErrExist.
		write(ctx context.Context, key string, r io.Reader, size int64, fresh bool) error
		// url names a key to a person.
		url(key string) string
	}
)

// Open is the remote at dest, a folder or s3://BUCKET/PREFIX. It touches nothing.
func Open(dest string) (*Remote, error) {
	if s3.Is(dest) {
		p, err := openBucket(dest)
		return &Remote{place: p}, err
	}
	if strings.Contains(dest, "://") || dest == "" {
		return nil, hint.New(fmt.Errorf("remote %q: neither a folder nor S3", dest), "give a folder, such as /mnt/share/data, or s3://BUCKET/PREFIX")
	}
	p, err := openFolder(dest)
	return &Remote{place: p}, err
}

// folderOf is where the records of a dataset or a branch (wine:fix) lie.
func folderOf(name string) string { return "datasets/" + strings.ReplaceAll(name, ":", "+") + "/" }

func nameOf(folder string) string { return strings.ReplaceAll(folder, "+", ":") }

func recordKey(name string, version int) string {
	return fmt.Sprintf("%sv%d.json", folderOf(name), version)
}

func tagKey(t dataset.Tag) string { return folderOf(t.Dataset) + "tags/" + t.Tag + ".json" }

func blobKey(d tracker.Digest) string {
	h, _ := d.Hex()
	return "blobs/" + h[:2] + "/" + h[2:]
}

// names are the datasets and branches there are under one: wine, wine:fix.
func (r *Remote) names(ctx context.Context, name string) ([]string, error) {
	all, err := r.place.list(ctx, "datasets/")
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var list []string
	for key := range all {
		folder, file, _ := strings.Cut(strings.TrimPrefix(key, "datasets/"), "/")
		if n := nameOf(folder); versionOf(file) > 0 && !seen[n] && (name == "" || n == name || strings.HasPrefix(n, name+":")) {
			seen[n] = true
			list = append(list, n)
		}
	}
	return list, nil
}

// versionOf is 3 of v3.json, and 0 of what is no record.
func versionOf(file string) int {
	text, ok := strings.CutSuffix(strings.TrimPrefix(file, "v"), ".json")
	n, err := strconv.Atoi(text)
	if !ok || err != nil || n < 1 || file != fmt.Sprintf("v%d.json", n) {
		return 0
	}
	return n
}

// records are the versions of a name, from the first on, without a gap.
func (r *Remote) records(ctx context.Context, name string) ([]record, error) {
	files, err := r.place.list(ctx, folderOf(name))
	if err != nil {
		return nil, err
	}
	count := 0
	for key := range files {
		if path.Dir(key)+"/" == folderOf(name) {
			count = max(count, versionOf(path.Base(key)))
		}
	}
	list := make([]record, count)
	err = together.Do(ctx, count, atOnce, func(i int) error {
		key := recordKey(name, i+1)
		if err := r.readJSON(ctx, key, &list[i]); err != nil {
			return err
		}
		switch v := list[i]; {
		case v.Kind != "dataset version" || v.Format != 1:
			return hint.New(fmt.Errorf("%s is %q, format %d", r.place.url(key), v.Kind, v.Format), "this Cellar reads format 1 of dataset version: a newer one may have written it")
		case v.Name != name || v.Version != i+1:
			return hint.New(fmt.Errorf("%s is the record of %s@v%d", r.place.url(key), v.Name, v.Version), "the file was moved or renamed: put it back where it was, or push again")
		}
		return tracker.CheckVersion("dataset", list[i].Name, list[i].Digest)
	})
	return list, err
}

func (r *Remote) readJSON(ctx context.Context, key string, to any) error {
	rc, err := r.place.read(ctx, key)
	if err != nil {
		return err
	}
	defer rc.Close()
	body, err := io.ReadAll(rc)
	if err == nil {
		err = json.Unmarshal(body, to)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", r.place.url(key), err)
	}
	return nil
}

func (r *Remote) writeJSON(ctx context.Context, key string, v any, fresh bool) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return r.place.write(ctx, key, strings.NewReader(string(body)), int64(len(body)), fresh)
}

// have are the blobs that a remote has, with their sizes.
func (r *Remote) have(ctx context.Context) (map[string]int64, error) {
	return r.place.list(ctx, "blobs/")
}

// tags are those of a name.
func (r *Remote) tags(ctx context.Context, name string) ([]dataset.Tag, error) {
	files, err := r.place.list(ctx, folderOf(name)+"tags/")
	if err != nil {
		return nil, err
	}
	var list []dataset.Tag
	for key := range files {
		var t dataset.Tag
		if err := r.readJSON(ctx, key, &t); err != nil {
			return nil, err
		}
		if t.Dataset != name || tagKey(t) != key {
			return nil, fmt.Errorf("%s: a tag %s@%s", r.place.url(key), t.Dataset, t.Tag)
		}
		list = append(list, t)
	}
	return list, nil
}

// atOnce is how many files are on their way: each waits for the other side.
const atOnce = 8

// A mover moves blobs, each once, and keeps count.
type mover struct {
	to       map[string]int64 // what the other side has, by blobKey
	report   *Report
	progress func(done, total int64)
	move     func(ctx context.Context, c tracker.Chunk) error

	lock sync.Mutex
	done int64
}

// all moves those of the blobs that the other side lacks. One that is there with
// another size was damaged, and is put again.
func (m *mover) all(ctx context.Context, blobs []tracker.Chunk) error {
	var lacking []tracker.Chunk
	total := m.done
	for _, c := range blobs {
		if size, there := m.to[blobKey(c.Digest)]; there && size == c.Size {
			continue
		}
		m.to[blobKey(c.Digest)] = c.Size
		lacking = append(lacking, c)
		total += c.Size
	}
	return together.Do(ctx, len(lacking), atOnce, func(i int) error {
		if err := m.move(ctx, lacking[i]); err != nil {
			return err
		}
		m.lock.Lock()
		defer m.lock.Unlock()
		m.report.Moved++
		m.report.Size += lacking[i].Size
		if m.done += lacking[i].Size; m.progress != nil {
			m.progress(m.done, total)
		}
		return nil
	})
}
