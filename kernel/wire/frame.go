package wire

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/cellar-ml/cellar/internal/body"
)

// ZMTP 3.0 framing (rfc.zeromq.org/spec/23): flags, length of one byte or of
// eight, body.
const (
	flagMore    = 1
	flagLong    = 2
	flagCommand = 4

	maxFrame  = 512 << 20 // one frame
	maxFrames = 4096      // frames of one message
)

// readMessage reads the frames of one message, or one command. A length that
// no front end would send is an error before any memory is taken for it.
func readMessage(r *bufio.Reader) (frames [][]byte, command bool, err error) {
	total := 0
	for {
		flags, n, err := readFrameHead(r)
		if err != nil {
			return nil, false, err
		}
		if total += n; total > maxFrame || len(frames) == maxFrames {
			return nil, false, fmt.Errorf("read message: over %d bytes or %d frames: %w", maxFrame, maxFrames, ErrMalformed)
		}
		data, err := body.Read(r, n)
		if err != nil {
			return nil, false, fmt.Errorf("read frame of %d bytes: %w", n, err)
		}
		frames = append(frames, data)
		if flags&flagCommand != 0 {
			return frames, true, nil
		}
		if flags&flagMore == 0 {
			return frames, false, nil
		}
	}
}

func readFrameHead(r *bufio.Reader) (flags byte, n int, err error) {
	flags, err = r.ReadByte()
	if err != nil {
		return 0, 0, err
	}
	if flags > flagMore|flagLong|flagCommand {
		return 0, 0, fmt.Errorf("read frame: flags %#x: %w", flags, ErrMalformed)
	}
	if flags&flagLong == 0 {
		b, err := r.ReadByte()
		return flags, int(b), err
	}
	var long [8]byte
	if _, err := io.ReadFull(r, long[:]); err != nil {
		return 0, 0, err
	}
	size := binary.BigEndian.Uint64(long[:])
	if size > maxFrame {
		return 0, 0, fmt.Errorf("read frame: %d bytes are over the limit of %d: %w", size, maxFrame, ErrMalformed)
	}
	return flags, int(size), nil
}

// appendMessage appends the frames as they go over the wire.
func appendMessage(b []byte, frames [][]byte) []byte {
	size := 0
	for _, f := range frames {
		size += len(f) + 9
	}
	if cap(b)-len(b) < size {
		b = append(make([]byte, 0, len(b)+size), b...)
	}
	for i, f := range frames {
		var flags byte
		if i < len(frames)-1 {
			flags = flagMore
		}
		b = appendFrame(b, flags, f)
	}
	return b
}

func appendFrame(b []byte, flags byte, body []byte) []byte {
	if len(body) > 255 {
		b = append(b, flags|flagLong)
		b = binary.BigEndian.AppendUint64(b, uint64(len(body)))
	} else {
		b = append(b, flags, byte(len(body)))
	}
	return append(b, body...)
}
