// Package yamldoc reads files of YAML that people write, and says in one way what
// is wrong with one that is not YAML at all. What the nodes mean is the business
// of the caller.
package yamldoc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/cellar-ml/cellar/internal/hint"
)

// Parse reads the one document of a file. what is the kind of thing that it holds,
// in messages: "read recipe: line 3: ...". An empty file is a zero Node.
func Parse(what string, data []byte) (doc yaml.Node, err error) {
	for i, line := range bytes.Split(data, []byte("\n")) {
		if !utf8.Valid(line) || bytes.ContainsFunc(line, func(c rune) bool { return c < ' ' && c != '\t' && c != '\r' }) {
			return doc, hint.New(fmt.Errorf("read %s: line %d: not text in UTF-8: %.60q", what, i+1, line), "save the file as UTF-8")
		}
	}
	l, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return doc, syntax(what, err)
	}
	if err := l.Load(&doc); err != nil && !errors.Is(err, io.EOF) {
		return doc, syntax(what, err)
	}
	var more yaml.Node
	switch err := l.Load(&more); {
	case errors.Is(err, io.EOF):
		return doc, nil
	case err != nil:
		return doc, syntax(what, err)
	}
	return doc, hint.New(fmt.Errorf("read %s: line %d: a second document", what, more.Line),
		"a file has one "+what+": remove the --- and what is below it")
}

// place is how the library says where: at L2.C1.
var place = regexp.MustCompile(`\bL(\d+)\.C(\d+)`)

// syntax makes the library's message one of ours.
func syntax(what string, err error) error {
	text, where := strings.TrimPrefix(err.Error(), "yaml: "), ""
	if m := place.FindStringSubmatch(text); m != nil {
		where = "line " + m[1] + ", character " + m[2] + ": "
		if i := strings.LastIndex(text, ": "); i >= 0 {
			text = text[i+2:]
		}
	}
	return hint.New(fmt.Errorf("read %s: %snot YAML: %s", what, where, text),
		`two spaces deeper for what belongs to a line, "name: value", and quotes around text with : # { [ or a tab in it`)
}
