package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/feed"
	"nayose/loader"
	"nayose/matcher"
)

// unmatchedFlags are those of status --unmatched.
func unmatchedFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "unmatched", Usage: "list the employers that active postings name and the master lacks, as a CSV to fill in and import"},
		&cli.Int64Flag{Name: "min", Usage: "with --unmatched: leave out employers of fewer than `N` postings"},
	}
}

// missing is an employer that active postings name and the master lacks.
type missing struct {
	CompanyID  string `json:"company_id"` // the corporate number that postings give, where its check digit is right
	Name       string `json:"name"`       // of all that follow, the one of the most postings
	Prefecture string `json:"prefecture"`
	Address    string `json:"address"`
	Phone      string `json:"phone"`
	URL        string `json:"url"`

	Postings       int64    `json:"postings"`
	Mentions       int      `json:"mentions"`
	SameName       int      `json:"same_name"` // how many other employers of the list have this name
	Partners       []string `json:"partners"`
	FirstSeen      string   `json:"first_seen"` // the Monday of the week
	OtherNames     []string `json:"other_names"`
	Workplaces     []string `json:"workplaces"`
	Prefectures    []string `json:"prefectures"`
	OtherAddresses []string `json:"other_addresses"`
	Nearest        *nearest `json:"nearest"`
}

// nearest is the company of the master that comes closest to a missing employer.
type nearest struct {
	CompanyID   string            `json:"company_id"`
	Name        string            `json:"name"`
	Probability float64           `json:"probability"`
	Evidence    []nayose.Evidence `json:"evidence"`
}

const (
	maxExamples = 5    // of what else an employer's postings say
	leastNear   = 0.01 // the probability from which a company of the master comes near: below, it says nothing
)

// unmatched lists the employers that the master lacks, those of the most postings first.
//
// It holds the texts of every unmatched mention of an active posting, and some 200 bytes beside: 10 MB for 20,000.
func (j *job) unmatched(ctx context.Context, c *cli.Command) error {
	if c.String("week") != "" {
		return usage(errors.New("status --unmatched is about all active postings, not about a week"), "leave --week out")
	}
	if _, err := j.cfg.chosen(c.String("partner")); err != nil {
		return err
	}
	db, err := j.database(ctx)
	if err != nil {
		return err
	}
	if err := db.CheckSchema(ctx); err != nil {
		return err
	}
	mentions, err := gather(db.UnmatchedMentions(ctx, c.String("partner")))
	if err != nil {
		return err
	}
	list, unnamed := employersOf(mentions)
	few := slices.IndexFunc(list, func(m missing) bool { return m.Postings < c.Int64("min") })
	if few < 0 {
		few = len(list)
	}
	if err := j.nameNearest(ctx, db, list[:few]); err != nil {
		j.log.Warn("the nearest companies stand without their names", "error", oneLine(err.Error()))
	}
	j.log.Info("employers that the master lacks", "listed", few, "below_min", len(list)-few, "postings_that_name_nobody", unnamed)
	if c.Bool("json") {
		return writeJSON(j.out, list[:few])
	}
	return writeMissing(j.out, list[:few])
}

// mention is an unmatched mention, and what it tells of its employer.
type mention struct {
	loader.UnmatchedMention
	employer matcher.Employer
}

func gather(stream func(func(loader.UnmatchedMention, error) bool)) (all []mention, err error) {
	for m, err := range stream {
		if err != nil {
			return nil, err
		}
		if m.Nearest != nil && m.Nearest.Probability < leastNear {
			m.Nearest = nil
		}
		all = append(all, mention{m, matcher.ReadEmployer(&m.Mention, m.Prefecture)})
	}
	return all, nil
}

