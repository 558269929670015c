package eval

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
)

func decision(partner, name string, choice nayose.Choice, company string, audit bool, weight float64) settled {
	m := nayose.Mention{Partner: partner, CompanyName: name}
	m.ID = m.Key()
	return settled{nayose.Decision{Mention: m, Choice: choice, CompanyID: company, By: "somebody", Audit: audit}, weight}
}

func exported(t *testing.T, ds ...settled) string {
	t.Helper()
	var lines strings.Builder
	for _, d := range ds {
		if err := json.NewEncoder(&lines).Encode(d); err != nil {
			t.Fatal(err)
		}
	}
	return lines.String()
}

// TestReadDecisions: the last decision of a mention is its label, if it is one; audits weigh one on average, by partner.
func TestReadDecisions(t *testing.T) {
	in := exported(t,
		decision("a", "ア", nayose.ChoseNone, "", false, 0),
		decision("a", "イ", nayose.ChoseCompany, "1", true, 30),
		decision("a", "ア", nayose.ChoseCompany, "2", false, 7), // a mind that changed
		decision("a", "ウ", nayose.ChoseNone, "", true, 10),
		decision("a", "エ", nayose.ChoseCompany, "3", false, 0),
		decision("a", "エ", nayose.TakenBack, "", false, 0),
		decision("a", "オ", nayose.ChoseUnsure, "", true, 100),
		decision("b", "ア", nayose.ChoseNone, "", true, 3),
		decision("b", "イ", nayose.ChoseNone, "", true, 0), // nobody said how many it stands for
	)
	got, err := ReadDecisions(strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	type label struct {
		Partner, Name, Truth string
		Weight               float64
		Asked                bool
	}
	var labels []label
	for _, p := range got {
		if p.ID != p.Mention.ID.String() {
			t.Errorf("the label of %s has the id %s", p.Mention.ID, p.ID)
		}
		labels = append(labels, label{p.Mention.Partner, p.Mention.CompanyName, p.Truth, p.Weight, p.Asked})
	}
	want := []label{{"a", "ア", "2", 1, true}, {"a", "イ", "1", 1.5, false}, {"a", "ウ", "", 0.5, false}, {"b", "ア", "", 1.5, false}, {"b", "イ", "", 0.5, false}}
	if diff := cmp.Diff(want, labels); diff != "" {
		t.Errorf("ReadDecisions (-want +got):\n%s", diff)
	}
}

func TestReadDecisionsRefuses(t *testing.T) {
	changed := decision("a", "ア", nayose.ChoseNone, "", false, 0)
	changed.Mention.Address = "東京都"
	for about, in := range map[string]string{
		"nothing":                   "",
		"a table":                   "posting_id,company_name\n1,ア\n",
		"a mention that was edited": exported(t, changed),
		"a company of none":         exported(t, decision("a", "ア", nayose.ChoseNone, "1", false, 0)),
		"no company":                exported(t, decision("a", "ア", nayose.ChoseCompany, "", false, 0)),
		"a weight below zero":       exported(t, decision("a", "ア", nayose.ChoseNone, "", true, -1)),
		"nothing that was settled":  exported(t, decision("a", "ア", nayose.ChoseUnsure, "", false, 0)),
		"half a line":               exported(t, decision("a", "ア", nayose.ChoseNone, "", false, 0))[:40],
	} {
		_, err := ReadDecisions(strings.NewReader(in))
		var fault *nayose.Error
		if !errors.As(err, &fault) || fault.Kind != nayose.Contract {
			t.Errorf("%s: %v, want a contract error", about, err)
		}
	}
}
