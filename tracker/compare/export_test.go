package compare

// What is held against references is not for others to call.
var (
	Spearman    = spearman
	FTest       = fTest
	SeedsNeeded = seedsNeeded
	SpreadText  = withSpread
)
