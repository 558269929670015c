package main

import (
	"fmt"
	"math"
	"testing"

	"nayose"
	"nayose/job/internal/eval"
)

func goldOf(n int) []eval.Set {
	s := eval.Set{Name: "kaigo"}
	for i := range n {
		s.Postings = append(s.Postings, eval.Posting{ID: fmt.Sprint("k", i), Truth: fmt.Sprint(i % 700), Mention: nayose.Mention{
			CompanyName: fmt.Sprint("株式会社アカネ", i%700), Address: fmt.Sprint("北海道札幌市東区本町", i), Phone: fmt.Sprintf("011-711-%04d", i),
		}})
	}
	return []eval.Set{s}
}

// TestGenerated: of each week's postings about as many go, come and are written anew as the constants say.
func TestGenerated(t *testing.T) {
	w := generated(goldOf(6000))
	before := map[string]nayose.ID{}
	left := map[string]int{}
	for week := range weeks {
		var had, gone, came, anew, stayed int
		now := map[string]nayose.ID{}
		for i := range w.lives {
			l := &w.lives[i]
			m, postings, since := l.in(week)
			if again, n, _ := l.in(week); again != m || n != postings {
				t.Fatalf("%s is another when it is asked again", l.id)
			}
			if m.Partner != "" && m.ID != m.Key() {
				t.Errorf("the mention of %s in week %d does not have its own id", l.id, week)
			}
			had, gone = had+left[l.id], gone+max(0, left[l.id]-postings)
			if l.comes == week {
				came += postings
			} else if postings > left[l.id] {
				t.Errorf("%s has %d postings in week %d, and had %d", l.id, postings, week, left[l.id])
			}
			if old, ok := before[l.id]; ok && postings > 0 {
				count(&stayed, true, 1)
				count(&anew, old != m.ID, 1)
				if (old != m.ID) != (since == week) {
					t.Errorf("%s in week %d is said to be as it is since %d", l.id, week, since)
				}
			}
			if left[l.id] = postings; postings > 0 {
				now[l.id] = m.ID
			}
		}
		if before = now; week == 0 {
			continue
		}
		for _, c := range []struct {
			what string
			n    int
			of   int
			want float64
		}{{"gone", gone, had, goneShare}, {"come", came, had, newShare}, {"written anew", anew, stayed, anewShare}} {
			if got := float64(c.n) / float64(c.of); math.Abs(got-c.want) > 0.02 {
				t.Errorf("week %d: %.3f are %s, want %.3f", week, got, c.what, c.want)
			}
		}
	}
}

// TestDelivery: lives that are written alike are one mention, with the postings of all.
func TestDelivery(t *testing.T) {
	m := nayose.Mention{CompanyName: "株式会社アカネ"}
	w := world{lives: []life{
		{id: "1", partner: "b", mention: m, truth: "1", postings: 2},
		{id: "2", partner: "b", mention: m, truth: "1", postings: 1},
		{id: "3", partner: "a", mention: m, postings: 1},
		{id: "4", partner: "a", mention: nayose.Mention{CompanyName: "ミドリ　本店"}, postings: 1},
		{id: "5", partner: "a", mention: m, comes: 1, postings: 1},
	}}
	var got string
	for _, items := range w.delivery(0) {
		for _, x := range items {
			got += fmt.Sprint(x.Partner, " ", x.CompanyName, " ", x.employer.who, " ", x.postings, "\n")
		}
	}
	if want := "a 株式会社アカネ none 株式会社アカネ 1\na ミドリ　本店 none ミドリ 1\nb 株式会社アカネ 1 3\n"; got != want {
		t.Errorf("delivery:\n%s, want\n%s", got, want)
	}
}

// TestContinuedLife: what is known of two weeks is not drawn.
func TestContinuedLife(t *testing.T) {
	for i := range 1000 {
		id := fmt.Sprint(i)
		m := nayose.Mention{CompanyName: "株式会社アカネ", Phone: "011-711-0001"}
		stays, goes := life{id: id, mention: m, postings: 1, known: 1}, life{id: id, mention: m, postings: 1, goes: true}
		if _, n, since := stays.in(1); n != 1 || since != 0 {
			t.Fatalf("%s stood in both weeks, and has %d postings in the second, written so since %d", id, n, since)
		}
		if _, n, _ := goes.in(0); n != 1 {
			t.Fatalf("%s has %d postings in its only week", id, n)
		}
		for week := 1; week < weeks; week++ {
			if _, n, _ := goes.in(week); n != 0 {
				t.Fatalf("%s was gone, and is back in week %d", id, week)
			}
		}
	}
}

