package source

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // formats that DecodeConfig knows
	_ "image/jpeg"
	_ "image/png"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/hint"
)

// imageBytes is about how large a record of pictures becomes.
const imageBytes = 32 << 20

var imageSchema = arrow.NewSchema([]arrow.Field{
	{Name: "path", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "label", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "format", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "width", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	{Name: "height", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	{Name: "image", Type: arrow.BinaryTypes.Binary, Nullable: true},
}, nil)

// openImages reads a folder of PNG, JPEG and GIF files, by their paths in order.
// The label is what labels.csv in the folder says (path,label), or else the name
// of the first folder below it. image has the files' bytes as they are.
func openImages(_ context.Context, j *job, dir string) (array.RecordReader, error) {
	files, err := pictures(dir)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", dir, err)
	}
	if len(files) == 0 {
		return nil, hint.New(fmt.Errorf("read %s: is a folder without pictures", dir), "name a file in it, or a pattern such as "+filepath.Join(dir, "*.csv"))
	}
	slices.Sort(files)
	labels, err := readLabels(filepath.Join(dir, "labels.csv"), files)
	if err != nil {
		return nil, err
	}
	at := 0
	next := func() (arrow.Record, error) {
		if at == len(files) {
			return nil, io.EOF
		}
		b := array.NewRecordBuilder(memory.DefaultAllocator, imageSchema)
		for size := 0; at < len(files) && size < imageBytes; at++ {
			n, err := addImage(b, dir, files[at], labels)
			if err != nil {
				return nil, err
			}
			size += n
			j.progress(Progress{Phase: "read", Done: int64(at + 1), Total: int64(len(files)), Unit: "pictures"})
		}
		return b.NewRecord(), nil
	}
	return dataset.NewReader(imageSchema, next, nil), nil
}

// pictures are the paths of the pictures below dir; what is hidden is left out.
func pictures(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); p != dir && strings.HasPrefix(name, ".") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		switch strings.ToLower(filepath.Ext(p)) {
		case ".png", ".jpg", ".jpeg", ".gif":
			if d.Type().IsRegular() {
				rel, err := filepath.Rel(dir, p)
				files = append(files, filepath.ToSlash(rel))
				return err
			}
		}
		return nil
	})
	return files, err
}

func addImage(b *array.RecordBuilder, dir, file string, labels map[string]string) (int, error) {
	full := filepath.Join(dir, filepath.FromSlash(file))
	data, err := os.ReadFile(full)
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", full, err)
	}
	c, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return 0, hint.New(fmt.Errorf("read %s: not a whole picture: %w", full, err), "mend the file, or take it out of the folder")
	}
	b.Field(0).(*array.StringBuilder).Append(file)
	label, found := labels[file]
	if labels == nil {
		label, _, found = strings.Cut(file, "/")
	}
	if found {
		b.Field(1).(*array.StringBuilder).Append(label)
	} else {
		b.Field(1).AppendNull()
	}
	b.Field(2).(*array.StringBuilder).Append(format)
	b.Field(3).(*array.Int64Builder).Append(int64(c.Width))
	b.Field(4).(*array.Int64Builder).Append(int64(c.Height))
	b.Field(5).(*array.BinaryBuilder).Append(data)
	return len(data), nil
}

// readLabels is nil without a file of labels. A label for a picture that is not
// there is an error: it is more often a wrong path than a lost picture.
func readLabels(file string, pictures []string) (map[string]string, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = 2
	labels := map[string]string{}
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			return labels, nil
		}
		if err != nil {
			return nil, hint.New(fmt.Errorf("read %s: %w", file, err), "each line has the path of a picture and its label")
		}
		line, _ := r.FieldPos(0)
		name := path.Clean(filepath.ToSlash(rec[0]))
		if _, found := slices.BinarySearch(pictures, name); !found {
			if line == 1 {
				continue // a header
			}
			return nil, hint.New(fmt.Errorf("read %s: line %d: no picture %s", file, line, rec[0]), "paths begin at the folder of labels.csv")
		}
		labels[name] = rec[1]
	}
}
