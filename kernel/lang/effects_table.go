package lang

import (
	"go/types"
	"strings"
)

// changingBuiltins change what their first argument holds.
var changingBuiltins = map[string]bool{"copy": true, "delete": true, "clear": true, "close": true}

// changingFuncs are the compiled functions that change what an argument holds,
// with the number of the argument. A pointer made by &x is always taken to be
// written through, so functions that are only used so are not here.
var changingFuncs = map[string]int{
	"sort.Sort": 0, "sort.Stable": 0, "sort.Slice": 0, "sort.SliceStable": 0,
	"sort.Ints": 0, "sort.Strings": 0, "sort.Float64s": 0,
	"slices.Sort": 0, "slices.SortFunc": 0, "slices.SortStableFunc": 0, "slices.Reverse": 0,
	"slices.Delete": 0, "slices.DeleteFunc": 0, "slices.Insert": 0, "slices.Compact": 0, "slices.CompactFunc": 0, "slices.Replace": 0,
	"maps.Copy": 0, "maps.DeleteFunc": 0, "maps.Insert": 0,
	"container/heap.Init": 0, "container/heap.Push": 0, "container/heap.Pop": 0, "container/heap.Fix": 0, "container/heap.Remove": 0,
	"encoding/json.Unmarshal": 1, "encoding/xml.Unmarshal": 1,
	"fmt.Fprint": 0, "fmt.Fprintf": 0, "fmt.Fprintln": 0, "fmt.Fscan": 0, "fmt.Fscanf": 0, "fmt.Fscanln": 0,
	"io.Copy": 0, "io.CopyN": 0, "io.WriteString": 0, "io.ReadAll": 0, "io.ReadFull": 0, "io.ReadAtLeast": 0,
	"encoding/binary.Read": 0, "encoding/binary.Write": 0,
}

// readers are compiled types whose methods leave the receiver as it is, though
// they are declared on a pointer.
var readers = map[string]bool{
	"regexp.Regexp": true, "net/url.URL": true, "time.Location": true,
	"reflect.rtype": true, "os/exec.Error": true, "strconv.NumError": true, "strings.Replacer": true,
	"net/http.Client": true, "database/sql.DB": true,
	"github.com/gomlx/gomlx/pkg/core/graph.Node": true,
}

// house begins the import paths whose types are results: their methods tell
// about them.
const house = "github.com/cellar-ml/cellar/"

// onlyReads says whether a compiled method on a pointer is known to leave the
// receiver as it is.
func onlyReads(f *types.Func) bool {
	n := receiverName(f)
	if n == nil || n.Pkg() == nil {
		return false
	}
	return strings.HasPrefix(n.Pkg().Path(), house) || readers[n.Pkg().Path()+"."+n.Name()]
}