// employersOf are the employers of the mentions, and the number of postings that name none.
func employersOf(all []mention) (list []missing, unnamed int64) {
	list = []missing{} // in JSON, no employers are [], not null
	employers := make([]matcher.Employer, len(all))
	for i := range all {
		employers[i] = all[i].employer
	}
	of, n := matcher.GroupEmployers(employers)
	by := make([][]*mention, n)
	for i := range all {
		all[i].employer.Prefecture = employers[i].Prefecture
		if all[i].employer.Name == "" {
			unnamed += all[i].Postings
		} else {
			by[of[i]] = append(by[of[i]], &all[i])
		}
	}
	bearers := map[string]int{}
	for _, of := range by {
		if len(of) > 0 {
			list = append(list, employerOf(of))
			bearers[matcher.MentionedKey(list[len(list)-1].Name)]++
		}
	}
	for i := range list {
		list[i].SameName = bearers[matcher.MentionedKey(list[i].Name)] - 1
	}
	slices.SortFunc(list, func(a, b missing) int {
		return cmp.Or(-cmp.Compare(a.Postings, b.Postings), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Prefecture, b.Prefecture),
			cmp.Compare(a.Address, b.Address))
	})
	return list, unnamed
}

// employerOf puts together what the mentions of one employer say.
func employerOf(mentions []*mention) missing {
	var numbers, names, formed, places, whole, phones, urls, partners, workplaces, prefectures tally
	e := missing{Mentions: len(mentions)}
	first := mentions[0].FirstSeen
	for _, m := range mentions {
		n := m.Postings
		e.Postings += n
		first = min(first, m.FirstSeen)
		numbers.add(m.employer.Number, n)
		if names.add(m.employer.Name, n); m.employer.Formed {
			formed.add(m.employer.Name, n)
		}
		if places.add(m.Address, n); m.employer.Prefecture != "" && strings.Contains(m.Address, m.employer.Prefecture) {
			whole.add(m.Address, n)
		}
		phones.add(m.Phone, n)
		urls.add(m.URL, n)
		partners.add(m.Partner, n)
		workplaces.add(cmp.Or(m.WorkplaceName, strings.Replace(m.CompanyName, m.employer.Name, "", 1)), n)
		prefectures.add(m.employer.Prefecture, n)
		if near := m.Nearest; near != nil && nearer(near, e.Nearest) {
			e.Nearest = &nearest{CompanyID: near.CompanyID, Probability: near.Probability, Evidence: near.Evidence}
		}
	}
	e.CompanyID, _ = best(1, numbers)
	e.Name, e.OtherNames = best(1+maxExamples, formed, names)
	e.Address, e.OtherAddresses = best(1+maxExamples, whole, places)
	e.Phone, _ = best(1, phones)
	e.URL, _ = best(1, urls)
	e.Partners = slices.Sorted(maps.Keys(partners))
	e.FirstSeen = first.String()
	e.Workplaces = list(maxExamples, workplaces)
	e.Prefectures = list(len(prefectures), prefectures)
	for _, m := range mentions {
		if oneLine(strings.TrimSpace(m.Address)) == e.Address {
			e.Prefecture = m.employer.Prefecture // that of this address, and not the most frequent one
		}
	}
	return e
}

func nearer(c *nayose.Candidate, than *nearest) bool {
	return than == nil || c.Probability > than.Probability || c.Probability == than.Probability && c.CompanyID < than.CompanyID
}

// A tally counts the postings of each of several texts.
type tally map[string]int64

func (t *tally) add(text string, n int64) {
	if text = oneLine(strings.TrimSpace(text)); text == "" {
		return
	}
	if *t == nil {
		*t = tally{}
	}
	(*t)[text] += n
}

// list is n texts: of each tally in turn those of the most postings, of equal ones the shortest first. A text that differs from one
// before it in blanks and width only is left out.
func list(n int, tallies ...tally) []string {
	texts, seen := []string{}, map[string]bool{}
	for _, t := range tallies {
		for _, text := range slices.SortedFunc(maps.Keys(t), func(a, b string) int {
			return cmp.Or(-cmp.Compare(t[a], t[b]), cmp.Compare(utf8.RuneCountInString(a), utf8.RuneCountInString(b)), cmp.Compare(a, b))
		}) {
			if key := folded(text); len(texts) < n && !seen[key] {
				texts, seen[key] = append(texts, text), true
			}
		}
	}
	return texts
}

