package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/loader"
)

// An audit reads all that a delivery left, the plans, the stages' results, the ledger and the rows, again, and tells each byte that
// is not what it was: one line a finding, with what is there, where, what it should be and what it is.
type audit struct {
	*job
	findings []finding
	seen     map[string]bool // places that were read

	unpublished map[int][]string // by plan, keys of the outcome log where nothing stands
	checked     struct {
		plans, places, objects, parts, files, replaced, loads, erased int
		rows                                                          loader.Verified
	}
}

// finding is something that was changed, or that is not there.
type finding struct{ where, expected, found string }

func (f finding) String() string {
	return nayose.OneLine(fmt.Sprintf("%s: expected %s, found %s", f.where, f.expected, f.found))
}

// auditDelivery reads again all that a delivery of a week left. The error is of kind Integrity where something is not what it was, after a line
// for each; another one says that something could not be read at all.
func (j *job) auditDelivery(ctx context.Context, d *delivery) (string, error) {
	a := &audit{job: j, seen: map[string]bool{}, unpublished: map[int][]string{}}
	_, err := artifact.Holds(ctx, j.store, d.plan.Week, d.partner)
	if err = a.tell("the log of holds", err); err != nil {
		return "", err
	}
	plans, err := a.plans(ctx, d)
	if err == nil {
		err = a.compareLoads(ctx, d, plans)
	}
	for _, f := range a.findings {
		fmt.Fprintf(j.out, "wrong  %s: %s\n", d.partner, f)
	}
	if n := len(a.findings); n > 0 && err == nil {
		err = nayose.Fault(nayose.Integrity, fmt.Errorf("%s not what %s left", areNot(n), d.plan.Week),
			"see the lines that begin with wrong. What stands under stages/ or masters/ is made anew when its manifest.json is moved away and the week run again; "+
				"other objects come back from the bucket's versions or a backup, rows as docs/operating.md has it under Restore")
	}
	return a.summary(), err
}

func (a *audit) summary() string {
	c := &a.checked
	if c.plans == 0 {
		return "nothing was planned yet"
	}
	rows := &c.rows
	text := fmt.Sprintf("%s, %s with %s, %s of the outcome log, %s, %s with %s, %s, %s and %s are what they were",
		nayose.Count(c.plans, "plan"), nayose.Count(c.places, "result"), nayose.Count(c.objects, "file"), nayose.Count(c.parts, "part"),
		nayose.Count(c.files, "delivered file"), nayose.Count(c.loads, "load"), nayose.Count(rows.Postings, "posting"),
		nayose.Count(rows.Mentions, "mention"), nayose.Count(rows.Matches, "match"), nayose.Count(rows.Rejects, "reject"))
	if c.replaced > 0 {
		text += "; replaced or removed since, so that it cannot be compared: " + nayose.Count(c.replaced, "delivered file")
	}
	if c.erased > 0 {
		text += "; erased, so that its results cannot be compared: " + nayose.Count(c.erased, "load")
	}
	return text
}

// areNot begins a sentence about things that are not as they should be.
func areNot(n int) string {
	if n == 1 {
		return "1 thing is"
	}
	return fmt.Sprintf("%d things are", n)
}

func (a *audit) wrong(where, expected, found string) {
	a.findings = append(a.findings, finding{where, expected, found})
}

// tell makes a finding of an error that says that something was changed or is gone; any other ends the audit.
func (a *audit) tell(where string, err error) error {
	var fault *nayose.Error
	if errors.Is(err, nayose.ErrChanged) || isMissing(err) || errors.As(err, &fault) && fault.Kind == nayose.Integrity {
		a.wrong(where, "what was written", err.Error())
		return nil
	}
	return err
}

