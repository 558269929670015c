package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/feed"
	"nayose/job/internal/review"
)

func reviewImportCommand() *cli.Command {
	return &cli.Command{
		Name: "import", Usage: "take back a workbook that people answered; again changes nothing", ArgsUsage: "FILE",
		Description: "FILE is a local file (.xlsx or .csv), - for the standard input, or a key of the input (s3://bucket/key too) or of\n" +
			"the store. Each answered row becomes a decision, or is listed with its reason in a workbook of its own; then the\n" +
			"exit code is 61.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "by", Usage: "`NAME` of who answered, where the rows do not say"},
			&cli.StringFlag{Name: "out", Usage: "write the workbook of rows that were not taken to this `FILE`, too; - for stdout"},
			jsonFlag(),
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			return openJob(ctx, c, func(ctx context.Context, j *job, c *cli.Command) error {
				by := strings.TrimSpace(c.String("by"))
				if by != "" {
					if err := checkText("by", by); err != nil {
						return err
					}
				}
				file, err := j.openReturned(ctx, c)
				if err != nil {
					return err
				}
				defer file.Close()
				in, err := j.bringIn(ctx, file, path.Base(c.Args().First()), by)
				if err != nil {
					return err
				}
				return in.tell(ctx, c.String("out"), c.Bool("json"))
			})
		},
	}
}

// openReturned opens the workbook that came back: a local file, an object of the input, or one of the store.
func (j *job) openReturned(ctx context.Context, c *cli.Command) (feed.Content, error) {
	file, err := openOnly(ctx, c)
	if !isMissing(err) {
		return file, err
	}
	o, statErr := j.store.Stat(ctx, c.Args().First())
	if isMissing(statErr) {
		return nil, err
	}
	if statErr != nil {
		return nil, statErr
	}
	r, err := j.store.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return artifact.Spool(r, o.Key)
}

// intake is what became of a workbook that came back.
type intake struct {
	j      *job
	source string // the file's name
	by     string // who answered, where the rows do not say; may be empty
	sum    string // SHA-256 of the file
	at     time.Time

	rounds     map[string]*askedRound
	plans      map[string]artifact.Plan // the last ones, by week and partner
	round      *askedRound              // the first that a row is of
	rows       []settled
	unanswered int
	known      int
	list       []review.Listed
	warned     int // rows of the list that were taken
}

// askedRound is a round that rows are of.
type askedRound struct {
	artifact.Round
	questions map[nayose.ID]*artifact.Question
}

// settled is an answer that was taken, with the decision that it makes.
type settled struct {
	answer *review.Answer
	round  *askedRound
	nayose.Decision
	warning string
}

// bringIn reads the workbook and appends what was settled to the log, in one entry. Nothing is written where the file is refused. A
// crash after the entry leaves decisions that the next import of the file knows, and it lists the rest.
func (j *job) bringIn(ctx context.Context, file feed.Content, name, by string) (*intake, error) {
	answers, err := review.Read(file, file.Size(), name)
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(file, 0, file.Size())); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	in := &intake{
		j: j, source: strings.TrimSpace(nayose.OneLine(name)), by: by, sum: hex.EncodeToString(hash.Sum(nil)), at: time.Now().UTC().Truncate(time.Second),
		rounds: map[string]*askedRound{}, plans: map[string]artifact.Plan{}, unanswered: answers.Unanswered,
	}
	err = in.settle(ctx, &answers)
	if err == nil && in.round == nil && len(in.list) > 0 {
		err = nayose.Fault(nayose.Contract, fmt.Errorf("no row of %s, which has %d, is of a round in %s", in.source, len(in.list), j.store),
			"import it with the config of the store whose nayose review export wrote it; nothing was taken")
	}
	if err == nil {
		err = in.append(ctx)
	}
	if err != nil {
		return nil, err
	}
	return in, nil
}

// append appends the decisions that the log does not have yet. Where somebody else's come in between, it looks again.
func (in *intake) append(ctx context.Context) error {
	for {
		log, err := artifact.ReadDecisions(ctx, in.j.store, -1)
		if err != nil {
			return err
		}
		fresh, refused, sum := in.beside(&log)
		var decisions []nayose.Decision
		for i := range fresh {
			decisions = append(decisions, fresh[i].Decision)
		}
		if len(decisions) > 0 {
			log, err = artifact.AppendDecisions(ctx, in.j.store, log, in.source, sum, decisions)
		}
		switch {
		case errors.Is(err, fs.ErrExist):
			continue
		case err != nil:
			return err
		}
		in.known = len(in.rows) - len(fresh) - len(refused)
		in.rows = fresh
		in.list = append(in.list, refused...)
		for i := range fresh {
			if s := &fresh[i]; s.warning != "" {
				in.warned++
				in.list = append(in.list, s.listed(s.warning, true))
			}
		}
		in.j.log.Info("decisions", "appended", len(fresh), "entries", log.Entries)
		return nil
	}
}

