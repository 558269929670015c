package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/feed"
)

func doctorCommand() *cli.Command {
	return &cli.Command{
		Name: "doctor", Usage: "check the stores, the database, its schema, and with --week each partner's files against the mapping",
		Category: "operations", Flags: deliveryFlags(),
		Action: withJob(func(ctx context.Context, j *job, c *cli.Command) error {
			partners, err := j.cfg.chosen(c.String("partner"))
			if err != nil {
				return err
			}
			checks := []check{
				{"store " + j.store.String(), j.checkStore},
				{"input " + j.input.String(), j.checkInput},
				{"database", j.checkDatabase},
			}
			if c.String("week") != "" {
				week, err := weekOf(c)
				if err != nil {
					return err
				}
				for _, id := range partners {
					checks = append(checks, check{"partner " + id, func(ctx context.Context) (string, error) {
						return j.checkPartner(ctx, id, week)
					}})
				}
			}
			return j.examine(ctx, checks)
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
	for _, c := range checks {
		found, err := c.do(ctx)
		mark := "ok   "
		if err != nil {
			mark, found = "FAULT", oneLine(err.Error())
			errs = append(errs, fmt.Errorf("%s: %w", c.what, err))
		}
		fmt.Fprintf(j.out, "%s  %s: %s\n", mark, c.what, found)
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
			return "reads, writes, and refuses to overwrite", nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", nayose.Fault(nayose.Integrity, errors.New("the store overwrites objects in spite of If-None-Match"),
		"use a store that honours conditional writes, or nayose's commits are not safe")
}

// checkInput looks for the master's file, if the config names one.
func (j *job) checkInput(ctx context.Context) (string, error) {
	if j.cfg.Master.File == "" {
		return "the master comes from Postgres", nil
	}
	o, err := j.input.Stat(ctx, j.cfg.Master.File)
	if err != nil {
		return "", fmt.Errorf("master: %w", err)
	}
	return fmt.Sprintf("master %s has %d bytes", o.Key, o.Size), nil
}

func (j *job) checkDatabase(ctx context.Context) (string, error) {
	db, err := j.database(ctx)
	if err != nil {
		return "", err
	}
	if err := db.CheckSchema(ctx); err != nil {
		return "", err
	}
	return "reachable, its schema is the one that this nayose needs", nil
}

// checkPartner reads the partner's files of a week through the mapping, writing nothing.
func (j *job) checkPartner(ctx context.Context, id string, week nayose.Week) (string, error) {
	cfg := j.cfg.Partners[id]
	r := feed.NewReader(id, &cfg.Mapping, feed.Sink{
		Posting: func(nayose.Posting) error { return nil },
		Mention: func(nayose.Mention) error { return nil },
		Reject:  func(nayose.Reject) error { return nil },
	})
	for _, key := range cfg.keys(week) {
		pin, err := artifact.PinObject(ctx, j.input, key)
		if err != nil {
			return "", err
		}
		if err := j.readFile(ctx, r, pin); err != nil {
			return "", err
		}
	}
	counts := r.Counts()
	return fmt.Sprintf("%d records: %d good, %d rejected, %d duplicate", counts.Records, counts.Unique, counts.Rejected, counts.Duplicates), nil
}