// plans reads the week's plans, and the stages' results as far as they are there.
func (a *audit) plans(ctx context.Context, d *delivery) ([]*delivery, error) {
	var all []*delivery
	for n := 1; ; n++ {
		plan, err := artifact.ReadPlan(ctx, a.store, d.plan.Week, d.partner, n)
		if isMissing(err) {
			return all, nil
		}
		where := fmt.Sprintf("plan %d", n)
		one := &delivery{partner: d.partner, cfg: d.cfg, log: d.log, plan: plan}
		if all = append(all, one); err != nil {
			one.plan.Number = 0
			if err = a.tell(where, err); err != nil {
				return nil, err
			}
			continue
		}
		a.checked.plans++
		if err := errors.Join(a.approval(ctx, where, plan), a.decisions(ctx, where, plan), a.files(ctx, where, plan.Files), a.results(ctx, where, one)); err != nil {
			return nil, err
		}
	}
}

// approval compares the approval that a plan names with the object of it.
func (a *audit) approval(ctx context.Context, where string, p artifact.Plan) error {
	if p.Approval == nil {
		return nil
	}
	stands, err := artifact.ReadApproval(ctx, a.store, p.Week, p.Partner, p.Approval.Delivery, p.Approval.Number)
	if err != nil {
		return a.tell(where+"'s approval", err)
	}
	if p.Approval.Delivery != extractPlace(p).Digest {
		a.wrong(where+"'s approval", "one of delivery "+extractPlace(p).Digest, "one of "+p.Approval.Delivery)
	}
	if !reflect.DeepEqual(stands, *p.Approval) {
		a.wrong(where+"'s approval", "that of the object", "another one")
	}
	return nil
}

// decisions reads the log of decisions again, as far as a plan pins it.
func (a *audit) decisions(ctx context.Context, where string, p artifact.Plan) error {
	_, err := a.logAt(ctx, p.Decisions)
	return a.tell(where+"'s decisions", err)
}

// files reads the delivered files again, in the versions that the plan pins, as far as the store still has them.
func (a *audit) files(ctx context.Context, where string, pins []artifact.Pin) error {
	for _, pin := range pins {
		got, err := artifact.PinSeen(ctx, a.input, pin.Object)
		switch {
		case errors.Is(err, nayose.ErrChanged) || isMissing(err):
			a.checked.replaced++
			continue
		case err != nil:
			return err
		}
		a.checked.files++
		if got.SHA256 != pin.SHA256 {
			a.wrong(where+", delivered file "+pin.Key, "SHA-256 "+pin.SHA256, got.SHA256)
		}
	}
	return nil
}

// results reads the results of the plan's stages.
func (a *audit) results(ctx context.Context, where string, d *delivery) (err error) {
	if err := a.checkSnapshot(ctx, where, d.plan.Master); err != nil {
		return err
	}
	if d.extract, err = a.result(ctx, where, extractPlace(d.plan), a.countExtract); d.extract.Digest == "" || err != nil {
		return err
	}
	place, err := surveyPlace(d)
	if err != nil {
		return a.tell(where, err)
	}
	if d.survey, err = a.result(ctx, where, place, a.countSurvey); err != nil {
		return err
	}
	d.matches = make([]artifact.Manifest, d.plan.Shards)
	for i := range d.matches {
		place, err := matchPlace(d, artifact.Shard{Index: i, Of: d.plan.Shards})
		if err == nil {
			d.matches[i], err = a.result(ctx, where, place, a.countMatch)
		}
		if err != nil {
			return err
		}
	}
	return a.outcomes(ctx, where, d)
}

// result reads a manifest, its outputs, and by each what they say of themselves. It is empty where the stage is not done, or spoilt.
func (a *audit) result(ctx context.Context, where string, p artifact.Place, rows func(context.Context, *artifact.Manifest) error) (m artifact.Manifest, err error) {
	m, err = artifact.Committed(ctx, a.store, p)
	if isMissing(err) {
		return artifact.Manifest{}, nil
	}
	if err == nil {
		err = m.Check()
	}
	if err != nil {
		return artifact.Manifest{}, a.tell(where+", "+p.String()+"/manifest.json", err)
	}
	if a.seen[p.String()] {
		return m, nil
	}
	a.seen[p.String()] = true
	a.checked.places++
	before := len(a.findings)
	for _, o := range m.Outputs {
		a.checked.objects++
		err := a.output(ctx, &m, o)
		if err := a.tell(o.Object.Key, err); err != nil {
			return m, err
		}
	}
	if len(a.findings) > before {
		return m, nil // its rows cannot be believed
	}
	return m, a.tell(p.String(), rows(ctx, &m))
}

