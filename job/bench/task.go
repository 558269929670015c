package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"nayose"
	"nayose/job/internal/eval"
	"nayose/matcher"
)

// A task is what a process of its own does, so that its memory can be told. With companies it builds a master from that CSV,
// answers the mentions, and saves the master; without, it opens what is saved, answers the mentions, and checks it.
type task struct{ companies, mentions, saved string }

// taskCommand is the argument that a process gets to do a task.
const taskCommand = "task"

// An outcome is what a task took. Memory is in bytes: the most that the process had, pages of files included, and what of it is
// no file's.
type outcome struct {
	Seconds  float64 `json:"seconds"` // until the master is there
	CPU      float64 `json:"cpu"`
	There    int64   `json:"there"`    // memory when it is
	Answered int64   `json:"answered"` // and when the mentions are answered
	Own      int64   `json:"own"`
	After    float64 `json:"after"` // seconds to save or check it
}

// run does the task and writes its outcome.
func (t task) run(out io.Writer) error {
	var o outcome
	m, took, err := t.load()
	if err != nil {
		return err
	}
	cpu, err := ownCPU()
	if err != nil {
		return err
	}
	o.Seconds, o.CPU = took.Seconds(), cpu.Seconds()
	if o.There, err = memory(peakMemory); err != nil {
		return err
	}
	if err := t.match(matcher.New(m, matcher.DefaultModel())); err != nil {
		return err
	}
	if o.Answered, err = memory(peakMemory); err != nil {
		return err
	}
	if o.Own, err = memory(notOfFiles); err != nil {
		return err
	}
	start := time.Now()
	if err := t.after(m); err != nil {
		return err
	}
	o.After = time.Since(start).Seconds()
	return json.NewEncoder(out).Encode(o)
}

// openings is how often a saved master is opened; the least time counts.
const openings = 20

// load makes the master, and says how long that took.
func (t task) load() (m *matcher.Master, took time.Duration, err error) {
	start := time.Now()
	if t.companies != "" {
		m, err = buildMaster(t.companies)
		return m, time.Since(start), err
	}
	took = math.MaxInt64
	for range openings {
		if m != nil {
			err = m.Close()
		}
		if err != nil {
			return nil, 0, err
		}
		start = time.Now()
		if m, err = openMaster(t.saved); err != nil {
			return nil, 0, err
		}
		took = min(took, time.Since(start))
	}
	return m, took, nil
}

func buildMaster(companies string) (m *matcher.Master, err error) {
	err = reading(companies, func(all iter.Seq2[nayose.Company, error]) (err error) {
		m, err = matcher.Build(all)
		return err
	})
	return m, err
}

func openMaster(saved string) (*matcher.Master, error) {
	f, err := os.Open(saved)
	if err != nil {
		return nil, err
	}
	m, err := matcher.Open(f)
	return m, errors.Join(err, f.Close())
}

// after saves a master that was built, or checks one that was opened.
func (t task) after(m *matcher.Master) error {
	if t.companies == "" {
		return m.Check()
	}
	return create(t.saved, func(w io.Writer) error {
		_, err := m.WriteTo(w)
		return err
	})
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

// The lines that Linux keeps of a process's memory. getrusage would not do: its peak begins with that of the parent. Of what is
// no file's there is no peak, but the runtime gives little back within seconds.
const (
	peakMemory = "VmHWM"
	notOfFiles = "RssAnon"
)

// memory is a line of this process's status, in bytes.
func memory(line string) (int64, error) { return memoryOf("self", line) }

// memoryOf is a line of a process's status.
func memoryOf(pid, line string) (int64, error) {
	status := "/proc/" + pid + "/status"
	text, err := os.ReadFile(status)
	if err != nil {
		return 0, err
	}
	_, value, _ := strings.Cut(string(text), "\n"+line+":")
	value, _, _ = strings.Cut(value, " kB\n")
	kib, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: %s: %w", status, line, err)
	}
	return kib << 10, nil
}

// inProcess does a task in a process of its own, on so many cores.
func (t task) inProcess(cores int) (o outcome, err error) {
	self, err := os.Executable()
	if err != nil {
		return o, err
	}
	command := exec.Command(self, taskCommand, t.companies, t.mentions, t.saved)
	command.Env = append(os.Environ(), fmt.Sprint("GOMAXPROCS=", cores))
	var messages bytes.Buffer
	command.Stderr = &messages
	output, err := command.Output()
	if err != nil {
		return o, fmt.Errorf("%w: %s", err, strings.TrimSpace(messages.String()))
	}
	return o, json.Unmarshal(output, &o)
}
