package display

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"reflect"
	"strings"
	"unicode/utf8"
)

// Bytes of a []byte that its dump shows.
const dumpBytes = 256

// Image is a picture as PNG, with its size as text. An empty picture has text
// alone.
func Image(img image.Image) (Bundle, error) {
	size := img.Bounds().Size()
	note := fmt.Sprintf("%T, %d×%d pixels", img, size.X, size.Y)
	if size.X == 0 || size.Y == 0 {
		return Text(note), nil
	}
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		return Bundle{}, fmt.Errorf("encode %s: %w", note, err)
	}
	return Bundle{Data: map[string]any{MIMEPNG: base64.StdEncoding.EncodeToString(buf.Bytes()), MIMEText: note}}, nil
}

// ofBytes shows a file's bytes as the picture they are, and others as text or
// as a dump.
func ofBytes(v any, r reflect.Value) (Bundle, bool) {
	if r.Kind() != reflect.Slice || r.Type().Elem().Kind() != reflect.Uint8 || hasText(r) {
		return Bundle{}, false
	}
	data := r.Bytes()
	note := fmt.Sprintf("%s, %s", r.Type(), Bytes(int64(len(data))))
	if kind := http.DetectContentType(data); kind == MIMEPNG || kind == MIMEJPEG {
		return Bundle{Data: map[string]any{
			kind:     base64.StdEncoding.EncodeToString(data),
			MIMEText: note + ", " + kind,
		}}, true
	}
	head := data[:min(len(data), dumpBytes)]
	more := ""
	if len(data) > len(head) {
		more = fmt.Sprintf("… %s more bytes\n", count(len(data)-len(head)))
	}
	if s := strings.ToValidUTF8(string(head), ""); len(head)-len(s) < utf8.UTFMax && printable(s) {
		return Text(fmt.Sprintf("%s: %q\n%s", note, s, more)), true
	}
	return Text(note + "\n" + hex.Dump(head) + more), true
}

func printable(s string) bool {
	for _, r := range s {
		if unsafeRune(r) && r != '\n' && r != '\t' && r != '\r' {
			return false
		}
	}
	return true
}
