package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// A question is what readers ask, with one row of arguments of those that the query for them gives. The answer's only column is the
// generation that it is from.
type question struct{ name, sql, arguments string }

var questions = []question{
	{
		"a company's postings", `select generation from (
			select generation, title, salary_min from nayose.active_postings where company_id = $1 order by posted_on desc, posting_id limit 50) q`,
		`select company_id from nayose.match where outcome = 'matched' order by mention_id limit 1000`,
	},
	{
		"fresh ones of a place", `select generation from (
			select generation, company_id, company_name, title from nayose.active_postings
			where prefecture = $1 and city = $2 and first_seen = date '2026-11-16' order by posting_id limit 50) q`,
		`select prefecture, city from nayose.posting order by mention_id limit 1000`,
	},
	{
		"one by its id", `select generation from nayose.postings where partner = 'bench' and posting_id = $1`,
		`select posting_id from nayose.posting order by mention_id limit 1000`,
	},
	{
		"a page of the review queue", `select generation from (
			select generation, mention_id, company_name, best_company_id, candidates from nayose.review_queue
			where mention_id > $1 order by mention_id limit 20) q`,
		`select mention_id from nayose.mention order by mention_id limit 1000`,
	},
}

// oneByID is the question that always has an answer of one row.
const oneByID = 2

func questionNames(yield func(string) bool) {
	for _, q := range questions {
		if !yield(q.name) {
			return
		}
	}
}

// slowRead is what no read is to take because of a rebuild.
const slowRead = 250 * time.Millisecond

// A read is one question and how long its answer took.
type read struct {
	question int
	at       time.Time
	took     time.Duration
}

// A sample is what some readers met.
type sample struct {
	reads         []read // the fastest first
	failed, mixed int
}

// A reader asks at full speed.
type reader struct {
	conn      *pgx.Conn
	arguments [][][]any // by question
	newest    int       // the newest generation that an answer was from
	sample
}

// besides has readers ask for as long as work takes.
func besides(ctx context.Context, url string, readers int, work func() error) (all sample, err error) {
	done := make(chan struct{})
	many := make([]*reader, readers)
	for i := range many {
		if many[i], err = newReader(ctx, url); err != nil {
			return all, err
		}
		defer func() { err = errors.Join(err, many[i].conn.Close(ctx)) }()
	}
	var wait sync.WaitGroup
	for i, r := range many {
		wait.Go(func() { r.readUntil(ctx, done, rand.New(rand.NewPCG(uint64(i), 7))) })
	}
	err = work()
	close(done)
	wait.Wait()
	for _, r := range many {
		all.reads = append(all.reads, r.reads...)
		all.failed += r.failed
		all.mixed += r.mixed
	}
	slices.SortFunc(all.reads, func(a, b read) int { return cmp.Compare(a.took, b.took) })
	return all, err
}

// newReader connects a reader, and finds arguments for each question.
func newReader(ctx context.Context, url string) (*reader, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	r := &reader{conn: conn}
	for _, q := range questions {
		rows, _ := conn.Query(ctx, q.arguments) // CollectRows has its error
		some, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
		if err == nil && len(some) == 0 {
			err = fmt.Errorf("there is nothing to ask for: %s", q.name)
		}
		if err != nil {
			return nil, errors.Join(err, conn.Close(ctx))
		}
		r.arguments = append(r.arguments, some)
	}
	return r, nil
}

// readUntil asks one question after the other.
func (r *reader) readUntil(ctx context.Context, done <-chan struct{}, random *rand.Rand) {
	for n := 0; ; n++ {
		select {
		case <-done:
			return
		default:
		}
		which := n % len(questions)
		some := r.arguments[which]
		start := time.Now()
		rows, _ := r.conn.Query(ctx, questions[which].sql, some[random.IntN(len(some))]...)
		generations, err := pgx.CollectRows(rows, pgx.RowTo[int])
		r.reads = append(r.reads, read{which, start, time.Since(start)})
		if err != nil {
			log.Printf("rebuild: a read failed: %v", err)
		}
		r.judge(which, generations, err)
	}
}

// judge counts an answer that is none, or of more than one generation: its own rows', or an older one than an earlier answer's.
func (r *reader) judge(which int, generations []int, err error) {
	if err != nil || which == oneByID && len(generations) != 1 {
		r.failed++
		return
	}
	if len(generations) == 0 {
		return
	}
	oldest, newest := slices.Min(generations), slices.Max(generations)
	if oldest != newest || oldest < r.newest {
		r.mixed++
	}
	r.newest = max(r.newest, newest)
}

// quantile is the time within which that share of the reads were answered.
func (s *sample) quantile(share float64) string {
	if len(s.reads) == 0 {
		return "none"
	}
	n := min(len(s.reads)-1, int(share*float64(len(s.reads))))
	return fmt.Sprintf("%.2f", float64(s.reads[n].took.Microseconds())/1e3)
}

func (s *sample) cells(readers int, beside string) []string {
	slow := 0
	for _, r := range s.reads {
		if r.took > slowRead {
			slow++
		}
	}
	return []string{
		strconv.Itoa(readers), beside, strconv.Itoa(len(s.reads)), strconv.Itoa(s.failed), strconv.Itoa(s.mixed),
		s.quantile(0.5), s.quantile(0.99), s.quantile(0.999), s.quantile(1), strconv.Itoa(slow),
	}
}

// logSlowest names the slowest reads, and what the rebuild did meanwhile.
func (s *sample) logSlowest(p phases) {
	const most = 8
	for _, r := range s.reads[max(0, len(s.reads)-most):] {
		log.Printf("rebuild: %d ms: %s, during: %s", r.took.Milliseconds(), questions[r.question].name, p.at(r.at.Add(r.took)))
	}
}