// TestAnew: every seed changes something, and the changes are those of typists.
func TestAnew(t *testing.T) {
	m := nayose.Mention{CompanyName: "株式会社アカネ", WorkplaceName: "アカネ東", Address: "北海道札幌市東区本町1-2", Phone: "011-711-0001"}
	want := map[string]bool{
		"(株)アカネ|アカネ東|北海道札幌市東区本町1-2|011-711-": true, "株式会社アカネ|アカネ東|北海道札幌市東区本町１－２|011-711-": true,
		"株式会社アカネ||北海道札幌市東区本町1-2|011-711-": true, "株式会社アカネ 札幌支店|アカネ東|北海道札幌市東区本町1-2|011-711-": true,
		"株式会社アカネ|アカネ東|北海道札幌市東区本町1-2|011-711-": true,
	}
	seen := map[string]bool{}
	for i := range 200 {
		c := anew(m, fmt.Sprint(i))
		if c == m {
			t.Errorf("seed %d changes nothing", i)
		}
		seen[c.CompanyName+"|"+c.WorkplaceName+"|"+c.Address+"|"+c.Phone[:8]] = true
	}
	if fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Errorf("changed to %v, want %v", seen, want)
	}
	if bare := anew(nayose.Mention{}, "1"); bare.Phone == "" {
		t.Errorf("a mention that says nothing becomes %v, want one with a phone", bare)
	}
}

func TestElsewhere(t *testing.T) {
	at := nayose.Mention{Address: "北海道函館市本町3-4", Phone: "0138-51-0001"}
	for _, c := range []struct{ company, workplace, wantCompany, wantWorkplace string }{
		{"株式会社アカネ", "アカネ札幌東", "株式会社アカネ", "アカネ函館"},
		{"株式会社アカネ", "デイサービスひばり", "株式会社アカネ", "デイサービスひばり函館"},
		{"株式会社アカネ", "札幌の家", "株式会社アカネ", "札幌の家函館"},
		{"株式会社アカネ　アカネ札幌東", "", "株式会社アカネ　アカネ函館", ""},
	} {
		got := elsewhere(nayose.Mention{CompanyName: c.company, WorkplaceName: c.workplace, Address: "札幌市東区本町1-2", URL: "https://akane.example/"}, &at, "seed")
		for _, quarter := range []string{"東", "西", "南", "北"} {
			got.CompanyName, got.WorkplaceName = trim(got.CompanyName, "函館"+quarter), trim(got.WorkplaceName, "函館"+quarter)
		}
		if got.CompanyName != c.wantCompany || got.WorkplaceName != c.wantWorkplace {
			t.Errorf("%s, %s becomes %s, %s; want %s, %s", c.company, c.workplace, got.CompanyName, got.WorkplaceName, c.wantCompany, c.wantWorkplace)
		}
		if got.Address[:len("北海道函館市本町3-")] != "北海道函館市本町3-" || got.Address == at.Address || got.Phone[:8] != "0138-51-" || got.URL == "" {
			t.Errorf("it is at %s, with phone %s and site %q", got.Address, got.Phone, got.URL)
		}
	}
}

// trim takes the quarter off a name that ends with a place and a quarter.
func trim(name, end string) string {
	if n := len(name) - len(end); n >= 0 && name[n:] == end {
		return name[:len(name)-len("東")]
	}
	return name
}

func TestArea(t *testing.T) {
	for address, want := range map[string]string{
		"北海道札幌市東区北24条": "札幌", "東京都港区本町1": "港", "神奈川県横浜市": "横浜", "札幌市東区": "札幌", "本町1": "本", "": "", "東京都": "",
	} {
		if got := area(address); got != want {
			t.Errorf("area(%q) = %q, want %q", address, got, want)
		}
	}
}
