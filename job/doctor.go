package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"strings"
	"syscall"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/arrival"
	"nayose/job/internal/artifact"
	"nayose/job/internal/master"
	"nayose/loader"
)

func doctorCommand() *cli.Command {
	return &cli.Command{
		Name: "doctor", Usage: "check stores, database and schema; with --week also partners' files and every byte the week left",
		Flags: deliveryFlags(),
		Action: withJob(func(ctx context.Context, j *job, c *cli.Command) error {
			if _, err := j.cfg.chosen(c.String("partner")); err != nil {
				return err
			}
			checks := []check{
				{"store " + j.store.String(), j.checkStore},
				{"temporary files", checkTemporary},
				{"database", j.checkDatabase},
				{"master", j.checkMaster},
				{"decisions", j.checkLog},
			}
			if j.cfg.Master.Imported {
				checks = append(checks, check{"registry", j.checkRegistry})
			}
			if c.String("week") != "" {
				week, err := weekOf(c)
				if err != nil {
					return err
				}
				ds, err := j.deliveries(week, c.String("partner"))
				if err != nil {
					return err
				}
				for _, d := range ds {
					checks = append(checks, check{"partner " + d.partner, func(ctx context.Context) (string, error) {
						return j.checkPartner(ctx, d)
					}})
					checks = append(checks, check{"what " + d.partner + "'s week left", func(ctx context.Context) (string, error) {
						return j.auditDelivery(ctx, d)
					}})
				}
			}
			err := j.examine(ctx, checks)
			if c.String("week") == "" {
				fmt.Fprintln(j.out, "-      partners' files: not looked at; name a week to try them against their mappings")
			}
			return err
		}),
	}
}

// check is one thing that doctor looks at; do says what it found.
type check struct {
	what string
	do   func(context.Context) (string, error)
}

// examine does all checks, whatever the ones before came to.
func (j *job) examine(ctx context.Context, checks []check) error {
	var errs deliveryErrors
	out := j.out
	defer func() { j.out = out }()
	for _, c := range checks {
		var found string
		var said bytes.Buffer // while a check is at work, the terminal is the bar's
		j.out = &said
		err := j.log.Spin("doctor", c.what, func() (err error) {
			found, err = c.do(ctx)
			return err
		})
		_, _ = said.WriteTo(out)
		mark := "ok   "
		if err != nil {
			mark, found = "FAULT", nayose.OneLine(err.Error())
			errs = append(errs, fmt.Errorf("%s: %w", c.what, err))
		}
		fmt.Fprintf(out, "%s  %s: %s\n", mark, c.what, found)
	}
	if errs == nil {
		return nil
	}
	return errs
}

// doctorProbe is the one object that doctor leaves in the store.
const doctorProbe = "doctor/probe"

// checkStore creates an object twice. The second attempt must be refused: a store that lets it through would let two runs
// commit over each other.
func (j *job) checkStore(ctx context.Context) (string, error) {
	for range 2 {
		_, err := j.store.Create(ctx, doctorProbe, strings.NewReader("nayose doctor\n"))
		if errors.Is(err, fs.ErrExist) {
			_, err := artifact.PinObject(ctx, j.store, doctorProbe)
			return "reads, writes, and refuses to overwrite", err
		}
		if err != nil {
			return "", err
		}
	}
	return "", nayose.Fault(nayose.Integrity, errors.New("the store overwrites objects in spite of If-None-Match"),
		"use a store that honours conditional writes, or nayose's commits are not safe")
}

// checkLog reads the log of decisions through, and asks whether it still has all that was copied to Postgres; what is wrong with Postgres
// itself is not its business.
func (j *job) checkLog(ctx context.Context) (string, error) {
	if err := j.settled.Read(ctx, j.store, -1); err != nil {
		return "", err
	}
	if db, err := j.database(ctx); err == nil {
		if have, err := db.CopiedDecisions(ctx); err == nil {
			if err := j.holdsCopied(have); err != nil {
				return "", err
			}
		}
	}
	return fmt.Sprintf("%s in the log, in %s", nayose.Count(len(j.settled.Decisions), "decision"), nayose.Count(j.settled.Entries, "entry")), nil
}

// checkTemporary writes a temporary file as the stages do, and says how much room there is for more.
func checkTemporary(context.Context) (string, error) {
	l, err := artifact.Spool(strings.NewReader("nayose doctor\n"), "a temporary file")
	if err != nil {
		return "", err
	}
	var room syscall.Statfs_t
	dir := os.TempDir()
	if err := errors.Join(syscall.Statfs(dir, &room), l.Close()); err != nil {
		return "", fmt.Errorf("%s: %w", dir, err)
	}
	return fmt.Sprintf("%s can be written, and has room for %d MiB", dir, room.Bavail*uint64(room.Bsize)>>20), nil
}

// checkMaster reads the files of the master to their ends, and a first row of what is in Postgres.
func (j *job) checkMaster(ctx context.Context) (string, error) {
	if !j.cfg.Master.named() {
		return "", errNoMaster
	}
	var found []string
	for _, p := range j.cfg.Master.parts() {
		look := j.firstRow
		switch {
		case !p.named():
			continue
		case p.File != "":
			look = j.countMaster
		}
		what, err := look(ctx, p)
		if err != nil {
			return "", err
		}
		found = append(found, what)
	}
	return strings.Join(found, "; "), nil
}