// folded is a text without blanks, its letters and digits in half width.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return -1
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		}
		return r
	}, text)
}

// best is the first of a list of n, and the others.
func best(n int, tallies ...tally) (first string, others []string) {
	all := list(n, tallies...)
	if len(all) == 0 {
		return "", all
	}
	return all[0], all[1:]
}

// nameNearest looks the nearest companies up in the newest master that postings were matched with.
func (j *job) nameNearest(ctx context.Context, db *loader.DB, list []missing) error {
	rows, err := db.Deliveries(ctx, nil)
	if err != nil || len(rows) == 0 {
		return err
	}
	newest := slices.MaxFunc(rows, func(a, b loader.DeliveryRow) int { return a.Finished.Compare(b.Finished) })
	wanted := map[string][]*nearest{}
	for i := range list {
		if n := list[i].Nearest; n != nil {
			wanted[n.CompanyID] = append(wanted[n.CompanyID], n)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	snapshot, err := artifact.Committed(ctx, j.store, artifact.MasterPlace(newest.Master))
	if err != nil {
		return err
	}
	type company struct {
		ID   string `parquet:"company_id"`
		Name string `parquet:"name"`
	}
	for c, err := range artifact.RowsOf[company](ctx, j.store, &snapshot, companiesFile) {
		if err != nil {
			return err
		}
		for _, n := range wanted[c.ID] {
			n.Name = c.Name
		}
	}
	return nil
}

// The columns of the list: first those by which nayose master import knows a company, then what helps to find out who it is.
var missingColumns = []string{
	"company_id", "name", "prefecture", "address", "phone", "url",
	"postings", "mentions", "same_name", "partners", "first_seen", "other_names", "workplaces", "prefectures", "other_addresses",
	"nearest_id", "nearest_name", "nearest_probability", "nearest_why",
}

func (m *missing) row() []string {
	row := []string{
		m.CompanyID, m.Name, m.Prefecture, m.Address, m.Phone, m.URL,
		strconv.FormatInt(m.Postings, 10), strconv.Itoa(m.Mentions), strconv.Itoa(m.SameName), joined(m.Partners), m.FirstSeen,
		joined(m.OtherNames), joined(m.Workplaces), joined(m.Prefectures), joined(m.OtherAddresses), "", "", "", "",
	}
	if n := m.Nearest; n != nil {
		var why []string
		for _, e := range n.Evidence {
			why = append(why, fmt.Sprintf("%s: %s %+.1f", e.Comparison, e.Level, e.Bits))
		}
		copy(row[len(row)-4:], []string{n.CompanyID, n.Name, strconv.FormatFloat(n.Probability, 'f', 2, 64), strings.Join(why, ", ")})
	}
	return row
}

func joined(values []string) string { return strings.Join(values, "|") }

// writeMissing writes the list as a CSV that Excel opens by a double click and leaves as it is: UTF-8 with a BOM, CRLF, an
// apostrophe before what would be taken for a formula, or for a number where it is none.
func writeMissing(w io.Writer, list []missing) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	err := out.Write(missingColumns)
	for i := range list {
		row := list[i].row()
		for c := range row {
			if row[c] = feed.Harmless(row[c]); isCode(row[c]) {
				row[c] = "'" + row[c]
			}
		}
		err = errors.Join(err, out.Write(row))
	}
	out.Flush()
	return errors.Join(err, out.Error())
}

// isCode reports digits that are no number: a spreadsheet would drop their leading zero, or round them to 1.23E+12.
func isCode(cell string) bool {
	return len(cell) > 1 && strings.Trim(cell, "0123456789") == "" && (cell[0] == '0' || len(cell) > 11)
}
