package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"sync"
)

// A Signer signs and checks messages with HMAC-SHA256. One without a key signs
// with the empty string and accepts everything, as the protocol says. It is
// safe for concurrent use.
type Signer struct {
	keyed bool
	pool  sync.Pool
}

// NewSigner is the signer of key.
func NewSigner(key string) *Signer {
	s := &Signer{keyed: key != ""}
	s.pool.New = func() any { return hmac.New(sha256.New, []byte(key)) }
	return s
}

// Sign returns the signature of the four parts, in hex.
func (s *Signer) Sign(parts [][]byte) []byte {
	if !s.keyed {
		return []byte{}
	}
	var sum [sha256.Size]byte
	return hex.AppendEncode(make([]byte, 0, 2*sha256.Size), s.sum(sum[:0], parts))
}

// Verify tells whether signature belongs to the four parts.
func (s *Signer) Verify(signature []byte, parts [][]byte) bool {
	if !s.keyed {
		return true
	}
	var got, want [sha256.Size]byte
	if hex.DecodedLen(len(signature)) != sha256.Size {
		return false
	}
	if _, err := hex.Decode(got[:], signature); err != nil {
		return false
	}
	return hmac.Equal(got[:], s.sum(want[:0], parts))
}

func (s *Signer) sum(to []byte, parts [][]byte) []byte {
	h := s.pool.Get().(hash.Hash)
	h.Reset()
	for _, p := range parts {
		h.Write(p)
	}
	to = h.Sum(to)
	s.pool.Put(h)
	return to
}
