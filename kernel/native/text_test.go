package native_test

import (
	"fmt"
	"strings"
)

func sprint(v ...any) string { return strings.TrimSpace(fmt.Sprintln(v...)) }
