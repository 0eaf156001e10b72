package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
)

type Header struct {
	Magic [4]byte
	Ver   uint16
	Flags uint16
	Size  int32
}

func main() {
	var b bytes.Buffer
	h := Header{[4]byte{'C', 'E', 'L', 'L'}, 1, 0x8001, -2}
	err := binary.Write(&b, binary.BigEndian, h)
	fmt.Println(hex.EncodeToString(b.Bytes()), err, binary.Size(h))
	var back Header
	fmt.Println(binary.Read(bytes.NewReader(b.Bytes()), binary.BigEndian, &back), back == h, string(back.Magic[:]), back.Size)
	fmt.Println(binary.Read(strings.NewReader("shrt"), binary.LittleEndian, &back))
	// In [2]
	buf := binary.LittleEndian.AppendUint32(nil, 0xdeadbeef)
	buf = binary.AppendUvarint(buf, 300)
	v, n := binary.Uvarint(buf[4:])
	fmt.Printf("% x %d %d %#x\n", buf, v, n, binary.BigEndian.Uint16(buf))
	fmt.Print(hex.Dump([]byte("hello, gophers!!x")))
	// In [3]
	e := base64.StdEncoding.EncodeToString([]byte("any + old & data\xff"))
	d, err := base64.StdEncoding.DecodeString(e)
	fmt.Printf("%s %q %v\n", e, d, err)
	_, err = base64.URLEncoding.DecodeString("!!")
	fmt.Println(err, base64.RawURLEncoding.EncodeToString([]byte{0xfb, 0xff}))
	_, err = hex.DecodeString("abc")
	fmt.Println(err, errors.Is(err, hex.ErrLength))
	fmt.Printf("%x %08x\n", sha256.Sum256([]byte("x")), crc32.ChecksumIEEE([]byte("x")))
}

// Output:
// 43454c4c00018001fffffffe <nil> 12
// <nil> true CELL -2
// unexpected EOF
// ef be ad de ac 02 300 2 0xefbe
// 00000000  68 65 6c 6c 6f 2c 20 67  6f 70 68 65 72 73 21 21  |hello, gophers!!|
// 00000010  78                                                |x|
// YW55ICsgb2xkICYgZGF0Yf8= "any + old & data\xff" <nil>
// illegal base64 data at input byte 0 -_8
// encoding/hex: odd length hex string true
// 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881 8cdc1683
