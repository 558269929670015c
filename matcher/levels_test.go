package matcher

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nayose"
)

// A documented is a level in a row of a table in docs/matching.md: what a level weighs, when it is seen, and an example of it.
type documented struct {
	comparison, level, bits, mention, company string
}

// documentedLevels are the rows of the tables whose first column is headed by the name of a comparison.
func documentedLevels(t *testing.T) (rows []documented) {
	t.Helper()
	page, err := os.ReadFile("../docs/matching.md")
	if err != nil {
		t.Fatal(err)
	}
	comparison := ""
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case len(cells) != 7 || strings.HasPrefix(cells[1], "--"):
			if len(cells) == 1 {
				comparison = ""
			}
		case cells[2] == "bits":
			comparison = cells[1]
		case comparison != "":
			rows = append(rows, documented{comparison, cells[1], cells[2], cells[4], cells[5]})
		}
	}
	return rows
}

// TestDocumentedLevels holds docs/matching.md to the model and the code: each level stands there once, with the weight that the shipped
// model gives it, and its example compares to it.
func TestDocumentedLevels(t *testing.T) {
	weights := DefaultModel().Weights
	seen := map[string]bool{}
	for _, row := range documentedLevels(t) {
		name := row.comparison + " " + row.level
		if seen[name] {
			t.Errorf("%s stands twice", name)
		}
		seen[name] = true
		want, ok := weights[row.comparison][row.level]
		if bits, err := strconv.ParseFloat(row.bits, 64); !ok || err != nil || bits != want {
			t.Errorf("%s weighs %s bits in docs/matching.md, %v in model.json", name, row.bits, want)
		}
		if levels := row.compared(t); !slices.Contains(levels, row.level) {
			t.Errorf("%s: %s beside %s is %q", name, row.mention, row.company, levels)
		}
	}
	for by, list := range levelNames {
		for _, level := range list {
			if name := comparisonNames[by] + " " + level; level != "" && !seen[name] {
				t.Errorf("docs/matching.md says nothing of the level %s", name)
			}
		}
	}
}

// TestDocumentedSlopes is the same for the amounts.
func TestDocumentedSlopes(t *testing.T) {
	page, err := os.ReadFile("../docs/matching.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, slope := range DefaultModel().Slopes {
		m := regexp.MustCompile(`(?m)^\| ` + name + ` \| (\S+) `).FindSubmatch(page)
		if m == nil || string(m[1]) != fmt.Sprintf("%+g", slope) {
			t.Errorf("%s weighs %q in docs/matching.md, %+g in model.json", name, m, slope)
		}
	}
}

// compared is the levels that the example's mention has, of the row's comparison, beside the companies of the example.
func (row *documented) compared(t *testing.T) (levels []string) {
	t.Helper()
	companies, shops, decisions := row.companies(t)
	m := newTestMatcher(t, slices.Concat(companies, town), shops...).WithDecisions(decisions)
	mentions := row.mentions(t)
	members := make([]member, len(mentions))
	for i := range mentions {
		m.member(&mentions[i], &members[i])
	}
	delivery, desk := &Delivery{Matcher: m, groups: newGroups(members)}, newDesk(m)
	delivery.read(desk, &numberedMention{mentions[0], 0})
	by := slices.Index(comparisonNames[:], row.comparison)
	for _, c := range desk.candidates() {
		if id := m.master.ID(c.company); strings.HasPrefix(id, "example") || id == companies[0].ID {
			levels = append(levels, levelNames[by][c.levels[by]])
		}
	}
	return levels
}

// exampleName is what mention and company of an example are called that is about something else.
const exampleName = "株式会社コマドリ介護"

// fields are the parts of a cell, "phone: 03-1234-5678 · also: 大阪府"; one without a name is what the comparison is about.
func (row *documented) fields(cell string) (fields [][2]string) {
	own := map[string]string{"form": "name", "status": "name", "group": "address", "domain": "url", "decision": "name"}[row.comparison]
	if own == "" {
		own = row.comparison
	}
	for part := range strings.SplitSeq(cell, " · ") {
		name, value, ok := strings.Cut(part, ": ")
		if !ok {
			name, value = own, part
		}
		if value != "" {
			fields = append(fields, [2]string{name, value})
		}
	}
	return fields
}

// mentions are the example's, and others of its employer.
func (row *documented) mentions(t *testing.T) []nayose.Mention {
	t.Helper()
	list := []nayose.Mention{{CompanyName: exampleName}}
	x := &list[0]
	texts := map[string]*string{
		"name": &x.CompanyName, "kana": &x.CompanyNameKana, "workplace": &x.WorkplaceName,
		"address": &x.Address, "phone": &x.Phone, "url": &x.URL, "number": &x.CorporateNumber,
	}
	for _, f := range row.fields(row.mention) {
		switch text := texts[f[0]]; {
		case text != nil:
			*text = strings.TrimPrefix(f[1], "–")
		case f[0] == "also":
			x.URL = "komadori.example.jp"
			for place := range strings.SplitSeq(f[1], "、") {
				list = append(list, nayose.Mention{CompanyName: exampleName, Address: place, URL: "komadori.example.jp"})
			}
		default:
			t.Fatalf("%s %s: a mention has no field %q", row.comparison, row.level, f[0])
		}
	}
	for i := range list {
		list[i].ID = list[i].Key()
	}
	return list
}

// companies are the example's, its workplaces, and what was decided about it.
func (row *documented) companies(t *testing.T) (list []nayose.Company, shops []nayose.Workplace, decisions []nayose.Decision) {
	t.Helper()
	cell, times, several := strings.Cut(row.company, " ×")
	c, shop := nayose.Company{ID: "example", Name: exampleName}, nayose.Workplace{CompanyID: "example"}
	texts := map[string]*string{
		"name": &c.Name, "kana": &c.NameKana, "English": &c.NameEnglish, "alias": &c.Aliases, "former": &c.FormerNames, "number": &c.ID,
		"address": &c.Address, "phone": &c.Phone, "url": &c.URL, "shop": &shop.Name, "shop phone": &shop.Phone,
	}
	for _, f := range row.fields(cell) {
		switch text := texts[f[0]]; {
		case text != nil:
			*text = f[1]
		case f[0] == "closed" && f[1] == "yes":
			c.ClosedOn = nayose.NewDate(2025, 4, 1)
		case f[0] == "closed":
			list = append(list, nayose.Company{ID: "closed", Name: f[1], ClosedOn: nayose.NewDate(2025, 4, 1), SuccessorID: c.ID})
		case f[0] == "chosen":
			decisions = append(decisions, decidedFor(f[1], nayose.ChoseCompany))
		case f[0] == "refused":
			decisions = append(decisions, decidedFor(f[1], nayose.ChoseNone))
		case f[0] == "then":
			decisions[0].Shown[0].Name = f[1]
		default:
			t.Fatalf("%s %s: a company has no field %q", row.comparison, row.level, f[0])
		}
	}
	if several {
		n, _ := strconv.Atoi(times)
		for i := range n - 1 {
			other := c
			other.ID = fmt.Sprint("example ", i+2)
			list = append(list, other)
		}
	}
	return append([]nayose.Company{c}, list...), append(shops, shop), decisions
}

// decidedFor is a decision about the example's company, which was shown for a mention, "name, address".
func decidedFor(mention string, choice nayose.Choice) nayose.Decision {
	name, address, _ := strings.Cut(mention, ", ")
	d := decided(nayose.Mention{CompanyName: name, Address: address}, choice, "example")
	d.Shown = []nayose.Shown{{CompanyID: "example", Name: exampleName}}
	return d
}
