package tracker

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/internal/hint"
)

// Ref is what a change is about: name, name@v3 or name@alias.
func (c ModelChange) Ref() string { return modelRef(c.Model, c.Version, c.Alias) }

func modelRef(name string, version int, alias string) string {
	switch {
	case version > 0:
		return Model{Name: name, Version: version}.Ref()
	case alias != "":
		return name + "@" + alias
	}
	return name
}

// A ModelError says what was to be done to which model, and why it was not.
type ModelError struct {
	Op  string // promote, delete, ...
	Ref string
	Err error
}

// Error is "op model REF: err".
func (e *ModelError) Error() string { return fmt.Sprintf("%s model %s: %v", e.Op, e.Ref, e.Err) }

// Unwrap returns the cause.
func (e *ModelError) Unwrap() error { return e.Err }

// Hint says what the person can do; "" where only the cause can.
func (e *ModelError) Hint() string {
	if h := hint.Of(e.Err); h != "" || !errors.Is(e.Err, ErrNotFound) {
		return h
	}
	return modelHint
}

// Fail is err as a ModelError about the change; nil stays nil.
func (c ModelChange) Fail(err error) error {
	if err == nil {
		return nil
	}
	return &ModelError{Op: string(c.Do), Ref: c.Ref(), Err: err}
}

// InUse says by what a version is held that is to be deleted.
func InUse(by string) error {
	return hint.New(fmt.Errorf("%w by %s", ErrInUse, by), "move the alias or delete what came from it first, or delete it with --force")
}

// Check refuses a change that no model could take. Backends call it before they
// look at what they have.
func (c ModelChange) Check() error {
	err := CheckName("model", c.Model)
	aliased := false
	switch c.Do {
	case ActCreate, ActTag, ActDescribe, ActDelete:
	case ActRename:
		if err == nil {
			err = CheckName("model", c.Value)
		}
	case ActStage:
		if _, e := ParseStage(c.Value); err == nil {
			err = e
		}
		aliased = true
	case ActAlias, ActPromote, ActRollback, ActUnalias:
		if err == nil {
			err = CheckAlias(c.Alias)
		}
		aliased = c.Do != ActUnalias
	default:
		err = fmt.Errorf("no such change: %q", c.Do)
	}
	if err == nil && (c.Version < 0 || aliased && c.Version == 0) {
		err = hint.New(errors.New("which version?"), "write the model as name@v3")
	}
	return c.Fail(err)
}

// Event is what is recorded of a change that is made now.
func (c ModelChange) Event(now time.Time) ModelEvent {
	e := ModelEvent{Time: now.Round(0).UTC(), Who: c.Who, Do: c.Do, Model: c.Model, From: c.Version, To: c.Version, Why: c.Why}
	switch c.Do {
	case ActDelete:
		e.To = 0
	case ActCreate:
		e.From, e.To, e.Value, e.Tags = 0, 0, c.Value, SetTags(nil, c.Tags)
	case ActRename:
		e.From, e.To, e.Model, e.Was, e.Value = 0, 0, c.Value, c.Model, c.Value
	}
	return e
}

// Apply makes a change of alias, description, stage or tags in m and, where it
// is about a version, in v, which is nil otherwise. The event has no Seq; its Do
// is "" when the change changes nothing, which is no error. It returns
// ErrConflict when the alias does not point to From.
func (c ModelChange) Apply(m *RegisteredModel, v *Model, now time.Time) (ModelEvent, error) {
	e, same := c.Event(now), false
	switch c.Do {
	case ActDescribe, ActStage, ActTag:
		same = c.say(m, v, &e)
	default:
		e.From, e.Alias = m.Aliases[c.Alias], c.Alias
		switch {
		case c.From != 0 && c.From != e.From:
			return ModelEvent{}, c.Fail(moved(c, e.From))
		case c.Do == ActUnalias && e.From == 0:
			return ModelEvent{}, c.Fail(hint.New(ErrNotFound, aliasHint(*m)))
		case c.Do == ActUnalias:
			e.To = 0
			delete(m.Aliases, c.Alias)
		default:
			if m.Aliases == nil {
				m.Aliases = map[string]int{}
			}
			m.Aliases[c.Alias] = c.Version
		}
		same = e.From == e.To
	}
	if same {
		return ModelEvent{}, nil
	}
	m.Updated = e.Time
	return e, nil
}

// say changes what is said of v, or of m where v is nil. It reports whether
// that was said already.
func (c ModelChange) say(m *RegisteredModel, v *Model, e *ModelEvent) (same bool) {
	description, tags := &m.Description, &m.Tags
	if v != nil {
		description, tags = &v.Description, &v.Tags
	}
	switch c.Do {
	case ActDescribe:
		e.Was, e.Value = *description, c.Value
		*description, same = c.Value, *description == c.Value
	case ActStage:
		stage, _ := ParseStage(c.Value) // checked before
		e.Was, e.Value = v.Stage.String(), stage.String()
		v.Stage, same = stage, v.Stage == stage
	case ActTag:
		before := *tags
		*tags = SetTags(before, c.Tags)
		e.Tags, same = maps.Clone(c.Tags), maps.Equal(before, *tags)
	}
	if v != nil && !same {
		v.Updated = e.Time
	}
	return same
}

// SetTags is have with more set, nil for none; an empty value removes a tag.
func SetTags(have, more map[string]string) map[string]string {
	out := map[string]string{}
	maps.Copy(out, have)
	maps.Copy(out, more)
	maps.DeleteFunc(out, func(_, value string) bool { return value == "" })
	if len(out) == 0 {
		return nil
	}
	return out
}

// Taken is the refusal of a version that its name had already.
func Taken(m Model) error {
	return &ModelError{Op: "put", Ref: m.Ref(), Err: hint.New(fmt.Errorf("a version does not change: %w", ErrConflict), "leave the number out: the next one is given")}
}

// TakenName is the refusal of a name that another model has.
func TakenName(name string) error {
	return hint.New(fmt.Errorf("there is a model %s: %w", name, ErrConflict), "choose another name")
}

func moved(c ModelChange, now int) error {
	is := "points to nothing"
	if now > 0 {
		is = fmt.Sprintf("points to v%d", now)
	}
	return hint.New(fmt.Errorf("@%s %s, not to v%d: %w", c.Alias, is, c.From, ErrConflict), "someone moved it: look at the model again")
}

// aliasHint says which aliases a model has.
func aliasHint(m RegisteredModel) string {
	if len(m.Aliases) == 0 {
		return m.Name + " has no aliases"
	}
	var list []string
	for _, a := range slices.Sorted(maps.Keys(m.Aliases)) {
		list = append(list, fmt.Sprintf("%s@%s (v%d)", m.Name, a, m.Aliases[a]))
	}
	return "there is " + strings.Join(list, ", ")
}
