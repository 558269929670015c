package main

import (
	"context"

	"github.com/urfave/cli/v3"

)

func (j *job) checkFeed(ctx context.Context, c *cli.Command) error { return nil }

