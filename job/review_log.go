package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/terminal"
)

func reviewLogCommand() *cli.Command {
	return &cli.Command{
		Name: "log", Usage: "show the decisions in force, newest last; export and import them as text; take one back",
		Description: "Examples:\n\n" +
			"   nayose review log --company 1180301018771\n" +
			"   nayose review log --take-back ID --by 佐藤 --why 移転前の会社だった",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "all", Usage: "show also those that count no longer"},
			&cli.StringFlag{Name: "mention", Usage: "show those about this mention, by its `ID`"},
			&cli.StringFlag{Name: "partner", Usage: "show those about this `PARTNER`'s mentions"},
			&cli.StringFlag{Name: "company", Usage: "show those that chose the company with this `ID`"},
			&cli.StringFlag{Name: "export", Usage: "write the whole log to this `FILE`, JSON, one decision a line; - for stdout"},
			&cli.StringFlag{Name: "import", Usage: "append the decisions of this `FILE`, of the same form, that the log lacks: all of them, or none"},
			&cli.StringFlag{Name: "take-back", Usage: "take back what was settled about the mention with this `ID`; needs --by and --why"},
			&cli.StringFlag{Name: "by", Usage: "with --take-back: `NAME` of who takes it back"},
			&cli.StringFlag{Name: "why", Usage: "with --take-back: the reason, a `TEXT` of one line"},
		},
		Action: withJob(func(ctx context.Context, j *job, c *cli.Command) error {
			if err := oneUseOfLog(c); err != nil {
				return err
			}
			if err := j.settled.Read(ctx, j.store, -1); err != nil {
				return err
			}
			switch {
			case c.IsSet("export"):
				return j.exportLog(c.String("export"))
			case c.IsSet("import"):
				return j.importLog(ctx, c.String("import"))
			case c.IsSet("take-back"):
				return j.takeBack(ctx, c)
			}
			return j.showLog(c)
		}),
	}
}

// oneUseOfLog refuses flags that contradict each other.
func oneUseOfLog(c *cli.Command) error {
	var uses []string
	for _, name := range []string{"export", "import", "take-back"} {
		if c.IsSet(name) {
			uses = append(uses, "--"+name)
		}
	}
	filters := c.Bool("all") || c.IsSet("mention") || c.IsSet("partner") || c.IsSet("company")
	switch {
	case len(uses) > 1:
		return usage(errors.New(strings.Join(uses, " and ")+" are two things"), "give one of them")
	case len(uses) == 1 && filters:
		return usage(errors.New(uses[0]+" is not about some of the decisions that are shown"), "leave --all, --mention, --partner and --company out")
	case !c.IsSet("take-back") && (c.IsSet("by") || c.IsSet("why")):
		return usage(errors.New("--by and --why are about taking a decision back"), "add --take-back MENTION")
	}
	return nil
}

// showLog shows the decisions that the flags ask for, as a table.
func (j *job) showLog(c *cli.Command) error {
	var mention nayose.ID
	if text := c.String("mention"); text != "" {
		if err := mention.UnmarshalText([]byte(text)); err != nil {
			return usage(err, mentionHint)
		}
	}
	wanted := func(d *nayose.Decision) bool {
		return (mention == nayose.ID{} || mention == d.Mention.ID) &&
			(c.String("partner") == "" || c.String("partner") == d.Mention.Partner) &&
			(c.String("company") == "" || c.String("company") == d.CompanyID)
	}
	rows := [][]string{{"settled", "by", "partner", "employer", "choice", "company", "mention", "note"}}
	ds := j.settled.Decisions
	for i := range ds {
		if d := &ds[i]; wanted(d) && (c.Bool("all") || d == j.settled.Last(d.Mention.ID) && d.Choice != nayose.TakenBack) {
			rows = append(rows, decisionCells(d))
		}
	}
	text := terminal.Table(rows)
	if len(rows) == 1 {
		text = "no decisions\n"
	}
	_, err := io.WriteString(j.out, text)
	return err
}

const mentionHint = "the views nayose.review_queue and nayose.postings have the mentions' ids"

func decisionCells(d *nayose.Decision) []string {
	m := &d.Mention
	cells := []string{nayose.Clock(d.At), d.By, m.Partner, strings.TrimSpace(m.CompanyName + " " + m.WorkplaceName), string(d.Choice), d.CompanyID, m.ID.String(), d.Note}
	for i := range cells {
		cells[i] = nayose.OneLine(cells[i])
	}
	return cells
}

