package mlflow

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
)

// The kinds of records of this package.
const (
	runRecord     = "mlflow.run"     // runRecordJSON, by run
	datasetRecord = "mlflow.dataset" // keptDataset, by reference of the version
	modelRecord   = "mlflow.model"   // loggedModel, by MLflow's id of it
)

type (
	inputsJSON struct {
		Datasets []datasetInput `json:"dataset_inputs,omitempty"`
		Models   []modelInput   `json:"model_inputs,omitempty"`
	}
	outputsJSON struct {
		Models []modelOutput `json:"model_outputs,omitempty"`
	}
	modelInput struct {
		ID string `json:"model_id"`
	}
	modelOutput struct {
		ID   string  `json:"model_id"`
		Step integer `json:"step"`
	}
	datasetInput struct {
		Tags    []pair      `json:"tags,omitempty"`
		Dataset datasetJSON `json:"dataset"`
	}
	datasetJSON struct {
		Name       string `json:"name"`
		Digest     string `json:"digest"`
		SourceType string `json:"source_type"`
		Source     string `json:"source"`
		Schema     string `json:"schema,omitempty"`
		Profile    string `json:"profile,omitempty"`
	}

	// A runRecordJSON is what a run read and made, as it was logged.
	runRecordJSON struct {
		Datasets []datasetRef  `json:"datasets,omitempty"`
		Inputs   []modelInput  `json:"inputs,omitempty"`
		Outputs  []modelOutput `json:"outputs,omitempty"`
	}
	datasetRef struct {
		Ref  string `json:"ref"`
		Tags []pair `json:"tags,omitempty"`
	}
	// A keptDataset is a dataset as MLflow described it. Digest is of that
	// description, which is all that the store has of the dataset.
	keptDataset struct {
		Dataset datasetJSON    `json:"dataset"`
		Digest  tracker.Digest `json:"digest"`
	}
)

// tagContext says what a dataset was read for.
const tagContext = "mlflow.data.context"

// mlflowSource is how the Source of a version begins that MLflow described.
const mlflowSource = "mlflow:"

// contextOf is what a dataset was read for.
func contextOf(tags []pair) string {
	for _, t := range tags {
		if t.Key == tagContext {
			return t.Value
		}
	}
	return ""
}

func (s *server) logInputs(ctx context.Context, in *struct {
	runRef
	Datasets []datasetInput `json:"datasets"`
	Models   []modelInput   `json:"models"`
}) (any, error) {
	r, err := s.live(ctx, in.id())
	if err != nil {
		return nil, err
	}
	var refs []datasetRef
	for _, d := range in.Datasets {
		ref, err := s.keepDataset(ctx, r.ID, d)
		if err != nil {
			return nil, err
		}
		refs = append(refs, datasetRef{ref, d.Tags})
	}
	return none{}, s.changeRun(ctx, r.ID, func(x *runRecordJSON) {
		for _, ref := range refs {
			if !slices.ContainsFunc(x.Datasets, func(o datasetRef) bool { return o.Ref == ref.Ref }) {
				x.Datasets = append(x.Datasets, ref)
			}
		}
		for _, m := range in.Models {
			if !slices.Contains(x.Inputs, m) {
				x.Inputs = append(x.Inputs, m)
			}
		}
	})
}

func (s *server) logOutputs(ctx context.Context, in *struct {
	runRef
	Models []modelOutput `json:"models" need:""`
}) (any, error) {
	r, err := s.live(ctx, in.id())
	if err != nil {
		return nil, err
	}
	return none{}, s.changeRun(ctx, r.ID, func(x *runRecordJSON) {
		for _, m := range in.Models {
			if !slices.Contains(x.Outputs, m) {
				x.Outputs = append(x.Outputs, m)
			}
		}
	})
}

// keepDataset registers a dataset that MLflow described as a version whose blob
// is the description, and says that the run read it. It returns the reference.
func (s *server) keepDataset(ctx context.Context, runID string, in datasetInput) (string, error) {
	d := in.Dataset
	if d.Name == "" || d.Digest == "" {
		return "", failf(invalidValue, "log inputs: a dataset has a name and a digest, this has %.100q and %.100q", d.Name, d.Digest)
	}
	description, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		return "", err
	}
	digest, _, err := s.Blobs().Put(ctx, bytes.NewReader(description))
	if err != nil {
		return "", err
	}
	v := tracker.DatasetVersion{Name: plain(d.Name), Digest: digest, Source: mlflowSource + d.SourceType + " " + d.Source}
	v.Rows, v.Columns = shape(d)
	if v, err = s.PutDataset(ctx, v); err != nil {
		return "", as(invalidValue, err)
	}
	record, err := json.Marshal(keptDataset{d, digest})
	if err == nil {
		err = s.PutRecord(ctx, tracker.Record{Kind: datasetRecord, ID: v.Ref(), JSON: record})
	}
	if err != nil {
		return "", err
	}
	role := contextOf(in.Tags)
	if role == "" {
		role = "read"
	}
	return v.Ref(), s.AddEdges(ctx, tracker.Edge{From: tracker.Node{Kind: tracker.KindDataset, ID: v.Ref()}, To: tracker.Node{Kind: tracker.KindRun, ID: runID}, Role: role})
}

// plain is a name without the @ that ends a name in a reference.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '@' || r < ' ' {
			return '_'
		}
		return r
	}, name)
}

