package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/review"
)

// mostShown is how many candidates a workbook shows beside a mention.
const mostShown = 5

// A book is a round while it is made: the document that is kept, and the rows that people see.
type book struct {
	round artifact.Round
	rows  []review.Question
}

// makeBook looks up what is to be shown of the mentions that are asked about, in their order.
func (j *job) makeBook(ctx context.Context, ds []*delivery, r artifact.Round, asked []answered) (*book, error) {
	b := &book{round: r, rows: make([]review.Question, len(asked))}
	b.round.Plans, b.round.Questions = map[string]int{}, make([]artifact.Question, len(asked))
	at := map[nayose.ID]int{}
	for i, a := range asked {
		at[a.id] = i
		b.rows[i] = review.Question{Postings: a.postings, Outcome: a.outcome}
	}
	for _, d := range ds {
		b.round.Partners = append(b.round.Partners, d.partner)
		b.round.Plans[d.partner] = d.plan.Number
		if err := j.lookUp(ctx, d, at, b.rows); err != nil {
			return nil, fmt.Errorf("%s %s: %w", d.partner, d.plan.Week, err)
		}
	}
	masters := map[string]string{} // of each partner
	for _, d := range ds {
		masters[d.partner] = d.plan.Master
	}
	if err := j.nameOptions(ctx, masters, b.rows); err != nil {
		return nil, err
	}
	for i, a := range asked {
		q := &b.rows[i]
		if r.Audit {
			slices.SortFunc(q.Options, func(a, b review.Option) int { return cmp.Compare(a.Company.ID, b.Company.ID) })
		}
		b.round.Questions[i] = artifact.Question{
			Mention: q.Mention, Postings: q.Postings, Shown: shownOf(q.Options), Outcome: a.outcome, Probability: a.best,
		}
	}
	return b, nil
}

// lookUp fills in the mentions of a delivery that are asked about, and their candidates without names.
func (j *job) lookUp(ctx context.Context, d *delivery, at map[nayose.ID]int, rows []review.Question) error {
	return j.eachMatch(ctx, d, func(mention nayose.Mention, match nayose.Match) {
		i, ok := at[mention.ID]
		if !ok {
			return
		}
		rows[i].Mention = mention
		for _, c := range match.Candidates[:min(len(match.Candidates), mostShown)] {
			rows[i].Options = append(rows[i].Options,
				review.Option{Company: nayose.Company{ID: c.CompanyID}, Probability: c.Probability, Evidence: c.Evidence})
		}
	})
}

// nameOptions fills in the companies that are shown, from the master of each partner's. Each master is read once; a company that it lacks is
// left as it is.
func (j *job) nameOptions(ctx context.Context, masters map[string]string, rows []review.Question) error {
	wanted := map[string]map[string][]*nayose.Company{} // by master and id
	for i := range rows {
		master := masters[rows[i].Mention.Partner]
		if wanted[master] == nil {
			wanted[master] = map[string][]*nayose.Company{}
		}
		for o := range rows[i].Options {
			c := &rows[i].Options[o].Company
			wanted[master][c.ID] = append(wanted[master][c.ID], c)
		}
	}
	for master, places := range wanted {
		snapshot, err := artifact.Committed(ctx, j.store, artifact.MasterPlace(master))
		if err != nil {
			return fmt.Errorf("master snapshot: %w", err)
		}
		for c, err := range artifact.RowsOf[nayose.Company](ctx, j.store, &snapshot, companiesFile) {
			if err != nil {
				return err
			}
			for _, place := range places[c.ID] {
				*place = c
			}
		}
	}
	return nil
}

// shownOf are the companies of a row as the log will tell them.
func shownOf(options []review.Option) []nayose.Shown {
	list := []nayose.Shown{}
	for i := range options {
		list = append(list, options[i].Company.Shown(options[i].Probability))
	}
	return list
}

// keep writes the round, then its workbook, to the store, and the workbook to a file where one is named. A crash in between leaves
// a round that nobody was asked; the next export of the same adds the workbook.
func (j *job) keep(ctx context.Context, b *book, file string) (err error) {
	b.round.Made = time.Now().UTC().Truncate(time.Second)
	if b.round, err = artifact.CreateRound(ctx, j.store, b.round); err != nil {
		return err
	}
	r := b.round
	var content bytes.Buffer
	err = review.Write(&content, review.Round{
		ID: r.ID, Week: r.Week, Made: r.Made, Reviewer: r.Reviewer, Audit: r.Blind(), Partners: r.Partners,
	}, b.rows)
	if err != nil {
		return err
	}
	if file != "" {
		if err := writeLocal(j.stdout, file, copyOf(content.Bytes())); err != nil {
			return err
		}
	}
	return artifact.CreateBook(ctx, j.store, r, content.Bytes())
}

// asked is what an export or a sample came to, for programs and for people.
type asked struct {
	Week      nayose.Week `json:"week"`
	Round     string      `json:"round,omitempty"` // of none, there is nothing to ask
	Audit     bool        `json:"audit"`
	Questions int         `json:"questions"`
	Postings  int64       `json:"postings"`      // that the questions stand for
	Of        int         `json:"of"`            // how many mentions there were to choose among
	Key       string      `json:"key,omitempty"` // of the workbook in the store
	File      string      `json:"file,omitempty"`

	store string
}

// tell says where the workbook is and what it has.
func (j *job) tell(b *book, of int, file string, asJSON bool) error {
	a := j.asked(b, of, file)
	if asJSON {
		return writeJSON(j.out, a)
	}
	_, err := io.WriteString(j.out, a.text())
	return err
}

func (j *job) asked(b *book, of int, file string) *asked {
	a := &asked{
		Week: b.round.Week, Round: b.round.ID, Audit: b.round.Audit, Questions: len(b.rows), Of: of, File: file, store: j.store.String(),
	}
	if a.Questions > 0 {
		a.Key = b.round.BookKey()
	}
	for i := range b.rows {
		a.Postings += b.rows[i].Postings
	}
	return a
}

func (a *asked) text() string {
	if a.Questions == 0 {
		return fmt.Sprintf("%s: there is nothing to ask\n", a.Week)
	}
	where := fmt.Sprintf("%s/%s", a.store, a.Key)
	if a.File != "" && a.File != "-" {
		where += "\n" + a.File
	}
	return fmt.Sprintf("%s: %d of %s, which %s share\n%s\nnext: nayose review import FILE, when it comes back\n",
		a.Week, a.Questions, nayose.Count(a.Of, "mention"), nayose.Count(a.Postings, "posting"), where)
}

// roundOf reads the flags that both kinds of round have.
func roundOf(c *cli.Command) (artifact.Round, error) {
	week, err := weekOf(c)
	if err != nil {
		return artifact.Round{}, err
	}
	r := artifact.Round{Week: week, Reviewer: c.String("reviewer")}
	if r.Reviewer != "" {
		err = checkText("reviewer", r.Reviewer)
	}
	return r, err
}

func outFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "reviewer", Usage: "`NAME` of who will answer"},
		&cli.StringFlag{Name: "out", Usage: "write the workbook to this `FILE`, too; - for stdout"},
		jsonFlag(),
	}
}
