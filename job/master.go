package main

import (
	"context"
	"iter"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/terminal"
)

func masterCommand() *cli.Command {
	return &cli.Command{
		Name: "master", Usage: "import the companies into Postgres, freeze a snapshot of them, compare two",
		Action: noSuchCommand,
		Commands: []*cli.Command{
			importCommand(),
			snapshotCommand(),
			compareCommand(),
		},
	}
}

// counted shows progress while companies pass, and ends them with the context; total may be 0 where it is not known.
func (j *job) counted(ctx context.Context, step string, total int64, companies iter.Seq2[nayose.Company, error]) iter.Seq2[nayose.Company, error] {
	return terminal.Counted(j.log, step, "companies", total, whileRunning(ctx, companies))
}

// whileRunning passes values on until the context ends, whose error is then the last thing.
func whileRunning[T any](ctx context.Context, values iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range values {
			if err == nil {
				err = ctx.Err()
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}
