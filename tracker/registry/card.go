package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
)

// cardNames are the artifacts that are a model's card, the first that is there.
var cardNames = []string{"card.md", "model_card.md", "modelcard.md", "readme.md"}

// maxCard is how much of a card is read.
const maxCard = 1 << 20

// card is the text of the card among a run's artifacts, or "".
func card(ctx context.Context, s tracker.Store, run string) (string, error) {
	artifacts, err := s.Artifacts(ctx, run)
	if errors.Is(err, tracker.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	for _, name := range cardNames {
		i := slices.IndexFunc(artifacts, func(a tracker.Artifact) bool { return strings.ToLower(path.Base(a.Name)) == name })
		if i < 0 {
			continue
		}
		blob, err := s.Blobs().Open(ctx, artifacts[i].Digest)
		if err != nil {
			return "", fmt.Errorf("read card %s: %w", artifacts[i].Name, err)
		}
		text, err := io.ReadAll(io.LimitReader(blob, maxCard))
		if err := errors.Join(err, blob.Close()); err != nil {
			return "", fmt.Errorf("read card %s: %w", artifacts[i].Name, err)
		}
		return strings.ToValidUTF8(string(text), "\uFFFD"), nil
	}
	return "", nil
}
