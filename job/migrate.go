package main

import (
	"context"

	"github.com/urfave/cli/v3"
)

func migrateCommand() *cli.Command {
	return &cli.Command{
		Name: "migrate", Usage: "bring the database's schema to this version of nayose",
		Action: withJob(func(ctx context.Context, j *job, _ *cli.Command) error {
			db, err := j.database(ctx)
			if err != nil {
				return err
			}
			from, to, err := db.Migrate(ctx)
			if err != nil {
				return err
			}
			j.log.Info("migrated", "from", from, "to", to)
			return nil
		}),
	}
}
