package report

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"nayose"
)

// dates are the days of a week.
func dates(w nayose.Week) string {
	monday := w.Monday().Time()
	return monday.Format("2 January") + " – " + monday.Add(6*24*time.Hour).Format("2 January 2006")
}

// total adds the deliveries up.
func total(ds []Delivery) (sum Delivery) {
	for i := range ds {
		for k, n := range ds[i].counters() {
			*sum.counters()[k] += *n
		}
		sum.Records += ds[i].Records
	}
	return sum
}

// fates are what can become of a record, in the order in which they are shown. What is not matched yet is the rest.
var fates = []struct{ Key, Name string }{
	{"matched", "matched"},
	{"review", "review"},
	{"unmatched", "unmatched"},
	{"rejected", "rejected"},
	{"duplicates", "duplicates"},
	{"deletions", "deletions"},
	{"waiting", "not matched yet"},
}

func (d *Delivery) counters() []*int64 {
	return []*int64{&d.Matched, &d.Review, &d.Unmatched, &d.Rejected, &d.Duplicates, &d.Deletions}
}

// became counts the records by fate.
func (d *Delivery) became() (counts []int64) {
	left := d.Records
	for _, n := range d.counters() {
		counts = append(counts, *n)
		left -= *n
	}
	return append(counts, max(left, 0))
}

// postings are those that were matched, whatever the answer.
func (d *Delivery) postings() int64 { return d.Matched + d.Review + d.Unmatched }

// lead tells the week in sentences.
func lead(r Week) []string {
	if len(r.Deliveries) == 0 {
		return []string{"No delivery of this week is known."}
	}
	sum := total(r.Deliveries)
	sentences := []string{plural(int64(len(r.Deliveries)), "delivery") + ": " + states(r.Deliveries) + "."}
	if sum.Records > 0 {
		sentences = append(sentences, whatBecame(&sum))
	}
	if change := sinceLast(r); change != "" {
		sentences = append(sentences, change)
	}
	return sentences
}

// states counts the deliveries in each state, in the order in which the states first occur.
func states(ds []Delivery) string {
	var names, words []string
	n := map[string]int{}
	for _, d := range ds {
		if n[d.State]++; n[d.State] == 1 {
			names = append(names, d.State)
		}
	}
	for _, name := range names {
		words = append(words, fmt.Sprintf("%d %s", n[name], name))
	}
	return list(words)
}

func whatBecame(sum *Delivery) string {
	var parts []string
	became := sum.became()
	for k, what := range []struct{ one, more string }{
		{"found its company", "found their company"},
		{"is left to people", "are left to people"},
		{"names an employer that the master lacks, or nobody", "name an employer that the master lacks, or nobody"},
		{"was rejected", "were rejected"},
		{"is a duplicate", "are duplicates"},
		{"takes a posting back", "take a posting back"},
		{"is not matched yet", "are not matched yet"},
	} {
		n, verb := became[k], what.more
		if n == 1 {
			verb = what.one
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s (%s)", count(n), verb, share(n, sum.Records)))
		}
	}
	return "Of " + plural(sum.Records, "record") + " " + list(parts) + "."
}

// sinceLast lays the share of matches beside that of the week before, for the partners that both have.
func sinceLast(r Week) string {
	before := map[string]Point{}
	for _, p := range r.Trend {
		if p.Week == r.Week.Last() {
			before[p.Partner] = p
		}
	}
	var now, then, nowAll, thenAll int64
	for i := range r.Deliveries {
		d := &r.Deliveries[i]
		if p, ok := before[d.Partner]; ok && d.postings() > 0 {
			now, nowAll = now+d.Matched, nowAll+d.postings()
			then, thenAll = then+p.Matched, thenAll+p.postings()
		}
	}
	if nowAll == 0 || thenAll == 0 {
		return ""
	}
	points := 100 * (float64(now)/float64(nowAll) - float64(then)/float64(thenAll))
	than := fmt.Sprintf("%.1f points %s than the week before", math.Abs(points), map[bool]string{true: "more", false: "less"}[points > 0])
	if math.Abs(points) < 0.05 {
		than = "as many as the week before"
	}
	return fmt.Sprintf("Of the postings of partners that delivered in both weeks %s are matched, %s.", share(now, nowAll), than)
}

// keys are the figures that stand out, each with its share of the records.
func keys(r Week) []key {
	sum := total(r.Deliveries)
	if sum.Records == 0 {
		return nil
	}
	list := []key{{"records", count(sum.Records), "of " + plural(int64(len(r.Deliveries)), "partner")}}
	for k, n := range sum.became() {
		if f := fates[k]; n > 0 || k < 4 {
			list = append(list, key{f.Name, count(n), share(n, sum.Records)})
		}
	}
	return list
}

// held are the deliveries that wait for a person.
func held(ds []Delivery) (list []Delivery) {
	for _, d := range ds {
		if d.Held != "" {
			list = append(list, d)
		}
	}
	return list
}

// told are the deliveries of which there is something to say to a person, the held ones first.
func told(ds []Delivery) []Delivery {
	list := held(ds)
	for _, d := range ds {
		if d.Held == "" && d.Warned+d.Passed+d.Next != "" {
			list = append(list, d)
		}
	}
	return list
}

func deliveriesTable(ds []Delivery) table {
	t := table{
		Caption: "The deliveries of the week",
		Head:    []string{"Partner", "State", "Plan", "Records", "Matched", "Review", "Unmatched", "Rejected", "Time"},
	}
	for i := range ds {
		d := &ds[i]
		plan, spent := unknown, 0.0
		if d.Plan > 0 {
			plan = fmt.Sprint(d.Plan)
		}
		for _, s := range d.Stages {
			spent += s.Seconds
		}
		took := unknown
		if spent > 0 {
			took = seconds(spent)
		}
		t.Rows = append(t.Rows, []cell{
			text(d.Partner), text(d.State), figures(plan), figures(count(d.Records)),
			figures(share(d.Matched, d.postings())), figures(share(d.Review, d.postings())), figures(share(d.Unmatched, d.postings())),
			figures(share(d.Rejected, d.Records)), figures(took),
		})
	}
	return t
}

func rejectsTable(ds []Delivery) table {
	t := table{Caption: "Why records were rejected", Head: []string{"Partner", "Column", "Code", "Records"}}
	for _, d := range ds {
		for _, r := range d.Reasons {
			t.Rows = append(t.Rows, []cell{text(d.Partner), data(cmp.Or(r.Column, unknown)), text(r.Code), figures(count(r.Records))})
		}
	}
	return t
}

func missingTable(es []Employer) table {
	t := table{Caption: "The most frequent employers that the master lacks", Head: []string{"Employer", "Address", "Postings", "Partners"}}
	var most int64
	for _, e := range es {
		most = max(most, e.Postings)
	}
	for _, e := range es {
		postings := figures(count(e.Postings))
		postings.Meter = meter(float64(e.Postings), float64(most))
		t.Rows = append(t.Rows, []cell{data(e.Name), data(e.Address), postings, text(strings.Join(e.Partners, ", "))})
	}
	return t
}

// Nameless counts the postings that name no employer, and so are in no row of the table; empty for none.
func (p page) Nameless() string {
	if p.Week.Nameless == 0 {
		return ""
	}
	return plural(p.Week.Nameless, "posting")
}
