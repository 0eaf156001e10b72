package wire_test

import (
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/kernel/kerneltest"
	"github.com/cellar-ml/cellar/kernel/wire"
)

// The example of RFC 4231, section 4.3: the key "Jefe" and this text.
func TestSignatureIsThatOfTheStandard(t *testing.T) {
	s := wire.NewSigner("Jefe")
	parts := [][]byte{[]byte("what do "), []byte("ya want "), []byte("for "), []byte("nothing?")}
	const want = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
	if got := string(s.Sign(parts)); got != want {
		t.Errorf("Sign() = %s, want %s", got, want)
	}
	if !s.Verify([]byte(want), parts) {
		t.Errorf("Verify(%s) = false", want)
	}
	for _, bad := range []string{"", want[:62], "00" + want[2:], strings.Repeat("z", 64), want + "00"} {
		if s.Verify([]byte(bad), parts) {
			t.Errorf("Verify(%q) = true", bad)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	s := wire.NewSigner("k")
	frames := func(header string) [][]byte {
		parts := [][]byte{[]byte(header), []byte("{}"), []byte("{}"), []byte("{}")}
		return append([][]byte{[]byte("id"), []byte("<IDS|MSG>"), s.Sign(parts)}, parts...)
	}
	good := frames(`{"msg_type":"x_request","msg_id":"1"}`)
	if m, err := wire.Decode(good, s); err != nil || m.Header.Type != "x_request" {
		t.Fatalf("Decode(good) = %v, %v", m, err)
	}
	forged := append([][]byte{}, good...)
	forged[6] = []byte(`{"code":"stolen"}`)
	for _, tc := range []struct {
		name   string
		frames [][]byte
		want   error
	}{
		{"nothing", nil, wire.ErrMalformed},
		{"no delimiter", [][]byte{[]byte("a"), []byte("b")}, wire.ErrMalformed},
		{"too few frames", good[:4], wire.ErrMalformed},
		{"forged content", forged, wire.ErrSignature},
		{"header is no object", frames(`[1]`), wire.ErrMalformed},
		{"header without a type", frames(`{}`), wire.ErrMalformed},
		{"header is no JSON", frames(`{`), wire.ErrMalformed},
	} {
		if _, err := wire.Decode(tc.frames, s); !errors.Is(err, tc.want) {
			t.Errorf("%s: Decode() = %v, want %v", tc.name, err, tc.want)
		}
	}
}

func TestConnectionFileRefused(t *testing.T) {
	_, c := kerneltest.Connection(t)
	whole, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	edit := func(old, new string) string { return strings.Replace(string(whole), old, new, 1) }
	for _, tc := range []struct{ name, content, want string }{
		{"empty", "", "it is empty"},
		{"truncated", string(whole[:len(whole)/2]), "cut off after"},
		{"not JSON", "hello", "invalid character"},
		{"no ports", `{"key":"k"}`, "shell_port is 0"},
		{"wrong type", edit(`"ip":"127.0.0.1"`, `"ip":5`), "ip"},
		{"unknown transport", edit(`"tcp"`, `"pigeon"`), `transport "pigeon"`},
		{"unknown signature", edit("hmac-sha256", "hmac-md5"), `signature_scheme "hmac-md5"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "c.json")
			if err := os.WriteFile(file, []byte(tc.content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := wire.ReadConnection(file)
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), file) || hint.Of(err) == "" {
				t.Errorf("ReadConnection() = %v (hint %q), want the file, %q and a hint", err, hint.Of(err), tc.want)
			}
		})
	}
	if _, err := wire.ReadConnection("/does/not/exist"); !errors.Is(err, os.ErrNotExist) || hint.Of(err) == "" {
		t.Errorf("ReadConnection of no file = %v", err)
	}
}

func TestTakenPortIsNamed(t *testing.T) {
	_, c := kerneltest.Connection(t)
	_, address := c.Address(wire.IOPub)
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = wire.Bind(c, wire.Options{})
	if err == nil || !strings.Contains(err.Error(), "iopub") || !strings.Contains(err.Error(), address+" is already taken") || hint.Of(err) == "" {
		t.Errorf("Bind() = %v, want iopub, %s and a hint", err, address)
	}
	l.Close()
	s, err := wire.Bind(c, wire.Options{}) // what was bound before has been let go
	if err != nil {
		t.Fatal(err)
	}
	s.Close(0)
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("id"), []byte("<IDS|MSG>"), []byte(""), []byte(`{"msg_type":"a"}`), []byte("{}"))
	f.Fuzz(func(t *testing.T, a, b, c, d, e []byte) {
		m, err := wire.Decode([][]byte{a, b, c, d, e, e, e}, wire.NewSigner(""))
		if (m == nil) == (err == nil) {
			t.Errorf("Decode() = %v, %v", m, err)
		}
	})
}
