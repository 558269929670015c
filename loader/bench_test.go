package loader_test

import (
	"fmt"
	"strings"
	"testing"

	"nayose"
	"nayose/loader"
)

// A week of 100,000 postings of about 1 KB: new, unchanged in the next week, and one in ten changed in the week after.
//
//	scripts/postgres run -- go test ./loader -run '^$' -bench Load -benchtime 1x
func BenchmarkLoad(b *testing.B) {
	const n = 100_000
	db, _, _ := fresh(b)
	for _, week := range []struct {
		name, label string
		changed     int // one in
	}{{"first", "2026-W10", 0}, {"unchanged", "2026-W11", 0}, {"changed", "2026-W12", 10}} {
		b.Run(week.name, func(b *testing.B) {
			for i := range b.N {
				d, in := bulk(b, fmt.Sprint("partner", i), week.label, n, week.changed)
				b.ResetTimer()
				r, err := db.Load(b.Context(), d, in)
				if err != nil {
					b.Fatal(err)
				}
				if r.State != loader.Loaded {
					b.Fatalf("result is %+v", r)
				}
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "postings/s")
			}
		})
	}
}

// The company master of 1.4 million: imported into an empty database, imported again, read.
//
//	scripts/postgres run -- go test ./loader -run '^$' -bench Companies -benchtime 1x
func BenchmarkCompanies(b *testing.B) {
	const n = 1_400_000
	db, _, _ := fresh(b)
	master := func(yield func(nayose.Company, error) bool) {
		for i := range n {
			c := nayose.Company{
				ID: fmt.Sprint(1_000_000_000_000 + i), Name: fmt.Sprintf("株式会社第%d商店", i), NameKana: "ダイショウテン",
				Prefecture: "東京都", Address: fmt.Sprintf("東京都港区芝%d丁目%d番%d号", i%9, i%77, i%31), PostalCode: "1050014",
			}
			if !yield(c, nil) {
				return
			}
		}
	}
	for _, pass := range []string{"import", "unchanged"} {
		b.Run(pass, func(b *testing.B) {
			for range b.N {
				if _, err := db.ImportCompanies(b.Context(), allColumns, loader.ImportFile{Name: "companies.csv"}, master); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("read", func(b *testing.B) {
		for range b.N {
			for _, err := range db.Companies(b.Context(), "") {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// bulk is a delivery of n postings by n/3 employers with three candidates each.
func bulk(t testing.TB, partner, label string, n, changed int) (loader.Delivery, loader.Input) {
	t.Helper()
	week, err := nayose.ParseWeek(label)
	if err != nil {
		t.Fatal(err)
	}
	d := loader.Delivery{
		Partner: partner, Week: week, Plan: 1, Digest: label, Snapshot: true, Generation: 1, Model: "model-1",
	}
	text := strings.Repeat("利用者様の生活を支えるお仕事です。", 18)
	postings := make([]nayose.Posting, n)
	mentions := make([]nayose.Mention, n/3+1)
	matches := make([]nayose.Match, len(mentions))
	for i := range mentions {
		m := nayose.Mention{
			Partner: partner, CompanyName: fmt.Sprintf("株式会社第%d商店", i), Address: fmt.Sprintf("東京都港区芝%d-%d-%d", i%9, i%77, i%31),
			Phone: fmt.Sprintf("03-%04d-%04d", i/10000, i%10000),
		}
		m.ID = m.Key()
		mentions[i], matches[i] = m, bulkMatch(m)
	}
	for i := range postings {
		p := nayose.Posting{
			Lineage: nayose.NewID(partner, label, fmt.Sprint(i)), Partner: partner, PostingID: fmt.Sprintf("job-%08d", i),
			MentionID: mentions[i/3].ID, Title: fmt.Sprintf("介護職員 %d", i), Description: text, Occupation: fmt.Sprint("職種", i%300),
			EmploymentType: "part_time", EmploymentTypeText: "パート", SalaryUnit: "hour", SalaryMin: int64(1000 + i%900),
			SalaryMax: int64(1200 + i%900), SalaryText: "時給1,000円～", Prefecture: fmt.Sprint(i%47, "県"),
			City: fmt.Sprint(i%1700, "市"), PostedOn: week.Monday() - nayose.Date(i%90), Extra: `{"休日": "土日祝"}`,
		}
		if changed > 0 && i%changed == 0 {
			p.Title += "(改)"
		}
		p.Content = nayose.NewID(p.PostingID, p.Title)
		postings[i] = p
		d.Extract.UniqueSum.Add(p.Lineage)
	}
	d.Extract.Records, d.Extract.Unique, d.Extract.Mentions = int64(n), int64(n), int64(len(mentions))
	d.Extract.RecordsSum = d.Extract.UniqueSum
	return d, loader.Input{Postings: all(postings), Mentions: all(mentions), Matches: all(matches), Rejects: all[nayose.Reject](nil)}
}

func bulkMatch(m nayose.Mention) nayose.Match {
	answer := match(m)
	for i := range 2 {
		other := answer.Candidates[0]
		other.CompanyID, other.Probability = fmt.Sprint(other.CompanyID, i), 0.004
		answer.Candidates = append(answer.Candidates, other)
	}
	for i := range answer.Candidates {
		answer.Candidates[i].Evidence = []nayose.Evidence{
			{Comparison: "name", Level: "equal", Bits: 14.25},
			{Comparison: "legal_form", Level: "same", Bits: 0.75},
			{Comparison: "address", Level: "town", Bits: 6.5},
			{Comparison: "phone", Level: "different", Bits: -1.5},
		}
	}
	return answer
}
