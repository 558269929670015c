package matcher

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"nayose"
)

// keyed gives each mention its id, and leaves out those that stand twice.
func keyed(mentions ...nayose.Mention) (distinct []nayose.Mention) {
	seen := map[nayose.ID]bool{}
	for _, x := range mentions {
		if x.ID = x.Key(); !seen[x.ID] {
			seen[x.ID] = true
			distinct = append(distinct, x)
		}
	}
	return distinct
}

// answers surveys and answers mentions.
func (m *Matcher) answers(mentions []nayose.Mention) (map[nayose.ID]nayose.Match, nayose.Survey, error) {
	d, err := m.Survey(context.Background(), seq(mentions))
	if err != nil {
		return nil, nayose.Survey{}, err
	}
	all := map[nayose.ID]nayose.Match{}
	_, err = d.MatchAll(context.Background(), seq(mentions), func(a nayose.Match) error {
		all[a.MentionID] = a
		return nil
	})
	return all, d.Summary(), err
}

// colleagues draws mentions of few names, places and ties, so that they form groups.
func colleagues() *rapid.Generator[nayose.Mention] {
	return rapid.Custom(func(t *rapid.T) nayose.Mention {
		draw := func(about string, values ...string) string { return rapid.SampledFrom(values).Draw(t, about) }
		return nayose.Mention{
			CompanyName: draw("name", "株式会社アシスト", "㈱アシスト 梅田店", "アシスト株式会社", "有限会社アシスト", "アシスト", "株式会社アカネ介護サービス"),
			Address:     draw("address", "", "大阪市北区梅田1-12-17", "東京都千代田区九段北4-2-1", "福岡県福岡市博多区博多駅前9-9", "札幌市東区", "沖縄県那覇市1-1"),
			Phone:       draw("phone", "", "", "06-6341-1111", "011-711-1234"),
			URL:         draw("url", "", "assist.co.jp", "https://akane-kaigo.co.jp/"),
		}
	})
}

