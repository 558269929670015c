package artifact

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	"nayose"
)

// Round is what one workbook asked, as the answers are later held against it.
//
//	review/2026-W47/5d1c…/round.json    before the workbook: one that comes back always finds what it asked
//	review/2026-W47/5d1c…/review.xlsx
type Round struct {
	ID        string         `json:"id"` // 32 hex digits, of all that follows but Made: the same export is the same round
	Week      nayose.Week    `json:"week"`
	Made      time.Time      `json:"made"`
	Reviewer  string         `json:"reviewer,omitempty"`
	Audit     bool           `json:"audit,omitempty"`  // drawn at random, and blind
	Shadow    string         `json:"shadow,omitempty"` // drawn at random of what a shadow answers otherwise, and blind: the digest of its model
	Master    string         `json:"master,omitempty"` // of a shadow: the digest of its master
	Partners  []string       `json:"partners"`
	Plans     map[string]int `json:"plans"` // the plan whose matches were asked about, by partner
	Questions []Question     `json:"questions"`
}

// Question is a row of a round's workbook.
type Question struct {
	Mention     nayose.Mention `json:"mention"`
	Postings    int64          `json:"postings"`
	Shown       []nayose.Shown `json:"shown"` // not nil; as they stood beside the mention, from left to right
	Outcome     nayose.Outcome `json:"outcome"`
	Probability float64        `json:"probability"`       // that of the matcher's best candidate
	Stratum     string         `json:"stratum,omitempty"` // of an audit: partner/outcome/probabilities; of a shadow: what changes
	Weight      float64        `json:"weight,omitempty"`  // of both: how many mentions of the stratum it stands for
}

// Identify gives a round its id: the same for the same questions, partners, plans and seed.
func (r *Round) Identify(seed uint64) {
	same := *r
	same.ID, same.Made = "", time.Time{}
	r.ID = Digest(struct {
		Round Round
		Seed  uint64
	}{same, seed})
}

var roundID = regexp.MustCompile(`^[0-9a-f]{32}$`)

// Name is the round's week and id, by which decisions name it: 2026-W47/5d1c…
func (r *Round) Name() string { return fmt.Sprintf("%s/%s", r.Week, r.ID) }

// Blind is whether nothing that is shown tells what the matcher, or which of two, answered.
func (r *Round) Blind() bool { return r.Audit || r.Shadow != "" }

func (r *Round) place() string { return "review/" + r.Name() }

// BookKey is where the round's workbook stands.
func (r *Round) BookKey() string { return r.place() + "/review.xlsx" }

// ReadRound is the round of that id. The error is fs.ErrNotExist where there is none, and of kind nayose.Usage where the id is none.
func ReadRound(ctx context.Context, s nayose.Store, week nayose.Week, id string) (Round, error) {
	if !roundID.MatchString(id) {
		return Round{}, nayose.Fault(nayose.Usage, fmt.Errorf("%q is no round: 32 hex digits", id), "")
	}
	r := Round{Week: week, ID: id}
	key := r.place() + "/round.json"
	err := readJSON(ctx, s, key, &r)
	if err == nil && (r.Week != week || r.ID != id) {
		err = nayose.Fault(nayose.Integrity, fmt.Errorf("%s/%s is not the round its name says", s, key), "the object was copied; move it away")
	}
	if err != nil {
		return Round{}, err
	}
	return r, nil
}

// ReadNamedRound is the round of that name. It errs as ReadRound does.
func ReadNamedRound(ctx context.Context, s nayose.Store, name string) (Round, error) {
	text, id, _ := strings.Cut(name, "/")
	week, err := nayose.ParseWeek(text)
	if err != nil {
		return Round{}, nayose.Fault(nayose.Usage, fmt.Errorf("%q names no round: %w", name, err), "")
	}
	return ReadRound(ctx, s, week, id)
}

// CreateRound writes a round that has its id, and gives back the one that stands there: where it was written before, the earlier
// one, which asks the same. A crash after it leaves a round without a workbook, to which the next export of the same adds it.
func CreateRound(ctx context.Context, s nayose.Store, r Round) (Round, error) {
	err := createJSON(ctx, s, r.place()+"/round.json", r)
	switch {
	case err == nil:
		return r, nil
	case !exists(err):
		return Round{}, fmt.Errorf("write round %s: %w", r.ID, err)
	}
	standing, err := ReadRound(ctx, s, r.Week, r.ID)
	if err != nil {
		return Round{}, err
	}
	r.Made = standing.Made
	if !reflect.DeepEqual(standing, r) {
		return Round{}, nayose.Fault(nayose.Integrity, fmt.Errorf("round %s/%s asks something else than its id says", s, r.place()), "move it away and export again")
	}
	return standing, nil
}

// CreateBook puts a round's workbook beside it. Where one stands already it is left: it asks the same.
func CreateBook(ctx context.Context, s nayose.Store, r Round, book []byte) error {
	_, err := s.Create(ctx, r.BookKey(), bytes.NewReader(book))
	if exists(err) {
		return nil
	}
	return err
}

// CreateList puts the workbook of rows that were not taken beside the round's, named by its own content:
//
//	review/2026-W47/5d1c…/not-applied-8f02ab91.xlsx
func CreateList(ctx context.Context, s nayose.Store, r Round, list []byte) (key string, err error) {
	sum := sha256.Sum256(list)
	key = fmt.Sprintf("%s/not-applied-%x.xlsx", r.place(), sum[:4])
	if _, err = s.Create(ctx, key, bytes.NewReader(list)); exists(err) {
		err = nil
	}
	return key, err
}
