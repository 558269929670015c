package main

import (
	"strings"
	"testing"

	"nayose"
	"nayose/job/internal/artifact"
)

func TestHoldRejects(t *testing.T) {
	limit := func(r ratio) *ratio { return &r }
	approval := &nayose.Approval{Number: 1}
	for name, c := range map[string]struct {
		limit             *ratio
		approval          *nayose.Approval
		records, rejected int64
		want              bool
	}{
		"nothing":                      {nil, nil, 0, 0, false},
		"none rejected":                {nil, nil, 100, 0, false},
		"at the default":               {nil, nil, 100, 10, false},
		"above the default":            {nil, nil, 100, 11, true},
		"few of few":                   {nil, nil, 5, 5, false},
		"more than few":                {nil, nil, 6, 6, true},
		"approved":                     {nil, approval, 100, 100, false},
		"above the partner's limit":    {limit(0.5), nil, 100, 51, true},
		"at a limit that binary lacks": {limit(0.29), nil, 100, 29, false},
		"a limit of nothing":           {limit(0), nil, 1_000_000, 6, true},
		"100 % never holds":            {limit(1), nil, 100, 100, false},
	} {
		d := &delivery{partner: "acme", cfg: partnerConfig{RejectLimit: c.limit}, plan: artifact.Plan{Week: week47, Approval: c.approval}}
		err := (&job{}).holdRejects(d, nayose.ExtractCounts{Records: c.records, Rejected: c.rejected}, nil)
		if (err != nil) != c.want || err != nil && kindOf(err) != nayose.Held {
			t.Errorf("%s: %v, want it held: %v", name, err, c.want)
		}
	}
}

// TestHeldDeliverySaysWhy: the most frequent reasons first, by column and code, and nothing of the records.
func TestHeldDeliverySaysWhy(t *testing.T) {
	reasons := rejectReasons{}
	for _, r := range []struct {
		n            int
		kind, column string
		code         string
	}{
		{2, nayose.RejectBad, "posting_id", "id_empty"},
		{30, nayose.RejectBad, "posted_on", "date"},
		{8, nayose.RejectBad, "", "cell_count"},
		{99, nayose.RejectDuplicate, "posting_id", "duplicate"},
	} {
		for range r.n {
			reasons.add(&nayose.Reject{Kind: r.kind, Column: r.column, Code: r.code, Reason: "secret", Raw: "secret"})
		}
	}
	d := &delivery{partner: "acme", plan: artifact.Plan{Week: week47}}
	f := faultOf((&job{}).holdRejects(d, nayose.ExtractCounts{Records: 160, Rejected: 40}, reasons))
	want := fault{
		62, "40 of 160 records are rejected, 25 %, and the limit is 10 %: posted_on date 30, cell_count 8, posting_id id_empty 2",
		"nayose feed check --week 2026-W47 --partner acme shows them, nayose approve --week 2026-W47 --partner acme lets the delivery through once",
	}
	if f != want {
		t.Errorf("holdRejects = %+v, want %+v", f, want)
	}
	for _, column := range strings.Fields("a b c d e") {
		reasons.add(&nayose.Reject{Kind: nayose.RejectBad, Column: column})
	}
	if text := reasons.String(); !strings.HasSuffix(text, " and 3 more") {
		t.Errorf("eight reasons are %q, want five of them and 3 more", text)
	}
}

// TestApprovalMovesNoResult: what extract writes, and where, is the same with and without it.
func TestApprovalMovesNoResult(t *testing.T) {
	p := artifact.Plan{Week: week47, Partner: "acme", Mapping: "m"}
	approved := p
	approved.Approval = &nayose.Approval{Number: 1}
	if extractPlace(p).Digest != extractPlace(approved).Digest {
		t.Error("an approved plan has another place for extract")
	}
}

func TestTextOfAnApproval(t *testing.T) {
	for text, good := range map[string]bool{
		"田中":                      true,
		"partner confirmed 先週は休み": true,
		"":                        false,
		"two\nlines":              false,
		"\x1b[2K":                 false,
		"\u202eturned":            false,
		"not \xff UTF-8":          false,
		strings.Repeat("字", 500):  true,
		strings.Repeat("字", 501):  false,
	} {
		if err := checkText("why", text); (err == nil) != good {
			t.Errorf("checkText(%q) = %v, want it to be good: %v", text, err, good)
		}
	}
}
