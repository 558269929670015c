package main

import (
	"strings"
	"testing"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/feed"
)

func TestHoldExtract(t *testing.T) {
	limit := func(r ratio) *ratio { return &r }
	approval := &nayose.Approval{Number: 1}
	for name, c := range map[string]struct {
		limit             *ratio
		approval          *nayose.Approval
		records, rejected int64
		want              bool
	}{
		"nothing":                      {nil, nil, 0, 0, true},
		"none rejected":                {nil, nil, 100, 0, false},
		"at the default":               {nil, nil, 100, 10, false},
		"above the default":            {nil, nil, 100, 11, true},
		"few of few":                   {nil, nil, 6, 5, false},
		"more than few":                {nil, nil, 7, 6, true},
		"none good":                    {nil, nil, 5, 5, true},
		"approved":                     {nil, approval, 100, 100, false},
		"above the partner's limit":    {limit(0.5), nil, 100, 51, true},
		"at a limit that binary lacks": {limit(0.29), nil, 100, 29, false},
		"a limit of nothing":           {limit(0), nil, 1_000_000, 6, true},
		"100 % never holds":            {limit(1), nil, 100, 99, false},
	} {
		d := &delivery{partner: "acme", cfg: partnerConfig{RejectLimit: c.limit}, plan: artifact.Plan{Week: secondWeek, Approval: c.approval}}
		err := (&job{}).holdExtract(d, feed.Report{
			Counts: nayose.ExtractCounts{Records: c.records, Rejected: c.rejected, Unique: c.records - c.rejected},
		})
		if (err != nil) != c.want || err != nil && kindOf(err) != nayose.Held {
			t.Errorf("%s: %v, want it held: %v", name, err, c.want)
		}
	}
}

// TestHeldDeliverySaysWhy: the most frequent reasons first, by column and code, and nothing of the records.
func TestHeldDeliverySaysWhy(t *testing.T) {
	report := feed.Report{
		Counts:  nayose.ExtractCounts{Records: 160, Rejected: 40, Unique: 120},
		Reasons: []feed.Reason{{Column: "掲載日", Code: "date", Count: 30}, {Code: "cell_count", Count: 8}, {Column: "ID", Code: "id_empty", Count: 2}},
	}
	d := &delivery{partner: "acme", plan: artifact.Plan{Week: secondWeek}}
	f := faultOf((&job{}).holdExtract(d, report))
	want := fault{
		62, "40 of 160 records are rejected, 25 %, and the limit is 10 %: 掲載日 date 30, cell_count 8, ID id_empty 2",
		"nayose feed check --week 2026-W47 --partner acme shows them, nayose approve --week 2026-W47 --partner acme lets the delivery through once",
	}
	if f != want {
		t.Errorf("holdExtract = %+v, want %+v", f, want)
	}
	for _, column := range strings.Fields("a b c d e") {
		report.Reasons = append(report.Reasons, feed.Reason{Column: column, Code: "date", Count: 1})
	}
	if f := faultOf((&job{}).holdExtract(d, report)); !strings.HasSuffix(f.text, " and 3 more") {
		t.Errorf("eight reasons are %q, want five of them and 3 more", f.text)
	}
}

// TestApprovalMovesNoResult: what extract writes, and where, is the same with and without it.
func TestApprovalMovesNoResult(t *testing.T) {
	p := artifact.Plan{Week: secondWeek, Partner: "acme", Mapping: "m"}
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
