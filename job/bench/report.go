package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"

	"nayose/job/internal/program"
)

// A report gathers the sections, and the figures that its ratios are made of.
type report struct {
	*options
	about    table
	sections []string
	figures  map[string]float64
	searches map[[2]string]findings // by generator and sort of names
}

func newReport(o *options) *report {
	r := &report{options: o, figures: map[string]float64{}, searches: map[[2]string]findings{}}
	r.about = table{head: []string{"what", "where"}}
	r.about.row("date", time.Now().Format(time.DateOnly))
	r.about.row("machine", fmt.Sprintf("%d cores, %s", runtime.NumCPU(), processor()))
	r.about.row("Go", runtime.Version())
	r.about.row("command", "`"+strings.Join(append([]string{"go run ./job/bench"}, o.given...), " ")+"`")
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

// The generators, whose CPU is in microseconds a query.
const (
	cpuEndToEnd      = "nayose, end to end"
	cpuAnswers       = "nayose, end to end but the survey"
	cpuOurs          = "nayose"
	cpuTrgm          = "pg_trgm"
	cpuPairs         = "2-grams, faster"
	cpuTriples       = "3-grams, faster"
	cpuSparsePairs   = "2-grams as in sparse_dot_topn"
	cpuSparseTriples = "3-grams as in sparse_dot_topn"
	cpuBrute         = "Levenshtein"
)

// ratios sets the CPU of searches side by side, on the same names, with what they find.
func (r *report) ratios() table {
	at := fmt.Sprint("recall at ", shorter)
	t := table{
		about: "CPU µs a name. A ratio above 1 and a recall with + are better for nayose.",
		head:  []string{"nayose : another", "names", "queries", "nayose", "the other", "ratio", at, "the other's", "+"},
	}
	versus := func(names, ours, other string) {
		a, b := r.searches[[2]string{ours, names}], r.searches[[2]string{other, names}]
		asked := fmt.Sprint(a.asked)
		if a.asked != b.asked {
			asked += fmt.Sprint(" : ", b.asked)
		}
		if a.asked > 0 && b.asked > 0 {
			t.row(ours+" : "+other, names, asked, fmt.Sprintf("%.1f", a.cpu), fmt.Sprintf("%.1f", b.cpu), fmt.Sprintf("%.3g", b.cpu/a.cpu),
				fmt.Sprintf("%.3f", a.recall[0]), fmt.Sprintf("%.3f", b.recall[0]), fmt.Sprintf("%+.3f", a.recall[0]-b.recall[0]))
		}
	}
	for _, names := range []string{allNames, hardNames} {
		versus(names, cpuEndToEnd, cpuTrgm)
		versus(names, cpuAnswers, cpuTrgm)
	}
	for _, names := range []string{hardNames, estNames} {
		for _, other := range []string{cpuSparsePairs, cpuSparseTriples, cpuPairs, cpuTriples} {
			versus(names, cpuOurs, other)
		}
	}
	versus(allNames, cpuOurs, cpuBrute)
	return t
}

// The figures that stand alone.
const (
	perSecond      = "mentions a second, end to end, on one core"
	perSecondOfTwo = "mentions a second, end to end, on two cores"
	speedUp        = "two cores beside one"
	allocations    = "heap allocations a mention, with the answers that are written (to decide takes none: matcher.TestDecideAllocatesNothing)"
	plainSeconds   = "seconds to build the master from plain CSV, two cores"
	zippedSeconds  = "seconds to build the master from gzipped CSV, two cores"
	buildMemory    = "MiB, peak of build and match"
	saveSeconds    = "seconds to save the master"
	indexBytes     = "bytes of the saved master"
	openMillis     = "milliseconds to open the saved master"
	checkSeconds   = "seconds to check the saved master"
	openMemory     = "MiB, peak of open and match, touched pages of the index included"
	ownOfOpen      = "MiB of that beside files"
)

// alone is the figures that nothing is beside.
func (r *report) alone() table {
	t := table{head: []string{"what", "nayose"}}
	for _, f := range []struct{ name, format string }{
		{perSecond, "%.0f"},
		{perSecondOfTwo, "%.0f"},
		{speedUp, "%.2f"},
		{allocations, "%.0f"},
		{plainSeconds, "%.2f"},
		{zippedSeconds, "%.2f"},
		{buildMemory, "%.0f"},
		{saveSeconds, "%.2f"},
		{indexBytes, "%.0f"},
		{openMillis, "%.3f"},
		{checkSeconds, "%.2f"},
		{openMemory, "%.0f"},
		{ownOfOpen, "%.0f"},
	} {
		if v, ok := r.figures[f.name]; ok {
			t.row(f.name, fmt.Sprintf(f.format, v))
		}
	}
	return t
}

func (r *report) write(out io.Writer) error {
	_, err := fmt.Fprintln(out, "# What nayose costs\n"+r.about.String()+r.ratios().String()+r.alone().String()+strings.Join(r.sections, ""))
	return err
}

// A table is what one line says about it, then columns, the first to the left, the others to the right.
type table struct {
	about string
	head  []string
	rows  [][]string
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// String writes the table as Markdown, or nothing where it has no rows.
func (t table) String() string {
	if len(t.rows) == 0 {
		return ""
	}
	text := "\n"
	if t.about != "" {
		text += t.about + "\n\n"
	}
	return text + program.Markdown(t.head, t.rows)
}

// ownCPU is the user and system time that this process has taken.
func ownCPU() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, fmt.Errorf("getrusage: %w", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}
