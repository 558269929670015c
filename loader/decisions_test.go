package loader_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"nayose"
	"nayose/loader"
)

// logged is a decision about an employer of that name: a company's id, or none, unsure, taken_back.
func logged(entry, line int, employer, choice string) loader.LoggedDecision {
	d := loader.LoggedDecision{Entry: entry, Line: line, Digest: fmt.Sprint("digest ", entry)}
	d.Mention = nayose.Mention{Partner: "hello", CompanyName: employer}
	d.Mention.ID = d.Mention.Key()
	d.Choice, d.By, d.At = nayose.Choice(choice), "戸田", time.Date(2026, 11, 23, 0, entry, line, 0, time.UTC)
	if choice != "none" && choice != "unsure" && choice != "taken_back" {
		d.Choice, d.CompanyID = nayose.ChoseCompany, choice
		d.Shown = []nayose.Shown{{CompanyID: choice, Name: "株式会社" + employer, ClosedOn: nayose.NewDate(2026, 1, 2)}}
	}
	return d
}

const decisions = `select entry, line, company_name, choice, company_id, in_force from nayose.decisions order by 1, 2`

func TestDecisionsAreCopied(t *testing.T) {
	db, _, conn := fresh(t)
	if have, err := db.CopiedDecisions(t.Context()); err != nil || have != (nayose.LogPin{}) {
		t.Errorf("CopiedDecisions of none = %+v, %v", have, err)
	}
	log := []loader.LoggedDecision{
		logged(1, 1, "toda", "1"), logged(1, 2, "abe", "none"), logged(2, 1, "toda", "taken_back"), logged(2, 2, "ito", "unsure"),
		logged(3, 1, "abe", "2"), logged(3, 2, "abe", "3"),
	}
	const want = `1|1|toda|company|1|f
1|2|abe|none||f
2|1|toda|taken_back||f
2|2|ito|unsure||t
3|1|abe|company|2|f
3|2|abe|company|3|t
`
	for _, part := range [][]loader.LoggedDecision{log[:2], log[2:4], log[2:], log, log[:1], nil} { // the table may be ahead of who copies
		if err := db.CopyDecisions(t.Context(), part); err != nil {
			t.Fatal(err)
		}
	}
	if got := query(t, conn, decisions); got != want {
		t.Errorf("decisions:\n%swant:\n%s", got, want)
	}
	if have, err := db.CopiedDecisions(t.Context()); err != nil || have != (nayose.LogPin{Entries: 3, Digest: "digest 3"}) {
		t.Errorf("CopiedDecisions = %+v, %v; want entry 3", have, err)
	}
	const first = `select mention_id = '%s', partner, decided_by, decided_at at time zone 'UTC', audit, shown from nayose.decisions where entry = 1 and line = 1`
	if got := query(t, conn, fmt.Sprintf(first, log[0].Mention.ID)); got !=
		`t|hello|戸田|2026-11-23 00:01:01|f|[{"name": "株式会社toda", "closed_on": "2026-01-02", "company_id": "1"}]`+"\n" {
		t.Errorf("the first decision: %s", got)
	}

	// A database that was restored from an older backup catches up.
	execute(t, conn, `delete from nayose.decision where entry > 1`)
	if err := db.CopyDecisions(t.Context(), log[2:]); err != nil {
		t.Fatal(err)
	}
	if got := query(t, conn, decisions); got != want {
		t.Errorf("after a backup came back:\n%swant:\n%s", got, want)
	}
}

func TestDecisionsAreCopiedByManyAtOnce(t *testing.T) {
	_, url, conn := fresh(t)
	var log []loader.LoggedDecision
	for i := range 50 {
		log = append(log, logged(1+i/10, 1+i%10, fmt.Sprint(i), "none"))
	}
	var group sync.WaitGroup
	for i := range 6 {
		db := open(t, url)
		group.Go(func() {
			if err := db.CopyDecisions(t.Context(), log[:50-10*(i%3)]); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := query(t, conn, `select count(*), max(entry) from nayose.decision`); got != "50|5\n" {
		t.Errorf("rows and entries: %s, want 50|5", got)
	}
}

// TestRebuildBelongsToItsDecisions: a generation that was begun by another log of decisions is not gone on with.
func TestRebuildBelongsToItsDecisions(t *testing.T) {
	db, _, _ := fresh(t)
	feed{week: "2026-W46", postings: []string{"a cook toda"}}.load(t, db)
	var numbers []int
	one := nayose.LogPin{Entries: 1, Digest: "d1"}
	for _, log := range []nayose.LogPin{{}, {}, one, one} {
		g := rebuild{log: log, crash: 1}
		made, err := g.run(t, db)
		if err == nil || made.Decisions != log {
			t.Fatalf("Rebuild = %+v, %v; want one by %+v that crashed", made, err, log)
		}
		numbers = append(numbers, made.Number)
	}
	if got := fmt.Sprint(numbers); got != "[2 2 3 3]" {
		t.Errorf("generations %s, want [2 2 3 3]", got)
	}
}
