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
	fault         error // the last one
}

// besides has readers ask at full speed for as long as work takes.
func besides(ctx context.Context, url string, readers int, work func() error) (all sample, err error) {
	done := make(chan struct{})
	samples, faults := make([]sample, readers), make([]error, readers)
	var wait sync.WaitGroup
	for i := range readers {
		conn, arguments, err := prepare(ctx, url)
		if err != nil {
			close(done)
			return all, err
		}
		wait.Go(func() {
			samples[i].readUntil(ctx, conn, arguments, done, uint64(i))
			faults[i] = conn.Close(ctx)
		})
	}
	err = work()
	close(done)
	wait.Wait()
	for _, s := range samples {
		all.reads = append(all.reads, s.reads...)
		all.failed += s.failed
		all.mixed += s.mixed
		all.fault = errors.Join(all.fault, s.fault)
	}
	slices.SortFunc(all.reads, func(a, b read) int { return cmp.Compare(a.took, b.took) })
	if all.fault != nil {
		log.Printf("rebuild: a read failed: %v", all.fault)
	}
	return all, errors.Join(append(faults, err)...)
}

// prepare connects a reader, and finds arguments for each question.
func prepare(ctx context.Context, url string) (*pgx.Conn, [][][]any, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, nil, err
	}
	arguments := make([][][]any, len(questions))
	for i, q := range questions {
		rows, err := conn.Query(ctx, q.arguments)
		if err == nil {
			arguments[i], err = pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
		}
		if err != nil {
			return nil, nil, errors.Join(err, conn.Close(ctx))
		}
	}
	return conn, arguments, nil
}

// readUntil asks one question after the other.
func (s *sample) readUntil(ctx context.Context, conn *pgx.Conn, arguments [][][]any, done <-chan struct{}, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 7))
	newest := 0
	for n := 0; ; n++ {
		select {
		case <-done:
			return
		default:
		}
		which := n % len(questions)
		r := read{question: which, at: time.Now()}
		some := arguments[which]
		rows, err := conn.Query(ctx, questions[which].sql, some[random.IntN(len(some))]...)
		var generations []int
		if err == nil {
			generations, err = pgx.CollectRows(rows, pgx.RowTo[int])
		}
		r.took = time.Since(r.at)
		s.reads = append(s.reads, r)
		if err == nil && which == oneByID && len(generations) != 1 {
			err = fmt.Errorf("%d answers for one posting", len(generations))
		}
		if err != nil {
			s.fault = err
			s.failed++
			continue
		}
		if len(generations) > 0 {
			slices.Sort(generations)
			if generations[0] != generations[len(generations)-1] || generations[0] < newest {
				s.mixed++
			}
			newest = max(newest, generations[0])
		}
	}
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
