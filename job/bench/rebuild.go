package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// rebuildPart is measured where -only names it: it takes a database of its own, and minutes.
const rebuildPart = "rebuild"

// manyReaders are how many readers there are beside each rebuild. Two of them take two cores for themselves.
var manyReaders = []int{0, 1, 2}

// A rebuilding is one rebuild and who read beside it.
type rebuilding struct {
	readers       int
	load          string // average of the machine at its start
	phases        phases
	before, while sample
}

// rebuild measures nayose rebuild of generated postings that the real command has loaded: alone, and beside readers at full speed.
func (r *report) rebuild(dir string) error {
	ctx := context.Background()
	url := os.Getenv("DATABASE_URL")
	if url == "" {
		return errors.New("DATABASE_URL is not set")
	}
	return withDatabase(ctx, url, "nayose_bench_rebuild", func(_ *pgx.Conn, there string) (err error) {
		b := &rebuildBench{dir: dir, url: there}
		if b.server, err = pgx.Connect(ctx, there); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, b.server.Close(ctx)) }()
		if err := b.load(r.options); err != nil {
			return err
		}
		var all []rebuilding
		for i, readers := range manyReaders {
			// Costs of its own have each rebuild answer anew, and none find the matches of another.
			one, err := b.measure(ctx, readers, 11+i)
			if err != nil {
				return fmt.Errorf("beside %d readers: %w", readers, err)
			}
			all = append(all, one)
		}
		about, err := b.about(ctx, r.companies)
		if err != nil {
			return err
		}
		r.section("Rebuild", phaseTable(about, all), readTable(all))
		return nil
	})
}

// rebuildBench is the command and what it works on.
type rebuildBench struct {
	dir, url string
	server   *pgx.Conn
	quiet    time.Duration // how long readers read before a rebuild: as long as it took alone
}

const rebuildPartner = "bench"

// rebuildConfig is for the files that load writes.
const rebuildConfig = `store: %[1]s/store
input: %[1]s
master: {file: generated/companies.csv}
costs: {wrong_match: %[2]d}
partners:
  ` + rebuildPartner + `:
    files: "{week}.csv"
    encoding: utf-8
    columns: {posting_id: posting_id, company_name: company_name, company_name_kana: company_name_kana, workplace_name: workplace_name,
      address: address, phone: phone, url: url, corporate_number: corporate_number, title: title, occupation: occupation,
      prefecture: prefecture, city: city, salary: salary, description: description}
`

// configure writes the config with those costs.
func (b *rebuildBench) configure(wrongMatch int) error {
	return os.WriteFile(filepath.Join(b.dir, "nayose.yaml"), fmt.Appendf(nil, rebuildConfig, b.dir, wrongMatch), 0o644)
}

// The two weeks that are loaded. A tenth of the postings are only in the first, and a tenth only in the second.
var rebuildWeeks = []string{"2026-W46", "2026-W47"}

// load builds the command, makes a master and two weeks of postings, and loads them.
func (b *rebuildBench) load(o *options) error {
	if output, err := exec.Command("go", "build", "-o", filepath.Join(b.dir, "nayose"), "nayose/job").CombinedOutput(); err != nil {
		return fmt.Errorf("build nayose: %w: %s", err, output)
	}
	small := *o
	small.postings = (o.rows + perMention - 1) / perMention
	w, err := generatedWorld(&small, b.dir)
	if err != nil {
		return err
	}
	tenth := o.rows / 10
	for i, week := range rebuildWeeks {
		if err := writeWeek(filepath.Join(b.dir, week+".csv"), w.postings, i*tenth, o.rows-(1-i)*tenth); err != nil {
			return err
		}
	}
	if err := b.configure(10); err != nil {
		return err
	}
	for _, args := range [][]string{{"migrate"}, {"run", "--week", rebuildWeeks[0]}, {"run", "--week", rebuildWeeks[1]}} {
		log.Printf("rebuild: nayose %s", strings.Join(args, " "))
		if _, err := b.watch(args...); err != nil {
			return err
		}
	}
	return nil
}

