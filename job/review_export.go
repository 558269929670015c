package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/review"
)

// mostQuestions is how many questions a workbook can have: days of work, and all that excelize links in a second.
const mostQuestions = 2000

func reviewExportCommand() *cli.Command {
	return &cli.Command{
		Name: "export", Usage: "write a workbook of a week's doubtful employers, those first whose answer is worth most",
		Flags: append(append(deliveryFlags(), outFlags()...),
			&cli.IntFlag{Name: "limit", Value: 500, Usage: "ask at most `N` questions"}),
		Action: withJob(func(ctx context.Context, j *job, c *cli.Command) error {
			r, err := roundOf(c)
			if err != nil {
				return err
			}
			limit := c.Int("limit")
			if limit < 1 || limit > mostQuestions {
				return usage(fmt.Errorf("--limit is %d", limit), fmt.Sprintf("a workbook has 1 to %d questions", mostQuestions))
			}
			return j.export(ctx, r, c.String("partner"), limit, c.String("out"), c.Bool("json"))
		}),
	}
}

// export asks people about the mentions of a week that are in review. What they settled before stands in the log.
func (j *job) export(ctx context.Context, r artifact.Round, partner string, limit int, file string, asJSON bool) error {
	ds, err := j.matchedDeliveries(ctx, r.Week, partner)
	if err != nil {
		return err
	}
	log, err := artifact.ReadDecisions(ctx, j.store, -1)
	if err != nil {
		return err
	}
	all, err := j.answers(ctx, ds)
	if err != nil {
		return err
	}
	settled := inForce(log.Decisions)
	questions := doubtful(all, settled)
	if len(questions) == 0 {
		return j.tell(&book{round: r}, 0, "", asJSON)
	}
	b, err := j.makeBook(ctx, ds, r, questions[:min(limit, len(questions))])
	if err != nil {
		return err
	}
	for i := range b.rows {
		b.rows[i].Why = whyAsked(&b.rows[i], settled)
	}
	b.round.Identify(0)
	if err := j.keep(ctx, b, file); err != nil {
		return err
	}
	return j.tell(b, len(questions), file, asJSON)
}

// inForce are the last decisions about each mention, without those that were taken back.
func inForce(log []nayose.Decision) map[nayose.ID]*nayose.Decision {
	last := map[nayose.ID]*nayose.Decision{}
	for i := range log {
		last[log[i].Mention.ID] = &log[i]
	}
	maps.DeleteFunc(last, func(_ nayose.ID, d *nayose.Decision) bool { return d.Choice == nayose.TakenBack })
	return last
}

// doubtful are the mentions in review, those of the employers first whose answers are worth most: the postings that wait for them
// times the doubt of each. Mentions of one employer stand together: who has looked one up has answered the next. Where somebody
// could not tell, it is not asked again until nothing else is left.
func doubtful(all []answered, settled map[nayose.ID]*nayose.Decision) []answered {
	var list, unsure []answered
	for _, a := range all {
		switch d := settled[a.id]; {
		case a.outcome != nayose.Review:
		case d != nil && d.Choice == nayose.ChoseUnsure:
			unsure = append(unsure, a)
		default:
			list = append(list, a)
		}
	}
	if len(list) == 0 {
		list = unsure
	}
	employers := map[string]float64{}
	for _, a := range list {
		employers[a.group] += a.worth()
	}
	slices.SortFunc(list, func(a, b answered) int {
		return cmp.Or(-cmp.Compare(employers[a.group], employers[b.group]), cmp.Compare(a.group, b.group),
			-cmp.Compare(a.worth(), b.worth()), slices.Compare(a.id[:], b.id[:]))
	})
	return list
}

// worth is how many postings an answer is expected to put right.
func (a *answered) worth() float64 { return float64(a.postings) * a.doubt }

// whyAsked says to a reviewer why a mention is asked about: what became of an earlier answer, or what the doubt is.
func whyAsked(q *review.Question, settled map[nayose.ID]*nayose.Decision) string {
	if d := settled[q.Mention.ID]; d != nil {
		return "再確認: " + whyAgain(q, d)
	}
	switch {
	case len(q.Options) > 1 && q.Options[1].Probability >= q.Options[0].Probability/3:
		return "近い候補が複数ある"
	case q.Options != nil && q.Options[0].Company.ClosedOn != 0:
		return "候補の会社は閉鎖されている"
	case q.Options == nil || q.Options[0].Probability < 0.5:
		return "台帳にない会社かもしれない"
	}
	return "決め手が足りない"
}

// whyAgain says what has changed since a decision that stands.
func whyAgain(q *review.Question, d *nayose.Decision) string {
	on := d.At.In(nayose.Japan).Format(time.DateOnly)
	if d.Choice == nayose.ChoseUnsure {
		return on + " の回答は「わからない」"
	}
	if d.Choice == nayose.ChoseNone {
		return on + " の回答は「該当なし」。そのあと候補が変わった"
	}
	then := slices.IndexFunc(d.Shown, func(s nayose.Shown) bool { return s.CompanyID == d.CompanyID })
	now := slices.IndexFunc(q.Options, func(o review.Option) bool { return o.Company.ID == d.CompanyID })
	if then < 0 || now < 0 {
		return on + " に選ばれた会社は候補から外れた"
	}
	before, company := &d.Shown[then], &q.Options[now].Company
	switch {
	case company.ClosedOn != 0 && before.ClosedOn == 0:
		return on + " の回答のあと、会社が閉鎖された"
	case company.ClosedOn == 0 && before.ClosedOn != 0:
		return on + " の回答のあと、会社の閉鎖が取り消された"
	case company.Name != before.Name:
		return on + " の回答のあと、会社名が変わった: 前は " + before.Name
	case company.Address != before.Address:
		return on + " の回答のあと、会社の所在地が変わった: 前は " + before.Address
	}
	return on + " の回答のあと、状況が変わった"
}
