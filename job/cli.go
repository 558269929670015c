package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/terminal"
)

const description = `Every week partners drop files of job postings into the object store. nayose finds the company behind each
posting and loads the matches into Postgres, in stages that can each be run again alone:

   extract   the partner's files become postings, mentions of employers, and rejects
   match     each mention gets a company, a place in the review, or neither; --shard i/n does one part of n, and in
             an array job the scheduler's index (AWS_BATCH_JOB_ARRAY_INDEX or JOB_COMPLETION_INDEX) of NAYOSE_SHARDS
             names the part
   load      one transaction a delivery writes what changed to Postgres

"nayose run" does all three and skips what is done. Settings come from a flag, else the environment (NAYOSE_…,
DATABASE_URL and the AWS_… names), else the config file, else a default.

Examples:

   nayose migrate                           once: the schema in Postgres
   nayose master import companies.csv       the companies
   nayose doctor --week 2026-W47            is all there that a run needs?
   nayose run --week 2026-W47               all that is not done yet; again does nothing
   nayose status --week 2026-W47            how far it is, what is held, what to do next

Exit codes: 0 done · 1, 2 bug · 60 usage or config · 61 input breaks its contract · 62 held for a person ·
63 integrity · 64 access denied · 66 shards missing · 67 too big, or deadline passed · 80 S3 · 81 Postgres ·
82 busy · 83 stopped by a signal · 84 not ready. A code of 8x is worth a retry, one of 6x needs a person.`

// newCommand is the whole command line.
func newCommand(stdout, stderr io.Writer) *cli.Command {
	root := &cli.Command{
		Name:        "nayose",
		Usage:       "find the company behind each job posting",
		Description: description,
		Version:     codeVersion(),
		Writer:      stdout,
		ErrWriter:   stderr,
		Flags:       settingsFlags(),
		Commands: []*cli.Command{
			// In the order of use: what comes first and once, the week, its people, and what comes at times.
			migrateCommand(), masterCommand(), doctorCommand(), feedCommand(),
			runCommand(), extractCommand(), matchCommand(), loadCommand(), statusCommand(), approveCommand(),
			reviewCommand(), explainCommand(), evalCommand(), rebuildCommand(), eraseCommand(), receiveCommand(),
		},
		EnableShellCompletion: true,
		ConfigureShellCompletionCommand: func(c *cli.Command) {
			c.Hidden, c.Usage, c.Action = false, "print what makes bash, zsh, fish or PowerShell (pwsh) complete commands and flags", noSuchCommand
			for _, shell := range c.Commands {
				shell.Usage = "print that of " + shell.Name
			}
			c.Description = "For this shell: source <(nayose completion bash). For good: put that line into ~/.bashrc.\n" +
				"With bash it needs the package bash-completion."
			refuseBadUsage(c)
		},
		HideHelpCommand: true,
		ExitErrHandler:  func(context.Context, *cli.Command, error) {}, // report decides, in exit.go
		Action:          noSuchCommand,
	}
	cli.VersionPrinter = func(c *cli.Command) { fmt.Fprintln(c.Root().Writer, "nayose", codeVersion()) }
	refuseBadUsage(root)
	return root
}

// settingsFlags are the settings that every command takes; config.go has their meaning.
func settingsFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "config", Value: "nayose.yaml", Sources: cli.EnvVars("NAYOSE_CONFIG"), Usage: "read the config from this `FILE`, or s3://bucket/key"},
		&cli.StringFlag{Name: "store", Sources: cli.EnvVars("NAYOSE_STORE"), Usage: "keep plans and artefacts at this `URL`: s3://bucket/prefix or a directory"},
		&cli.StringFlag{Name: "input", Sources: cli.EnvVars("NAYOSE_INPUT"), Usage: "read partners' and master files at this `URL`, as for the store", DefaultText: "the store"},
		&cli.DurationFlag{Name: "wait", Sources: cli.EnvVars("NAYOSE_WAIT"), Usage: "wait for late files and a busy lock as long as this `TIME`", DefaultText: "1m"},
		&cli.DurationFlag{Name: "deadline", Sources: cli.EnvVars("NAYOSE_DEADLINE"), Usage: "end with exit code 67 after this `TIME`, such as 90m", DefaultText: "never"},
		&cli.StringFlag{Name: "log", Value: "auto", Sources: cli.EnvVars("NAYOSE_LOG"), Usage: "log in this `FORM`: text, json, or auto, which is text on a terminal"},
	}
}

// deliveryFlags choose the week and the partners.
func deliveryFlags() []cli.Flag { return withWeek("take only this `PARTNER`", "all in the config") }

// oneDeliveryFlags choose a week and a partner.
func oneDeliveryFlags() []cli.Flag { return withWeek("take the delivery of this `PARTNER`", "") }

func withWeek(partner, otherwise string) []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "week", Sources: cli.EnvVars("NAYOSE_WEEK"), Usage: "take this `WEEK`: 2026-W47, or an RFC 3339 time in it"},
		&cli.StringFlag{Name: "partner", Sources: cli.EnvVars("NAYOSE_PARTNER"), Usage: partner, DefaultText: otherwise},
	}
}

func jsonFlag() cli.Flag {
	return &cli.BoolFlag{Name: "json", Usage: "print JSON for programs"}
}

// writeJSON writes what --json asks for.
func writeJSON(w io.Writer, value any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}

// withJob opens the job that a command's settings describe, runs f with it, and closes it.
func withJob(f func(ctx context.Context, j *job, c *cli.Command) error) cli.ActionFunc {
	return func(ctx context.Context, c *cli.Command) error {
		if err := noArgument(c); err != nil {
			return err
		}
		return openJob(ctx, c, f)
	}
}

func openJob(ctx context.Context, c *cli.Command, f func(ctx context.Context, j *job, c *cli.Command) error) error {
	cfg, err := loadConfig(ctx, c)
	if err != nil {
		return err
	}
	log, err := terminal.NewLog(c.Root().ErrWriter, c.String("log"))
	if err != nil {
		return err
	}
	ctx, cancel := withDeadline(ctx, time.Duration(cfg.Deadline))
	defer cancel()
	out, err := saying(c)
	if err != nil {
		return err
	}
	cfg.Wait = cfg.longestWait()
	j, err := newJob(ctx, cfg, c.Root().Writer, log)
	if err != nil {
		return err
	}
	defer j.close()
	j.out = out
	return ended(ctx, f(ctx, j, c))
}

// withoutJob runs f, which needs no config, under the command line's deadline.
func withoutJob(f func(ctx context.Context, c *cli.Command) error) cli.ActionFunc {
	return func(ctx context.Context, c *cli.Command) error {
		ctx, cancel := withDeadline(ctx, c.Duration("deadline"))
		defer cancel()
		return ended(ctx, f(ctx, c))
	}
}

// withDeadline ends the context when a command's own deadline passes; 0 is none.
func withDeadline(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, d, errDeadline)
}

// weekOf reads --week, which the command needs.
func weekOf(c *cli.Command) (nayose.Week, error) {
	text := c.String("week")
	if text == "" {
		return nayose.Week{}, usage(errors.New("no week is given"), "add --week 2026-W47, or set NAYOSE_WEEK")
	}
	w, err := nayose.ParseWeek(text)
	if err != nil {
		return w, usage(err, "give --week as 2026-W47, or as the scheduler's RFC 3339 time")
	}
	return w, nil
}

// sleep waits, or ends early with the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
