package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/feed"
	"nayose/job/internal/store"
	"nayose/job/internal/terminal"
)

func feedCommand() *cli.Command {
	return &cli.Command{
		Name: "feed", Usage: "look at a partner's file; try a mapping", Action: noSuchCommand,
		Commands: []*cli.Command{feedInspectCommand(), feedCheckCommand()},
	}
}

func feedInspectCommand() *cli.Command {
	return &cli.Command{
		Name: "inspect", Usage: "show what a file is, what is wrong with it, and a mapping to start from; needs no config", ArgsUsage: "FILE",
		Description: "FILE is a local file, - for the standard input, or a key of the input (s3://bucket/key too).",
		Flags:       []cli.Flag{jsonFlag()},
		Action: withoutJob(func(ctx context.Context, c *cli.Command) error {
			file, err := openOnly(ctx, c)
			if err != nil {
				return err
			}
			defer file.Close()
			seen, err := feed.Inspect(ctx, file)
			if err != nil {
				return fmt.Errorf("%s: %w", c.Args().First(), err)
			}
			if c.Bool("json") {
				return writeJSON(c.Root().Writer, seen)
			}
			_, err = io.WriteString(c.Root().Writer, inspectionText(c.Args().First(), seen, terminal.Width(c.Root().Writer)))
			return err
		}),
	}
}

func feedCheckCommand() *cli.Command {
	return &cli.Command{
		Name: "check", Usage: "take files through a partner's mapping: show what it would load, reject and hold; writes nothing",
		ArgsUsage: "[FILE...]",
		Description: "Without FILE it takes the partner's delivery of the week. With --raw it prints the records of one FILE, without\n" +
			"a mapping or a config.",
		Flags: append(deliveryFlags(), jsonFlag(),
			&cli.IntFlag{Name: "limit", Value: 10, Usage: "show at most `N` rejects and postings"},
			&cli.StringFlag{Name: "report", Usage: "write all rejects to this CSV `FILE` for the partner, in Japanese; - for stdout"},
			&cli.BoolFlag{Name: "raw", Usage: "print the records as JSON, an object a line (docs/formats.md)"},
			&cli.StringFlag{Name: "encoding", Usage: "with --raw: the file's encoding, by its `NAME`", DefaultText: "found out"},
			&cli.StringFlag{Name: "delimiter", Usage: "with --raw: the `SIGN` between cells", DefaultText: "found out"},
			&cli.StringFlag{Name: "quote", Usage: "with --raw: the `SIGN` around cells, or none", DefaultText: "found out"}),
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.Bool("raw") {
				return withoutJob(checkRaw)(ctx, c)
			}
			for _, name := range []string{"encoding", "delimiter", "quote"} {
				if c.IsSet(name) {
					return usage(fmt.Errorf("--%s is for --raw", name), "without --raw the partner's mapping says it")
				}
			}
			return openJob(ctx, c, func(ctx context.Context, j *job, c *cli.Command) error { return j.checkFeed(ctx, c) })
		},
	}
}

// checkRaw prints the records of one file.
func checkRaw(ctx context.Context, c *cli.Command) error {
	file, err := openOnly(ctx, c)
	if err != nil {
		return err
	}
	defer file.Close()
	declared := &feed.Mapping{Encoding: c.String("encoding"), Delimiter: c.String("delimiter"), Quote: c.String("quote")}
	if err := feed.WriteRaw(ctx, c.Root().Writer, file, declared); err != nil {
		return fmt.Errorf("%s: %w", c.Args().First(), err)
	}
	return nil
}

// openOnly opens the one file that the command's argument names.
func openOnly(ctx context.Context, c *cli.Command) (feed.Content, error) {
	if c.Args().Len() != 1 {
		return nil, usage(fmt.Errorf("%s takes one file, not %d", named(c), c.Args().Len()), "name a file, or - for the standard input")
	}
	name := c.Args().First()
	if name == "-" {
		return artifact.Spool(c.Root().Reader, name)
	}
	file, err := openFile(name)
	if !isMissing(err) {
		return file, err
	}
	in, key, err := inputOf(ctx, c, name)
	if err != nil {
		return nil, err
	}
	object, err := in.Stat(ctx, key)
	if isMissing(err) {
		return nil, usage(fmt.Errorf("%s is neither a file here nor an object of %s: %w", name, in, fs.ErrNotExist), "name a file, or - for the standard input")
	}
	if err != nil {
		return nil, err
	}
	r, err := in.Open(ctx, object)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return artifact.Spool(r, name)
}

// inputOf is the store in which a name that is no local file may be a key: a bucket that it names itself, or the input of the
// settings, which may be none.
func inputOf(ctx context.Context, c *cli.Command, name string) (in nayose.Store, key string, err error) {
	url, options := cmp.Or(c.String("input"), c.String("store")), store.S3Options{}
	if cfg, err := loadConfig(ctx, c); err == nil {
		url, options = cfg.Input, cfg.S3
	}
	if bucket, key, ok := strings.Cut(strings.TrimPrefix(name, "s3://"), "/"); ok && strings.HasPrefix(name, "s3://") {
		in, err := store.Open(ctx, "s3://"+bucket, options)
		return in, key, err
	}
	if url == "" {
		return nil, "", usage(fmt.Errorf("open %s: %w", name, fs.ErrNotExist), "name a file, or - for the standard input; for a key of the input add --input")
	}
	in, err = store.Open(ctx, url, options)
	return in, name, err
}

// openFile opens a local file. The error is fs.ErrNotExist where there is none.
func openFile(name string) (*artifact.Local, error) {
	f, err := os.Open(name)
	if isMissing(err) {
		return nil, err
	}
	if err != nil {
		return nil, usage(err, "name a file that can be read")
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = usage(fmt.Errorf("%s is no regular file", name), "name a file; - reads the standard input")
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return artifact.NewLocal(f, name)
}