// beside holds the decisions against the log: which are new to it, and which somebody else has settled otherwise since the question
// was asked. Of a file that the log has, what it took of it is known; the rest goes without the file's sum, which stands there.
func (in *intake) beside(log *artifact.DecisionLog) (fresh []settled, refused []review.Listed, sum string) {
	sum = in.sum
	taken, last := map[nayose.ID]bool{}, map[nayose.ID]*nayose.Decision{}
	for _, e := range log.Since(0) {
		for i := range e.Decisions {
			id := e.Decisions[i].Mention.ID
			last[id] = &e.Decisions[i]
			taken[id] = taken[id] || e.SHA256 == in.sum
		}
		if e.SHA256 == in.sum {
			sum = ""
		}
	}
	for _, s := range in.rows {
		if taken[s.Mention.ID] {
			continue
		}
		known, reason := stands(last[s.Mention.ID], &s.Decision, s.round.Made)
		switch {
		case reason != "":
			refused = append(refused, s.listed(reason, false))
		case !known:
			fresh = append(fresh, s)
		}
	}
	return fresh, refused, sum
}

// stands tells whether the last decision about a mention says the same already, or in Japanese why it stands against another one, to
// a question that was made at a time. A question that was asked after it asks anew.
func stands(last, d *nayose.Decision, made time.Time) (known bool, reason string) {
	switch {
	case last == nil || last.At.Before(made):
		return false, ""
	case last.Choice == d.Choice && last.CompanyID == d.CompanyID:
		return !d.Audit || last.Round == d.Round, ""
	case last.By == d.By || last.Choice == nayose.ChoseUnsure:
		return false, ""
	}
	return false, fmt.Sprintf("この表を作ったあと、%sさんが%sに別の回答をしています: %s", last.By, last.At.In(nayose.Japan).Format(time.DateOnly), choiceText(last))
}

// choiceText says what was settled, in Japanese.
func choiceText(d *nayose.Decision) string {
	switch d.Choice {
	case nayose.ChoseNone:
		return "該当なし"
	case nayose.ChoseUnsure:
		return "わからない"
	case nayose.TakenBack:
		return "取り消し"
	}
	i := slices.IndexFunc(d.Shown, func(s nayose.Shown) bool { return s.CompanyID == d.CompanyID })
	if i < 0 {
		return d.CompanyID
	}
	return d.CompanyID + " " + d.Shown[i].Name
}

// intakeCounts are what an import came to, for programs.
type intakeCounts struct {
	Source     string        `json:"source"`
	SHA256     string        `json:"sha256"`
	Applied    int           `json:"applied"`
	Known      int           `json:"known"`
	Unanswered int           `json:"unanswered"`
	NotApplied int           `json:"not_applied"`
	Warned     int           `json:"warned"` // applied, and listed to be looked at
	List       string        `json:"list,omitempty"`
	Weeks      []nayose.Week `json:"weeks"` // that have something to do now
}

// tell writes the list of rows, and says what became of all. The error is of kind Contract where a row was not taken.
func (in *intake) tell(ctx context.Context, out string, asJSON bool) error {
	told := intakeCounts{
		Source: in.source, SHA256: in.sum, Applied: len(in.rows), Known: in.known, Unanswered: in.unanswered,
		NotApplied: len(in.list) - in.warned, Warned: in.warned, Weeks: []nayose.Week{},
	}
	for i := range in.rows {
		if week := in.rows[i].round.Week; !slices.Contains(told.Weeks, week) {
			told.Weeks = append(told.Weeks, week)
		}
	}
	var err error
	if len(in.list) > 0 {
		if told.List, err = in.writeList(ctx, out); err != nil {
			return err
		}
	}
	if asJSON {
		err = writeJSON(in.j.out, told)
	} else {
		_, err = io.WriteString(in.j.out, told.text())
	}
	if err != nil || told.NotApplied == 0 {
		return err
	}
	list := out
	if out == "" || out == "-" {
		list = told.List
	}
	return nayose.Fault(nayose.Contract,
		fmt.Errorf("not taken: %s of %s; taken: %d", nayose.Count(told.NotApplied, "row"), in.source, told.Applied+told.Known),
		fmt.Sprintf("each is listed with its reason in %s: answer it anew there, and import that", list))
}

func (t *intakeCounts) text() string {
	text := fmt.Sprintf("%s: %d applied, %d known already, %d not applied, %d not answered\n", t.Source, t.Applied, t.Known, t.NotApplied, t.Unanswered)
	if t.Warned > 0 {
		text += fmt.Sprintf("%d of the applied should be looked at: the company is closed\n", t.Warned)
	}
	if t.List != "" {
		text += "listed: " + t.List + "\n"
	}
	for _, week := range t.Weeks {
		text += fmt.Sprintf("next: nayose run --week %s\n", week)
	}
	return text
}

// writeList writes the list to the store, and to a file where one is named.
func (in *intake) writeList(ctx context.Context, out string) (where string, err error) {
	slices.SortStableFunc(in.list, func(a, b review.Listed) int { return a.Place.Compare(b.Place) })
	var b bytes.Buffer
	if err := review.WriteListed(&b, in.source, in.list); err != nil {
		return "", err
	}
	key, err := artifact.CreateList(ctx, in.j.store, in.round.Round, b.Bytes())
	if err != nil {
		return "", fmt.Errorf("write list of rows: %w", err)
	}
	where = fmt.Sprintf("%s/%s", in.j.store, key)
	if out == "" {
		return where, nil
	}
	if err := writeLocal(in.j.stdout, out, copyOf(b.Bytes())); err != nil || out == "-" {
		return where, err
	}
	return out + " and " + where, nil
}
