package main

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"io"
	"slices"
	"sort"
	"strconv"
)

type Hasher func([]byte) uint32
type Ring struct {
	hash  Hasher
	keys  []uint32
	nodes map[uint32]string
}

func NewRing(replicas int, h Hasher, nodes ...string) *Ring {
	r := &Ring{hash: h, nodes: map[uint32]string{}}
	for _, n := range nodes {
		for i := range replicas {
			k := h([]byte(strconv.Itoa(i) + n))
			r.keys = append(r.keys, k)
			r.nodes[k] = n
		}
	}
	slices.Sort(r.keys)
	return r
}
func (r *Ring) Get(key string) string {
	h := r.hash([]byte(key))
	i := sort.Search(len(r.keys), func(i int) bool { return r.keys[i] >= h })
	return r.nodes[r.keys[i%len(r.keys)]]
}
func fnv32(b []byte) uint32 {
	h := fnv.New32a()
	h.Write(b)
	return h.Sum32()
}
func main() {
	for _, h := range []Hasher{crc32.ChecksumIEEE, fnv32} {
		r := NewRing(3, h, "a", "b", "c")
		var got []string
		for _, k := range []string{"apple", "pear", "fig", "kiwi"} {
			got = append(got, r.Get(k))
		}
		fmt.Println(got, len(r.keys))
	}
	sum := sha256.Sum256([]byte("abc"))
	fmt.Printf("%x %x\n", sum[:4], md5.Sum([]byte("abc")))
	m := hmac.New(sha256.New, []byte("key"))
	io.WriteString(m, "msg")
	fmt.Println(hex.EncodeToString(m.Sum(nil))[:16], m.Size())
}

// Output:
// [a b b b] 9
// [c c c c] 9
// ba7816bf 900150983cd24fb0d6963f7d28e17f72
// 2d93cbc1be167bcb 32
