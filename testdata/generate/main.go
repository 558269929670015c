// Command generate writes the small corpus that tests and the demo run on: a company master, weekly feeds of two
// invented partners, and the truth about them. Every name, address and number is put together from the word lists of
// words.go; whatever resembles a real company does so by chance.
//
//	go run ./testdata/generate -out testdata/corpus
//
// It works in the order in which the world would: companies are founded (companies.go), they and others become
// employers, that is a company as some partner writes it (employers.go), an employer posts jobs that come, change and
// go with the weeks (postings.go), and each partner writes its file in its own dialect, with some damage (feeds.go,
// damage.go). A company such as
//
//	株式会社高橋建設, 東京都新宿区本町３丁目１２番５号
//
// becomes the employer of kind "variant" whom hataraku-net writes as
//
//	"㈱髙橋建設　新宿営業所","東京都新宿区本町3-12-5"
//
// and truth.csv says which company that is. Everything hangs on fixed seeds, one for each part so that a change in one
// leaves the others alone; the test of this package compares the committed corpus with a fresh one, byte for byte.
//
// Beside the corpus it writes masters of any size, and postings of their companies, to measure on (registry.go, bignames.go,
// cities.go, disguise.go):
//
//	go run ./testdata/generate -companies 1400000 -postings 50000 -out DIR # companies.csv and postings.csv
//
// feeds of any size that are mostly text (textfeed.go):
//
//	go run ./testdata/generate -feed FILE -rows 100000 -encoding cp932
//
// and that master as the corporate-number registry publishes it: a full file, and the change files of so many weekdays behind it
// (history.go, gazette.go, registryfile.go):
//
//	go run ./testdata/generate -registry DIR -companies 5800000 -days 20
//
// What is of any size is written a row at a time, each drawn from dice that only its number decides: memory does not
// grow with it, and a registry's rows are put in order through ten files. The corpus, 0.6 MB, is held.
package main

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
)

func main() {
	out := flag.String("out", "testdata/corpus", "directory to write the corpus to")
	companies := flag.Int("companies", 0, "write a master of so many companies in place of the corpus")
	postings := flag.Int("postings", 0, "and so many postings of them")
	feed := flag.String("feed", "", "write a feed that is mostly text to this file in place of the corpus")
	rows := flag.Int("rows", 100_000, "rows of that feed")
	encoding := flag.String("encoding", "utf-8", "of that feed: utf-8 or cp932")
	registry := flag.String("registry", "", "write a registry's files of that many companies to this directory in place of the corpus")
	days := flag.Int("days", 3, "and so many change files")
	flag.Parse()
	generate := func() error { return write(*out) }
	if *companies > 0 {
		generate = func() error { return big(*out, *companies, *postings) }
	}
	if *feed != "" {
		generate = func() error { return writeTextFeed(*feed, *encoding, *rows) }
	}
	if *registry != "" {
		generate = func() error { return writeRegistry(*registry, max(*companies, 1), *days) }
	}
	if err := generate(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// write makes the corpus and puts its files below dir.
func write(dir string) error {
	files, err := corpus()
	if err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// corpus is the content of every generated file by its path below the corpus directory.
func corpus() (map[string][]byte, error) {
	world := found()
	files := map[string][]byte{"companies.csv": table(world.table())}
	truth := [][]string{{"partner", "week", "posting_id", "true_company_id", "kind"}}
	damages := [][]string{{"partner", "week", "line", "kind"}}
	for _, p := range partners {
		postings := advertise(p, employ(p, world))
		for w, week := range p.weeks {
			d, err := p.deliver(w, postings)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", p.name, week, err)
			}
			files["feeds/"+week+"/"+p.name+".csv"] = d.content
			truth = append(truth, d.truth...)
			damages = append(damages, d.damages...)
		}
	}
	files["truth.csv"], files["damage.csv"] = table(truth), table(damages)
	return files, sampleRegistry(world, files)
}

// table writes rows as the plainest CSV: UTF-8, commas, quotes only where needed.
func table(rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.WriteAll(rows) // a buffer never fails to write
	return b.Bytes()
}

// dice is a source of chance with a fixed seed.
type dice struct{ *rand.Rand }

// newDice is the dice of one part of the corpus.
func newDice(part string) dice {
	h := fnv.New64a()
	h.Write([]byte(part))
	return dice{rand.New(rand.NewPCG(h.Sum64(), 47))}
}

// percent is true in p of 100 cases.
func (d dice) percent(p int) bool { return d.IntN(100) < p }

// between is a number from low to high, both included.
func (d dice) between(low, high int) int { return low + d.IntN(high-low+1) }

// one picks an element.
func one[T any](d dice, from []T) T { return from[d.IntN(len(from))] }
