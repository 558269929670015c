package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// A report gathers the sections, and the figures that its ratios are made of.
type report struct {
	*options
	about    table
	sections []string
	figures  map[string]float64
}

func newReport(o *options) *report {
	r := &report{options: o, figures: map[string]float64{}}
	r.about = table{head: []string{"what", "where"}}
	r.about.row("date", time.Now().Format(time.DateOnly))
	r.about.row("machine", fmt.Sprintf("%d cores, %s", runtime.NumCPU(), processor()))
	r.about.row("Go", runtime.Version())
	command := "go run ./job/bench"
	switch {
	case o.generated:
		command += fmt.Sprintf(" -generated -companies %d -postings %d", o.companies, o.postings)
	default:
		command += ` -data "$NAYOSE_DATA"`
	}
	if len(o.only) > 0 {
		command += " -only " + strings.Join(o.only, ",")
	}
	r.about.row("command", "`"+command+"`")
	return r
}

// processor is the name of this machine's processor.
func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

// describe says what is measured on.
func (r *report) describe(w *world) {
	var text []string
	for _, d := range w.deliveries {
		text = append(text, fmt.Sprintf("%s %d", d.name, len(d.mentions)))
	}
	r.about.row("data", w.name+"; mentions: "+strings.Join(text, ", "))
}

// section adds a heading and what stands below it.
func (r *report) section(name string, tables ...table) {
	r.sections = append(r.sections, "\n## "+name+"\n")
	for _, t := range tables {
		r.sections = append(r.sections, t.String())
	}
}

// The figures that ratios are made of. CPU is in microseconds a mention or query of the first world.
const (
	cpuEndToEnd      = "end to end"
	perSecond        = "mentions a second"
	speedUp          = "two cores"
	allocations      = "allocations"
	cpuOurs          = "nayose"
	cpuTrgm          = "pg_trgm"
	cpuPairs         = "2-grams, faster"
	cpuTriples       = "3-grams, faster"
	cpuSparsePairs   = "2-grams"
	cpuSparseTriples = "3-grams"
	cpuBrute         = "Levenshtein"
	buildSeconds     = "build"
	openSeconds      = "open"
	indexBytes       = "bytes"
	buildMemory      = "build and match, MiB"
	openMemory       = "open and match, MiB"
)

// ratios is the table at the top.
func (r *report) ratios() table {
	t := table{about: "The ratios; a larger one is better for nayose.", head: []string{"what", "nayose", "the other", "ratio"}}
	versus := func(what, ours, other string) {
		a, b := r.figures[ours], r.figures[other]
		ratio := "-"
		if a > 0 && b > 0 {
			ratio = fmt.Sprintf("%.3g", b/a)
		}
		t.row(what, figure(a, "%.4g"), figure(b, "%.4g"), ratio)
	}
	versus("CPU µs: end to end, beside the candidates of pg_trgm (GIN)", cpuEndToEnd, cpuTrgm)
	versus("CPU µs: candidates by name, beside TF-IDF of 2-grams as in sparse_dot_topn", cpuOurs, cpuSparsePairs)
	versus("CPU µs: candidates by name, beside TF-IDF of 3-grams as in sparse_dot_topn", cpuOurs, cpuSparseTriples)
	versus("CPU µs: candidates by name, beside TF-IDF of 2-grams, faster", cpuOurs, cpuPairs)
	versus("CPU µs: candidates by name, beside TF-IDF of 3-grams, faster", cpuOurs, cpuTriples)
	versus("CPU µs: candidates by name, beside Levenshtein over all names", cpuOurs, cpuBrute)
	for _, alone := range []struct{ what, key, format string }{
		{"mentions a second and core, end to end", perSecond, "%.0f"},
		{"seconds to build the master from the CSV, all cores", buildSeconds, "%.2f"},
		{"seconds to open the saved master", openSeconds, "%.4f"},
		{"bytes of the saved master", indexBytes, "%.0f"},
		{"peak memory of open and match, MiB", openMemory, "%.0f"},
		{"peak memory of build and match, MiB", buildMemory, "%.0f"},
		{"heap allocations a mention, end to end", allocations, "%.0f"},
		{"mentions a second on two cores, beside one", speedUp, "%.2f"},
	} {
		t.row(alone.what, figure(r.figures[alone.key], alone.format), "", "")
	}
	return t
}

// figure is a number, or a dash where it was not measured.
func figure(v float64, format string) string {
	if v == 0 {
		return "-"
	}
	return fmt.Sprintf(format, v)
}

func (r *report) write(out io.Writer) error {
	_, err := fmt.Fprintln(out, "# What nayose costs\n"+r.about.String()+r.ratios().String()+strings.Join(r.sections, ""))
	return err
}

// A table is what one line says about it, then columns, the first to the left, the others to the right.
type table struct {
	about string
	head  []string
	rows  [][]string
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// String writes the table as Markdown.
func (t table) String() string {
	var text strings.Builder
	line := func(cells []string) { fmt.Fprintf(&text, "| %s |\n", strings.Join(cells, " | ")) }
	if t.about != "" {
		fmt.Fprintf(&text, "\n%s\n", t.about)
	}
	text.WriteByte('\n')
	line(t.head)
	fmt.Fprintf(&text, "|---|%s\n", strings.Repeat("--:|", len(t.head)-1))
	for _, row := range t.rows {
		line(row)
	}
	return text.String()
}

// usedCPU is the user and system time that this process has taken, and peak its largest memory in bytes.
func usedCPU() (cpu time.Duration, peak int64, err error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, 0, fmt.Errorf("getrusage: %w", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), u.Maxrss << 10, nil
}
