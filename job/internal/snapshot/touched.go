package snapshot

import (
	"cmp"
	"iter"
	"slices"

	"nayose"
)

// Touched are the matches of a partner with one company that the new snapshot may no longer support: the company is gone, closed,
// replaced, renamed or moved.
type Touched struct {
	CompanyID string `json:"company_id"`
	What      Change `json:"what"`
	Partner   string `json:"partner"`
	Mentions  int64  `json:"mentions"`
	Postings  int64  `json:"postings"`
	Before    Texts  `json:"before"`
	After     Texts  `json:"after"` // empty where the company is gone
}

// Texts are what people know a company by.
type Texts struct {
	ID          string      `parquet:"company_id" json:"-"`
	Name        string      `parquet:"name" json:"name"`
	Address     string      `parquet:"address,optional" json:"address"`
	ClosedOn    nayose.Date `parquet:"closed_on,optional,date" json:"-"`
	SuccessorID string      `parquet:"successor_id,optional" json:"successor_id,omitempty"`
}

// Touch finds the matches of a partner that the changes touch, one a company in the order in which they come, with the number of
// their mentions and postings.
func (s *Companies) Touch(
	partner string, matches iter.Seq2[nayose.Match, error], postings iter.Seq2[nayose.PostingMention, error],
) ([]*Touched, error) {
	var list []*Touched
	companies, mentions := map[string]*Touched{}, map[nayose.ID]*Touched{}
	for m, err := range matches {
		if err != nil {
			return nil, err
		}
		if m.Outcome != nayose.Matched || s.change(m.CompanyID)&touching == 0 {
			continue
		}
		t := companies[m.CompanyID]
		if t == nil {
			t = &Touched{CompanyID: m.CompanyID, What: s.change(m.CompanyID), Partner: partner}
			companies[m.CompanyID] = t
			list = append(list, t)
		}
		mentions[m.MentionID] = t
		t.Mentions++
	}
	if list == nil {
		return nil, nil
	}
	for p, err := range postings {
		if err != nil {
			return nil, err
		}
		if t := mentions[p.MentionID]; t != nil {
			t.Postings++
		}
	}
	return list, nil
}

// Says is what became of the company in words, with the texts that show it.
func (t *Touched) Says() string {
	said := t.What.String()
	if t.What&Replaced != 0 && t.After.SuccessorID != "" {
		said += " by " + t.After.SuccessorID
	}
	if t.What&Moved != 0 {
		said += ": " + t.Before.Address + " → " + t.After.Address
	}
	return said
}

// Names are the company's name in both snapshots, or the one that it has.
func (t *Touched) Names() string {
	if t.What&Renamed != 0 {
		return t.Before.Name + " → " + t.After.Name
	}
	return t.Before.Name
}

// Describe gives touched matches their companies' texts of two snapshots, and puts those with the most postings first.
func Describe(list []*Touched, before, after iter.Seq2[Texts, error]) error {
	of := map[string][]*Touched{}
	for _, t := range list {
		of[t.CompanyID] = append(of[t.CompanyID], t)
	}
	for _, snapshot := range []struct {
		rows  iter.Seq2[Texts, error]
		texts func(*Touched) *Texts
	}{
		{before, func(t *Touched) *Texts { return &t.Before }},
		{after, func(t *Touched) *Texts { return &t.After }},
	} {
		for c, err := range snapshot.rows {
			if err != nil {
				return err
			}
			for _, t := range of[c.ID] {
				*snapshot.texts(t) = c
			}
		}
	}
	slices.SortFunc(list, func(a, b *Touched) int {
		return cmp.Or(-cmp.Compare(a.Postings, b.Postings), cmp.Compare(a.CompanyID, b.CompanyID), cmp.Compare(a.Partner, b.Partner))
	})
	return nil
}
