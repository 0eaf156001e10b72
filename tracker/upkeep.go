package tracker

import (
	"errors"
	"time"
)

type (
	// A BlobInfo is a blob that is there, or a Leftover: a file that a put which was
	// killed left.
	BlobInfo struct {
		Digest   Digest    `json:"digest,omitempty"` // "" of a leftover
		Leftover string    `json:"leftover,omitempty"`
		Size     int64     `json:"size"`
		Put      time.Time `json:"put"` // when it was put last, or written to
	}

	// A Reference is a place in a store that names a blob.
	Reference struct {
		Digest Digest
		Size   int64  // as recorded; -1 where it is not
		Run    string // the id of the run whose artifact it is; "" of a version
		Name   string // of the artifact, or "dataset wine@v2", "model wine@v1"
	}

	// A Problem is something wrong with a store: What, Where, and what the person can
	// Do.
	Problem struct {
		What  string `json:"what"`
		Where string `json:"where"`
		Do    string `json:"do"`
	}

	// Tidying says how to tidy a store. The zero value says only what there is.
	Tidying struct {
		Free    bool // give the space in its files that holds nothing back to the system
		Whole   bool // also where that means writing them anew, during which writers wait
		Backups bool // remove the copies that upgrades made
	}

	// Tidied is what tidying found, or gave back.
	Tidied struct {
		Free    int64    `json:"free"`           // bytes of the store's files that hold nothing
		Freed   int64    `json:"freed"`          // and how many of them were given back
		Note    string   `json:"note,omitempty"` // why not all were
		Backups []string `json:"backups"`        // copies that upgrades made
		Bytes   int64    `json:"bytes"`          // and their size
	}

	// BackedUp is what a backup wrote.
	BackedUp struct {
		Dir    string `json:"dir"`
		Store  int64  `json:"store"`  // bytes of all but the blobs
		Blobs  int    `json:"blobs"`  // that the copy names,
		Copied int    `json:"copied"` // and those of them that were not there yet
		Bytes  int64  `json:"bytes"`  // of the copied ones
		// Problems are blobs that the store names and that could not be copied.
		Problems []Problem `json:"problems"`
	}

	// A Tick tells of a long work how much of it is done; nil is heard by nobody.
	Tick func(done, total int64)
)

// Tell calls t, which may be nil.
func (t Tick) Tell(done, total int64) {
	if t != nil {
		t(done, total)
	}
}

// LostBlob is the problem of a blob that Open or its Reads refused with err.
func LostBlob(r Reference, err error) Problem {
	p := Problem{What: "the blob is missing", Where: r.Name,
		Do: "bring it back from a backup with `cellar restore`, or run the step that made it again"}
	if r.Run != "" {
		p.Where = "artifact " + r.Name + " of run " + r.Run
	}
	if !errors.Is(err, ErrNotFound) {
		p.What = "the blob is damaged: " + err.Error()
	}
	return p
}
