package main

import (
	"fmt"
	"strings"
	"text/scanner"
)

func main() {
	var s scanner.Scanner
	s.Init(strings.NewReader("x := 3.14 + foo(\"s\") // c"))
	for tok := s.Scan(); tok != scanner.EOF; tok = s.Scan() {
		fmt.Print(s.Position.Column, ":", s.TokenText(), ":", scanner.TokenString(tok), " ")
	}
	fmt.Println()
}

// Output:
// 1:x:Ident 3:::":" 4:=:"=" 6:3.14:Float 11:+:"+" 13:foo:Ident 16:(:"(" 17:"s":String 20:):")"
