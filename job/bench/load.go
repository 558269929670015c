package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"nayose"
	"nayose/loader"
)

// loadPart is measured where -only names it: it takes a database of its own, and minutes.
const loadPart = "load"

// perMention and textRunes are the shape of the deliveries: postings an employer, letters a description.
const (
	perMention = 3
	textRunes  = 500
)

// The passes of a round. What psql copies is what the first load writes into posting.
var loadPasses = []string{`psql \copy into a table like posting`, "first load", "the same content in the next week", "the same plan again"}

// load measures loads of generated deliveries beside psql's \copy of the same rows into an equal table with equal indexes, by
// turns, in a database that it makes and drops.
func (r *report) load(dir string) error {
	ctx := context.Background()
	url := os.Getenv("DATABASE_URL")
	if url == "" {
		return errors.New("DATABASE_URL is not set")
	}
	file := filepath.Join(dir, "postings.tsv")
	size, err := writeCopy(file, r.rows)
	if err != nil {
		return err
	}
	took := make([][]effort, len(loadPasses))
	for round := range r.rounds {
		err := withDatabase(ctx, url, "nayose_bench_load", func(server *pgx.Conn, there string) error {
			return loadRound(ctx, server, there, file, r.rows, round%2 == 1, took)
		})
		if err != nil {
			return err
		}
	}
	t := table{
		about: fmt.Sprintf("%d postings of %.2f KB, %d an employer, matches with three candidates. Wall time, the medians of %d rounds; the load's rows come "+
			"from memory, psql's from a file in the page cache.", r.rows, float64(size)/1e3/float64(r.rows), perMention, r.rounds),
		head: []string{
			"pass", "seconds", "rows a second", `rate : psql \copy`, "time : first load", "CPU s, server", "client", `psql's CPU : its`, "CPU : first load",
		},
	}
	typical := func(pass int, figure func(effort) float64) float64 { return median(took[pass], figure) }
	for i, name := range loadPasses {
		wall, cpu := typical(i, effort.seconds), typical(i, effort.cpu)
		t.row(name, fmt.Sprintf("%.2f", wall), fmt.Sprintf("%.0f", float64(r.rows)/wall),
			fmt.Sprintf("%.2f", typical(0, effort.seconds)/wall), fmt.Sprintf("%.2f", wall/typical(1, effort.seconds)),
			fmt.Sprintf("%.2f", typical(i, effort.serverCPU)), fmt.Sprintf("%.2f", typical(i, effort.clientCPU)),
			fmt.Sprintf("%.2f", typical(0, effort.cpu)/cpu), fmt.Sprintf("%.2f", cpu/typical(1, effort.cpu)))
	}
	r.section("Load", t)
	return nil
}

// An effort is what a pass took: wall time, and CPU of the client and of its backend.
type effort struct{ wall, client, server time.Duration }

func (e effort) seconds() float64   { return e.wall.Seconds() }
func (e effort) clientCPU() float64 { return e.client.Seconds() }
func (e effort) serverCPU() float64 { return e.server.Seconds() }
func (e effort) cpu() float64       { return e.clientCPU() + e.serverCPU() }

// measured is what a load took. The server's CPU is that of the loader's sessions.
func measured(ctx context.Context, server *pgx.Conn, work func() error) (e effort, err error) {
	client, err := ownCPU()
	if err != nil {
		return e, err
	}
	backends := func() (ticks int64, err error) {
		err = server.QueryRow(ctx, `select coalesce(sum(split_part(stat, ' ', 14)::bigint + split_part(stat, ' ', 15)::bigint), 0)
			from pg_stat_activity, pg_read_file('/proc/' || pid || '/stat') stat where application_name = 'nayose'`).Scan(&ticks)
		return ticks, err
	}
	before, err := backends()
	if err != nil {
		return e, err
	}
	start := time.Now()
	if err := work(); err != nil {
		return e, err
	}
	e.wall = time.Since(start)
	after, err := backends()
	if err != nil {
		return e, err
	}
	all, err := ownCPU()
	e.client, e.server = all-client, time.Duration(after-before)*tick
	return e, err
}

// tick is the unit of CPU time in /proc.
const tick = 10 * time.Millisecond

// withDatabase makes an empty database, which it drops after work. The connection is to the server's own database.
func withDatabase(ctx context.Context, url, name string, work func(server *pgx.Conn, there string) error) (err error) {
	server, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close(ctx)) }()
	fresh := []string{"drop database if exists " + name + " with (force)", "create database " + name}
	for _, sql := range fresh {
		if _, err := server.Exec(ctx, sql); err != nil {
			return err
		}
	}
	defer func() {
		_, dropped := server.Exec(ctx, fresh[0])
		err = errors.Join(err, dropped)
	}()
	return work(server, strings.Replace(url, "/"+server.Config().Database, "/"+name, 1))
}

