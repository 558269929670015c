package matcher

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"nayose"
	"nayose/matcher/internal/index"
)

// settled is what people settled, as matching reads it: a verdict about each mention that a decision in force is about, and what these
// teach about others (lessons.go). It is not changed once it is made, and its size goes by the number of decisions.
type settled struct {
	without  *Matcher // answers as if nobody had settled anything
	verdicts map[nayose.ID]*verdict
	lessons
}

// A verdict is what a person settled about one mention, beside what has become of the companies since.
type verdict struct {
	choice  nayose.Choice
	company uint32   // of nayose.ChoseCompany: the one chosen; nobody where the master has it no more
	refused []uint32 // of nayose.ChoseNone: those shown that are still what they were
	changed string   // what has changed under it, in words; empty where nothing has
	note    string
	when    string // on which day, in which round
}

// nobody is a company that is none.
const nobody = 1<<32 - 1

// WithDecisions is a matcher by whose answers people's decisions stand, in place of any that it had. Of each mention the last decision
// counts, in the order of ds; one that was taken back leaves the mention to the model.
//
// A mention for which a company was chosen is matched with it, whatever the model says. Where none of the companies shown was right,
// none of them is the answer, and what then comes up is for review; answered so again, none of either time is it. A mention that a person could not settle is for review. Where a
// company is not what the person saw (it has another name or address, has closed, is gone from the master), the decision
// about it counts no longer: the mention is for review. Match.Note says what was settled when, and why it is asked again.
//
// Others learn from what was chosen: the mention's place is one of the company's, for mentions whose name is the company's or has
// it in it; and its name at its very address means the company, or none of those refused, whoever mentions it (lessons.go). What the survey of a
// delivery finds does not depend on decisions, so that one decision changes no answer that it has nothing to do with.
func (m *Matcher) WithDecisions(ds []nayose.Decision) *Matcher {
	if m.settled != nil {
		m = m.settled.without
	}
	last, refused := inForce(ds)
	s := &settled{without: m, verdicts: map[nayose.ID]*verdict{}}
	d := m.sit()
	defer d.leave()
	book := newLessonBook()
	for i := range ds {
		x := &ds[i]
		if last[x.Mention.ID] != x {
			continue
		}
		if v := d.verdict(x, refused[x.Mention.ID]); v != nil {
			s.verdicts[x.Mention.ID] = v
			book.add(d, &x.Mention, v)
		}
	}
	if len(s.verdicts) == 0 {
		return m
	}
	s.lessons = book.learned()
	with := New(m.master, m.model)
	with.settled = s
	return with
}

// inForce are the last decisions about each mention, and the companies that it refuses: those that were shown in its answers of
// nayose.ChoseNone since one of another choice, each as it was shown last.
func inForce(ds []nayose.Decision) (last map[nayose.ID]*nayose.Decision, refused map[nayose.ID][]nayose.Shown) {
	last, refused = map[nayose.ID]*nayose.Decision{}, map[nayose.ID][]nayose.Shown{}
	for i := range ds {
		x := &ds[i]
		id := x.Mention.ID
		last[id] = x
		if x.Choice == nayose.ChoseNone {
			refused[id] = addShown(x.Shown, refused[id])
		} else {
			delete(refused, id)
		}
	}
	return last, refused
}

// addShown are companies that were shown, and those of earlier times that are not among them.
func addShown(shown, earlier []nayose.Shown) []nayose.Shown {
	all := slices.Clip(shown) // the decision keeps its own
	for _, e := range earlier {
		if !slices.ContainsFunc(shown, func(s nayose.Shown) bool { return s.CompanyID == e.CompanyID }) {
			all = append(all, e)
		}
	}
	return all
}

// undecided is the matcher as if nobody had settled anything.
func (m *Matcher) undecided() *Matcher {
	if m.settled == nil {
		return m
	}
	return m.settled.without
}

// verdict reads a decision, and what it refuses; nil where it settles nothing.
func (d *desk) verdict(x *nayose.Decision, refused []nayose.Shown) *verdict {
	v := &verdict{choice: x.Choice, company: nobody, when: when(x)}
	switch x.Choice {
	case nayose.ChoseCompany:
		v.company, v.changed = d.stillThere(x)
		v.note = "confirmed " + v.when + v.changed
	case nayose.ChoseNone:
		v.refused, v.changed = d.stillRefused(refused)
		v.note = fmt.Sprintf("none of the %d companies shown was chosen %s%s", len(refused), v.when, v.changed)
	case nayose.ChoseUnsure:
		v.note = "left open " + v.when
	default:
		return nil
	}
	return v
}

