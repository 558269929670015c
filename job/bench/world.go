package main

import (
	"errors"
	"fmt"
	"iter"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"nayose"
	"nayose/job/internal/eval"
	"nayose/job/internal/feed"
	"nayose/job/internal/master"
	"nayose/job/internal/program"
	"nayose/matcher"
)

// A world is what is measured on: a master, deliveries of mentions, and postings whose company is known.
type world struct {
	name       string
	companies  string // the master's file
	postings   string // a file of postings
	deliveries []delivery
	labelled   []eval.Set
	built      *matcher.Master
}

// A delivery is the mentions that are answered together.
type delivery struct {
	name     string
	feed     bool // a partner's file
	mentions []nayose.Mention
}

// realWorld reads the data that the options name. dir is for files of its own.
func realWorld(o *options, _ string) (*world, error) {
	w := &world{name: "real", companies: filepath.Join(o.data, "companies.csv.gz"), postings: filepath.Join(o.data, "gold", "kaigo.csv")}
	for _, name := range []string{"kaigo", "edinet", "rs", "listed", "est"} {
		if err := w.gold(name, filepath.Join(o.data, "gold", name+".csv")); err != nil {
			return nil, err
		}
	}
	return w, w.feeds(filepath.Join(o.data, "feeds"), "2026-W47")
}

// generatedWorld generates a master and its postings below dir.
func generatedWorld(o *options, dir string) (*world, error) {
	log.Printf("generate %d companies and %d postings", o.companies, o.postings)
	dir = filepath.Join(dir, "generated")
	generate := exec.Command("go", "run", "nayose/testdata/generate", "-out", dir,
		"-companies", strconv.Itoa(o.companies), "-postings", strconv.Itoa(o.postings))
	if output, err := generate.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("generate: %w: %s", err, output)
	}
	w := &world{name: fmt.Sprintf("generated, %d companies", o.companies), companies: filepath.Join(dir, "companies.csv"), postings: filepath.Join(dir, "postings.csv")}
	return w, w.gold("generated", w.postings)
}

// gold reads a file of labelled postings, which is a delivery, too, unless it stands apart.
func (w *world) gold(name, file string) error {
	set, err := program.Gold(file)
	if err != nil {
		return err
	}
	set.Name = name
	w.labelled = append(w.labelled, set)
	if set.Apart {
		return nil
	}
	d := delivery{name: set.Name}
	for i := range set.Postings {
		d.mentions = append(d.mentions, set.Postings[i].Mention)
	}
	w.deliveries = append(w.deliveries, d)
	return nil
}

// feeds reads the mentions of a week's files that are there.
func (w *world) feeds(dir, week string) error {
	for _, partner := range []string{"hoikukaigo", "carejob"} {
		d := delivery{name: "feed " + partner, feed: true}
		err := program.ReadFeed(dir, week, partner, feed.Sink{
			Mention: func(m nayose.Mention) error { d.mentions = append(d.mentions, m); return nil },
		})
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		w.deliveries = append(w.deliveries, d)
	}
	return nil
}

// master is the world's master, built when it is first asked for.
func (w *world) master() (*matcher.Master, error) {
	if w.built != nil {
		return w.built, nil
	}
	log.Printf("build the master: %s", w.name)
	built, err := buildMaster(w.companies)
	w.built = built
	return built, err
}

// close forgets the master.
func (w *world) close() { w.built = nil }

// reading reads the companies of a file.
func reading(name string, read func(iter.Seq2[nayose.Company, error]) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(read(master.Read(f, filepath.Base(name))), f.Close())
}

// size is how many bytes a file has.
func size(name string) (int64, error) {
	info, err := os.Stat(name)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// all yields values as the matcher reads them.
func all[V any](values []V) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		for _, v := range values {
			if !yield(v, nil) {
				return
			}
		}
	}
}
