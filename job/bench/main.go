// Command bench measures what nayose costs beside what somebody would use in its place, and writes the figures as Markdown:
// a table of ratios, then a section for each part, which -only selects.
//
//	endtoend  from the raw mention to the decision: CPU, mentions a second, allocations, two cores beside one; the same for
//	          the very mentions whose names pg_trgm is asked for, where candidates are measured, too
//	trgm      candidates by PostgreSQL's pg_trgm
//	tfidf     candidates by TF-IDF and cosine over pairs and triples of letters, as sparse_dot_topn computes them
//	brute     candidates by Levenshtein's distance to every name
//	index     seconds, bytes and memory to build, save, open and check the master
//	load      generated postings loaded into Postgres, beside psql's \copy of the same rows into an equal table; only where named
//	rebuild   a rebuild of what nayose has loaded of generated postings, alone and beside readers; only where named
//	extract   a generated feed that is mostly text: decoded and split alone, extracted, and its artefacts written
//
// It measures on the directory that NAYOSE_DATA names (companies.csv.gz, gold/*.csv, feeds/), and end to end on a generated
// master with its postings, too; without NAYOSE_DATA, or with -generated, on the latter alone. trgm asks the server that
// DATABASE_URL names, as the user that reads /proc of its backends, and leaves nothing there.
//
//	scripts/postgres run -- go run ./job/bench -data "$NAYOSE_DATA" -only endtoend,trgm > bench.md
//
// Figures are CPU time of one core where nothing else is said: that is what noise disturbs least, and what is paid for. For
// example "CPU 40 µs, 12 times less than pg_trgm" sets the user and system time that this process took for a thousand mentions
// beside that of the server's backend for the same names.
//
// main.go, task.go and report.go are what all parts use, world.go what most measure on; candidates.go asks the peers: ours.go, trgm.go, tfidf.go,
// sparsedot.go, brute.go, and exhaustive.go all names; rebuild.go has phases.go and readers.go. What a part takes goes by -rounds, -sample and -rows: brute is asked
// a fiftieth of the names, as each takes a fifth of a second, and load and rebuild take a database and minutes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"strings"

	"nayose/job/internal/program"
)

// options are what the flags say.
type options struct {
	data                string
	generated           bool
	companies, postings int
	sample              int // queries that slow peers are asked
	rows                int // of the generated feed
	rounds              int // how often everything is measured; the least counts
	only                []string
	given               []string // the flags as they were given, but the directory by its variable's name
}

var parts = []string{"endtoend", "trgm", "tfidf", "brute", "index", "extract", loadPart, rebuildPart}

// ownData are the parts that measure on data of their own.
var ownData = []string{"extract", loadPart, rebuildPart}

func (o *options) has(part string) bool { return len(o.only) == 0 || slices.Contains(o.only, part) }

func main() { os.Exit(start(os.Args[1:], os.Stdout, os.Stderr)) }

// start reads the arguments and is the program's exit code.
func start(args []string, out, messages io.Writer) int {
	o := options{}
	var only string
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&o.data, "data", "", "the `DIR` with companies.csv.gz, gold/ and feeds/; none is -generated")
	flags.BoolVar(&o.generated, "generated", false, "measure on generated data alone")
	flags.IntVar(&o.companies, "companies", 1_400_000, "companies of the generated master")
	flags.IntVar(&o.postings, "postings", 20_000, "postings of the generated ones")
	flags.IntVar(&o.sample, "sample", 1000, "names that pg_trgm is asked; Levenshtein is asked a fiftieth of them")
	flags.IntVar(&o.rows, "rows", 50_000, "rows of the generated feed that is mostly text, of the load, and of the rebuild")
	flags.IntVar(&o.rounds, "rounds", 3, "measure so often; the least counts, as others use the machine, too (of two cores beside one, and of extract: the median)")
	flags.StringVar(&only, "only", "", "parts, separated by commas, in place of all: "+strings.Join(parts, ","))
	return program.Run(flags, args, messages, func() error {
		if flags.Arg(0) == taskCommand { // in a process that the index part starts
			return task{flags.Arg(1), flags.Arg(2), flags.Arg(3)}.run(out)
		}
		if err := o.settle(flags, only); err != nil {
			return err
		}
		return measure(out, &o)
	})
}

// settle completes the options by which flags were given, and which parts they name.
func (o *options) settle(flags *flag.FlagSet, only string) error {
	o.rounds = max(1, o.rounds)
	flags.Visit(func(f *flag.Flag) {
		value := f.Value.String()
		if f.Name == "data" {
			value = `"$NAYOSE_DATA"`
		}
		o.given = append(o.given, "-"+f.Name+"="+value)
	})
	if only != "" {
		o.only = strings.Split(only, ",")
	}
	for _, name := range o.only {
		if !slices.Contains(parts, name) {
			return program.Usage("there is no part %q", name)
		}
	}
	return nil
}

// measure measures the parts that are asked for and writes the report.
func measure(out io.Writer, o *options) (err error) {
	dir, err := os.MkdirTemp("", "nayose-bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := newReport(o)
	if o.has("extract") {
		if err := r.extract(dir); err != nil {
			return fmt.Errorf("extract: %w", err)
		}
	}
	if slices.Contains(o.only, loadPart) {
		if err := r.load(dir); err != nil {
			return fmt.Errorf("load: %w", err)
		}
	}
	if slices.Contains(o.only, rebuildPart) {
		if err := r.rebuild(dir); err != nil {
			return fmt.Errorf("rebuild: %w", err)
		}
	}
	if slices.ContainsFunc(parts, func(part string) bool { return !slices.Contains(ownData, part) && o.has(part) }) {
		if err := r.measureWorlds(dir); err != nil {
			return err
		}
	}
	log.Print("done")
	return r.write(out)
}

// measureWorlds measures what needs a master.
func (r *report) measureWorlds(dir string) error {
	o := r.options
	o.generated = o.generated || o.data == ""
	open := realWorld
	if o.generated {
		open = generatedWorld
	}
	w, err := open(o, dir)
	if err != nil {
		return err
	}
	if err := r.measure(w); err != nil {
		return err
	}
	if !o.generated && o.has("endtoend") {
		w.close()
		if w, err = generatedWorld(o, dir); err != nil {
			return err
		}
		r.describe(w)
		if err := r.endToEnd(w); err != nil {
			return err
		}
	}
	return nil
}

// measure measures every part on one world. What comes first finds the least memory in use.
func (r *report) measure(w *world) error {
	r.describe(w)
	if r.has("index") {
		if err := r.index(w); err != nil {
			return fmt.Errorf("index: %w", err)
		}
	}
	if r.has("endtoend") {
		if err := r.endToEnd(w); err != nil {
			return fmt.Errorf("endtoend: %w", err)
		}
	}
	if r.has("trgm") || r.has("tfidf") || r.has("brute") {
		if err := r.candidates(w); err != nil {
			return fmt.Errorf("candidates: %w", err)
		}
	}
	return nil
}
