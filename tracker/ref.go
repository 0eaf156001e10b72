package tracker

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cellar-ml/cellar/internal/hint"
)

// MinPrefix is how many characters of a run's id make a reference.
const MinPrefix = 4

// ParseRef splits "name@v3" into name and 3; "name" alone is version 0, which
// means the newest.
func ParseRef(ref string) (name string, version int, err error) {
	name, v, found := strings.Cut(ref, "@")
	if !found {
		return ref, 0, nil
	}
	n, err := strconv.Atoi(strings.TrimPrefix(v, "v"))
	if err != nil || n < 1 || name == "" {
		return "", 0, fmt.Errorf("read reference %q: want name or name@v3: %w", ref, ErrNotFound)
	}
	return name, n, nil
}

// Ref is the reference of a version: name@v3.
func (d DatasetVersion) Ref() string { return fmt.Sprintf("%s@v%d", d.Name, d.Version) }

// ParseModelRef splits "name", "name@v3" and "name@champion"; "name" and
// "name@latest" are version 0 without an alias, which means the newest.
func ParseModelRef(ref string) (name string, version int, alias string, err error) {
	name, after, found := strings.Cut(ref, "@")
	if !found || after == latest {
		return name, 0, "", nil
	}
	if CheckAlias(after) == nil && name != "" {
		return name, 0, after, nil
	}
	if name, version, err = ParseRef(ref); err != nil {
		err = hint.New(fmt.Errorf("read reference %q: %w", ref, ErrNotFound), modelHint)
	}
	return name, version, "", err
}

// latest stands for the newest version, so no alias can be called so.
const latest = "latest"

// maxAlias is how many bytes an alias may have.
const maxAlias = 256

// CheckAlias refuses an alias that a reference could not reach, or that would
// look like a version: v3, 3, latest.
func CheckAlias(alias string) error {
	fine := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || strings.ContainsRune("._-", r)
	}
	_, number := strconv.Atoi(strings.TrimLeft(alias, "vV"))
	switch {
	case alias == "" || len(alias) > maxAlias || !utf8.ValidString(alias) || alias[0] == '-' || strings.ContainsFunc(alias, func(r rune) bool { return !fine(r) }):
		return hint.New(fmt.Errorf("alias %q: not a name", alias), "use letters, digits, dots, _ and -, such as champion")
	case number == nil:
		return hint.New(fmt.Errorf("alias %q looks like a version", alias), "use a word, such as champion")
	case strings.EqualFold(alias, latest):
		return hint.New(fmt.Errorf("alias %q is reserved", alias), "NAME@latest is the newest version already; use another word, such as champion")
	}
	return nil
}

// Hex is the digest without its "sha256:"; false when it is not a digest.
func (d Digest) Hex() (string, bool) {
	h, ok := strings.CutPrefix(string(d), "sha256:")
	if !ok || len(h) != 64 || strings.Trim(h, "0123456789abcdef") != "" {
		return "", false
	}
	return h, true
}

// CheckName refuses the names that a reference could not reach: empty ones and
// those with an @ or a line break in them. What is named goes in the message.
func CheckName(what, name string) error {
	if name == "" || strings.ContainsAny(name, "@\n\r\x00") {
		return fmt.Errorf("name %s %q: want a name without @ and line breaks", what, name)
	}
	return nil
}

// CheckVersion refuses a dataset or model version that could not be read back.
func CheckVersion(what, name string, d Digest) error {
	if err := CheckName(what, name); err != nil {
		return err
	}
	if _, ok := d.Hex(); !ok {
		return fmt.Errorf("put %s %s: %q is not a digest; want sha256: and 64 hexadecimal digits", what, name, d)
	}
	return nil
}

// CheckModel refuses a model version that could not be read back.
func CheckModel(m Model) error {
	if err := CheckVersion("model", m.Name, m.Digest); err != nil {
		return err
	}
	if _, err := ParseStage(string(m.Stage)); err != nil || m.Version < 0 {
		return fmt.Errorf("put model %s: %w", m.Ref(), cmp.Or(err, errors.New("want a version from 1, or 0 for the next")))
	}
	return nil
}

// modelHint says how a model is named.
const modelHint = "a model goes by its name, by name@v3 for one version, or by name@alias"

// NoVersion is what a store says of a dataset or model that it does not have.
func NoVersion(what, ref string) error {
	how := modelHint
	if what != "model" {
		how = fmt.Sprintf("a %s goes by its name, or by name@v3 for one version", what)
	}
	return hint.New(fmt.Errorf("find %s %s: %w", what, ref, ErrNotFound), how)
}

// NoExperiment is what a store says of an experiment that it does not have.
func NoExperiment(name string) error {
	return hint.New(fmt.Errorf("find experiment %q: %w", name, ErrNotFound), "an experiment goes by its whole name")
}

// CheckArtifact refuses an artifact that could not be read back.
func CheckArtifact(a Artifact) error {
	if _, ok := a.Digest.Hex(); !ok || a.Name == "" {
		return &RunError{Op: fmt.Sprintf("add artifact %q to", a.Name), Run: a.Run,
			Err: fmt.Errorf("want a name and a digest, not %q and %q", a.Name, a.Digest)}
	}
	return nil
}

// datasetName is the name in a reference of a version.
func datasetName(ref string) string {
	name, _, _ := strings.Cut(ref, "@")
	return name
}
