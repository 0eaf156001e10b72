package yamldoc_test

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/yamldoc"
)

// FuzzParse holds that any text is refused in words, with a hint, or is one document.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"a: [1, {b: c}]", "- &x a\n- *x", "a: b\n---\nc", "\t", "a: 'x", "? [a]\n: b", "%YAML 1.2\n---\na", "&a [*a]", "\xff"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := yamldoc.Parse("recipe", data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "read recipe: ") || hint.Of(err) == "" {
				t.Errorf("Parse(%q) = %v (hint %q)", data, err, hint.Of(err))
			}
			return
		}
		if doc.Kind != 0 && doc.Kind != yaml.DocumentNode {
			t.Errorf("Parse(%q) is of kind %v", data, doc.Kind)
		}
	})
}
