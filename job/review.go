package main

import "github.com/urfave/cli/v3"

func reviewCommand() *cli.Command {
	return &cli.Command{
		Name: "review", Usage: "what people settle: workbooks of doubtful employers, and audits",
		Commands: []*cli.Command{reviewImportCommand()}, Action: noSuchCommand,
	}
}
