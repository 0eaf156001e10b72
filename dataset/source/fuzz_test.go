package source

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/internal/hint"
)

// offline answers no request.
type offline struct{}

func (offline) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("offline") }

var name = regexp.MustCompile(`^[a-z0-9_][a-z0-9_.-]*$`)

// FuzzReference holds that whatever is typed as a source is read or refused in
// words, has a name for its dataset, and shows no password.
func FuzzReference(f *testing.F) {
	for _, ref := range []string{"t.csv", "*.csv", "[", "[a-", "t.db#x", "http://user:s3cret@h/x.csv?token=s3cret#t", "https://%zz:s3cret@", "postgres://u:s3cret@h/db#t",
		"s3://b/*.csv", "sqlite://x", "#", "", " ", "a#b#c", "t.csv#(select 1)", "://", "\x00", "t.csv.gz", "http:// s3cret@x"} {
		f.Add(ref)
	}
	dir := f.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "t.csv"), []byte("a\n1\n"), 0o600); err != nil {
		f.Fatal(err)
	}
	f.Chdir(dir)
	f.Fuzz(func(t *testing.T, ref string) {
		if n := Name(ref); !name.MatchString(n) {
			t.Errorf("Name(%q) = %q, which is no name", ref, n)
		}
		if user, _, ok := strings.Cut(ref, "s3cret@"); ok && strings.Contains(user, "://") && !strings.Contains(user, "#") && !strings.ContainsAny(strings.SplitN(user, "://", 2)[1], "/?") && strings.Contains(Redact(ref), "s3cret@") {
			t.Errorf("Redact(%q) = %q", ref, Redact(ref))
		}
		if strings.Contains(ref, "..") || strings.HasPrefix(ref, "/") || prefixed("s3://", "postgres://", "postgresql://")(ref) || len(ref) > 200 {
			return // leads out of the folder, or into the network
		}
		r, err := Open(t.Context(), ref, Options{Client: &http.Client{Transport: offline{}}, Dir: t.TempDir()})
		if err == nil {
			r.Release()
		} else if err.Error() == "" || strings.HasPrefix(ref, "http") && strings.Contains(err.Error(), ":s3cret@") {
			t.Errorf("Open(%q) = %v", ref, err)
		}
	})
}

// FuzzJSON holds that what encoding/json reads as a list of objects is read, with
// a row for each, and that what is refused is refused in one line with a hint.
func FuzzJSON(f *testing.F) {
	for _, text := range []string{`[{"a":1},{"a":2}]`, "{\"a\":1}\n{\"a\":\"x\"}\n", "[", "[]", "[1]", `{"a":1}{"a"`, "{\"a\":\"\xff\"}", `[{"json":1}]`, `[{}]`, `[{"a":{"b":[1,null]}}]`, `[{"a":1e999}]`, `{"":1}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "t.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		table, err := Read(t.Context(), path, Options{})
		if err != nil && (hint.Of(err) == "" || !strings.HasPrefix(err.Error(), "read "+path)) {
			t.Fatalf("Read(%q) = %q (hint %q), want the file and a hint", text, err, hint.Of(err))
		}
		var list []map[string]float64
		if json.Unmarshal([]byte(text), &list) != nil || len(list) == 0 || strings.Contains(text, "null") {
			return
		}
		for _, o := range list {
			if len(o) == 0 {
				return // a row of nothing
			}
		}
		if err == nil && table.NumRows() != int64(len(list)) {
			t.Errorf("Read(%q) = %d rows, want %d", text, table.NumRows(), len(list))
		}
	})
}

// FuzzQuoteVersions holds that names are quoted once, and nothing else is changed.
func FuzzQuoteVersions(f *testing.F) {
	for _, q := range []string{"select * from a@v2", `from "a@v1" join b-c:x@v3 -- d@v1`, "'a@v1' /* b@v2", "a@@v1", "1@v1"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		once := quoteVersions(q)
		if again := quoteVersions(once); again != once {
			t.Errorf("quoteVersions(%q) = %q, and of that %q", q, once, again)
		}
		if strings.ReplaceAll(once, `"`, "") != strings.ReplaceAll(q, `"`, "") {
			t.Errorf("quoteVersions(%q) = %q", q, once)
		}
	})
}
