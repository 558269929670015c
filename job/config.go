package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/urfave/cli/v3"

	"nayose"
	"nayose/job/internal/arrival"
	"nayose/job/internal/feed"
	"nayose/job/internal/store"
	"nayose/matcher"
)

// config is the config file, completed by flags and environment. Paths are relative to the working directory.
type config struct {
	// Store is where plans and artefacts stand: s3://bucket/prefix or a directory. Required.
	Store string `yaml:"store"`
	// Input is where the partners' files and the master's file lie, which nayose only reads. Default: Store.
	Input string `yaml:"input"`
	// S3 is for servers other than AWS. Credentials and region come from the AWS_… environment as everybody knows it.
	S3 store.S3Options `yaml:"s3"`
	// Database is a PostgreSQL URL or key=value string. Keep passwords out of it: DATABASE_URL outranks it.
	Database string `yaml:"database"`
	// DatabaseSecret names a secret of AWS Secrets Manager that holds the URL, or the user and password for it. DATABASE_SECRET outranks it.
	DatabaseSecret string `yaml:"database_secret"`
	// DatabaseCA is a file of the authorities that may sign the database server's certificate, or an object, s3://bucket/key.
	// Default: those that the machine trusts.
	DatabaseCA string `yaml:"database_ca"`
	// DatabaseInsecure lets the URL ask for less than a verified certificate, in a network of one's own.
	DatabaseInsecure bool `yaml:"database_insecure"`
	// Master says where the companies come from.
	Master masterConfig `yaml:"master"`
	// Model is a model's file, as "nayose eval --fit" prints one. Default: the model that nayose brings.
	Model string `yaml:"model"`
	// Costs weigh a wrong match and a missed one against a review. Default: the model's, 10 and 10 reviews.
	Costs matcher.Costs `yaml:"costs"`
	// Rebuild holds a generation back that answers otherwise than the live one about more than DriftLimit of the mentions. Default: 5 %.
	Rebuild struct {
		DriftLimit *ratio `yaml:"drift_limit"`
	} `yaml:"rebuild"`
	// Retention is how long data is kept, each counted in days; for ever where nothing is set.
	Retention retention `yaml:"retention"`
	// Shards is in how many parts the match of a plan to come does its work. NAYOSE_SHARDS outranks it. Default: 1.
	Shards int `yaml:"shards"`
	// Partners by their id, which stands in object names, in logs and in the database.
	Partners map[string]partnerConfig `yaml:"partners"`
	// Wait is how long a run waits for what waiting can cure, late files and a busy lock, before it ends with 84 or 82.
	Wait duration `yaml:"wait"`
	// Deadline ends a run with 67 before the scheduler kills it. Default: none.
	Deadline duration `yaml:"deadline"`
}

// retention says after how many days what is erased; 0 for never.
type retention struct {
	// Postings are erased so long after they expired, with the mentions that no posting has any more.
	Postings days `yaml:"postings"`
	// Rejects are erased so long after the Monday of their delivery's week.
	Rejects days `yaml:"rejects"`
	// Artefacts are erased, place by place, when all that stands there is so old.
	Artefacts days `yaml:"artefacts"`
}

// days is a time such as 400d.
type days int

// UnmarshalYAML reads a number of days, 1 or more, with a d behind it.
func (d *days) UnmarshalYAML(decode func(any) error) error {
	var text string
	if err := decode(&text); err != nil {
		return err
	}
	number, ok := strings.CutSuffix(text, "d")
	n, err := strconv.Atoi(number)
	if !ok || err != nil || n < 1 || n > mostDays {
		return fmt.Errorf("%q is not a number of days such as 400d", text)
	}
	*d = days(n)
	return nil
}

// mostDays is a hundred years; beyond it lies a slip of the pen.
const mostDays = 36_525

// before is the day before which things are erased as of a week; only where d is set.
func (d days) before(week nayose.Week) nayose.Date { return week.Monday() - nayose.Date(d) }

// duration is a time such as 90s, 5m or 1h30m.
type duration time.Duration

// UnmarshalYAML reads what time.ParseDuration does.
func (d *duration) UnmarshalYAML(decode func(any) error) error {
	var text string
	if err := decode(&text); err != nil {
		return err
	}
	parsed, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("%q is not a time such as 90s, 5m or 1h30m", text)
	}
	*d = duration(parsed)
	return nil
}

// ratio is a part of a whole, from 0 to 1; in the config 10% or 0.1.
type ratio float64

// UnmarshalYAML reads a ratio in either form. The number nearest to what is written is the nearest to the ratio that it means, too,
// so that 29 of 100 are not more than 29%.
func (s *ratio) UnmarshalYAML(decode func(any) error) error {
	var text string
	if err := decode(&text); err != nil {
		return err
	}
	return s.parse(text)
}

