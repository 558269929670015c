package main

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/artifact"
)

// mostShards is how many jobs AWS Batch takes in an array.
const mostShards = 10_000

// shardsSetting is the count of shards that NAYOSE_SHARDS or else the config gives to plans to come.
func shardsSetting(config int) (n int, err error) {
	n = config
	if text := os.Getenv("NAYOSE_SHARDS"); text != "" {
		if n, err = strconv.Atoi(text); err != nil {
			return 0, usage(fmt.Errorf("NAYOSE_SHARDS is %q, which is no number", text), sizeHint)
		}
	}
	if n < 1 || n > mostShards {
		return 0, usage(fmt.Errorf("a plan has 1 to %d shards, not %d", mostShards, n), sizeHint)
	}
	return n, nil
}

const sizeHint = "set NAYOSE_SHARDS, or shards: in the config, to the size of the array job"

func shardFlag() cli.Flag {
	return &cli.StringFlag{Name: "shard", Usage: "take only part `I/N` of the mentions, 0/N first; in array jobs the environment tells", DefaultText: "all"}
}

// shardOf is the part of the mentions that match is told to do, or nil for all: --shard, else the index that AWS Batch
// gives each job of an array and Kubernetes each of an indexed job, of as many as the settings say.
func shardOf(c *cli.Command, of int) (*artifact.Shard, error) {
	text, hint := c.String("shard"), "the shards of 16 are 0/16 to 15/16"
	if text == "" {
		index := cmp.Or(os.Getenv("AWS_BATCH_JOB_ARRAY_INDEX"), os.Getenv("JOB_COMPLETION_INDEX"))
		if index == "" {
			return nil, nil
		}
		text, hint = fmt.Sprintf("%s/%d", index, of), sizeHint
	}
	shard, err := artifact.ParseShard(text)
	if err != nil {
		return nil, usage(err, hint)
	}
	return &shard, nil
}

// shards are those that match is to do: the one that it is told, which must be of the plan's count, or all of the plan.
func (d *delivery) shards() ([]artifact.Shard, error) {
	if s := d.shard; s != nil {
		if s.Of != d.plan.Shards {
			return nil, usage(fmt.Errorf("shard %s is of %d, and plan %d has %s", s, s.Of, d.plan.Number, nayose.Count(d.plan.Shards, "shard")),
				fmt.Sprintf("match in %s, or freeze another plan: set NAYOSE_SHARDS=%d, or shards: %[2]d in the config, and run nayose extract",
					nayose.Count(d.plan.Shards, "shard"), s.Of))
		}
		return []artifact.Shard{*s}, nil
	}
	all := make([]artifact.Shard, d.plan.Shards)
	for i := range all {
		all[i] = artifact.Shard{Index: i, Of: d.plan.Shards}
	}
	return all, nil
}

// missing are the numbers of the plan's shards that are not matched.
func (d *delivery) missing() (shards []int) {
	for i := range d.plan.Shards {
		if i >= len(d.matches) || d.matches[i].Match == nil {
			shards = append(shards, i)
		}
	}
	return shards
}

// allMatched is whether every shard of the plan is matched.
func (d *delivery) allMatched() bool { return d.plan.Shards > 0 && len(d.missing()) == 0 }

// lacking is the error of a delivery of which shards are missing.
func (d *delivery) lacking() error {
	missing := d.missing()
	switch {
	case len(missing) == 0:
		return nil
	case d.plan.Shards == 1:
		return nayose.Fault(nayose.NotReady, fmt.Errorf("plan %d is not matched yet", d.plan.Number),
			"run nayose match, or nayose run, for this week first")
	}
	err := fmt.Errorf("of the %d shards of plan %d these are not matched: %s", d.plan.Shards, d.plan.Number, spans(missing))
	return nayose.Fault(nayose.Missing, err, "run "+d.matchCommand()+", then this command again")
}

// matchCommand matches what is missing.
func (d *delivery) matchCommand() string {
	command := fmt.Sprintf("nayose match --week %s --partner %s", d.plan.Week, d.partner)
	if missing := d.missing(); len(missing) == 1 && d.plan.Shards > 1 {
		command += fmt.Sprintf(" --shard %d/%d", missing[0], d.plan.Shards)
	}
	return command
}

// spans writes rising numbers as 3, 7-9.
func spans(numbers []int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		end := i
		for end+1 < len(numbers) && numbers[end+1] == numbers[end]+1 {
			end++
		}
		part := strconv.Itoa(numbers[i])
		if end > i {
			part += "-" + strconv.Itoa(numbers[end])
		}
		parts = append(parts, part)
		i = end + 1
	}
	return strings.Join(parts, ", ")
}