// loadRound measures each pass once, with psql first or last.
func loadRound(ctx context.Context, server *pgx.Conn, there, file string, rows int, psqlLast bool, took [][]effort) error {
	db, err := loader.Open(ctx, there)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, _, err := db.Migrate(ctx); err != nil {
		return err
	}
	load := func(label string, want loader.State) func() (effort, error) {
		work := loadWeek(ctx, db, label, rows, want)
		return func() (effort, error) { return measured(ctx, server, work) }
	}
	passes := []func() (effort, error){
		func() (effort, error) { return psqlCopy(ctx, there, file) },
		load("2026-W10", loader.Loaded), load("2026-W11", loader.Loaded), load("2026-W11", loader.Already),
	}
	runtime.GC()
	order := []int{0, 1, 2, 3}
	if psqlLast {
		order = []int{1, 2, 3, 0}
	}
	if _, _, err := psql(ctx, there, "create table peer (like nayose.posting including all)"); err != nil {
		return err
	}
	for _, i := range order {
		if _, err := server.Exec(ctx, "checkpoint"); err != nil {
			return err
		}
		e, err := passes[i]()
		if err != nil {
			return fmt.Errorf("%s: %w", loadPasses[i], err)
		}
		took[i] = append(took[i], e)
		log.Printf("load: %s: %.2f s, CPU %.2f s", loadPasses[i], e.seconds(), e.cpu())
	}
	return nil
}

// copyColumns are the columns of posting in the order of the file's.
const copyColumns = "partner, posting_id, mention_id, content_hash, title, description, occupation, occupation_text, employment_type, " +
	"employment_type_text, salary_unit, salary_min, salary_max, salary_text, prefecture, city, posted_on, extra"

// psqlCopy copies the file into peer. The session's last word is what CPU its backend has taken.
func psqlCopy(ctx context.Context, url, file string) (e effort, err error) {
	start := time.Now()
	out, state, err := psql(ctx, url, `\copy peer (`+copyColumns+`) from '`+file+`'`, "select pg_read_file('/proc/self/stat')")
	if err != nil {
		return e, err
	}
	e.wall, e.client = time.Since(start), state.UserTime()+state.SystemTime()
	fields := strings.Fields(out)
	if len(fields) < 15 {
		return e, fmt.Errorf("psql says %q", out)
	}
	for _, ticks := range fields[13:15] {
		n, err := strconv.ParseInt(ticks, 10, 64)
		if err != nil {
			return e, err
		}
		e.server += time.Duration(n) * tick
	}
	return e, nil
}

// psql runs commands one after another in one session.
func psql(ctx context.Context, url string, commands ...string) (string, *os.ProcessState, error) {
	args := []string{"-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", url}
	for _, c := range commands {
		args = append(args, "-c", c)
	}
	command := exec.CommandContext(ctx, "psql", args...)
	out, err := command.CombinedOutput()
	if err != nil {
		return "", nil, fmt.Errorf("psql: %w: %s", err, out)
	}
	return string(out), command.ProcessState, nil
}

// writeCopy writes the rows that a load would write into posting as COPY reads them, and says how many bytes they are.
func writeCopy(path string, rows int) (int64, error) {
	var written int64
	err := create(path, func(w io.Writer) error {
		b := bufio.NewWriterSize(w, 1<<20)
		for p := range textPostings("2026-W10", rows) {
			n, _ := fmt.Fprintf(b, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%s\t%s\t%s\t%s\t%s\n", p.Partner, p.PostingID, p.MentionID, p.Content,
				p.Title, p.Description, p.Occupation, p.OccupationText, p.EmploymentType, p.EmploymentTypeText, p.SalaryUnit, p.SalaryMin, p.SalaryMax,
				p.SalaryText, p.Prefecture, p.City, p.PostedOn, p.Extra)
			written += int64(n)
		}
		return b.Flush()
	})
	return written, err
}

