package loader_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nayose"
	"nayose/loader"
)

// Whatever files of the registry come in whatever order, some of them twice, the master is what a simple model makes of them in
// the order of their days.
func TestImportRegistryInAnyOrder(t *testing.T) {
	t.Parallel()
	db, _, conn := fresh(t)
	round := 0
	rapid.Check(t, func(r *rapid.T) {
		round++
		prefix := fmt.Sprint(round, "-")
		files := drawRegistry(r, prefix)
		m := registryModel{}
		for _, f := range files {
			m.apply(f)
		}
		// A file that comes twice has other bytes the second time: the same ones would not be looked at.
		order := rapid.Permutation(append(slices.Clone(files), files[:len(files)/3]...)).Draw(r, "order")
		for i, f := range order {
			file := loader.RegistryFile{ImportFile: loader.ImportFile{SHA256: fmt.Sprint(prefix, i)}, Day: f.day, Whole: f.whole}
			got, err := db.ImportRegistry(t.Context(), file, all(f.rows))
			if err != nil {
				r.Fatal(err)
			}
			if n := got.ImportCounts; n.Read != n.Inserted+n.Updated+n.Unchanged+n.Late || n.Unchanged < 0 {
				r.Fatalf("the books do not balance: %+v", n)
			}
		}
		got := query(t, conn, `
			select company_id, 'now', changed_on, process, name, name_kana, former_names from nayose.company where company_id like $1
			union all
			select company_id, updated_on::text, changed_on, process, name, name_kana, seq::text from nayose.company_history
			where company_id like $1`, prefix+"%")
		if diff := gocmp.Diff(m.String(), sortedLines(got)); diff != "" {
			r.Fatalf("files in the order of their days (-model +master):\n%s\nfiles: %v", diff, order)
		}
	})
}

// A registryFile is what is published at once; the rows of a company stand together.
type registryFile struct {
	day   nayose.Date
	whole bool
	rows  []nayose.Registration
}

func (f registryFile) String() string {
	var b strings.Builder
	fmt.Fprint(&b, f.day, " ", f.whole, ":")
	for _, r := range f.rows {
		fmt.Fprintf(&b, "\n\t%s %s %s %s %s%s %v", r.CompanyID, r.UpdatedOn, r.Process, r.ChangedOn, r.Name, r.NameKana, r.Latest)
	}
	return b.String() + "\n"
}

// drawRegistry is what is published of a few companies on a few days: changes, and full files now and then. Some of it is missing.
func drawRegistry(r *rapid.T, prefix string) (files []registryFile) {
	start := nayose.NewDate(2026, 8, 3)
	now := make(map[string]nayose.Registration)
	for d := range nayose.Date(rapid.IntRange(2, 4).Draw(r, "days")) {
		changes, full := registryFile{day: start + d}, registryFile{day: start + d, whole: true}
		for _, company := range []string{"a", "b", "c", "gaps"} {
			if rapid.Bool().Draw(r, "changes") {
				rows := drawGroup(r, prefix+company, start+d)
				changes.rows = append(changes.rows, rows...)
				now[company] = rows[len(rows)-1]
			}
			if row, known := now[company]; known {
				row.Name = drawGaps(r, row.Name)
				full.rows = append(full.rows, row)
			}
		}
		files = append(files, changes)
		if rapid.Bool().Draw(r, "full") {
			files = append(files, full)
		}
	}
	return slices.DeleteFunc(files, func(registryFile) bool { return rapid.IntRange(0, 3).Draw(r, "missing") == 0 })
}

