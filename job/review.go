package main

import "github.com/urfave/cli/v3"

func reviewCommand() *cli.Command {
	return &cli.Command{
		Name: "review", Usage: "what people settle: the log of decisions",
		Action:   noSuchCommand,
		Commands: []*cli.Command{reviewLogCommand()},
	}
}
