package loader_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/loader"
)

// What active postings share and the master lacks is listed, each mention once, of the live generation; what has expired, waits for
// review or is matched is not.
func TestUnmatchedMentions(t *testing.T) {
	db, _, conn := fresh(t)
	feed{week: "2026-W46", postings: []string{"a cook -abe", "b nurse toda", "c clerk ?ueda", "d cook -gone"}}.load(t, db)
	feed{week: "2026-W47", postings: []string{"a cook -abe", "b nurse toda", "c clerk ?ueda", "e cook -abe"}}.load(t, db)
	feed{week: "2026-W47", partner: "other", postings: []string{"a cook -abe"}}.load(t, db)
	want := []string{"hello -abe 2 2026-11-09", "other -abe 1 2026-11-16"}
	for _, c := range []struct {
		partner string
		want    []string
	}{{"", want}, {"other", want[1:]}, {"nobody", nil}} {
		var got []string
		for m, err := range db.UnmatchedMentions(t.Context(), c.partner) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprint(m.Partner, " ", m.CompanyName, " ", m.Postings, " ", m.FirstSeen))
			mention := nayose.Mention{Partner: m.Partner, CompanyName: "-abe", Address: "東京都港区", Phone: "03-0000-0000"}
			mention.ID = mention.Key()
			wanted := loader.UnmatchedMention{
				Mention: mention, Postings: m.Postings, FirstSeen: m.FirstSeen, Prefecture: "東京都", Note: "no company of that name",
			}
			if diff := gocmp.Diff(wanted, m); diff != "" {
				t.Errorf("mention (-want +got):\n%s", diff)
			}
		}
		slices.SortFunc(got, cmp.Compare)
		if diff := gocmp.Diff(c.want, got); diff != "" {
			t.Errorf("UnmatchedMentions(%q) (-want +got):\n%s", c.partner, diff)
		}
	}

	execute(t, conn, `update nayose.match set candidates = '[{"company_id": "co-1", "probability": 0.03,
		"evidence": [{"comparison": "name", "level": "similar", "bits": -3.5}]}, {"company_id": "co-2"}]' where outcome = 'unmatched'`)
	for m, err := range db.UnmatchedMentions(t.Context(), "") {
		nearest := nayose.Candidate{
			CompanyID: "co-1", Probability: 0.03, Evidence: []nayose.Evidence{{Comparison: "name", Level: "similar", Bits: -3.5}},
		}
		if err != nil || m.Nearest == nil {
			t.Fatalf("nearest is %v, %v", m.Nearest, err)
		}
		if diff := gocmp.Diff(nearest, *m.Nearest); diff != "" {
			t.Errorf("nearest (-want +got):\n%s", diff)
		}
		break // the stream must end here without a word
	}

	execute(t, conn, `insert into nayose.generation (generation) values (2)`)
	execute(t, conn, `update nayose.live set generation = 2`)
	for m, err := range db.UnmatchedMentions(t.Context(), "") {
		t.Errorf("another generation's answer is listed: %+v, %v", m, err)
	}
	execute(t, conn, `drop table nayose.mention cascade`)
	for _, err := range db.UnmatchedMentions(t.Context(), "") {
		wantFault(t, err, nayose.Usage, "read the unmatched mentions")
	}
}