// checkRegistry says how fresh what was imported of the registry is. A team may do without it: none is no fault.
func (j *job) checkRegistry(ctx context.Context) (string, error) {
	db, err := j.database(ctx)
	if err != nil {
		return "", err
	}
	s, err := db.RegistryState(ctx, nayose.Today())
	switch {
	case err != nil:
		return "", err
	case s.Newest == 0:
		return "no file of the whole country was imported", nil
	case s.Full == 0:
		return fmt.Sprintf("the newest file is of %s; no full file of the country was imported", s.Newest), nil
	}
	found := fmt.Sprintf("the newest file is of %s, the last full one of %s", s.Newest, s.Full)
	if len(s.Missing) > 0 {
		found += fmt.Sprintf("; without a change file since then (holidays have none): %s, %s", nayose.Count(len(s.Missing), "weekday"), inWords(s.Missing))
	}
	return found, nil
}

// countMaster says how many rows a file of the master has.
func (j *job) countMaster(ctx context.Context, p masterPart) (string, error) {
	o, err := j.input.Stat(ctx, p.File)
	if err != nil {
		return "", j.unlessNoInput(err)
	}
	r, err := j.input.Open(ctx, o)
	if err != nil {
		return "", err
	}
	defer r.Close()
	var rows int64
	switch p.name {
	case "companies":
		rows, err = countRows(whileRunning(ctx, master.Read(r, p.File)))
		if rows == 0 && err == nil {
			err = nayose.Fault(nayose.Held, fmt.Errorf("%s/%s holds no company", j.input, p.File), "put the whole file there: with an empty master every match would be taken back")
		}
	case "workplaces":
		rows, err = countRows(whileRunning(ctx, master.ReadWorkplaces(r, p.File)))
	default:
		rows, err = countRows(whileRunning(ctx, master.ReadAliases(r, p.File)))
	}
	return fmt.Sprintf("%s/%s has %s", j.input, p.File, nayose.Count(rows, "row")), err
}

func countRows[T any](rows iter.Seq2[T, error]) (n int64, err error) {
	for _, err := range rows {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// firstRow says which row of a part of the master in Postgres comes first.
func (j *job) firstRow(ctx context.Context, p masterPart) (string, error) {
	db, err := j.database(ctx)
	if err != nil {
		return "", err
	}
	said := "no " + p.name
	err = db.ReadMaster(ctx, func(r *loader.MasterReader) error {
		switch p.name {
		case "companies":
			c, ok, err := first(r.Companies(ctx, p.Query))
			if !ok && err == nil {
				err = nayose.Fault(nayose.Held, errors.New("the source holds no company"), "fill it: nayose master import, or another master.query")
			}
			said = "the first company is " + c.ID
			return err
		case "workplaces":
			w, ok, err := first(r.Workplaces(ctx, p.Query))
			if ok {
				said = "the first workplace is of " + w.CompanyID
			}
			return err
		}
		a, ok, err := first(r.Aliases(ctx, p.Query))
		if ok {
			said = "the first alias is of " + a.CompanyID
		}
		return err
	})
	return said, err
}

// first is the first of some rows, if there is one.
func first[T any](rows iter.Seq2[T, error]) (row T, ok bool, err error) {
	for row, err := range rows {
		return row, err == nil, err
	}
	return row, false, nil
}

func (j *job) checkDatabase(ctx context.Context) (string, error) {
	db, err := j.migrated(ctx)
	if err != nil {
		return "", err
	}
	if err := db.CheckRights(ctx, loader.ToLoad); err != nil {
		return "", err
	}
	may, lacks := "load", ""
	if j.cfg.Retention.inDatabase() {
		if err := db.CheckRights(ctx, loader.ToErase); err != nil {
			return "", err
		}
		may += ", erase"
	}
	// A team may well import and rebuild by other roles than it loads by.
	for _, to := range []string{loader.ToImport, loader.ToRebuild} {
		err := db.CheckRights(ctx, to)
		switch kind, _ := classify(err); {
		case kind == nayose.Access:
			lacks += "; " + nayose.OneLine(err.Error())
		case err != nil:
			return "", err
		default:
			may += ", " + to
		}
	}
	return "reachable, its schema is the one that this nayose needs, and the role may " + may + lacks, nil
}

// checkPartner asks whether the partner's delivery of a week is whole, and reads it through the mapping, writing nothing.
func (j *job) checkPartner(ctx context.Context, d *delivery) (string, error) {
	seen, err := j.sight(ctx, d)
	if err != nil {
		return "", err
	}
	counts, err := j.tryOut(ctx, d)
	found := countsText(&counts)
	if e := d.cfg.expected(); e.Numbered() || e.Ruled() {
		found = seen.String() + "; " + found
	}
	return found, err
}

// sight pins the files of the partner's delivery of a week as a plan would, which must be whole, and looks for an approval of it.
// It writes nothing.
func (j *job) sight(ctx context.Context, d *delivery) (arrival.Sighting, error) {
	seen, err := j.lookWhole(ctx, d)
	if err != nil {
		return seen, err
	}
	d.plan.Mapping = d.cfg.Mapping.Digest()
	if d.plan.Files, err = j.pinSeen(ctx, &seen, nil); err != nil {
		return seen, err
	}
	d.plan.Approval, err = j.lastApproval(ctx, d.plan)
	return seen, err
}
