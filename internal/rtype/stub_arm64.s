#include "textflag.h"

// Each stub is 16 bytes long. It goes on in the function value of its slot with
// the registers and the stack as they are; R19 and R20 are scratch at calls.
#define S1(i) PCALIGN $16; MOVD $(i), R19; JMP tail;
#define S8(i) S1(i) S1(i+1) S1(i+2) S1(i+3) S1(i+4) S1(i+5) S1(i+6) S1(i+7)
#define S64(i) S8(i) S8(i+8) S8(i+16) S8(i+24) S8(i+32) S8(i+40) S8(i+48) S8(i+56)
#define S512(i) S64(i) S64(i+64) S64(i+128) S64(i+192) S64(i+256) S64(i+320) S64(i+384) S64(i+448)
#define S4096(i) S512(i) S512(i+512) S512(i+1024) S512(i+1536) S512(i+2048) S512(i+2560) S512(i+3072) S512(i+3584)

TEXT ·stubCode(SB), NOSPLIT|NOFRAME, $0-0
	S4096(0)
	S4096(4096)
	S4096(8192)
	S4096(12288)
tail:
	MOVD $·slots(SB), R20
	MOVD (R20)(R19<<3), R26
	MOVD (R26), R20
	JMP (R20)

// func stubAddr() unsafe.Pointer
TEXT ·stubAddr(SB), NOSPLIT, $0-8
	MOVD $·stubCode(SB), R0
	MOVD R0, ret+0(FP)
	RET