// exportLog writes the log as text. A failure leaves a file half written, or what stood there before.
func (j *job) exportLog(name string) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, d := range j.settled.Decisions {
		if err := enc.Encode(d); err != nil {
			return err
		}
	}
	if err := writeLocal(j.stdout, name, copyOf(b.Bytes())); err != nil {
		return err
	}
	j.log.Info("exported", "decisions", len(j.settled.Decisions), "entries", j.settled.Entries)
	return nil
}

// importLog appends what the log lacks of a text.
func (j *job) importLog(ctx context.Context, name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return usage(err, "name a file that nayose review log --export wrote")
	}
	ds, err := parseDecisions(text)
	if err != nil {
		return nayose.Fault(nayose.Contract, fmt.Errorf("%s: %w; nothing was imported", name, err),
			"correct the line: docs/formats.md says what stands there")
	}
	sum := sha256.Sum256(text)
	n, err := j.settle(ctx, filepath.Base(name), hex.EncodeToString(sum[:]), func() []nayose.Decision { return lacking(j.settled.Decisions, ds) })
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(j.out, "%d of %s imported, the others stood in the log\n%s", n, nayose.Count(len(ds), "decision"), nextRun(n))
	return err
}

// nextRun says what to do about new decisions.
func nextRun(n int) string {
	if n == 0 {
		return ""
	}
	return "next: nayose run, which answers anew what they are about\n"
}

// settle appends decisions to the log, and says how many. Where somebody else's came in between they are asked for again, by the log as it
// is then.
func (j *job) settle(ctx context.Context, source, sum string, decisions func() []nayose.Decision) (int, error) {
	for {
		before := len(j.settled.Decisions)
		log, err := artifact.AppendDecisions(ctx, j.store, j.settled, source, sum, decisions())
		if err == nil {
			j.settled = log
			return len(log.Decisions) - before, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return 0, err
		}
		if err := j.settled.Read(ctx, j.store, -1); err != nil {
			return 0, err
		}
	}
}

// parseDecisions reads decisions, one a line.
func parseDecisions(text []byte) (ds []nayose.Decision, err error) {
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var d nayose.Decision
		in := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		in.DisallowUnknownFields()
		err := in.Decode(&d)
		if err == nil && in.More() {
			err = errors.New("something stands behind the decision")
		}
		if err == nil {
			err = artifact.CheckDecision(&d)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		ds = append(ds, d)
	}
	return ds, lines.Err()
}

// lacking are the decisions that are not among the known ones, each once.
func lacking(known, ds []nayose.Decision) (list []nayose.Decision) {
	type same struct {
		mention       nayose.ID
		choice        nayose.Choice
		company, by   string
		seconds, nano int64
	}
	seen := map[same]bool{}
	fresh := func(d *nayose.Decision) bool {
		key := same{d.Mention.ID, d.Choice, d.CompanyID, d.By, d.At.Unix(), int64(d.At.Nanosecond())}
		stood := seen[key]
		seen[key] = true
		return !stood
	}
	for i := range known {
		fresh(&known[i])
	}
	for i := range ds {
		if fresh(&ds[i]) {
			list = append(list, ds[i])
		}
	}
	return list
}

// takeBack appends that what was settled about a mention counts no longer.
func (j *job) takeBack(ctx context.Context, c *cli.Command) error {
	by, why := strings.TrimSpace(c.String("by")), strings.TrimSpace(c.String("why"))
	if err := errors.Join(checkText("by", by), checkText("why", why)); err != nil {
		return err
	}
	var mention nayose.ID
	if err := mention.UnmarshalText([]byte(c.String("take-back"))); err != nil {
		return usage(err, mentionHint)
	}
	at := time.Now().UTC().Truncate(time.Second)
	var taken *nayose.Decision
	_, err := j.settle(ctx, "nayose review log --take-back", "", func() []nayose.Decision {
		if taken = j.settled.Last(mention); taken == nil || taken.Choice == nayose.TakenBack {
			return nil
		}
		return []nayose.Decision{{Mention: taken.Mention, Choice: nayose.TakenBack, By: by, At: at, Note: why}}
	})
	switch {
	case err != nil:
		return err
	case taken == nil || taken.Choice == nayose.TakenBack:
		return usage(fmt.Errorf("no decision about mention %s is in force", mention), "nayose review log lists those that are, with their mentions")
	}
	_, err = fmt.Fprintf(j.out, "taken back by %s: %s\n%s", by, strings.Join(decisionCells(taken), "  "), nextRun(1))
	return err
}