// output reads an output to its end; the store and Fetch compare version, size and SHA-256.
func (a *audit) output(ctx context.Context, m *artifact.Manifest, o artifact.Output) error {
	l, err := m.Fetch(ctx, a.store, o.Name)
	if err != nil {
		return err
	}
	return l.Close()
}

// spoilt tells whether something was found about a place.
func (a *audit) spoilt(place string) bool {
	for _, f := range a.findings {
		if strings.Contains(f.where, place) {
			return true
		}
	}
	return false
}

// compareLoads compares the ledger's rows of the week, and what the tables hold of them, with the plans.
func (a *audit) compareLoads(ctx context.Context, d *delivery, plans []*delivery) error {
	db, err := a.database(ctx)
	var rows []loader.DeliveryRow
	if err == nil {
		rows, err = db.Deliveries(ctx, &d.plan.Week)
	}
	if err != nil && len(plans) == 0 {
		return nil // there is nothing to compare; what ails the database is told by its own check
	}
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Partner != d.partner {
			continue
		}
		if err := a.compareLoad(ctx, db, row, plans); err != nil {
			return err
		}
	}
	strays, err := db.Strays(ctx, d.partner, d.plan.Week)
	a.differ(loader.Verified{Differences: strays})
	return err
}

// compareLoad compares a row of the ledger with the plan that it names.
func (a *audit) compareLoad(ctx context.Context, db *loader.DB, row loader.DeliveryRow, plans []*delivery) error {
	where := fmt.Sprintf("ledger, plan %d", row.Plan)
	if row.Plan < 1 || row.Plan > len(plans) {
		a.wrong(where, "a plan that is there", fmt.Sprintf("no plan of that number among %d", len(plans)))
		return nil
	}
	d := plans[row.Plan-1]
	if d.plan.Number == 0 {
		return nil // the plan is spoilt, which was said
	}
	if d.extract.Digest == "" || !d.allMatched() {
		erased, err := a.resultsErased(ctx, db, row)
		if erased || err != nil {
			a.checked.erased++
			return err
		}
		a.wrong(where, "the results of extract and match that were loaded", "a plan of which they are not all there, or spoilt")
		return nil
	}
	if err := a.published(ctx, db, row, d); err != nil {
		return err
	}
	digest, err := loadDigest(d)
	if err != nil {
		return a.tell(where, err)
	}
	told, input := a.toLoad(ctx, d, digest)
	input.Postings = artifact.RowsOf[nayose.Posting](ctx, a.store, &d.extract, postingsFile)
	a.checked.loads++
	found, err := db.Verify(ctx, row, told, input)
	a.differ(found)
	return a.tell(where, err)
}

// resultsErased says whether the results that a row of the ledger was loaded from are gone for good: the week is older than the config's
// retention, or somebody asked for it.
func (a *audit) resultsErased(ctx context.Context, db *loader.DB, row loader.DeliveryRow) (bool, error) {
	kept := a.cfg.Retention.Artefacts
	if kept > 0 && row.Week.Monday() < kept.before(nayose.WeekOf(nayose.Today().Time())) {
		return true, nil
	}
	return db.ResultsErased(ctx, row)
}

// differ takes in what the loader found.
func (a *audit) differ(found loader.Verified) {
	c := &a.checked.rows
	c.Postings, c.Mentions = c.Postings+found.Postings, c.Mentions+found.Mentions
	c.Matches, c.Rejects = c.Matches+found.Matches, c.Rejects+found.Rejects
	for _, d := range found.Differences {
		a.wrong(d.Where, d.Expected, d.Found)
	}
	if found.More > 0 {
		a.wrong("further rows", "what the load read", fmt.Sprintf("%d more that differ", found.More))
	}
}