func TestDeliveryInAnyOrder(t *testing.T) {
	m := newTestMatcher(t, town)
	rapid.Check(t, func(t *rapid.T) {
		mentions := keyed(rapid.SliceOfN(rapid.OneOf(colleagues(), colleagues(), mention()), 0, 12).Draw(t, "mentions")...)
		given, survey, err := m.answers(mentions)
		if err != nil || len(given) != len(mentions) {
			t.Fatalf("%d answers about %d mentions, %v", len(given), len(mentions), err)
		}
		shuffled, other, err := m.answers(rapid.Permutation(mentions).Draw(t, "order"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(given, shuffled); diff != "" {
			t.Fatalf("the answers depend on the order of the mentions:\n%s", diff)
		}
		if diff := cmp.Diff(survey, other, cmpopts.EquateApprox(0, 1e-9)); diff != "" { // sums of floats
			t.Fatalf("the survey depends on the order of the mentions:\n%s", diff)
		}
	})
}

// TestMentionsHelpEachOther has an employer with three namesakes: one mention is at its office, others somewhere else.
func TestMentionsHelpEachOther(t *testing.T) {
	m := newTestMatcher(t, town)
	const name = "株式会社アシスト"
	mentions := keyed(
		nayose.Mention{CompanyName: name, Address: "大阪市北区梅田1-12-17", URL: "https://assist.co.jp/umeda"},
		nayose.Mention{CompanyName: name, URL: "assist.co.jp"},
		nayose.Mention{CompanyName: name + " 那覇店", Address: "沖縄県那覇市泉崎1-2-2", URL: "www.assist.co.jp"},
		nayose.Mention{CompanyName: name, Address: "東京都千代田区九段北4-2-1", URL: "assist-tokyo.jp"},
		nayose.Mention{CompanyName: name, URL: "assist-tokyo.jp"},
		nayose.Mention{CompanyName: name, URL: "assist-kobe.jp"},
	)
	office, vague, far, tokyo, vagueTokyo, lone := mentions[0], mentions[1], mentions[2], mentions[3], mentions[4], mentions[5]
	for _, c := range []struct {
		about, group string // what the best candidate's group is
		mention      nayose.Mention
		company      string // empty where it is not matched
		with         []nayose.Mention
	}{
		{"by itself", "", vague, "", nil},
		{"with one at the office", "another at its office", vague, "3", []nayose.Mention{office}},
		{"with a namesake of another domain", "", vague, "", []nayose.Mention{tokyo}},
		{"with both", "another at its office", vague, "3", []nayose.Mention{tokyo, office}},
		{"the namesake's", "another at its office", vagueTokyo, "2", []nayose.Mention{tokyo, office, vague, far}},
		{"of neither", "", lone, "", []nayose.Mention{tokyo, office, vague, far}},
		{"far away, by itself", "", far, "", nil},
		{"far away, with one at the office", "another at its office", far, "3", []nayose.Mention{office}},
		{"the one at the office", "others elsewhere", office, "3", []nayose.Mention{far}},
	} {
		all, _, err := m.answers(append(slices.Clone(c.with), c.mention))
		if err != nil {
			t.Fatal(err)
		}
		got := all[c.mention.ID]
		switch {
		case (got.Outcome == nayose.Matched) != (c.company != "") || c.company != "" && got.CompanyID != c.company:
			t.Errorf("%s: %s %q (%.3f), want %q\n%s", c.about, got.Outcome, got.CompanyID, got.Probability, c.company, explain(got))
		case c.mention == vague && c.company == "" && got.Outcome != nayose.Review:
			t.Errorf("%s: %s, want review\n%s", c.about, got.Outcome, explain(got))
		case levelOf(got.Candidates[0], "group") != c.group:
			t.Errorf("%s: the group says other than %q\n%s", c.about, c.group, explain(got))
		}
	}
}

// levelOf is the level that a candidate's evidence has for a comparison.
func levelOf(c nayose.Candidate, comparison string) string {
	for _, e := range c.Evidence {
		if e.Comparison == comparison {
			return e.Level
		}
	}
	return ""
}

// TestStrangersDoNotMix holds that a mention's candidates look the same whoever else is in the delivery, if nobody there has
// its name and a tie. What the master lacks is the delivery's, and may differ.
func (m *Matcher) memberOf(x *nayose.Mention) (said member) {
	m.member(x, &said)
	return said
}

func TestStrangersDoNotMix(t *testing.T) {
	m := newTestMatcher(t, town)
	rapid.Check(t, func(t *rapid.T) {
		x := keyed(colleagues().Draw(t, "mention"))[0]
		own := m.memberOf(&x)
		var others []nayose.Mention
		for _, o := range rapid.SliceOfN(colleagues(), 0, 12).Draw(t, "others") {
			if other := m.memberOf(&o); !newGroups([]member{own, other}).together(0, 1) {
				others = append(others, o)
			}
		}
		delivery := keyed(append(others, x)...)
		all, _, err := m.answers(delivery)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(evidenceOf(m.Match(&x)), evidenceOf(all[x.ID])); diff != "" {
			t.Fatalf("%+v (-by itself +among strangers):\n%s", x, diff)
		}
	})
}

func evidenceOf(m nayose.Match) map[string][]nayose.Evidence {
	all := map[string][]nayose.Evidence{}
	for _, c := range m.Candidates {
		all[c.CompanyID] = c.Evidence
	}
	return all
}

// TestProbabilitiesByHand recomputes what an answer says from what it shows, as nayose.Candidate promises, also where there
// are more candidates than are shown.
func TestProbabilitiesByHand(t *testing.T) {
	companies := slices.Clone(town)
	for i := range 2 * maxShown {
		companies = append(companies, nayose.Company{
			ID: fmt.Sprint("x", i), Name: "株式会社アシスト", Address: fmt.Sprintf("大阪府大阪市北区梅田%d-1", i), URL: "assist.co.jp",
		})
	}
	m := newTestMatcher(t, companies)
	rapid.Check(t, func(t *rapid.T) {
		mentions := keyed(rapid.SliceOfN(rapid.OneOf(colleagues(), mention()), 1, 4).Draw(t, "mentions")...)
		all, _, err := m.answers(mentions)
		if err != nil {
			t.Fatal(err)
		}
		for i := range mentions {
			checkProbabilities(t, m.Match(&mentions[i]))
			checkProbabilities(t, all[mentions[i].ID])
		}
	})
	got := m.Match(&nayose.Mention{CompanyName: "株式会社アシスト"})
	if n := len(got.Candidates) + int(got.OtherCandidates); len(got.Candidates) != maxShown || n < 2*maxShown+3 {
		t.Errorf("an answer shows %d of %d candidates", len(got.Candidates), n)
	}
}

// A failer is a test, or a property of one.
type failer interface {
	Fatalf(format string, args ...any)
}

func checkProbabilities(t failer, got nayose.Match) {
	sum := math.Exp2(got.NoneBits)
	for _, c := range got.Candidates {
		sum += math.Exp2(c.Weight())
	}
	if got.OtherCandidates > 0 {
		sum += math.Exp2(got.OtherBits)
	}
	for i, c := range got.Candidates {
		if want := math.Exp2(c.Weight()) / sum; !(math.Abs(c.Probability-want) <= 1e-9) {
			t.Fatalf("candidate %s has probability %v, by what is shown %v\n%s", c.CompanyID, c.Probability, want, explain(got))
		}
		if i > 0 && c.Weight() > got.Candidates[i-1].Weight() {
			t.Fatalf("candidate %s weighs more than the one before\n%s", c.CompanyID, explain(got))
		}
	}
	if n := float64(got.OtherCandidates); n > 0 {
		most := math.Log2(leastShown) + math.Log2(sum) // of one that is not shown although there is room
		if len(got.Candidates) == maxShown {
			most = got.Candidates[maxShown-1].Weight()
		}
		if got.OtherBits > most+math.Log2(n)+1e-9 {
			t.Fatalf("%v more candidates weigh %v bits, one of them more than %v\n%s", n, got.OtherBits, most, explain(got))
		}
	}
	if len(got.Candidates) > 0 && (got.CompanyID != got.Candidates[0].CompanyID || got.Probability != got.Candidates[0].Probability) {
		t.Fatalf("the answer %s at %v is not the first candidate\n%s", got.CompanyID, got.Probability, explain(got))
	}
}

// TestSummary counts by hand.
func TestSummary(t *testing.T) {
	m := newTestMatcher(t, town)
	mentions := keyed(
		nayose.Mention{CompanyName: "株式会社アシスト", Address: "大阪市北区梅田1-12-17", URL: "assist.co.jp"},
		nayose.Mention{CompanyName: "株式会社アシスト", Address: "大阪府堺市", URL: "assist.co.jp"},
		nayose.Mention{CompanyName: "㈱アシスト", Address: "東京都港区", URL: "assist.co.jp"},
		nayose.Mention{CompanyName: "株式会社ゾウガメ水産", Address: "東京都港区", Phone: "03-1234-5678"},
		nayose.Mention{CompanyName: "株式会社ゾウガメ水産", Phone: "03-1234-5678"},
		nayose.Mention{CompanyName: "株式会社ゾウガメ水産", Phone: "03-8765-4321"},
		nayose.Mention{CompanyName: "非公開", Address: "札幌市東区"},
	)
	_, got, err := m.answers(mentions)
	if err != nil {
		t.Fatal(err)
	}
	if got.Mentions != 7 || got.Groups != 2 || got.Grouped != 5 || got.Sighted != 6 {
		t.Errorf("%+v, want 7 mentions, 5 of them in 2 groups, all sighted but the one that names nobody", got)
	}
	mean := 0.0
	for pref, n := range map[string]float64{"大阪府": 2, "東京都": 2, "": 2} {
		mean += got.MissingBy[pref] * n / 6
	}
	if len(got.MissingBy) != 48 || math.Abs(got.Missing-mean) > 0.001 || math.Round(got.Missing*1000) != got.Missing*1000 {
		t.Errorf("the master lacks %v, want the mean %v of %v to three decimals", got.Missing, mean, got.MissingBy)
	}
	if got.MissingBy["福岡県"] != got.MissingBy["沖縄県"] {
		t.Errorf("the master lacks %v: prefectures where nothing was sighted differ", got.MissingBy)
	}
	if got.MissingBy["大阪府"] >= got.MissingBy[""] {
		t.Errorf("the master lacks %v, more where both mentions have a company than where none has", got.MissingBy)
	}
	_, none, err := m.answers(nil)
	if want := (nayose.Survey{Missing: m.model.None, MissingBy: none.MissingBy}); err != nil || !cmp.Equal(want, none) {
		t.Errorf("the survey of nothing: %+v, %v", none, err)
	}
	for pref, share := range none.MissingBy {
		if math.Abs(share-m.model.None) > 1e-9 {
			t.Errorf("the survey of nothing says that the master lacks %v of %q", share, pref)
		}
	}
}

// TestSurveyed writes down what a survey found and answers by it: the same answers, of the whole delivery and of each range of
// it, whatever groups the borders part.
func TestSurveyed(t *testing.T) {
	m := newTestMatcher(t, town)
	rapid.Check(t, func(t *rapid.T) {
		mentions := keyed(rapid.SliceOfN(rapid.OneOf(colleagues(), colleagues(), mention()), 0, 20).Draw(t, "mentions")...)
		d, err := m.Survey(context.Background(), seq(mentions))
		if err != nil {
			t.Fatal(err)
		}
		members, places, summary := slices.Collect(d.Members()), slices.Collect(d.Places()), written(d.Summary())
		from := rapid.IntRange(0, len(mentions)).Draw(t, "from")
		to := rapid.IntRange(from, len(mentions)).Draw(t, "to")
		part, err := m.Surveyed(summary, seq(members[from:to]), seq(places))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(matches(d, mentions)[from:to], matches(part, mentions[from:to])); diff != "" {
			t.Fatalf("mentions %d to %d (-surveyed with all +by what is written of the survey):\n%s", from, to, diff)
		}
		whole, err := m.Surveyed(summary, seq(members), seq(places))
		if err != nil {
			t.Fatal(err)
		}
		again := slices.Collect(whole.Places())
		if diff := cmp.Diff(places, again); diff != "" || !slices.Equal(members, slices.Collect(whole.Members())) || whole.missing != d.missing {
			t.Fatalf("what is read is written otherwise:\n%s", diff)
		}
	})
}

// written is a survey as its manifest has it.
func written(s nayose.Survey) (read nayose.Survey) {
	text, err := json.Marshal(s)
	if err != nil || json.Unmarshal(text, &read) != nil {
		panic(err)
	}
	return read
}

func matches(d *Delivery, mentions []nayose.Mention) []nayose.Match {
	all := []nayose.Match{}
	_, err := d.MatchAll(context.Background(), seq(mentions), func(a nayose.Match) error {
		all = append(all, a)
		return nil
	})
	if err != nil {
		panic(err)
	}
	return all
}

// TestSurveyedRefuses what no survey has left.
func TestSurveyedRefuses(t *testing.T) {
	m := newTestMatcher(t, town)
	mentions := keyed(
		nayose.Mention{CompanyName: "株式会社アシスト", Address: "大阪市北区梅田1-12-17", URL: "assist.co.jp"},
		nayose.Mention{CompanyName: "株式会社アシスト", Address: "大阪府堺市", URL: "assist.co.jp"},
	)
	d, err := m.Survey(t.Context(), seq(mentions))
	if err != nil {
		t.Fatal(err)
	}
	good, broken := d.Summary(), errors.New("broken")
	members, places := slices.Collect(d.Members()), slices.Collect(d.Places())
	for about, c := range map[string]struct {
		members iter.Seq2[nayose.GroupMember, error]
		places  iter.Seq2[nayose.GroupPlace, error]
		change  func(*nayose.Survey)
		want    error
	}{
		"a member of no group":     {members: seq([]nayose.GroupMember{{Group: 2}})},
		"a negative group":         {members: seq([]nayose.GroupMember{{Group: -1}})},
		"a place of no group":      {places: seq([]nayose.GroupPlace{{Group: 2}})},
		"a place of those alone":   {places: seq([]nayose.GroupPlace{{Group: 0}})},
		"places out of order":      {places: seq([]nayose.GroupPlace{{Group: 2}, {Group: 1}}), change: func(s *nayose.Survey) { s.Groups = 2 }},
		"no share of a prefecture": {change: func(s *nayose.Survey) { delete(s.MissingBy, "大阪府") }},
		"a certain share":          {change: func(s *nayose.Survey) { s.MissingBy[""] = 1 }},
		"members that break":       {members: func(yield func(nayose.GroupMember, error) bool) { yield(nayose.GroupMember{}, broken) }, want: broken},
		"places that break":        {places: func(yield func(nayose.GroupPlace, error) bool) { yield(nayose.GroupPlace{}, broken) }, want: broken},
	} {
		survey := written(good)
		if c.change != nil {
			c.change(&survey)
		}
		if c.members == nil {
			c.members = seq(members)
		}
		if c.places == nil {
			c.places = seq(places)
		}
		_, err := m.Surveyed(survey, c.members, c.places)
		var fault *nayose.Error
		if integrity := errors.As(err, &fault) && fault.Kind == nayose.Integrity; !integrity && (c.want == nil || !errors.Is(err, c.want)) {
			t.Errorf("%s: %v", about, err)
		}
	}
}

// numberedNames are n different mentions.
func numberedNames(n int) (mentions []nayose.Mention) {
	for i := range n {
		mentions = append(mentions, nayose.Mention{ID: nayose.NewID(fmt.Sprint(i)), CompanyName: "株式会社ゾウガメ水産"})
	}
	return mentions
}

func TestDrawn(t *testing.T) {
	draw := func(mentions []nayose.Mention, n int) (ids []nayose.ID) {
		for x, err := range drawn(numbered(seq(mentions)), n) {
			if err != nil || mentions[x.number].ID != x.ID {
				t.Fatalf("mention %d is drawn as %v, %v", x.number, x.ID, err)
			}
			ids = append(ids, x.ID)
		}
		return ids
	}
	for _, n := range []int{0, 1, 1000, maxSightings} {
		if got := len(draw(numberedNames(n), n)); got != n {
			t.Errorf("of %d mentions %d are drawn, want all", n, got)
		}
	}
	mentions := numberedNames(60_000)
	for _, n := range []int{maxSightings + 1, 30_000, 60_000} {
		first := draw(mentions[:n], n)
		if got := len(first); math.Abs(float64(got)-maxSightings) > 600 { // five times what chance makes of it
			t.Errorf("of %d mentions %d are drawn, want about %d", n, got, maxSightings)
		}
		if again := draw(mentions[:n], n); !slices.Equal(first, again) {
			t.Errorf("of %d mentions others are drawn the second time", n)
		}
		backwards := slices.Clone(mentions[:n])
		slices.Reverse(backwards)
		last := draw(backwards, n)
		slices.Reverse(last)
		if !slices.Equal(first, last) {
			t.Errorf("of %d mentions in reverse others are drawn", n)
		}
	}
}

// TestDrawnStops: an error is no mention that may be left out, and who has enough gets no more.
func TestDrawnStops(t *testing.T) {
	broken := errors.New("broken")
	source := func(yield func(nayose.Mention, error) bool) {
		yield(nayose.Mention{ID: nayose.ID{0: 0xff}}, broken)
	}
	met := error(nil)
	for _, err := range drawn(numbered(source), 100*maxSightings) {
		met = err
	}
	if !errors.Is(met, broken) {
		t.Errorf("a source that breaks: %v", met)
	}
	n := 0
	for _, err := range drawn(numbered(seq(numberedNames(100))), maxSightings+1) {
		if n++; err != nil || n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("drawn goes on for %d after three", n)
	}
}

// TestSurveyOfManyMentions sees a part of them.
func TestSurveyOfManyMentions(t *testing.T) {
	m := newTestMatcher(t, town)
	mentions := numberedNames(maxSightings + maxSightings/4)
	d, err := m.Survey(t.Context(), seq(mentions))
	if err != nil {
		t.Fatal(err)
	}
	got := d.Summary()
	if n := float64(got.Sighted); got.Mentions != int64(len(mentions)) || math.Abs(n-maxSightings) > 600 || got.Missing < 0.99 {
		t.Errorf("of %d unknown names the survey says %+v", len(mentions), got)
	}
}

// fieldsOf are a mention's texts.
func fieldsOf(x *nayose.Mention) []*string {
	return []*string{&x.CompanyName, &x.CompanyNameKana, &x.WorkplaceName, &x.Address, &x.Phone, &x.URL, &x.CorporateNumber}
}

const huge = 100_000 // letters of a hostile text

// What package reading gives at most: the ways to read a name, and the bytes of what it reads.
const (
	mostWordings = 24
	mostText     = 600
)

var hostileFields = []string{
	strings.Repeat("株式会社アシスト", huge/8), strings.Repeat("株式会社アシスト ", huge/9), strings.Repeat("ア", huge),
	strings.Repeat("\xff\xfe", huge/2), strings.Repeat("\x00\x07\x1b[31m", huge/6), strings.Repeat("★◎【】", huge/4), "", " \t\n",
	strings.Repeat("(", huge/10) + "株式会社アシスト" + strings.Repeat(")", huge/10), strings.Repeat("【", huge/10),
	strings.Repeat("１－", huge/2), strings.Repeat("〇", huge), "株式会社アシスト" + strings.Repeat("\u0301", huge), manyWords(),
}

// manyWords are words that differ.
func manyWords() string {
	var b strings.Builder
	for r := '一'; r < '一'+huge/10; r++ {
		fmt.Fprintf(&b, "%c丸 ", r)
	}
	return b.String()
}

// TestHostileDelivery has each hostile text in each field, beside honest ones, and in all of them, and a master with
// companies of such names: there is an answer to each, and it is no bigger than others.
func TestHostileDelivery(t *testing.T) {
	companies := slices.Clone(town)
	for i, s := range hostileFields {
		c := nayose.Company{ID: fmt.Sprint("h", i)}
		for _, column := range nayose.CompanyTexts[1:] {
			*column.Of(&c) = "丸" + s // no mention has the very name: all that is like it is looked for, too
		}
		companies = append(companies, c)
	}
	m := newTestMatcher(t, companies)
	honest := nayose.Mention{CompanyName: "株式会社アシスト", Address: "大阪市北区梅田1-12-17", Phone: "06-6341-1111"}
	digits := honest
	digits.Address = "東京都港区芝" + strings.Repeat("1", huge)
	digits.Phone, digits.URL, digits.CorporateNumber = digits.Address, digits.Address, digits.Address
	mentions := []nayose.Mention{honest, digits}
	for _, s := range hostileFields {
		var all nayose.Mention
		for i := range fieldsOf(&all) {
			x := honest
			*fieldsOf(&x)[i], *fieldsOf(&all)[i] = s, s
			mentions = append(mentions, x)
		}
		mentions = append(mentions, all)
	}
	mentions = keyed(mentions...)
	all, survey, err := m.answers(mentions)
	if err != nil || len(all) != len(mentions) || survey.Mentions != int64(len(mentions)) {
		t.Fatalf("%d answers about %d mentions: %v", len(all), len(mentions), err)
	}
	for i := range mentions {
		x := &mentions[i]
		got := all[x.ID]
		checkProbabilities(t, got)
		shown, others := len(got.Candidates), int(got.OtherCandidates)
		if shown > maxShown || shown+others > len(companies) || (shown == 0) != (got.Note != "") {
			t.Errorf("%.20q: %d candidates and %d others, note %q", *x, shown, others, got.Note)
		}
		for _, c := range got.Candidates {
			if n := len(c.Evidence); n == 0 || n > int(comparisons)+int(amounts) {
				t.Errorf("%.20q: a candidate has %d pieces of evidence", *x, n)
			}
		}
		q := &m.deskFor(x).query
		for _, n := range []int{len(q.names), len(q.workplace)} {
			if n > mostWordings {
				t.Errorf("%.20q is read in %d ways", *x, n)
			}
		}
		if p := &q.place; int(p.Count) > len(p.Numbers) || len(p.town) > mostText || len(p.whole) > mostText {
			t.Errorf("%.20q is read as a place of %d numbers, %d bytes and %d", *x, p.Count, len(p.town), len(p.whole))
		}
		for _, s := range []string{q.kana, q.phoneText, q.domain, q.number} {
			if len(s) > mostText {
				t.Errorf("%.20q: %d bytes are read from it", *x, len(s))
			}
		}
	}
}

// TestHostileNamesCostLittle asks that a name of thousands of letters costs what a long honest one does: allocations are the
// same on every machine.
func TestHostileNamesCostLittle(t *testing.T) {
	m := newTestMatcher(t, town)
	cost := func(name string) float64 {
		return testing.AllocsPerRun(1, func() { m.Match(&nayose.Mention{CompanyName: name}) })
	}
	honest := cost("医療法人社団アカネ会 アカネ在宅介護支援センター札幌東営業所 訪問看護ステーション")
	for _, s := range []string{strings.Repeat("ab", huge), strings.Repeat("1", huge), strings.Repeat("ア", huge)} {
		if got := cost(s); got > 30*honest {
			t.Errorf("a name of %d letters %.5q… costs %v allocations, an honest one %v", len(s), s, got, honest)
		}
	}
}

// TestSharedIdentifiersAreBounded asks that a phone or domain of very many companies, which says nothing, leads to no more of
// them than an address does.
func TestSharedIdentifiersAreBounded(t *testing.T) {
	var companies []nayose.Company
	for i := range 4 * maxSharing {
		companies = append(companies, nayose.Company{ID: fmt.Sprint(i), Name: "株式会社アオバ", URL: "portal.jp", Phone: "0120-123-456"})
	}
	m := newTestMatcher(t, companies)
	const name = "株式会社ゾウガメ"
	for _, x := range []nayose.Mention{{CompanyName: name, URL: "portal.jp"}, {CompanyName: name, Phone: "0120-123-456"}} {
		if got := len(m.deskFor(&x).candidates()); got > maxSharing {
			t.Errorf("%+v leads to %d candidates, want at most %d", x, got, maxSharing)
		}
	}
}

// TestMentionsThatNameNobody says nothing of the master: they must not make it look empty.
func TestMentionsThatNameNobody(t *testing.T) {
	m := newTestMatcher(t, town)
	missing := func(mentions []nayose.Mention) float64 {
		_, survey, err := m.answers(mentions)
		if err != nil {
			t.Fatal(err)
		}
		return survey.Missing
	}
	var named, both []nayose.Mention
	for i := range 50 {
		named = append(named, nayose.Mention{CompanyName: "株式会社アシスト", Address: "大阪市北区梅田1-12-17", WorkplaceName: fmt.Sprint("ア", i)})
		both = append(both, named[i], nayose.Mention{CompanyName: "非公開", WorkplaceName: fmt.Sprint("イ", i)}, nayose.Mention{WorkplaceName: fmt.Sprint("ウ", i)})
	}
	if alone, among := missing(keyed(named...)), missing(keyed(both...)); alone != among {
		t.Errorf("the master lacks %v by mentions of a company, %v with others that name nobody among them", alone, among)
	}
}

// TestPortalTiesNobody has a portal's domain and phone on every mention: two employers of one name stay two.
func TestPortalTiesNobody(t *testing.T) {
	m := newTestMatcher(t, town)
	mentions := []nayose.Mention{
		{CompanyName: "株式会社アシスト", Address: "大阪市北区梅田1-12-17"},
		{CompanyName: "株式会社アシスト", Address: "福島県郡山市朝日1-23-7"}, // the master lacks it
	}
	for i := range maxOwners {
		mentions = append(mentions, nayose.Mention{CompanyName: fmt.Sprint("株式会社ミドリ", i)})
	}
	for i := range mentions {
		mentions[i].URL, mentions[i].Phone = "https://portal.jp/", "03-1234-5678"
	}
	mentions = keyed(mentions...)
	answers, survey, err := m.answers(mentions)
	if err != nil {
		t.Fatal(err)
	}
	if survey.Groups != 0 {
		t.Errorf("%d groups by what all mentions carry", survey.Groups)
	}
	if got := answers[mentions[1].ID]; got.Outcome == nayose.Matched {
		t.Errorf("a namesake far away is matched by its neighbour's address\n%s", explain(got))
	}
}

// TestNearerMention: where another mention of the employer is nearer to the company, one that is far from it does not speak
// against it.
func TestNearerMention(t *testing.T) {
	m := newTestMatcher(t, town)
	mentions := keyed(
		nayose.Mention{CompanyName: "株式会社アシスト", Address: "大阪市北区梅田1-12-17", URL: "assist.jp"},
		nayose.Mention{CompanyName: "株式会社アシスト", Address: "福島県郡山市朝日1-23-7", URL: "assist.jp"},
	)
	answers, _, err := m.answers(mentions)
	if err != nil {
		t.Fatal(err)
	}
	levels := map[string]map[string]string{} // by company and comparison
	for _, c := range answers[mentions[1].ID].Candidates {
		levels[c.CompanyID] = map[string]string{}
		for _, e := range c.Evidence {
			levels[c.CompanyID][e.Comparison] = e.Level
		}
	}
	if got := levels["3"]; got["address"] != "elsewhere, another nearer" || got["group"] != "another at its office" {
		t.Errorf("the company at the other mention's address: %v", got)
	}
	if got := levels["2"]; got["address"] != "other prefecture" || got["group"] != "others elsewhere" {
		t.Errorf("its namesake far from both: %v", got)
	}
}
