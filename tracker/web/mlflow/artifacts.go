package mlflow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
)

// A folder is where a client puts files: all artifacts of a run, or those of its
// that are below one folder.
type folder struct {
	run    string
	prefix string // "" or with a slash at its end
}

// clean is a path without the ways out of its folder that MLflow refuses too,
// also when they are encoded once more than a URL is.
func clean(p string) (string, error) {
	for decoded := p; ; {
		if strings.HasPrefix(decoded, "/") || strings.ContainsAny(decoded, "#\\\x00") || len(decoded) > 1 && decoded[1] == ':' ||
			slices.Contains(strings.Split(decoded, "/"), "..") {
			return "", failf(invalidValue, "Invalid path")
		}
		next, err := url.PathUnescape(decoded)
		if err != nil || next == decoded {
			break
		}
		decoded = next
	}
	if p = path.Clean(p); p == "." {
		p = ""
	}
	return p, nil
}

// place is the folder that a path below mlflow-artifacts:/ is in, and the rest of
// it: EXPERIMENT/RUN/artifacts/REST or EXPERIMENT/models/MODEL/artifacts/REST.
func (s *server) place(ctx context.Context, p string) (folder, string, error) {
	p, err := clean(p)
	if err != nil {
		return folder{}, "", err
	}
	parts := strings.Split(p, "/")
	switch {
	case len(parts) > 3 && parts[1] == "models" && parts[3] == "artifacts":
		m, err := s.model(ctx, parts[2])
		return m.folder(), strings.Join(parts[4:], "/"), err
	case len(parts) > 2 && parts[2] == "artifacts":
		r, err := s.run(ctx, parts[1])
		return folder{run: r.ID}, strings.Join(parts[3:], "/"), err
	}
	return folder{}, "", failf(noResource, "no artifacts at %.300q: they are at EXPERIMENT/RUN/artifacts and EXPERIMENT/models/MODEL/artifacts", p)
}

type fileJSON struct {
	Path  string `json:"path"`
	IsDir bool   `json:"is_dir"`
	Size  *int64 `json:"file_size,omitempty"`
}

// list is what lies directly under sub in a folder, by path from the folder's
// root. Of a file, or of nothing, it is empty.
func (s *server) list(ctx context.Context, f folder, sub string) ([]fileJSON, error) {
	all, err := s.Artifacts(ctx, f.run)
	if err != nil {
		return nil, err
	}
	below := f.prefix
	if sub != "" {
		below += sub + "/"
	}
	var out []fileJSON
	seen := map[string]bool{}
	for _, a := range all {
		rest, ok := strings.CutPrefix(a.Name, below)
		if !ok || f.prefix == "" && ofModel(a.Name) {
			continue
		}
		first, _, dir := strings.Cut(rest, "/")
		if seen[first] {
			continue
		}
		seen[first] = true
		x := fileJSON{Path: path.Join(sub, first), IsDir: dir}
		if !dir {
			x.Size = &a.Size
		}
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b fileJSON) int { return cmp.Compare(a.Path, b.Path) })
	return out, nil
}

type filesAnswer struct {
	Root  string     `json:"root_uri,omitempty"`
	Files []fileJSON `json:"files,omitempty"`
}

func (s *server) listArtifacts(ctx context.Context, in *struct {
	runRef
	Path string `json:"path"`
}) (any, error) {
	sub, err := clean(in.Path)
	if err != nil {
		return nil, err
	}
	r, err := s.run(ctx, in.id())
	if err != nil {
		return nil, err
	}
	e, err := s.experimentNamed(ctx, r.Experiment)
	if err != nil {
		return nil, err
	}
	files, err := s.list(ctx, folder{run: r.ID}, sub)
	return filesAnswer{runRoot(e, r.ID), files}, err
}

// listFiles is listArtifacts by path below mlflow-artifacts:/.
func (s *server) listFiles(ctx context.Context, in *struct {
	Path string `json:"path"`
}) (any, error) {
	f, sub, err := s.place(ctx, in.Path)
	if err != nil {
		return nil, err
	}
	files, err := s.list(ctx, f, sub)
	for i := range files {
		files[i].Path = path.Base(files[i].Path)
	}
	return filesAnswer{Files: files}, err
}

