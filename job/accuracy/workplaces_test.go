package main

import (
	"fmt"
	"slices"
	"testing"

	"nayose"
	"nayose/job/internal/eval"
)

// TestKnowing holds that half is told, no employer is in both parts where employers are parted, and all workplaces that are told of have
// a company.
func TestKnowing(t *testing.T) {
	var postings []eval.Posting
	for i := range 4000 {
		p := posting(fmt.Sprint("p", i), "株式会社アカネ", fmt.Sprint("c", i/4))
		if i%10 == 0 {
			p.Truth = ""
		}
		postings = append(postings, p)
	}
	for _, k := range []knowing{halfOfAll, halfOfEmployers} {
		told, asked := map[string]bool{}, map[string]bool{}
		n := 0
		for i := range postings {
			if p := &postings[i]; p.Truth != "" && k.told(p) {
				told[p.Truth] = true
				n++
			} else {
				asked[p.Truth] = true
			}
		}
		both := 0
		for c := range told {
			if asked[c] {
				both++
			}
		}
		if n < 1600 || n > 2000 {
			t.Errorf("%s: the master is told of %d of 3600 workplaces, want about half", k.how, n)
		}
		if apart := both == 0; apart != (k.how == halfOfEmployers.how) {
			t.Errorf("%s: %d employers are on both sides", k.how, both)
		}
		var of []eval.Posting
		for i := range postings {
			if k.told(&postings[i]) {
				of = append(of, postings[i])
			}
		}
		got := 0
		for w, err := range workplacesOf(of) {
			if got++; err != nil || !told[w.CompanyID] {
				t.Fatalf("%s: a workplace of %q is known (%v)", k.how, w.CompanyID, err)
			}
		}
		if got != n {
			t.Errorf("%s: %d workplaces are known, want %d", k.how, got, n)
		}
	}
}

// TestEstBy parts est by the very workplaces that are known.
func TestEstBy(t *testing.T) {
	at := func(id, company, workplace, address, truth string) eval.Posting {
		return eval.Posting{ID: id, Truth: truth, Mention: nayose.Mention{CompanyName: company, WorkplaceName: workplace, Address: address}}
	}
	est := []eval.Set{{Name: "est", Apart: true, Postings: []eval.Posting{
		at("1", "アカネの里", "", "札幌市", "A"), at("2", "アカネの里", "", "函館市", "A"), at("3", "アオバの里", "", "仙台市", "B"),
	}}}
	told := []eval.Posting{at("k", "株式会社アカネ", "アカネの里", "札幌市", "A"), at("n", "株式会社アオバ", "アオバの里", "仙台市", "")}
	sets := estBy(est, told)
	var got []string
	for _, s := range sets {
		for _, p := range s.Postings {
			got = append(got, s.Name+" "+p.ID)
		}
	}
	want := []string{"est, other workplaces 2", "est, other workplaces 3", "est, the very workplace known 1"}
	if !slices.Equal(got, want) || !sets[0].Apart || !sets[1].Apart {
		t.Errorf("the parts are %q, want %q", got, want)
	}
}