// stillRefused are the companies that were shown and are what they were, and what has become of the others.
func (d *desk) stillRefused(shown []nayose.Shown) (refused []uint32, changed string) {
	others := 0
	for i := range shown {
		switch c, ok := d.master.company(shown[i].CompanyID); {
		case ok && d.changed(&shown[i], c) == "":
			refused = append(refused, c)
		case ok:
			others++
		}
	}
	if others > 0 {
		changed = fmt.Sprintf("; of %d of them the name or address changed since", others)
	}
	return refused, changed
}

// when says when a decision came, and which round asked, as far as it is known.
func when(x *nayose.Decision) string {
	text := "on " + x.At.In(nayose.Japan).Format(time.DateOnly)
	if x.Round != "" { // 2026-W47/1a2b3c4d, and more digits
		id := strings.LastIndexByte(x.Round, '/') + 1
		text += " in round " + strings.ToValidUTF8(x.Round[:min(len(x.Round), id+8)], "")
	}
	return text
}

// stillThere is the company that was chosen, and what has become of it since.
func (d *desk) stillThere(x *nayose.Decision) (company uint32, changed string) {
	company, ok := d.master.company(x.CompanyID)
	if !ok {
		return nobody, "; the master has no such company now"
	}
	var was nayose.Shown
	if i := slices.IndexFunc(x.Shown, func(s nayose.Shown) bool { return s.CompanyID == x.CompanyID }); i >= 0 {
		was = x.Shown[i]
	}
	changed = d.changed(&was, company)
	if changed == "" && was.ClosedOn == 0 && d.master.Company(company).Closed() {
		changed = "; the company has closed since"
	}
	return company, changed
}

// changed says which of a company's name and address, as they are read, is not what was shown; what was not shown has not changed.
func (d *desk) changed(s *nayose.Shown, c uint32) string {
	r, row := &d.reader, d.master.Company(c)
	r.Reset()
	var what []string
	if w := r.Registered(s.Name); s.Name != "" && (index.Hash32(w.Strict) != row.Strict || uint8(w.Form) != row.Form) {
		what = append(what, "name")
	}
	if s.Address != "" && !d.isAt(s.Address, &row.Office) {
		what = append(what, "address")
	}
	if len(what) == 0 {
		return ""
	}
	return "; the company's " + strings.Join(what, " and ") + " changed since"
}

// isAt reports that an address is where an office is. One that names no prefecture is taken to lie in the office's.
func (d *desk) isAt(address string, office *index.Spot) bool {
	was := d.newPlace(d.reader.Address(regionName(int(office.Pref)), address)).Spot
	now := *office
	now.Pref = cmp.Or(now.Pref, was.Pref)
	return was == now
}

// company is the company of an id.
func (m *Master) company(id string) (c uint32, ok bool) {
	for _, c := range m.Owners(index.NewKey(index.ByID, id)) {
		if m.HasID(c, id) {
			return c, true
		}
	}
	return nobody, false
}

// recall brings the companies that decisions are about among the candidates.
func (d *desk) recall() {
	q := &d.query
	if q.verdict != nil {
		d.include(q.verdict.company)
	}
	for _, l := range q.lessons {
		d.include(l.company)
	}
}

// include makes a company a candidate.
func (d *desk) include(company uint32) {
	if company != nobody && d.found.get(company) == nil {
		c := d.likest(company)
		d.found.add(&c)
	}
}

// mark notes on the candidates what decisions say of them: what was settled about this mention outranks what others teach.
func (d *desk) mark() {
	q := &d.query
	for _, l := range q.lessons {
		d.teach(l)
	}
	v := q.verdict
	if v == nil {
		return
	}
	for _, company := range v.refused {
		d.found.mark(company, decidedNot)
	}
	if v.changed == "" {
		d.found.mark(v.company, decidedThis)
	} else {
		d.found.mark(v.company, decidedChanged)
	}
}

// mark notes what a decision says of a company that is a candidate.
func (f *finds) mark(company uint32, l level) {
	if c := f.get(company); c != nil {
		c.levels[byDecision] = l
	}
}

// settle makes what people settled of what the model came to, and says so in words.
func (d *desk) settle(a *decision) (note string) {
	v := d.query.verdict
	switch {
	case v == nil:
		return d.learned(a)
	case v.choice == nayose.ChoseCompany && v.changed == "" && len(a.first) > 0 && a.first[0].company == v.company:
		a.outcome = nayose.Matched
		return v.note
	case v.choice != nayose.ChoseNone:
		a.outcome = nayose.Review
		return v.note
	case len(a.first) > 0 && a.first[0].levels[byDecision] != decidedNot && a.chances[0] > 1-d.model.Costs.UnmatchedAt():
		a.outcome = nayose.Review
		return v.note + "; the first candidate is none of those refused"
	}
	a.outcome = nayose.Unmatched
	return v.note
}
