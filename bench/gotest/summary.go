package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// summary prints the figures, and what differs from the known failures; ok is
// whether nothing does.
func summary(w io.Writer, verdicts []verdict, took time.Duration) (ok bool, err error) {
	by := map[string][]verdict{}
	for _, v := range verdicts {
		by[v.what] = append(by[v.what], v)
	}
	for _, what := range append([]string{notApplicable}, causes...) {
		if len(by[what]) == 0 {
			continue
		}
		fmt.Fprintf(w, "%s: %d\n", what, len(by[what]))
		for _, v := range by[what] {
			fmt.Fprintf(w, "  %-28s %s\n", v.name, v.line)
		}
	}
	applicable := len(verdicts) - len(by[notApplicable])
	good := len(by[passed])
	fmt.Fprintf(w, "%d programs in %.0f s: %d passed, %d failed, %d not applicable; %.1f %% of the applicable ones passed\n",
		len(verdicts), took.Seconds(), good, applicable-good, len(by[notApplicable]), 100*float64(good)/float64(max(1, applicable)))
	known, err := readTable("known_failures.txt")
	if err != nil {
		return false, err
	}
	news, mended := differences(verdicts, known)
	for _, v := range news {
		fmt.Fprintf(w, "not in known_failures.txt: %s (%s)\n", v.name, v.what)
	}
	for _, v := range mended {
		fmt.Fprintf(w, "take out of known_failures.txt: %s (%s)\n", v.name, v.what)
	}
	return len(news)+len(mended) == 0, nil
}

// differences are the failures that are not known, and the known failures that
// did not fail. One known as slow may end in time on another machine.
func differences(verdicts []verdict, known map[string]string) (news, mended []verdict) {
	for _, v := range verdicts {
		why, listed := known[v.name]
		fails := v.what != passed && v.what != notApplicable
		switch {
		case fails && !listed:
			news = append(news, v)
		case !fails && listed && !strings.HasPrefix(why, "slow: "):
			mended = append(mended, v)
		}
	}
	return news, mended
}

func writeLines(file string, verdicts []verdict) error {
	var b strings.Builder
	for _, v := range verdicts {
		b.WriteString(v.String() + "\n")
	}
	return os.WriteFile(file, []byte(b.String()), 0o644)
}
