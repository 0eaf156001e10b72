package lang

import "strings"

// pureFuncs are the compiled functions that only compute: the same arguments
// give the same result, which shares nothing with them.
var pureFuncs = pureTable(map[string]string{
	"strings": "Clone Compare Contains ContainsAny ContainsRune Count Cut CutPrefix CutSuffix EqualFold Fields HasPrefix HasSuffix " +
		"Index IndexAny IndexByte IndexRune Join LastIndex LastIndexAny LastIndexByte Repeat Replace ReplaceAll Split SplitAfter SplitAfterN " +
		"SplitN ToLower ToTitle ToUpper Trim TrimLeft TrimPrefix TrimRight TrimSpace TrimSuffix",
	"strconv": "Atoi FormatBool FormatFloat FormatInt FormatUint Itoa ParseBool ParseComplex ParseFloat ParseInt ParseUint Quote " +
		"QuoteRune QuoteToASCII Unquote",
	"math": "Abs Acos Acosh Asin Asinh Atan Atan2 Atanh Cbrt Ceil Copysign Cos Cosh Dim Erf Erfc Exp Exp2 Expm1 FMA Float32bits " +
		"Float32frombits Float64bits Float64frombits Floor Frexp Gamma Hypot Ilogb Inf IsInf IsNaN Ldexp Lgamma Log Log10 Log1p Log2 Logb " +
		"Max Min Mod Modf NaN Nextafter Pow Pow10 Remainder Round RoundToEven Signbit Sin Sincos Sinh Sqrt Tan Tanh Trunc",
	"math/bits": "LeadingZeros Len OnesCount Reverse RotateLeft TrailingZeros LeadingZeros64 Len64 OnesCount64 TrailingZeros64",
	"unicode": "IsControl IsDigit IsGraphic IsLetter IsLower IsMark IsNumber IsPrint IsPunct IsSpace IsSymbol IsTitle IsUpper ToLower " +
		"ToTitle ToUpper",
	"unicode/utf8":  "RuneCountInString RuneLen ValidRune ValidString DecodeRuneInString DecodeLastRuneInString",
	"path":          "Base Clean Dir Ext IsAbs Join Match",
	"path/filepath": "Base Clean Dir Ext IsAbs Join",
	"errors":        "New",
	"regexp":        "Compile MustCompile QuoteMeta",
	"fmt":           "Errorf Sprint Sprintf Sprintln",
	"slices":        "Contains Equal Index Max Min",
	"cmp":           "Compare Less",
	"time":          "Date Unix UnixMilli ParseDuration",
})

// pureTypes are compiled types all of whose methods only compute.
var pureTypes = map[string]bool{"time.Duration": true, "time.Month": true, "time.Weekday": true, "regexp.Regexp": true}

// localTypes are compiled types whose methods change nothing but the receiver.
var localTypes = map[string]bool{"strings.Builder": true}

// fixedFuncs are those of pureFuncs whose result is a reference to what nothing
// can change.
var fixedFuncs = map[string]bool{"errors.New": true, "fmt.Errorf": true, "regexp.MustCompile": true}

// lookingFuncs are further compiled functions that keep no argument.
var lookingFuncs = pureTable(map[string]string{
	"fmt": "Print Printf Println", "errors": "Is", "log": "Print Printf Println",
	"github.com/cellar-ml/cellar/display": "Show",
})

func pureTable(byPackage map[string]string) map[string]bool {
	m := map[string]bool{}
	for pkg, names := range byPackage {
		for name := range strings.FieldsSeq(names) {
			m[pkg+"."+name] = true
		}
	}
	return m
}