// drawGroup is what is published of a company on a day.
func drawGroup(r *rapid.T, company string, on nayose.Date) (rows []nayose.Registration) {
	whole := rapid.Bool().Draw(r, "whole")
	n := rapid.IntRange(1, 3).Draw(r, "rows")
	gaps := drawGaps(r, "髙﨑") // a file has gaps or has none
	for i := range n {
		row := nayose.Registration{
			CompanyID: company, UpdatedOn: on, Latest: i == n-1,
			ChangedOn: nayose.NewDate(2026, 7, rapid.IntRange(1, 3).Draw(r, "changed")),
			Process:   rapid.SampledFrom([]string{"11", "12"}).Draw(r, "process"),
			Name:      rapid.SampledFrom([]string{"戸田", "阿部"}).Draw(r, "name"),
			NameKana:  rapid.SampledFrom([]string{"", "トダ"}).Draw(r, "kana"),
		}
		if whole && i == 0 {
			row.Process = "01"
		}
		if strings.HasSuffix(company, "gaps") {
			row.Name = gaps
		}
		rows = append(rows, row)
	}
	return rows
}

// drawGaps is the name, or its first character is missing.
func drawGaps(r *rapid.T, name string) string {
	if name == "髙﨑" && rapid.Bool().Draw(r, "gap") {
		return "＿﨑"
	}
	return name
}

// A registryModel is what the registry says of companies.
type registryModel map[string]*modelCompany

type modelCompany struct {
	now     *nayose.Registration
	history []modelPast
	filled  bool // its name is known without gaps
}

type modelPast struct {
	nayose.Registration
	seq int
}

// apply takes a file that is newer than those before, or of the same day.
func (m registryModel) apply(f registryFile) {
	for len(f.rows) > 0 {
		company := f.rows[0].CompanyID
		n := slices.IndexFunc(f.rows, func(r nayose.Registration) bool { return r.CompanyID != company })
		if n < 0 {
			n = len(f.rows)
		}
		if m[company] == nil {
			m[company] = new(modelCompany)
		}
		m[company].publish(f.rows[:n])
		f.rows = f.rows[n:]
	}
}

func (c *modelCompany) publish(group []nayose.Registration) {
	last := group[len(group)-1]
	for _, row := range group {
		c.filled = c.filled || row.Name == "髙﨑"
	}
	if c.now != nil && c.now.UpdatedOn == last.UpdatedOn {
		return // a full file repeats it
	}
	named := func(p modelPast) bool {
		return slices.ContainsFunc(group, func(r nayose.Registration) bool {
			return r.ChangedOn == p.ChangedOn && r.Process == p.Process && c.name(r) == c.name(p.Registration)
		})
	}
	if c.now != nil {
		c.history = append(c.history, modelPast{*c.now, 0})
	}
	c.history = slices.DeleteFunc(c.history, func(p modelPast) bool { return group[0].Process == "01" || named(p) })
	for i, row := range group[:len(group)-1] {
		c.history = append(c.history, modelPast{row, len(group) - 1 - i})
	}
	c.now = &last
}

// name is a row's, without the gaps that can be filled.
func (c *modelCompany) name(r nayose.Registration) string {
	if c.filled {
		return strings.Replace(r.Name, "＿﨑", "髙﨑", 1)
	}
	return r.Name
}

func (m registryModel) String() string {
	var b strings.Builder
	for id, c := range m {
		former := make(map[string]bool)
		for _, p := range c.history {
			former[c.name(p.Registration)] = true
			fmt.Fprintf(&b, "%s|%s|%s|%s|%s|%s|%d\n", id, p.UpdatedOn, p.ChangedOn, p.Process, c.name(p.Registration), p.NameKana, p.seq)
		}
		delete(former, c.name(*c.now))
		names := make([]string, 0, len(former))
		for name := range former {
			names = append(names, name)
		}
		fmt.Fprintf(&b, "%s|now|%s|%s|%s|%s|%s\n", id, c.now.ChangedOn, c.now.Process, c.name(*c.now), c.now.NameKana,
			strings.Join(slices.SortedFunc(slices.Values(names), cmp.Compare[string]), "|"))
	}
	return sortedLines(b.String())
}

func sortedLines(s string) string {
	lines := strings.SplitAfter(s, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "")
}
