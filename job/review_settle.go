package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/review"
)

// settle makes decisions of the answers, each held against what its round asked. What cannot be taken is listed.
func (in *intake) settle(ctx context.Context, answers *review.Answers) error {
	for i := range answers.Faults {
		if err := in.refuse(ctx, &answers.Faults[i]); err != nil {
			return err
		}
	}
	for i := range answers.Rows {
		if err := in.take(ctx, &answers.Rows[i]); err != nil {
			return err
		}
	}
	if err := in.findCompanies(ctx); err != nil {
		return err
	}
	in.once()
	for i := range in.rows {
		if in.rows[i].By == "" {
			return usage(fmt.Errorf("%s does not say who answered", in.source), "add --by NAME")
		}
	}
	return nil
}

// refuse lists a row that could not be read, with what it asked, where its key tells.
func (in *intake) refuse(ctx context.Context, f *review.RowFault) error {
	l := review.Listed{RowFault: *f}
	if key, ok := review.ParseKey(f.Key); ok {
		r, err := in.roundOf(ctx, key)
		if err != nil {
			return err
		}
		if q := r.questions[key.Mention]; q != nil {
			l.Mention = &q.Mention
		}
	}
	in.list = append(in.list, l)
	return nil
}

// take holds an answer against what its row asked.
func (in *intake) take(ctx context.Context, a *review.Answer) error {
	r, err := in.roundOf(ctx, a.Key)
	if err != nil {
		return err
	}
	s := settled{answer: a, round: r}
	q := r.questions[a.Key.Mention]
	switch {
	case r.ID == "":
		in.list = append(in.list, s.listed("この表(回)の記録が見つかりません。", false))
		return nil
	case q == nil:
		in.list = append(in.list, s.listed("この表では尋ねていない求人です。", false))
		return nil
	}
	s.Decision = nayose.Decision{
		Mention: q.Mention, Choice: a.Choice, Shown: q.Shown, By: in.who(a, r), At: in.at, Note: a.Note, Round: r.Name(),
		Source: in.source, Audit: r.Audit,
	}
	company, reason := a.Check(&review.Asked{Mention: q.Mention, Shown: q.Shown})
	if reason != "" {
		in.list = append(in.list, s.listed(reason, false))
		return nil
	}
	s.choose(company)
	in.rows = append(in.rows, s)
	return nil
}

// who answered a row: the one whom it names, unless that is the one for whom it was written and another is given.
func (in *intake) who(a *review.Answer, r *askedRound) string {
	if a.By != r.Reviewer {
		return cmp.Or(a.By, in.by, r.Reviewer)
	}
	return cmp.Or(in.by, r.Reviewer)
}

// choose sets the company, which was shown; empty where none was chosen or it is not known yet.
func (s *settled) choose(id string) {
	s.CompanyID = id
	i := slices.IndexFunc(s.Shown, func(shown nayose.Shown) bool { return shown.CompanyID == id })
	if id != "" && s.Shown[i].ClosedOn != 0 {
		s.warning = fmt.Sprintf("反映しましたが、%sに閉鎖された会社です。", s.Shown[i].ClosedOn)
	}
}

// listed is the row as the list has it.
func (s *settled) listed(reason string, taken bool) review.Listed {
	l := review.Listed{RowFault: review.RowFault{Place: s.answer.Place, Key: s.answer.Key.String(), Said: s.answer.Said, Reason: reason}, Taken: taken}
	l.By = cmp.Or(s.By, s.answer.By)
	if q := s.round.questions[s.answer.Key.Mention]; q != nil {
		l.Mention = &q.Mention
	}
	return l
}

// mostRounds is how many rounds the rows of one file may be of.
const mostRounds = 100

// roundOf is the round that a key names; one without an id where there is none.
func (in *intake) roundOf(ctx context.Context, key review.RowKey) (*askedRound, error) {
	name := key.Week.String() + key.Round
	if r, ok := in.rounds[name]; ok {
		return r, nil
	}
	if len(in.rounds) == mostRounds {
		return nil, nayose.Fault(nayose.Contract, fmt.Errorf("the rows of %s are of more than %d rounds", in.source, mostRounds),
			"import the workbooks one by one; nothing of this one was taken")
	}
	r := &askedRound{questions: map[nayose.ID]*artifact.Question{}}
	var err error
	if r.Round, err = artifact.ReadRound(ctx, in.j.store, key.Week, key.Round); err != nil && !isMissing(err) {
		return nil, err
	}
	for i := range r.Questions {
		r.questions[r.Questions[i].Mention.ID] = &r.Questions[i]
	}
	if err == nil && in.round == nil {
		in.round = r
	}
	in.rounds[name] = r
	return r, nil
}

