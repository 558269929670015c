package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"nayose"
	"nayose/job/internal/eval"
	"nayose/matcher"
)

// A task is what a process of its own does, so that its memory can be told: build a master from a file, and answer the
// mentions of another.
type task struct{ master, mentions string }

// taskCommand is the argument that a process gets to do a task.
const taskCommand = "task"

// An outcome is what a task took.
type outcome struct {
	Seconds  float64 `json:"seconds"` // until the master is there
	CPU      float64 `json:"cpu"`
	Built    int64   `json:"built"`    // peak memory, in bytes, when it is
	Answered int64   `json:"answered"` // and when the mentions are answered
}

// run does the task and writes its outcome.
func (t task) run(out io.Writer) error {
	var o outcome
	start := time.Now()
	built, err := t.load()
	if err != nil {
		return err
	}
	cpu, peak, err := usedCPU()
	o.Seconds, o.CPU, o.Built = time.Since(start).Seconds(), cpu.Seconds(), peak
	if err != nil {
		return err
	}
	if err := t.match(matcher.New(built, matcher.DefaultModel())); err != nil {
		return err
	}
	if _, o.Answered, err = usedCPU(); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(o)
}

// load makes the master of its file.
func (t task) load() (built *matcher.Master, err error) {
	err = reading(t.master, func(all iter.Seq2[nayose.Company, error]) (err error) {
		built, err = matcher.Build(all)
		return err
	})
	return built, err
}

// mostMentions is how many mentions a task answers at most.
const mostMentions = 5000

func (t task) match(m *matcher.Matcher) error {
	f, err := os.Open(t.mentions)
	if err != nil {
		return err
	}
	postings, err := eval.ReadPostings(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	var mentions []nayose.Mention
	for i := range postings[:min(len(postings), mostMentions)] {
		mentions = append(mentions, postings[i].Mention)
	}
	_, err = onCores(2, m, mentions)
	return err
}

// inProcess does a task in a process of its own, on so many cores.
func (t task) inProcess(cores int) (o outcome, err error) {
	self, err := os.Executable()
	if err != nil {
		return o, err
	}
	command := exec.Command(self, taskCommand, t.master, t.mentions)
	command.Env = append(os.Environ(), fmt.Sprint("GOMAXPROCS=", cores))
	var messages bytes.Buffer
	command.Stderr = &messages
	output, err := command.Output()
	if err != nil {
		return o, fmt.Errorf("%w: %s", err, strings.TrimSpace(messages.String()))
	}
	return o, json.Unmarshal(output, &o)
}

// index measures how the master is built.
func (r *report) index(w *world) error {
	dir, err := os.MkdirTemp("", "nayose-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	plain, zipped, err := bothWays(w.companies, dir)
	if err != nil {
		return err
	}
	t := table{
		about: fmt.Sprintf("Build from the CSV, each in a process of its own that then answers up to %d mentions; peak memory is the process's.", mostMentions),
		head:  []string{"from", "cores", "MB of CSV", "seconds", "CPU seconds", "MiB after build", "MiB after match"},
	}
	for _, file := range []string{zipped, plain} {
		for _, cores := range []int{1, 2} {
			log.Printf("index: build from %s on %d", filepath.Base(file), cores)
			o, err := (task{file, w.postings}).inProcess(cores)
			if err != nil {
				return err
			}
			bytes, err := size(file)
			if err != nil {
				return err
			}
			t.row(filepath.Base(file), fmt.Sprint(cores), fmt.Sprint(bytes/1e6), fmt.Sprintf("%.2f", o.Seconds), fmt.Sprintf("%.2f", o.CPU),
				fmt.Sprint(o.Built>>20), fmt.Sprint(o.Answered>>20))
			r.figures[buildSeconds], r.figures[buildMemory] = o.Seconds, float64(o.Answered>>20)
		}
	}
	r.section("Index", t)
	return nil
}

// bothWays is a CSV plain and compressed, of which one is there and the other is made in dir.
func bothWays(file, dir string) (plain, zipped string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return "", "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if strings.HasSuffix(file, ".gz") {
		plain, zipped = filepath.Join(dir, "companies.csv"), file
		z, err := gzip.NewReader(f)
		if err != nil {
			return "", "", err
		}
		return plain, zipped, create(plain, func(w io.Writer) error { return copyAll(w, z) })
	}
	plain, zipped = file, filepath.Join(dir, "companies.csv.gz")
	return plain, zipped, create(zipped, func(w io.Writer) error {
		z := gzip.NewWriter(w)
		return errors.Join(copyAll(z, f), z.Close())
	})
}

func create(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

func copyAll(w io.Writer, r io.Reader) error {
	_, err := io.Copy(w, r)
	return err
}
