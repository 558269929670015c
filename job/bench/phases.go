package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// phaseNames are the phases of a rebuild, in order. What a phase has done it says by a line of the log.
var phaseNames = []string{"begin", "freeze the mentions", "survey", "match", "write", "catch up, compare, verify, go live"}

// lastPhase has no line: it ends with the command.
const lastPhase = 5

// logLine is a line of nayose's log.
type logLine struct{ Msg, Stage string }

// phase is which phase ends with the line, or -1.
func (l logLine) phase() int {
	switch l {
	case logLine{"rebuild", ""}:
		return 0
	case logLine{"mentions frozen", "rebuild"}:
		return 1
	case logLine{"done", "survey"}:
		return 2
	case logLine{"done", "match"}:
		return 3
	case logLine{"part written", ""}:
		return 4
	}
	return -1
}

// phases is what a run of the command took.
type phases struct {
	spent     []spent // by phase
	ends      []lapEnd
	peak, own int64 // bytes of memory at most: all of it, and what is no file's
}

// spent is the time of a phase: wall, and CPU of the command and of its sessions.
type spent struct{ wall, client, server time.Duration }

// String is "none" of a phase that never came.
func (s spent) String() string {
	if s == (spent{}) {
		return "none"
	}
	return fmt.Sprintf("%.1f (%.1f, %.1f)", s.wall.Seconds(), s.client.Seconds(), s.server.Seconds())
}

// minus and plus are by figure.
func (s spent) minus(t spent) spent {
	return spent{s.wall - t.wall, s.client - t.client, s.server - t.server}
}

func (s spent) plus(t spent) spent {
	return spent{s.wall + t.wall, s.client + t.client, s.server + t.server}
}

// lapEnd is when a phase ended, for the time being: those of parts come again and again.
type lapEnd struct {
	phase int
	at    time.Time
}

func (p *phases) total() (all spent) {
	for _, s := range p.spent {
		all = all.plus(s)
	}
	return all
}

// at is the phase of a moment.
func (p *phases) at(t time.Time) string {
	for _, e := range p.ends {
		if t.Before(e.at) {
			return phaseNames[e.phase]
		}
	}
	return "after the end"
}

// watch runs the command, and takes its times at each line of its log that ends a phase.
func (b *rebuildBench) watch(args ...string) (phases, error) {
	p := phases{spent: make([]spent, len(phaseNames))}
	command := exec.Command(filepath.Join(b.dir, "nayose"), args...)
	command.Env = append(os.Environ(), "DATABASE_URL="+b.url, "NAYOSE_CONFIG="+filepath.Join(b.dir, "nayose.yaml"))
	var said strings.Builder
	command.Stdout = &said
	messages, err := command.StderrPipe()
	if err != nil {
		return p, err
	}
	before, err := b.sessions()
	if err != nil {
		return p, err
	}
	last := spent{server: before}
	start := time.Now()
	if err := command.Start(); err != nil {
		return p, err
	}
	lap := func(phase int, wall, client time.Duration) error {
		server, err := b.sessions()
		now := spent{wall, client, server}
		p.spent[phase] = p.spent[phase].plus(now.minus(last))
		p.ends, last = append(p.ends, lapEnd{phase, time.Now()}), now
		return err
	}
	lines := bufio.NewScanner(messages)
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		var line logLine
		if json.Unmarshal(lines.Bytes(), &line) != nil || line.phase() < 0 {
			continue
		}
		if err := p.remember(command.Process.Pid); err != nil {
			return p, err
		}
		client, err := cpuOf(command.Process.Pid)
		if err == nil {
			err = lap(line.phase(), time.Since(start), client)
		}
		if err != nil {
			return p, err
		}
	}
	if err := command.Wait(); err != nil {
		return p, fmt.Errorf("nayose %s: %w: %s", strings.Join(args, " "), err, said.String())
	}
	wall := time.Since(start)
	time.Sleep(200 * time.Millisecond) // until the server has counted the sessions that ended
	return p, lap(lastPhase, wall, command.ProcessState.UserTime()+command.ProcessState.SystemTime())
}

// remember keeps the most memory that the process has had.
func (p *phases) remember(pid int) error {
	peak, err := memoryOf(strconv.Itoa(pid), peakMemory)
	if err != nil {
		return err
	}
	own, err := memoryOf(strconv.Itoa(pid), notOfFiles)
	p.peak, p.own = max(p.peak, peak), max(p.own, own)
	return err
}

// cpuOf is the user and system time of a process.
func cpuOf(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(stat))
	var ticks int64
	for _, field := range fields[13:15] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * tick, nil
}

// sessions is the CPU time of the command's sessions: those that are there, and all of the server's processes that have ended.
func (b *rebuildBench) sessions() (time.Duration, error) {
	var ticks int64
	err := b.server.QueryRow(context.Background(), `
		with postmaster as (select split_part(pg_read_file('postmaster.pid'), E'\n', 1) as pid)
		select coalesce(sum(split_part(stat, ' ', 14)::bigint + split_part(stat, ' ', 15)::bigint), 0) + (
			select split_part(stat, ' ', 16)::bigint + split_part(stat, ' ', 17)::bigint
			from postmaster, pg_read_file('/proc/' || pid || '/stat') stat)
		from pg_stat_activity, pg_read_file('/proc/' || pid || '/stat', 0, 1000, true) stat where application_name = 'nayose'`).Scan(&ticks)
	return time.Duration(ticks) * tick, err
}