func (s *ratio) parse(text string) error {
	number, percent := strings.CutSuffix(text, "%")
	number = strings.TrimSpace(number)
	if percent {
		number += "e-2"
	}
	parsed, err := strconv.ParseFloat(number, 64)
	if err != nil || !(parsed >= 0 && parsed <= 1) {
		return fmt.Errorf("%q is not a share such as 10%% or 0.1, from 0 to 100%%", text)
	}
	*s = ratio(parsed)
	return nil
}

// String writes the ratio in percent, to two decimals at most.
func (s ratio) String() string {
	return strconv.FormatFloat(math.Round(float64(s)*1e4)/1e2, 'f', -1, 64) + " %"
}

// defaultRejectLimit lets the damage pass that every feed has (2 % in the worst of the sample corpus), and holds a delivery whose
// columns or encoding have changed, of which a whole column is usually rejected.
const defaultRejectLimit = ratio(0.10)

// masterConfig is where the master comes from: the companies, and beside them their workplaces and other names.
type masterConfig struct {
	Source `yaml:",inline"`
	// Workplaces and Aliases are where these come from. Default: what was imported, where the companies are, which bring their
	// imported aliases along; else there are none.
	Workplaces *Source `yaml:"workplaces"`
	Aliases    *Source `yaml:"aliases"`
	// Version is a SELECT of one value that changes when the tables of the queries do, so that an unchanged source is not read again.
	Version string `yaml:"version"`
	// AtLeast is how many companies the master has at least; deliveries are held where it has fewer. Default: half of what the last
	// plan's has.
	AtLeast int64 `yaml:"at_least"`
}

// Source is where one of the three comes from. The YAML package sets only exported types that are embedded.
type Source struct {
	// File is the key of a CSV (docs/formats.md), plain or gzipped, in the input.
	File string `yaml:"file"`
	// Imported takes what "nayose master import" put into Postgres.
	Imported bool `yaml:"imported"`
	// Query selects from a team's own tables, with the columns of the CSV.
	Query string `yaml:"query"`
}

// named is whether there is a source at all.
func (s Source) named() bool { return s != Source{} }

// inDatabase is whether the source is read from Postgres.
func (s Source) inDatabase() bool { return s.Imported || s.Query != "" }

// masterPart is a part of the master and its source.
type masterPart struct {
	name string // in the config and in the inputs of a snapshot
	Source
}

// parts are the companies, the workplaces and the aliases.
func (m *masterConfig) parts() [3]masterPart {
	or := func(s *Source, otherwise Source) Source {
		if s == nil {
			return otherwise
		}
		return *s
	}
	return [3]masterPart{{"companies", m.Source}, {"workplaces", or(m.Workplaces, Source{Imported: m.Imported})}, {"aliases", or(m.Aliases, Source{})}}
}

func (m *masterConfig) validate() error {
	queries := false
	for i, p := range m.parts() {
		key := "master"
		if i > 0 {
			key += "." + p.name
		}
		sources := 0
		for _, named := range []bool{p.File != "", p.Imported, p.Query != ""} {
			if named {
				sources++
			}
		}
		switch {
		case sources > 1:
			return usage(fmt.Errorf("the master has more than one source of %s", p.name), "under "+key+": keep one of file, imported and query")
		case p.named() && !m.named():
			return usage(fmt.Errorf("the master's %s have a source, and its companies have none", p.name), "set master.file, master.imported or master.query")
		}
		queries = queries || p.Query != ""
	}
	switch {
	case m.Version != "" && !queries:
		return usage(errors.New("master.version is for queries, and the master has none"),
			"remove it: files and imported tables tell themselves whether they have changed")
	case m.AtLeast < 0:
		return usage(fmt.Errorf("master.at_least is %d", m.AtLeast), "give the number of companies that the master has at least")
	}
	return nil
}

// partnerConfig is a partner's feed and its mapping.
type partnerConfig struct {
	// Files is the key of the delivery's file in the input, or several in the order in which they are read: {week} stands for
	// the week's label, {monday} for its first day (20261116), and {n} for 1, 2, 3 and so on as far as there are files
	// ({nn} for 01, {nnn} for 001).
	Files feed.Names `yaml:"files"`
	// Complete says when the delivery is whole, so that no half upload is read. Default: when all Files are there; with {n}
	// there is no default.
	Complete completeness `yaml:"complete"`
	// RejectLimit is the share of a delivery's records that may be rejected before it is held for a person. Default: 10 %.
	RejectLimit *ratio `yaml:"reject_limit"`
	// Guards are the limits beyond which load holds a delivery that differs too much from those before it.
	Guards guardConfig `yaml:"guards"`
	// Receive lets the partner deliver to nayose receive. Default: it may not.
	Receive receiveConfig `yaml:"receive"`
	// Mapping says how the partner's columns become ours.
	feed.Mapping `yaml:",inline"`
}

// completeness is the rule by which a delivery is whole. All that are given must hold (arrival.Expected).
//
//	complete:
//	  count: 3                          # so many files
//	  marker: feeds/{week}/_SUCCESS     # an object that stands there when the upload is done
//	  quiet: 10m                        # no file has changed for so long
type completeness struct {
	Count  int      `yaml:"count"`
	Marker string   `yaml:"marker"`
	Quiet  duration `yaml:"quiet"`
}