func (s *server) upload(w http.ResponseWriter, r *http.Request) {
	err := s.keep(r.Context(), r.PathValue("path"), r.Header.Get("Content-Type"), http.MaxBytesReader(w, r.Body, s.o.MaxArtifact))
	if err != nil {
		refuse(w, err)
		return
	}
	answer(w, http.StatusOK, none{})
}

func (s *server) keep(ctx context.Context, at, media string, body io.Reader) error {
	f, name, err := s.place(ctx, at)
	if err != nil {
		return err
	}
	if name == "" {
		return failf(invalidValue, "Invalid path: %.300q is a folder", at)
	}
	digest, size, err := s.Blobs().Put(ctx, body)
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		return failf(invalidValue, "the file has more than %d bytes", s.o.MaxArtifact)
	}
	if err != nil {
		return fmt.Errorf("upload %s: %w", name, err)
	}
	if media == "" || media == "application/octet-stream" {
		media = mime.TypeByExtension(path.Ext(name))
	}
	return s.AddArtifact(ctx, tracker.Artifact{Run: f.run, Name: f.prefix + name, Digest: digest, Size: size, Media: media})
}

func (s *server) download(w http.ResponseWriter, r *http.Request) {
	a, err := s.find(r.Context(), r.PathValue("path"))
	if err == nil {
		err = s.send(w, r, a)
	}
	if err != nil {
		refuse(w, err)
	}
}

// find is the artifact at a path below mlflow-artifacts:/.
func (s *server) find(ctx context.Context, at string) (tracker.Artifact, error) {
	f, name, err := s.place(ctx, at)
	if err != nil {
		return tracker.Artifact{}, err
	}
	all, err := s.Artifacts(ctx, f.run)
	for _, a := range all {
		if a.Name == f.prefix+name {
			return a, nil
		}
	}
	if err == nil {
		err = failf(noResource, "No such artifact: '%s'", name)
	}
	return tracker.Artifact{}, err
}

// send writes an artifact as a file to save: no browser shows it as a page of
// this server's.
func (s *server) send(w http.ResponseWriter, r *http.Request, a tracker.Artifact) error {
	body, err := s.Blobs().Open(r.Context(), a.Digest)
	if err != nil {
		return err
	}
	defer body.Close()
	h := w.Header()
	h.Set("Content-Type", cmp.Or(a.Media, "application/octet-stream"))
	h.Set("Content-Length", strconv.FormatInt(a.Size, 10))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": path.Base(a.Name)}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox")
	if _, err := io.Copy(w, body); err != nil {
		panic(http.ErrAbortHandler) // the length is told already: a cut connection says that the bytes are not whole
	}
	return nil
}

// removeFiles takes a file, or all files below a path, from a run.
func (s *server) removeFiles(ctx context.Context, in *struct {
	Path string `json:"path"`
}) (any, error) {
	f, name, err := s.place(ctx, in.Path)
	if err != nil {
		return nil, err
	}
	all, err := s.Artifacts(ctx, f.run)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, a := range all {
		at := f.prefix + name
		if a.Name == at || strings.HasPrefix(a.Name, strings.TrimSuffix(at, "/")+"/") && at != "" || at == "" && !ofModel(a.Name) {
			names = append(names, a.Name)
		}
	}
	return none{}, s.RemoveArtifacts(ctx, f.run, names...)
}

// noMultipart begins as MLflow's own message does, by which a client knows that
// it is to send the file in one piece.
func (s *server) noMultipart(context.Context, *none) (any, error) {
	return nil, failf(notDone, "Multipart upload is not supported for the current artifact repository: send the file in one PUT")
}

func (s *server) noPresigned(context.Context, *none) (any, error) {
	return nil, failf(notDone, "presigned URLs are not supported: artifacts lie in Cellar's store and are sent through /api/2.0/mlflow-artifacts")
}
