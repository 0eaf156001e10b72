package wire

import (
	"bufio"
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFramesRoundTrip(t *testing.T) {
	for _, frames := range [][][]byte{
		{[]byte("one")},
		{{}, []byte("two")},
		{bytes.Repeat([]byte("x"), 255), bytes.Repeat([]byte("y"), 256), bytes.Repeat([]byte("z"), 3<<20)},
	} {
		got, command, err := readMessage(bufio.NewReader(bytes.NewReader(appendMessage(nil, frames))))
		if err != nil || command {
			t.Fatalf("readMessage() = command %v, %v", command, err)
		}
		if !slices.EqualFunc(frames, got, bytes.Equal) { // cmp.Diff takes seconds for megabytes
			t.Errorf("readMessage() of %d frames = %d frames, or others", len(frames), len(got))
		}
	}
}

func TestLengthsThatNobodySendsAreRefused(t *testing.T) {
	for _, in := range []string{
		"\x02\x7f\xff\xff\xff\xff\xff\xff\xff", // would end the process if it were allocated
		"\x02\xff\xff\xff\xff\xff\xff\xff\xff",
		"\x02\x00\x00\x00\x01\x00\x00\x00\x00",
		"\xf0\x00",
	} {
		if _, _, err := readMessage(bufio.NewReader(bytes.NewReader([]byte(in)))); !errors.Is(err, ErrMalformed) {
			t.Errorf("readMessage(%q) = %v, want ErrMalformed", in, err)
		}
	}
	cut := "\x02\x00\x00\x00\x00\x10\x00\x00\x00only this" // 256 MiB announced
	if _, _, err := readMessage(bufio.NewReader(bytes.NewReader([]byte(cut)))); err == nil {
		t.Errorf("readMessage of a cut frame = nil error")
	}
}

func FuzzReadMessage(f *testing.F) {
	f.Add(appendMessage(nil, [][]byte{[]byte("<IDS|MSG>"), []byte("sig"), []byte("{}")}))
	f.Add([]byte("\x04\x05\x04PING"))
	f.Add([]byte("\x03\x00\x00\x00\x00\x00\x00\x00\x01a"))
	f.Fuzz(func(t *testing.T, in []byte) {
		r := bufio.NewReader(bytes.NewReader(in))
		for {
			frames, command, err := readMessage(r)
			if err != nil {
				return
			}
			if command {
				_, _, _ = splitCommand(frames[len(frames)-1])
				continue
			}
			_, _, _ = subscription(frames)
			again, _, err := readMessage(bufio.NewReader(bytes.NewReader(appendMessage(nil, frames))))
			if err != nil || !cmp.Equal(frames, again) {
				t.Errorf("frames do not survive: %v", err)
			}
		}
	})
}
