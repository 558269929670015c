package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// trgm asks PostgreSQL's pg_trgm: a GIN index over the trigrams of the distinct names, its planner and memory set as for this
// one query. The CPU is that of the backend alone.
func trgm(r *report, _ *world, n *names) (*generator, error) {
	url := os.Getenv("DATABASE_URL")
	if url == "" {
		return &generator{name: cpuTrgm, about: "not measured: DATABASE_URL is not set"}, nil
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	p := &postgres{conn: conn}
	if err := p.load(ctx, n.keys); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return &generator{
		name: cpuTrgm, about: p.about, most: r.sample, cpu: p.cpu, close: p.close,
		search: func(q *query, n int) ([]uint32, error) { return p.search(ctx, q.key, n) },
	}, nil
}

// postgres is a session with a table of names, all in a transaction that is never committed: nothing of it stays.
type postgres struct {
	conn  *pgx.Conn
	stat  string // the file in which its backend's CPU time stands
	about string
}

// settings make the server serve this one query as well as it can.
var settings = []string{
	"begin",
	"create extension if not exists pg_trgm",
	"set temp_buffers = '1GB'",
	"set work_mem = '256MB'",
	"set maintenance_work_mem = '1GB'",
	"set jit = off",
	"set max_parallel_workers_per_gather = 0",
	"set enable_seqscan = off",
	"select set_limit(0.3)",
	"create temp table name (id integer, name text)",
}

func (p *postgres) load(ctx context.Context, names []string) error {
	for _, sql := range settings {
		if _, err := p.conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	_, err := p.conn.CopyFrom(ctx, pgx.Identifier{"name"}, []string{"id", "name"}, pgx.CopyFromSlice(len(names), func(i int) ([]any, error) {
		return []any{int32(i), names[i]}, nil
	}))
	if err != nil {
		return fmt.Errorf("copy the names: %w", err)
	}
	start := time.Now()
	for _, sql := range []string{"create index name_trgm on name using gin (name gin_trgm_ops)", "analyze name"} {
		if _, err := p.conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	var version, size, pid string
	err = p.conn.QueryRow(ctx, `select current_setting('server_version'), pg_size_pretty(pg_relation_size('name_trgm')),
		pg_backend_pid()::text`).Scan(&version, &size, &pid)
	p.stat = "/proc/" + pid + "/stat"
	p.about = fmt.Sprintf("PostgreSQL %s, GIN (gin_trgm_ops), name %% $1 at 0.3, best by similarity; index %s, %.1f s",
		version, size, time.Since(start).Seconds())
	return err
}

func (p *postgres) search(ctx context.Context, name string, n int) ([]uint32, error) {
	rows, err := p.conn.Query(ctx, "select id from name where name % $1 order by similarity(name, $1) desc limit $2", name, n)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uint32])
}

// cpu is the user and system time of the backend, of which Linux keeps hundredths of a second.
func (p *postgres) cpu() (time.Duration, error) {
	stat, err := os.ReadFile(p.stat)
	if err != nil {
		return 0, fmt.Errorf("the server must run on this machine: %w", err)
	}
	_, text, _ := strings.Cut(string(stat), ") ") // behind the process's name
	fields := strings.Fields(text)
	ticks := 0
	for _, i := range []int{11, 12} { // utime, stime
		n, err := strconv.Atoi(fields[i])
		if err != nil {
			return 0, fmt.Errorf("%s: %w", p.stat, err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil
}

func (p *postgres) close() error { return p.conn.Close(context.Background()) }
