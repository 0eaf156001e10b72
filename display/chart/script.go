package chart

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the script and the house's look
	"encoding/base64"
	"io"
	"strings"

	"github.com/cellar-ml/cellar/display"
)

// Version is the version of ECharts that draws; echarts/README.md says where it
// is from.
const Version = "5.6.0"

var (
	//go:embed echarts/echarts.min.js.gz
	echartsGZ []byte
	//go:embed theme.js
	themeFile string
	//go:embed page.js
	pageJS string
)

// palette is Okabe and Ito's colours, which the colour-blind tell apart, without
// the yellow and the black that vanish on white and on dark pages.
const palette = `["#0072b2","#e69f00","#009e73","#d55e00","#cc79a7","#56b4e9","#9a6324","#8c8c8c"]`

// darkPalette is the same hues, lighter.
const darkPalette = `["#4ba3d9","#f0b43c","#2fbf96","#ef8344","#e39ac4","#8fd0f5","#c79a63","#b0b0b0"]`

func themeJS() string {
	return strip(strings.NewReplacer("CELLAR_PALETTE", palette, "CELLAR_DARK", darkPalette).Replace(themeFile))
}

// Script is what draws the charts of a page, about 460 kB. Every chart's bundle
// names it as needed, so display.Once sends it once in a session, before the
// first chart.
func Script() display.Asset {
	return display.Asset{ID: "cellar-charts-" + Version, Bundle: scriptBundle}
}

func scriptBundle() display.Bundle {
	packed := base64.StdEncoding.EncodeToString(echartsGZ)
	page := strings.Replace(strip(pageJS), "CELLAR_PACKED", packed, 1)
	// The scripts hold no closing script tag; the names stay in this function.
	return display.HTML("<script>(function(){"+themeJS()+page+"})()</script>", "")
}

// ECharts is the script that draws, packed with gzip, for a page that is served.
// The caller must not change it.
func ECharts() []byte { return echartsGZ }

// Theme is a script that defines cellarTheme(colours), the look of every chart:
// theme.js says what colours has.
func Theme() string { return themeJS() }

// strip takes out the lines that are comments, and indentation.
func strip(js string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(js, "\n") {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "//") {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// echartsSource is the script as ECharts publishes it.
func echartsSource() (string, error) {
	r, err := gzip.NewReader(bytes.NewReader(echartsGZ))
	if err != nil {
		return "", err
	}
	src, err := io.ReadAll(r)
	return string(src), err
}