// writeWeek writes the postings from one number to another as a partner's file: perMention of each employer in the file of
// employers, a description of textRunes letters each.
func writeWeek(path, employers string, from, to int) (err error) {
	f, err := os.Open(employers)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	in := csv.NewReader(f)
	header, err := in.Read()
	if err != nil {
		return err
	}
	known := len(header) - 1 // without the truth
	letters := randomText(1 << 16)
	return create(path, func(w io.Writer) error {
		buffer := bufio.NewWriterSize(w, 1<<20)
		out := csv.NewWriter(buffer)
		_ = out.Write(append(header[:known:known], "title", "occupation", "prefecture", "city", "salary", "description"))
		var employer []string
		for i := range to {
			if i%perMention == 0 {
				if employer, err = in.Read(); err != nil {
					return fmt.Errorf("%s: %w", filepath.Base(employers), err)
				}
			}
			if i < from {
				continue
			}
			at := i * 7919 % (len(letters)/3 - textRunes) * 3
			row := append([]string{fmt.Sprintf("job-%08d", i)}, employer[1:known]...)
			row = append(row, fmt.Sprint("介護職員 ", i), "介護職員", benchPrefectures[i%len(benchPrefectures)], fmt.Sprintf("第%d市", i%1700),
				fmt.Sprintf("時給%d円", 1000+i%900), letters[at:at+3*textRunes])
			_ = out.Write(row) // what fails is told by Error
		}
		out.Flush()
		return errors.Join(out.Error(), buffer.Flush())
	})
}

var benchPrefectures = []string{"北海道", "宮城県", "東京都", "神奈川県", "愛知県", "大阪府", "福岡県"}

// measure rebuilds once, to live, with readers beside it who read for a while before it, too. Then the old matches are deleted, so that
// the next rebuild finds what this one found.
func (b *rebuildBench) measure(ctx context.Context, readers, wrongMatch int) (one rebuilding, err error) {
	one.readers = readers
	if err := b.configure(wrongMatch); err != nil {
		return one, err
	}
	for _, sql := range []string{"vacuum analyze nayose.match", "checkpoint"} {
		if _, err := b.server.Exec(ctx, sql); err != nil {
			return one, err
		}
	}
	if readers > 0 {
		one.before, err = besides(ctx, b.url, readers, func() error {
			time.Sleep(b.quiet)
			return nil
		})
		if err != nil {
			return one, err
		}
	}
	one.load = loadAverage()
	one.while, err = besides(ctx, b.url, readers, func() (err error) {
		one.phases, err = b.watch("rebuild", "--go-live", "--drift-limit", "100%")
		return err
	})
	if err != nil {
		return one, err
	}
	if b.quiet == 0 {
		b.quiet = one.phases.total().wall
	}
	log.Printf("rebuild: beside %d readers %.1f s", readers, one.phases.total().wall.Seconds())
	one.while.logSlowest(one.phases)
	_, err = b.watch("rebuild", "--drop-old")
	return one, err
}

// about says what was rebuilt, and on what server.
func (b *rebuildBench) about(ctx context.Context, companies int) (text string, err error) {
	err = b.server.QueryRow(ctx, `select format('%s postings of %s mentions, of which %s are matched, against a master of %s companies; PostgreSQL %s, '
		'shared_buffers %s, fsync %s, full_page_writes %s.', (select count(*) from nayose.posting), mentions, matched, $1::int,
		current_setting('server_version'), current_setting('shared_buffers'), current_setting('fsync'), current_setting('full_page_writes'))
		from nayose.generations where live`, companies).Scan(&text)
	return text, err
}

// phaseTable shows what the rebuilds took.
func phaseTable(about string, all []rebuilding) table {
	t := table{
		about: about + " Seconds of wall time; in brackets CPU of nayose and of its sessions.",
		head:  []string{"phase"},
	}
	for _, one := range all {
		t.head = append(t.head, fmt.Sprintf("beside %d readers", one.readers))
	}
	line := func(name string, cell func(rebuilding) string) {
		cells := []string{name}
		for _, one := range all {
			cells = append(cells, cell(one))
		}
		t.row(cells...)
	}
	for i, name := range phaseNames {
		line(name, func(one rebuilding) string { return one.phases.spent[i].String() })
	}
	line("**all**", func(one rebuilding) string { return one.phases.total().String() })
	line("nayose's memory, MiB (without the mapped index)", func(one rebuilding) string {
		return fmt.Sprintf("%d (%d)", one.phases.peak>>20, one.phases.own>>20)
	})
	line("load average at the start", func(one rebuilding) string { return one.load })
	return t
}

// readTable shows what the readers met.
func readTable(all []rebuilding) table {
	t := table{
		about: fmt.Sprintf("Readers at full speed, in turn: %s. Milliseconds; mixed are answers of more than one generation, or of an older one than an answer before.",
			strings.Join(slices.Collect(questionNames), ", ")),
		head: []string{"readers", "beside", "reads", "failed", "mixed", "p50", "p99", "p99.9", "slowest", fmt.Sprintf("over %d", slowRead.Milliseconds())},
	}
	for _, one := range all {
		if one.readers > 0 {
			t.row(one.before.cells(one.readers, "nothing")...)
			t.row(one.while.cells(one.readers, "a rebuild")...)
		}
	}
	return t
}

// loadAverage is the machine's of the last minute.
func loadAverage() string {
	text, _ := os.ReadFile("/proc/loadavg")
	average, _, _ := strings.Cut(string(text), " ")
	return average
}
