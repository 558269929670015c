package artifact

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"nayose"
)

// manifestFormat is the version of the manifest document.
const manifestFormat = 1

// Place is where a stage's result stands: a prefix named by the digest of what the stage reads.
type Place struct {
	Stage  string
	Digest string
	inputs []Input
}

// Input is one thing that a stage reads, by name and digest.
type Input struct {
	Name   string `json:"name"`
	Digest string `json:"digest"`
}

// NewPlace names the place of a stage's result. The version is the stage's own and rises when its code would write
// something else from the same inputs.
func NewPlace(stage string, version int, inputs ...Input) Place {
	inputs = append([]Input{{"stage version", fmt.Sprint(version)}}, inputs...)
	return Place{stage, Digest(inputs), inputs}
}

// MasterPlace is the place of the master snapshot with this digest.
func MasterPlace(digest string) Place { return Place{Stage: "master", Digest: digest} }

// String is the place's prefix in the store, without a slash at its end.
func (p Place) String() string {
	if p.Stage == "master" {
		return "masters/" + p.Digest
	}
	return "stages/" + p.Stage + "/" + p.Digest
}

// Output is one file of a stage's result.
type Output struct {
	Name   string        `json:"name"`
	Object nayose.Object `json:"object"`
	SHA256 string        `json:"sha256"`
	Rows   int64         `json:"rows"`
}

// Manifest says that a stage's result is complete. It is written last, and once.
type Manifest struct {
	Format  int      `json:"format"`
	Stage   string   `json:"stage"`
	Digest  string   `json:"digest"` // of the place
	Inputs  []Input  `json:"inputs"`
	Files   []Pin    `json:"files,omitempty"` // partner's or master's files behind the inputs
	Outputs []Output `json:"outputs"`

	Extract *nayose.ExtractCounts `json:"extract,omitempty"`
	Delta   bool                  `json:"delta,omitempty"` // of extract: the files hold changes, not everything
	Survey  *nayose.Survey        `json:"survey,omitempty"`
	Match   *nayose.MatchCounts   `json:"match,omitempty"`
	Master  string                `json:"master,omitempty"` // of source: the digest of the snapshot that it gave

	// What follows tells people how it came about, and takes no part in comparisons.
	Attempt  string    `json:"attempt"`
	Code     string    `json:"code"` // version and commit of nayose
	Finished time.Time `json:"finished"`
	Seconds  float64   `json:"seconds"`
}

// Output is the output of that name.
func (m *Manifest) Output(name string) (Output, error) {
	for _, o := range m.Outputs {
		if o.Name == name {
			return o, nil
		}
	}
	return Output{}, nayose.Fault(nayose.Integrity, fmt.Errorf("the manifest of %s %s lists no %s", m.Stage, m.Digest, name), "")
}

// Place is where the manifest stands.
func (m *Manifest) Place() Place { return Place{m.Stage, m.Digest, m.Inputs} }

// Input is the digest of the input of that name; empty where there is none.
func (m *Manifest) Input(name string) string {
	for _, i := range m.Inputs {
		if i.Name == name {
			return i.Digest
		}
	}
	return ""
}

// Check is an error of kind nayose.Integrity where the manifest is at odds with its place: the digest of what it says that the stage
// read is not the place's name.
func (m *Manifest) Check() error {
	if got := Digest(m.Inputs); got != m.Digest {
		return nayose.Fault(nayose.Integrity, fmt.Errorf("the inputs of %s have the digest %s, not that of their place", Place{Stage: m.Stage, Digest: m.Digest}, got), "")
	}
	return nil
}

// Committed reads the manifest of a place. The error is fs.ErrNotExist where the stage is not done.
func Committed(ctx context.Context, s nayose.Store, p Place) (Manifest, error) {
	var m Manifest
	if err := readJSON(ctx, s, p.String()+"/manifest.json", &m); err != nil {
		return Manifest{}, err
	}
	if m.Format != manifestFormat || m.Stage != p.Stage || m.Digest != p.Digest {
		return Manifest{}, nayose.Fault(nayose.Integrity, fmt.Errorf("%s/%s/manifest.json is not the manifest of its place", s, p),
			"the object was copied or written by another version of nayose; move it away and run again")
	}
	return m, nil
}

// sameResult tells whether two attempts at a place came to the same: same inputs, counts and contents.
func sameResult(a, b Manifest) bool {
	strip := func(m Manifest) Manifest {
		m.Attempt, m.Code, m.Finished, m.Seconds = "", "", time.Time{}, 0
		outputs := make([]Output, len(m.Outputs))
		for i, o := range m.Outputs {
			outputs[i] = Output{Name: o.Name, SHA256: o.SHA256, Rows: o.Rows}
		}
		m.Outputs = outputs
		files := make([]Pin, len(m.Files))
		for i, f := range m.Files {
			files[i] = Pin{nayose.Object{Key: f.Key, Size: f.Size}, f.SHA256}
		}
		m.Files = files
		return m
	}
	return reflect.DeepEqual(strip(a), strip(b))
}

// commit creates the manifest. Where one stands already, by a parallel attempt or by our own write whose
// acknowledgement was lost, an equal result is success and the standing manifest is returned; a different one from the
// same inputs is an error of kind nayose.Integrity.
func commit(ctx context.Context, s nayose.Store, p Place, m Manifest) (Manifest, error) {
	err := createJSON(ctx, s, p.String()+"/manifest.json", m)
	if err == nil {
		return m, nil
	}
	if !exists(err) {
		return Manifest{}, fmt.Errorf("commit %s: %w", p, err)
	}
	standing, err := Committed(ctx, s, p)
	if err != nil {
		return Manifest{}, fmt.Errorf("commit %s: %w", p, err)
	}
	if !sameResult(standing, m) {
		return Manifest{}, nayose.Fault(nayose.Integrity,
			fmt.Errorf("commit %s: attempt %s came to another result from the same inputs than attempt %s", p, m.Attempt, standing.Attempt),
			"the standing result is kept; compare the two manifests, and report this as a bug")
	}
	return standing, nil
}