// loadWeek is a load of the generated delivery, which must come to that state.
func loadWeek(ctx context.Context, db *loader.DB, label string, rows int, want loader.State) func() error {
	week, err := nayose.ParseWeek(label)
	d := loader.Delivery{Partner: loadPartner, Week: week, Plan: 1, Digest: label, Snapshot: true, Generation: 1, Model: "model-1"}
	hold := func(limit float64) loader.Limit { return loader.Limit{Hold: limit} }
	d.Limits = loader.Limits{
		Shrink: hold(0.5), Grow: hold(3), Expire: hold(0.5), Renumber: hold(0.2), MatchDrop: hold(0.1),
		ReviewRise: hold(0.3), RejectRise: hold(0.3), ScoreShift: hold(0.5), Flip: hold(0.3),
	}
	postings := slices.Collect(textPostings(label, rows))
	for _, p := range postings {
		d.Extract.UniqueSum.Add(p.Lineage)
	}
	mentions := (rows + perMention - 1) / perMention
	d.Extract.RecordsSum, d.Extract.Records, d.Extract.Unique, d.Extract.Mentions = d.Extract.UniqueSum, int64(rows), int64(rows), int64(mentions)
	in := loader.Input{
		Postings: of(postings),
		Mentions: of(slices.Collect(generated(mentions, textMention))),
		Matches:  of(slices.Collect(generated(mentions, textMatch))),
		Rejects:  of[nayose.Reject](nil),
	}
	return func() error {
		if err != nil {
			return err
		}
		r, err := db.Load(ctx, d, in)
		if err == nil && r.State != want {
			err = fmt.Errorf("it is %s, not %s", r.State, want)
		}
		return err
	}
}

const loadPartner = "bench"

func generated[T any](n int, make func(int) T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for i := range n {
			if !yield(make(i)) {
				return
			}
		}
	}
}

// of are values that no error interrupts.
func of[T any](values []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range values {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// textPostings are the postings of a week: other lineage ids, the same content.
func textPostings(label string, rows int) iter.Seq[nayose.Posting] {
	letters := randomText(1 << 16)
	mention, last := nayose.Mention{}, -1
	return generated(rows, func(i int) nayose.Posting {
		if i/perMention != last {
			last = i / perMention
			mention = textMention(last)
		}
		number := fmt.Sprintf("%08d", i)
		from := i * 7919 % (len(letters)/3 - textRunes) * 3
		p := nayose.Posting{
			Lineage: nayose.NewID(label, number), Partner: loadPartner, PostingID: "job-" + number, MentionID: mention.ID,
			Title: "介護職員 " + number, Description: letters[from : from+3*textRunes], Occupation: "care", OccupationText: fmt.Sprint("介護", i%300),
			EmploymentType: "part_time", EmploymentTypeText: "パート", SalaryUnit: "hour", SalaryMin: int64(1000 + i%900), SalaryMax: int64(1200 + i%900),
			SalaryText: "時給1,000円～", Prefecture: fmt.Sprint(i%47, "県"), City: fmt.Sprint(i%1700, "市"), PostedOn: 20500 - nayose.Date(i%90),
			Extra: `{"休日": "土日祝", "勤務時間": "9:00～18:00"}`,
		}
		p.Content = nayose.NewID(p.PostingID, p.Title)
		return p
	})
}

// randomText is n letters of three bytes that no compression makes much smaller.
func randomText(n int) string {
	random := rand.New(rand.NewPCG(7, 7))
	var b strings.Builder
	for range n {
		b.WriteRune(rune(0x4e00 + random.IntN(0x3000)))
	}
	return b.String()
}

func textMention(i int) nayose.Mention {
	m := nayose.Mention{
		Partner: loadPartner, CompanyName: fmt.Sprintf("株式会社第%d商店", i), Address: fmt.Sprintf("東京都港区芝%d-%d-%d", i%9, i%77, i%31),
		Phone: fmt.Sprintf("03-%04d-%04d", i/10000, i%10000),
	}
	m.ID = m.Key()
	return m
}

func textMatch(i int) nayose.Match {
	m := nayose.Match{MentionID: textMention(i).ID, Outcome: nayose.Matched, Probability: 0.991, NoneBits: 3.25}
	for n := range 3 {
		c := nayose.Candidate{CompanyID: fmt.Sprint(1_000_000_000_000 + 3*i + n), Probability: 0.991 / float64(1+n*200)}
		c.Evidence = []nayose.Evidence{
			{Comparison: "name", Level: "equal", Bits: 14.25},
			{Comparison: "legal_form", Level: "same", Bits: 0.75},
			{Comparison: "address", Level: "town", Bits: 6.5},
			{Comparison: "phone", Level: "different", Bits: -1.5},
		}
		m.Candidates = append(m.Candidates, c)
	}
	m.CompanyID = m.Candidates[0].CompanyID
	return m
}