// shape is what the schema and the profile say of a dataset's table.
func shape(d datasetJSON) (rows int64, columns []tracker.Column) {
	var profile struct {
		Rows integer `json:"num_rows"`
	}
	_ = json.Unmarshal([]byte(d.Profile), &profile) // other kinds of profiles count no rows
	var schema struct {
		Columns []struct {
			Name any    `json:"name"`
			Type string `json:"type"`
		} `json:"mlflow_colspec"`
	}
	_ = json.Unmarshal([]byte(d.Schema), &schema) // other kinds of schemas have no columns
	for _, c := range schema.Columns {
		if c.Name != nil {
			columns = append(columns, tracker.Column{Name: fmt.Sprint(c.Name), Type: c.Type})
		}
	}
	return int64(profile.Rows), columns
}

// changeRun changes what is recorded of a run.
func (s *server) changeRun(ctx context.Context, runID string, f func(*runRecordJSON)) error {
	s.records.Lock()
	defer s.records.Unlock()
	var x runRecordJSON
	if _, err := s.record(ctx, runRecord, runID, &x); err != nil {
		return err
	}
	f(&x)
	return s.putRecord(ctx, runRecord, runID, x)
}

// record reads a record into v; false when there is none.
func (s *server) record(ctx context.Context, kind, id string, v any) (bool, error) {
	list, err := s.Records(ctx, kind, id)
	if err != nil || len(list) == 0 {
		return false, err
	}
	if err := json.Unmarshal(list[0].JSON, v); err != nil {
		return false, fmt.Errorf("read record %s of kind %s: %w: %w", id, kind, tracker.ErrCorrupt, err)
	}
	return true, nil
}

func (s *server) putRecord(ctx context.Context, kind, id string, v any) error {
	data, err := json.Marshal(v)
	if err == nil {
		err = s.PutRecord(ctx, tracker.Record{Kind: kind, ID: id, JSON: data})
	}
	return err
}

// addInputs fills inputs and outputs of runs.
func (s *server) addInputs(ctx context.Context, ids []string, out []runJSON) error {
	if len(ids) == 0 {
		return nil
	}
	list, err := s.Records(ctx, runRecord, ids...)
	if err != nil {
		return err
	}
	records := map[string]runRecordJSON{}
	var refs []string
	for _, r := range list {
		var x runRecordJSON
		if err := json.Unmarshal(r.JSON, &x); err != nil {
			return fmt.Errorf("read inputs of run %s: %w", r.ID, err)
		}
		records[r.ID] = x
		for _, d := range x.Datasets {
			refs = append(refs, d.Ref)
		}
	}
	datasets, err := s.described(ctx, refs)
	if err != nil {
		return err
	}
	for i, id := range ids {
		x := records[id]
		out[i].Inputs.Models, out[i].Outputs.Models = x.Inputs, x.Outputs
		for _, d := range x.Datasets {
			out[i].Inputs.Datasets = append(out[i].Inputs.Datasets, datasetInput{d.Tags, datasets[d.Ref]})
		}
	}
	return nil
}

// described are the datasets of references as MLflow described them.
func (s *server) described(ctx context.Context, refs []string) (map[string]datasetJSON, error) {
	out := map[string]datasetJSON{}
	if len(refs) == 0 {
		return out, nil
	}
	list, err := s.Records(ctx, datasetRecord, refs...)
	for _, r := range list {
		var d keptDataset
		if err := json.Unmarshal(r.JSON, &d); err != nil {
			return nil, fmt.Errorf("read dataset %s: %w", r.ID, err)
		}
		out[r.ID] = d.Dataset
	}
	return out, err
}

// datasetsOf adds to inputs the versions that a run which Cellar made has read.
func (s *server) datasetsOf(ctx context.Context, runID string, inputs []datasetInput) ([]datasetInput, error) {
	edges, err := s.Edges(ctx)
	if err != nil {
		return inputs, err
	}
	for _, e := range edges {
		if e.From.Kind != tracker.KindDataset || e.To != (tracker.Node{Kind: tracker.KindRun, ID: runID}) {
			continue
		}
		v, err := s.Dataset(ctx, e.From.ID)
		if err != nil || strings.HasPrefix(v.Source, mlflowSource) { // those are among inputs already
			continue
		}
		inputs = append(inputs, datasetInput{[]pair{{tagContext, e.Role}}, versionAsDataset(v)})
	}
	return inputs, nil
}

// versionAsDataset describes a version of ours as MLflow's clients do theirs.
func versionAsDataset(v tracker.DatasetVersion) datasetJSON {
	type column struct {
		Type string `json:"type"`
		Name string `json:"name"`
	}
	var columns []column
	for _, c := range v.Columns {
		columns = append(columns, column{c.Type, c.Name})
	}
	source, _ := json.Marshal(map[string]string{"uri": v.Source, "ref": v.Ref()})
	schema, _ := json.Marshal(map[string][]column{"mlflow_colspec": columns})
	profile, _ := json.Marshal(map[string]int64{"num_rows": v.Rows})
	hex, _ := v.Digest.Hex()
	return datasetJSON{Name: v.Name, Digest: hex[:min(len(hex), 32)], SourceType: "cellar", Source: string(source), Schema: string(schema), Profile: string(profile)}
}
