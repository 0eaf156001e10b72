package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"

	"github.com/cellar-ml/cellar/display/chart"
)

//go:embed assets/*.js assets/*.css assets/*.svg
var assetFiles embed.FS

// An asset is one file that pages load.
type asset struct {
	data   []byte
	packed bool // by gzip
}

// assets are all files, by name; assetVersion is the digest of them all, which
// is in their address, so that a browser may keep them for ever.
var assets, assetVersion = loadAssets()

func loadAssets() (map[string]asset, string) {
	all := map[string]asset{
		"echarts.js":    {chart.ECharts(), true},
		"charttheme.js": {[]byte(chart.Theme()), false},
	}
	names, _ := fs.Glob(assetFiles, "assets/*")
	for _, name := range names {
		data, _ := assetFiles.ReadFile(name)
		all[path.Base(name)] = asset{data, false}
	}
	sum := sha256.New()
	var sorted []string
	for name := range all {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	for _, name := range sorted {
		sum.Write([]byte(name))
		sum.Write(all[name].data)
	}
	return all, hex.EncodeToString(sum.Sum(nil)[:6])
}

// asset serves a file. An address of another version has this version's file:
// a page that was open while the program was renewed.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	a, ok := assets[name]
	if !ok {
		return refuse(http.StatusNotFound, "there is no file at this address")
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	if r.PathValue("version") != assetVersion {
		w.Header().Set("Cache-Control", "no-store")
	}
	if a.packed {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(a.data)
		return nil
	}
	http.ServeContent(w, r, name, s.now(), bytes.NewReader(a.data))
	return nil
}

// icon is what a browser asks for beside a page that names none: an artifact in
// its sandbox, which counts as another site.
func (s *Server) icon(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	w.Header().Set("Content-Type", "image/svg+xml")
	_, _ = w.Write(assets["icon.svg"].data)
	return nil
}
