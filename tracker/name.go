package tracker

import (
	"encoding/hex"
	"fmt"
	"io"
)

var (
	nameFirst = []string{
		"amber", "ample", "azure", "bold", "brave", "brisk", "calm", "clear", "coral", "crisp", "deep", "dry", "early",
		"fair", "firm", "fond", "fresh", "gentle", "glad", "golden", "grand", "green", "hazel", "honest", "ivory", "jolly",
		"keen", "kind", "late", "light", "lively", "loyal", "lucid", "mellow", "mild", "misty", "neat", "noble", "olive",
		"patient", "plain", "proud", "quick", "quiet", "rapid", "ready", "ruby", "rustic", "serene", "sharp", "silver",
		"smooth", "snowy", "solid", "sunny", "swift", "tidy", "vivid", "warm", "wise", "witty", "young", "zesty", "zonal",
	}
	nameSecond = []string{
		"acorn", "anchor", "aspen", "badger", "barrel", "beech", "birch", "bottle", "brook", "cask", "cedar", "cellar",
		"clover", "cork", "crane", "curlew", "dune", "egret", "elm", "falcon", "fern", "finch", "fjord", "garnet", "glade",
		"grape", "harbor", "hazel", "heron", "hill", "iris", "island", "ivy", "juniper", "kestrel", "lake", "larch", "lark",
		"linden", "maple", "marten", "meadow", "moss", "oak", "orchard", "otter", "owl", "pebble", "pine", "plover",
		"quail", "reed", "ridge", "river", "rowan", "sorrel", "spruce", "stone", "swift", "thistle", "valley", "vine",
		"willow", "wren",
	}
)

// NewName makes a run's name of two words and n, such as quiet-otter-17. It
// takes two bytes of r, so the same source gives the same names.
func NewName(r io.Reader, n int64) (string, error) {
	var b [2]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return "", fmt.Errorf("name a run: %w", err)
	}
	return fmt.Sprintf("%s-%s-%d", nameFirst[int(b[0])%len(nameFirst)], nameSecond[int(b[1])%len(nameSecond)], n), nil
}

// NewID makes an identifier of 16 hexadecimal digits from 8 bytes of r.
func NewID(r io.Reader) (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
}
