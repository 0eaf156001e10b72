package dataset

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
)

// The values of ReadOptions.Header.
const (
	HeaderAuto  = ""      // the first line, unless all its fields are numbers
	HeaderFirst = "first" // always the first line
	HeaderNone  = "none"  // there is none: column_1, column_2, ...
)

// The values of ReadOptions.Ragged.
const (
	RaggedRefuse = ""     // an error that names the first such line
	RaggedSkip   = "skip" // leave the line out
	RaggedPad    = "pad"  // too short: the rest is missing; too long: left out
)

type (
	// ReadOptions say how a file of text is read; its zero value finds out by
	// itself. Parquet carries its own answers, and there only Format counts.
	ReadOptions struct {
		Format    string                   // csv, tsv, parquet; "" goes by the file's name
		Delimiter rune                     // 0: tab for tsv, else the likeliest of , ; tab |
		Header    string                   // HeaderAuto, HeaderFirst, HeaderNone
		Names     []string                 // names of all columns, in place of the header's
		Missing   []string                 // what stands for a missing value; nil: Missing()
		Columns   map[string]ColumnOptions // overrides by column
		Ragged    string                   // RaggedRefuse, RaggedSkip, RaggedPad

		Note func(string) // told what a person should know of the values; may be nil

		settled []int // the kinds of all columns, known from an earlier reading
	}

	// ColumnOptions override what is found out about one column.
	ColumnOptions struct {
		Type    string   // int64, float64, bool, string, date, timestamp; "" is inferred
		Missing []string // nil: the file's
	}
)

// Missing is what stands for a missing value when nothing else is said: the
// empty field and the spellings that pandas.read_csv takes.
func Missing() []string {
	return []string{"", "NA", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "<NA>", "NaN", "nan", "-NaN", "-nan",
		"null", "NULL", "None", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"}
}

// Read reads the table in the file at path: .csv, .tsv (also .tab) or
// .parquet, each also with .gz behind. An error names the file and the line,
// and carries a hint. A Parquet file whose footer is damaged in certain places
// can make Arrow's reader ask for more memory than there is. The table holds no more rows than the file has lines;
// a text file is read twice, so that its types are known before values are kept.
func Read(ctx context.Context, path string, o ReadOptions) (arrow.Table, error) {
	if err := exists(path); err != nil {
		return nil, err
	}
	format, err := formatOf(path, o.Format)
	if err != nil {
		return nil, err
	}
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if format == "parquet" {
		data, err := readAll(path)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		t, err := readParquet(ctx, bytes.NewReader(data))
		if err != nil {
			return nil, hint.New(fmt.Errorf("read %s: not a whole Parquet file: %w", path, err),
				"write it again, or say what it is with --format csv or tsv")
		}
		return t, nil
	}
	if format == "arrow" {
		r, err := scanArrow(path)
		if err != nil {
			return nil, err
		}
		return Collect(r)
	}
	if o.Delimiter == 0 && format == "tsv" {
		o.Delimiter = '\t'
	}
	return readText(ctx, textFile{path: path, options: o})
}

// check refuses words that mean nothing.
func (o ReadOptions) check() error {
	for _, option := range []struct {
		name, value string
		words       []string
	}{
		{"header", o.Header, []string{HeaderFirst, HeaderNone}},
		{"ragged", o.Ragged, []string{RaggedSkip, RaggedPad}},
	} {
		if option.value != "" && !slices.Contains(option.words, option.value) {
			return hint.New(fmt.Errorf("unknown %s %q", option.name, option.value), "it is "+strings.Join(option.words, " or ")+", or not given")
		}
	}
	return nil
}

func formatOf(path, named string) (string, error) {
	if named == "" {
		base := Unpacked(strings.ToLower(filepath.Base(path)))
		named = strings.TrimPrefix(filepath.Ext(base), ".")
	}
	switch named {
	case "csv", "txt", "data":
		return "csv", nil
	case "tsv", "tab":
		return "tsv", nil
	case "parquet", "pq":
		return "parquet", nil
	case "arrow", "ipc", "feather", "arrows":
		return "arrow", nil
	}
	return "", hint.New(fmt.Errorf("read %s: unknown format %q", path, named),
		"name the format with --format: csv, tsv or parquet, arrow or json; save a spreadsheet as CSV")
}

// exists tells a missing file from the others and names what lies near.
func exists(path string) error {
	info, err := os.Stat(path)
	if err == nil && info.Mode().IsRegular() && info.Size() == 0 {
		return hint.New(fmt.Errorf("read %s: the file is empty", path), "was it written to its end? a table of text needs a line of column names, or data with header none")
	}
	if err == nil && info.IsDir() {
		return hint.New(fmt.Errorf("read %s: is a folder", path), "name one file; in it are "+listed(path))
	}
	if err == nil && !info.Mode().IsRegular() {
		return hint.New(fmt.Errorf("read %s: is a pipe or a device, and a table is read twice", path), "write it to a file first")
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	folder := filepath.Dir(path)
	missing := fmt.Errorf("read %s: %w", path, fs.ErrNotExist)
	entries, err := os.ReadDir(folder)
	if err != nil {
		at, _ := os.Getwd()
		return hint.New(missing, fmt.Sprintf("there is no folder %s; the working folder is %s", folder, at))
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if close := nearest.Of(filepath.Base(path), names, 3); len(close) > 0 {
		for i := range close {
			close[i] = filepath.Join(folder, close[i])
		}
		return hint.New(missing, "did you mean "+strings.Join(close, " or ")+"?")
	}
	return hint.New(missing, fmt.Sprintf("in %s are %s", folder, listed(folder)))
}

func listed(folder string) string {
	entries, _ := os.ReadDir(folder)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if len(names) == 0 {
		return "no files"
	}
	return strings.Join(clip(names, 12), ", ")
}

func readAll(path string) ([]byte, error) {
	r, err := open(path, nil)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// open opens the file, unpacked where its first bytes say that it is packed. read,
// which may be nil, is told how much of the packed file was read.
func open(path string, read func(int64)) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	b := bufio.NewReaderSize(&counted{r: f, read: read}, 1<<16)
	magic, _ := b.Peek(4)
	for _, p := range packings {
		if !bytes.HasPrefix(magic, p.magic) {
			continue
		}
		z, err := p.open(b)
		if err != nil {
			f.Close()
			return nil, badPacking(p.ext, err)
		}
		return unpacked{packed{z, p.ext}, f}, nil
	}
	return unpacked{io.NopCloser(b), f}, nil
}
