package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
)

type (
	// A file is an artifact in the list of a run's.
	file struct {
		tracker.Artifact
		Href string
		On   bool
	}
	// A view is an artifact that is looked at. Kind is how: image, html, table,
	// text, or "" for what has no viewer.
	view struct {
		tracker.Artifact
		Raw         string // where its bytes are
		Kind        string
		Text        string
		Table       grid
		Note, Wrong string
	}
)

// images are the media that a page shows as a picture, by the end of a name.
var images = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
	".webp": "image/webp", ".avif": "image/avif", ".bmp": "image/bmp", ".svg": "image/svg+xml",
}

// mediaOf is an artifact's media: what was said of it, or by its name.
func mediaOf(a tracker.Artifact) string {
	ext := strings.ToLower(path.Ext(a.Name))
	if m, ok := images[ext]; ok {
		return m
	}
	switch ext {
	case ".html", ".htm":
		return "text/html"
	case ".csv", ".tsv", ".json", ".parquet":
		return map[string]string{".csv": "text/csv", ".tsv": "text/tab-separated-values", ".json": "application/json", ".parquet": "application/vnd.apache.parquet"}[ext]
	}
	m, _, err := mime.ParseMediaType(a.Media)
	if err != nil {
		return ""
	}
	return m
}

// files lists a run's artifacts and looks at one: the one that is named, or the
// first.
func (s *Server) files(ctx context.Context, v *runView, list []tracker.Artifact, name string) error {
	found := name == ""
	for i, a := range list {
		on := a.Name == name || name == "" && i == 0
		v.Files = append(v.Files, file{a, address(runPath(a.Run), "tab", "artifacts", "name", a.Name), on})
		if on {
			found = true
			v.View = &view{Artifact: a, Raw: address(runPath(a.Run)+"/raw", "name", a.Name)}
			v.View.Media = mediaOf(a)
			s.look(ctx, v.View)
		}
	}
	if !found {
		return refuse(http.StatusNotFound, "run %s has no artifact %q", v.Run.Name, cut(name))
	}
	return nil
}

// look reads what its viewer shows. What cannot be read is said in the view.
func (s *Server) look(ctx context.Context, v *view) {
	var err error
	switch {
	case isImage(v.Media):
		v.Kind = "image"
	case v.Media == "text/html":
		v.Kind = "html"
	case v.Media == "text/csv", v.Media == "text/tab-separated-values":
		v.Kind = "table"
		err = s.lookTable(ctx, v)
	case v.Media == "application/vnd.apache.parquet":
		v.Kind = "table"
		err = s.lookParquet(ctx, v)
	default:
		err = s.lookText(ctx, v)
	}
	if err != nil {
		v.Kind, v.Wrong = "", err.Error()
	}
}

func isImage(media string) bool {
	for _, m := range images {
		if m == media {
			return true
		}
	}
	return false
}

// What another's bytes may do when a browser shows them: in a frame of a page
// run their own scripts, without an origin and without a network; on their own,
// nothing.
const (
	lockedCSP = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src data:; form-action 'none'; frame-ancestors 'self'"
	framedCSP = "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; " +
		"img-src data: blob:; font-src data:; form-action 'none'; frame-ancestors 'self'"
)

// raw sends the bytes of an artifact, which is found by its whole name among
// those of the run: no name is a path here.
func (s *Server) raw(w http.ResponseWriter, r *http.Request) error {
	run, err := s.run(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	list, err := s.store.Artifacts(r.Context(), run.ID)
	if err != nil {
		return err
	}
	name := r.URL.Query().Get("name")
	for _, a := range list {
		if a.Name == name {
			return s.send(w, r, a)
		}
	}
	return refuse(http.StatusNotFound, "run %s has no artifact %q", run.Name, cut(name))
}

func (s *Server) send(w http.ResponseWriter, r *http.Request, a tracker.Artifact) error {
	blob, err := s.store.Blobs().Open(r.Context(), a.Digest)
	if err != nil {
		return fmt.Errorf("read artifact %s: %w", a.Name, err)
	}
	defer blob.Close()
	patient(w)
	h, media := w.Header(), mediaOf(a)
	h.Set("Content-Security-Policy", lockedCSP)
	shown := isImage(media) || media == "text/html"
	if media == "text/html" {
		h.Set("Content-Type", "text/html; charset=utf-8")
		if r.Header.Get("Sec-Fetch-Dest") == "iframe" {
			h.Set("Content-Security-Policy", framedCSP)
		}
	} else if shown {
		h.Set("Content-Type", media)
	} else {
		h.Set("Content-Type", "application/octet-stream")
	}
	if !shown || r.URL.Query().Get("download") != "" {
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName(a.Name)}))
	}
	h.Set("Content-Length", strconv.FormatInt(a.Size, 10))
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+string(a.Digest)+`"`)
	if _, err := io.Copy(w, blob); errors.Is(err, tracker.ErrCorrupt) {
		s.o.Log.Error("artifact", "run", a.Run, "name", a.Name, "error", err)
		panic(http.ErrAbortHandler) // the reader must not take damaged bytes for the file
	}
	return nil
}

// fileName is the last part of an artifact's name, as a file may be called.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, path.Base(name))
	if strings.Trim(name, "._") == "" {
		return "artifact"
	}
	return name
}
