package tracker

import (
	"fmt"
	"strconv"
	"strings"

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

// Ref is the reference of a version: name@v3.
func (m Model) Ref() string { return fmt.Sprintf("%s@v%d", m.Name, m.Version) }

// Hex is the digest without its "sha256:"; false when it is not a digest.
func (d Digest) Hex() (string, bool) {
	h, ok := strings.CutPrefix(string(d), "sha256:")
	if !ok || len(h) != 64 || strings.Trim(h, "0123456789abcdef") != "" {
		return "", false
	}
	return h, true
}

// MaxName is how many bytes a name has at most: of a run, an experiment, a metric,
// a parameter, a tag, an artifact, a dataset, a model. Values have no limit.
const MaxName = 1024

// CheckLength refuses a name that is longer than MaxName. What is named goes in the
// message.
func CheckLength(what, name string) error {
	if len(name) <= MaxName {
		return nil
	}
	return hint.New(fmt.Errorf("name %s %.40q...: it has %d bytes, at most are %d", what, name, len(name), MaxName),
		"give it a short name, and put long text into a tag's or a parameter's value")
}

// CheckPoints refuses points of which a metric's name is too long.
func CheckPoints(run string, pts []Point) error {
	for _, p := range pts {
		if len(p.Metric) > MaxName {
			return &RunError{Op: "log", Run: run, Err: CheckLength("metric", p.Metric)}
		}
	}
	return nil
}

// CheckName refuses the names that a reference could not reach: empty ones and
// those with an @ or a line break in them. What is named goes in the message.
func CheckName(what, name string) error {
	if name == "" || strings.ContainsAny(name, "@\n\r\x00") {
		return fmt.Errorf("name %s %.40q: want a name without @ and line breaks", what, name)
	}
	return CheckLength(what, name)
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

// NoVersion is what a store says of a dataset or model that it does not have.
func NoVersion(what, ref string) error {
	return hint.New(fmt.Errorf("find %s %s: %w", what, ref, ErrNotFound),
		fmt.Sprintf("a %s goes by its name, or by name@v3 for one version", what))
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
	if err := CheckLength("artifact", a.Name); err != nil {
		return &RunError{Op: "add an artifact to", Run: a.Run, Err: err}
	}
	return nil
}

// datasetName is the name in a reference of a version.
func datasetName(ref string) string {
	name, _, _ := strings.Cut(ref, "@")
	return name
}