// findCompanies looks the numbers up that name companies which were not shown, in the master of the round, or else that which the last plan
// of the mention's partner names. Each master is read once.
func (in *intake) findCompanies(ctx context.Context) error {
	masters := map[string]map[string]*nayose.Company{} // by digest and id
	of := make([]map[string]*nayose.Company, len(in.rows))
	for i := range in.rows {
		s := &in.rows[i]
		if s.Choice != nayose.ChoseCompany || s.CompanyID != "" {
			continue
		}
		master, err := in.masterOf(ctx, s)
		if err != nil {
			return err
		}
		if masters[master] == nil {
			masters[master] = map[string]*nayose.Company{}
		}
		of[i] = masters[master]
		for _, id := range s.answer.IDs() {
			of[i][id] = nil
		}
	}
	for master, wanted := range masters {
		if err := in.j.lookUpCompanies(ctx, master, wanted); err != nil {
			return err
		}
	}
	in.name(of)
	return nil
}

func (in *intake) masterOf(ctx context.Context, s *settled) (string, error) {
	if s.round.Master != "" {
		return s.round.Master, nil
	}
	name := s.round.Week.String() + s.Mention.Partner
	if plan, ok := in.plans[name]; ok {
		return plan.Master, nil
	}
	plan, err := artifact.LastPlan(ctx, in.j.store, s.round.Week, s.Mention.Partner)
	if err == nil {
		in.plans[name] = plan
	}
	return plan.Master, err
}

// lookUpCompanies fills in the companies of a master whose ids are wanted.
func (j *job) lookUpCompanies(ctx context.Context, master string, wanted map[string]*nayose.Company) error {
	snapshot, err := artifact.Committed(ctx, j.store, artifact.MasterPlace(master))
	if err != nil {
		return fmt.Errorf("master snapshot: %w", err)
	}
	for c, err := range artifact.RowsOf[nayose.Company](ctx, j.store, &snapshot, companiesFile) {
		if err != nil {
			return err
		}
		if _, ok := wanted[c.ID]; ok {
			wanted[c.ID] = &c
		}
	}
	return nil
}

// name gives the rows whose company only its number names that company, of those found for each row; nil for a row that needs none.
func (in *intake) name(found []map[string]*nayose.Company) {
	rows := in.rows[:0]
	for i := range in.rows {
		s := in.rows[i]
		if found[i] != nil {
			var c *nayose.Company
			for _, id := range s.answer.IDs() {
				c = cmp.Or(c, found[i][id])
			}
			if c == nil {
				in.list = append(in.list, s.listed(s.answer.Unknown(), false))
				continue
			}
			s.Shown = append(slices.Clip(s.Shown), c.Shown(0))
			s.choose(c.ID)
		}
		rows = append(rows, s)
	}
	in.rows = rows
}

// once takes what rows say of one mention once, with the notes of all, and nothing where they say different things.
func (in *intake) once() {
	first := map[nayose.ID]int{}
	torn := map[nayose.ID]bool{}
	for i := range in.rows {
		s := &in.rows[i]
		at, ok := first[s.Mention.ID]
		if !ok {
			first[s.Mention.ID] = i
			continue
		}
		f := &in.rows[at]
		if f.Choice != s.Choice || f.CompanyID != s.CompanyID {
			torn[s.Mention.ID] = true
		}
		if both := strings.TrimSpace(f.Note + "\n" + s.Note); !strings.Contains(f.Note, s.Note) && utf8.RuneCountInString(both) <= review.MostNote {
			f.Note = both
		}
	}
	var rows []settled
	for i := range in.rows {
		switch s := &in.rows[i]; {
		case torn[s.Mention.ID]:
			in.list = append(in.list, s.listed("同じ求人の行がほかにもあり、回答が違います。", false))
		case first[s.Mention.ID] == i:
			rows = append(rows, *s)
		}
	}
	in.rows = rows
}
