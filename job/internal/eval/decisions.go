package eval

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"nayose"
)

// settled is a line of exported decisions. An audit may say how many mentions it was drawn for.
type settled struct {
	nayose.Decision
	Weight float64 `json:"weight"`
}

// ReadDecisions reads decisions as `nayose review log --export` writes them, one a line, as postings whose company is known: those in
// force in which a company was chosen, or none. The audits of a partner weigh by what they were drawn for, all together as many as they
// are; a decision about a mention in doubt counts once. What is no such file, or has no decision that is a label, is an error of kind
// nayose.Contract.
func ReadDecisions(r io.Reader) ([]Posting, error) {
	last := map[nayose.ID]settled{}
	var order []nayose.ID
	lines := json.NewDecoder(r)
	for n := 1; ; n++ {
		var s settled
		err := lines.Decode(&s)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, noDecisions(fmt.Errorf("read decision %d: %w", n, err))
		}
		if s.Mention.ID != s.Mention.Key() || s.Choice == "" || s.Weight < 0 || (s.Choice == nayose.ChoseCompany) != (s.CompanyID != "") {
			return nil, noDecisions(fmt.Errorf("decision %d is none", n))
		}
		if _, again := last[s.Mention.ID]; !again {
			order = append(order, s.Mention.ID)
		}
		last[s.Mention.ID] = s
	}
	var postings []Posting
	for _, id := range order {
		s := last[id]
		if s.Choice != nayose.ChoseCompany && s.Choice != nayose.ChoseNone {
			continue
		}
		postings = append(postings, Posting{ID: id.String(), Mention: s.Mention, Truth: s.CompanyID, Weight: s.Weight, Asked: !s.Audit})
	}
	if len(postings) == 0 {
		return nil, noDecisions(errors.New("there is no decision in force that chose a company or none"))
	}
	weigh(postings)
	return postings, nil
}

// weigh makes the weights of each partner's audits one on average, and those of other decisions one.
func weigh(postings []Posting) {
	type audits struct{ n, sum float64 }
	of := map[string]audits{}
	for i := range postings {
		p := &postings[i]
		if p.Asked || p.Weight == 0 {
			p.Weight = 1
		}
		if !p.Asked {
			a := of[p.Mention.Partner]
			of[p.Mention.Partner] = audits{a.n + 1, a.sum + p.Weight}
		}
	}
	for i := range postings {
		if p := &postings[i]; !p.Asked {
			a := of[p.Mention.Partner]
			p.Weight *= a.n / a.sum
		}
	}
}

func noDecisions(err error) error {
	return nayose.Fault(nayose.Contract, err, "give decisions as `nayose review log --export` writes them, one a line")
}