// expected is which files a delivery has, and when it is whole.
func (p *partnerConfig) expected() *arrival.Expected {
	return &arrival.Expected{Files: p.Files, Count: p.Complete.Count, Marker: p.Complete.Marker, Quiet: time.Duration(p.Complete.Quiet)}
}

// defaultWait covers the minutes by which an upload is usually late; longer delays are the scheduler's retries.
const defaultWait = time.Minute

// partnerID keeps object names and log lines readable, and a key from leaving its place.
var partnerID = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)

// loadConfig reads the config that the command line names, a file or an object, and lays environment and flags over it.
func loadConfig(ctx context.Context, c *cli.Command) (*config, error) {
	cfg := &config{Wait: duration(defaultWait), Shards: 1}
	name := c.String("config")
	b, err := readNamed(ctx, name, store.S3Options{})
	if isMissing(err) || !strings.HasPrefix(name, "s3://") && err != nil {
		err = usage(err, "name the config file with --config or NAYOSE_CONFIG")
	}
	if err != nil {
		return nil, fmt.Errorf("read config: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(b, cfg, yaml.Strict()); err != nil {
		text := strings.Replace(firstLine(yaml.FormatError(err, false, false)), "found character '\t' that cannot start any token", "a tab; indent with spaces", 1)
		return nil, usage(fmt.Errorf("config %s: %s", name, text),
			"mend the line named above; docs/operating.md lists the settings")
	}
	for flag, field := range map[string]*string{"store": &cfg.Store, "input": &cfg.Input} {
		if c.IsSet(flag) {
			*field = c.String(flag)
		}
	}
	for flag, field := range map[string]*duration{"wait": &cfg.Wait, "deadline": &cfg.Deadline} {
		if c.IsSet(flag) {
			*field = duration(c.Duration(flag))
		}
	}
	cfg.Input = cmp.Or(cfg.Input, cfg.Store)
	cfg.Database = cmp.Or(os.Getenv("DATABASE_URL"), cfg.Database)
	cfg.DatabaseSecret = cmp.Or(os.Getenv("DATABASE_SECRET"), cfg.DatabaseSecret)
	if cfg.Shards, err = shardsSetting(cfg.Shards); err != nil {
		return nil, fmt.Errorf("config %s: %w", name, err)
	}
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("config %s: %w", name, err)
	}
	return cfg, nil
}

// longestWait is how long a run may wait: a tenth of its time before the deadline is left to those that have nothing to wait for.
func (cfg *config) longestWait() duration {
	if cfg.Deadline <= 0 {
		return cfg.Wait
	}
	return min(cfg.Wait, cfg.Deadline-cfg.Deadline/10)
}

// hasDatabase is whether a database is named.
func (cfg *config) hasDatabase() bool { return cfg.Database != "" || cfg.DatabaseSecret != "" }

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return s
}

func (cfg *config) validate() error {
	if cfg.Store == "" {
		return usage(errors.New("no store is named"), "set store: to s3://bucket/prefix or a directory, or NAYOSE_STORE")
	}
	if err := cfg.Master.validate(); err != nil {
		return err
	}
	for _, id := range cfg.partnerIDs() {
		p := cfg.Partners[id]
		if err := p.validate(id); err != nil {
			return err
		}
	}
	return cfg.validateReceive()
}

func (p *partnerConfig) validate(id string) error {
	if !partnerID.MatchString(id) {
		return usage(fmt.Errorf("partner %q: an id has small letters, digits, - and _ only", id), "rename the partner in the config")
	}
	if len(p.Files) == 0 {
		return usage(fmt.Errorf("partner %s has no files", id), "add files: feeds/{week}/"+id+".csv")
	}
	if err := p.expected().Check(); err != nil {
		return fmt.Errorf("partner %s: %w", id, err)
	}
	if err := p.Guards.validate(); err != nil {
		return fmt.Errorf("partner %s: %w", id, err)
	}
	if err := p.Mapping.Validate(); err != nil {
		return fmt.Errorf("partner %s: %w", id, err)
	}
	return nil
}

// partnerIDs are the partners in the order in which they run.
func (cfg *config) partnerIDs() []string { return slices.Sorted(maps.Keys(cfg.Partners)) }

// chosen are the partners that --partner names, or all.
func (cfg *config) chosen(partner string) ([]string, error) {
	if len(cfg.Partners) == 0 {
		return nil, usage(errors.New("the config names no partner"), "add one under partners:")
	}
	if partner == "" {
		return cfg.partnerIDs(), nil
	}
	if _, ok := cfg.Partners[partner]; !ok {
		return nil, usage(fmt.Errorf("unknown partner %q", partner), "the config knows: "+strings.Join(cfg.partnerIDs(), ", "))
	}
	return []string{partner}, nil
}
