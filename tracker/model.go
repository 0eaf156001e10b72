package tracker

import (
	"fmt"
	"os"
	"os/user"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/internal/hint"
)

type (
	// A Model is one version of a registered model: an artifact under a name.
	// Version counts from 1, is given by the store, and is not given again when
	// it was deleted. What it is never changes: Name, Version, Run, Digest,
	// Family, Created and By. What is said of it may, by Store.ChangeModel.
	Model struct {
		Name    string    `json:"name"`
		Version int       `json:"version"`
		Run     string    `json:"run"`
		Digest  Digest    `json:"digest"` // of the packed model file
		Family  string    `json:"family"`
		Created time.Time `json:"created"`
		By      string    `json:"by,omitempty"` // who registered it: user@host

		Description string            `json:"description,omitempty"`
		Stage       Stage             `json:"stage,omitempty"`
		Tags        map[string]string `json:"tags,omitempty"`
		Aliases     []string          `json:"aliases,omitempty"` // those that point here, sorted
		Updated     time.Time         `json:"updated"`           // of description, stage or tags
	}

	// A RegisteredModel is the name that versions stand under. It may have none.
	RegisteredModel struct {
		Name        string            `json:"name"`
		Description string            `json:"description,omitempty"`
		Tags        map[string]string `json:"tags,omitempty"`
		Aliases     map[string]int    `json:"aliases,omitempty"` // the version each points to
		Latest      int               `json:"latest"`            // the newest version; 0 for none
		Created     time.Time         `json:"created"`
		Updated     time.Time         `json:"updated"` // of it or a version
	}

	// A Stage is how far a version has come: one of Stages.
	Stage string

	// An Action is a kind of change to a registered model.
	Action string

	// A ModelChange is one change, with who makes it and why. An action reads the
	// fields that its line below names, beside Model, Who and Why.
	ModelChange struct {
		Do      Action
		Model   string
		Version int               // 0: the registered model itself
		Alias   string            // without @
		Value   string            // the description, stage, or new name
		Tags    map[string]string // to set; an empty value removes the tag
		Force   bool              // of Delete: also what is in use
		From    int               // of an alias: the version it must point to now; 0: whichever
		Who     string            // user@host: see Who
		Why     string
	}

	// A ModelEvent is a change that was made.
	ModelEvent struct {
		Seq   int64             `json:"seq"` // grows with time
		Time  time.Time         `json:"time"`
		Who   string            `json:"who"`
		Do    Action            `json:"do"`
		Model string            `json:"model"`
		From  int               `json:"from"` // the version that Alias had, or that was changed; 0: none
		To    int               `json:"to"`   // the version that Alias has now, or that was changed; 0: none
		Alias string            `json:"alias,omitempty"`
		Was   string            `json:"was,omitempty"` // description, stage or name before
		Value string            `json:"value,omitempty"`
		Tags  map[string]string `json:"tags,omitempty"`
		Why   string            `json:"why,omitempty"`
	}
)

// The stages are MLflow's. The zero value is none.
const (
	NoStage    Stage = ""
	Staging    Stage = "Staging"
	Production Stage = "Production"
	Archived   Stage = "Archived"
)

// The actions. Register is what PutModel does; the others are ChangeModel's.
const (
	ActCreate   Action = "create"   // Value, Tags: a registered model without versions
	ActRegister Action = "register" // a version
	ActDescribe Action = "describe" // Version, Value
	ActTag      Action = "tag"      // Version, Tags
	ActStage    Action = "stage"    // Version, Value
	ActAlias    Action = "alias"    // Version, Alias, From: the alias points to Version from now on
	ActPromote  Action = "promote"  // as ActAlias: the version is good for what the alias stands for
	ActRollback Action = "rollback" // as ActAlias: back to a version that had it
	ActUnalias  Action = "unalias"  // Alias, From: the alias is no more
	ActRename   Action = "rename"   // Value
	ActDelete   Action = "delete"   // Version, Force
)

// Who is the person of this process as events name them: user@host.
func Who() string {
	name := os.Getenv("USER")
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return name + "@" + hostname()
}

// ParseStage reads the name of a stage in any case; "none" and "" are NoStage.
func ParseStage(name string) (Stage, error) {
	for _, s := range []Stage{NoStage, Staging, Production, Archived} {
		if strings.EqualFold(name, s.String()) || name == "" {
			return s, nil
		}
	}
	return "", hint.New(fmt.Errorf("no stage %q", name), "there are None, Staging, Production, Archived")
}

// String is the stage's name; None for the zero value.
func (s Stage) String() string {
	if s == NoStage {
		return "None"
	}
	return string(s)
}

// Ref is the reference of a version: name@v3.
func (m Model) Ref() string { return fmt.Sprintf("%s@v%d", m.Name, m.Version) }
