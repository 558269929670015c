package loader

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/sethvargo/go-retry"

	"nayose"
)

// DB is a small pool of connections to one database.
type DB struct {
	// LockWait is how long a load or an import waits for another of the same partner before it gives up, and a load begins again that a
	// locked table has kept from going on. Open sets 30 s.
	LockWait time.Duration

	// OnStep, where it is set, is told what a load under way does next, and so what the caller waits for.
	OnStep func(string)

	pool *pgxpool.Pool

	access Access
	mu     sync.Mutex
	user   string // that connections to come are made with, and its password
	secret string
	asked  bool // access.Again was
}

const (
	connectTimeout = 5 * time.Second
	closeTimeout   = 5 * time.Second
	lockWait       = 30 * time.Second
	maxConns       = 2 // one that loads, one that looks something up
)

// Open connects to the database that url names, as Access.Open does with nothing but that.
func Open(ctx context.Context, url string) (*DB, error) { return Access{URL: url}.Open(ctx) }

func (db *DB) tell(step string) {
	if db.OnStep != nil {
		db.OnStep(step)
	}
}

// Close closes the connections. It does not wait longer than five seconds for a server that no longer answers.
func (db *DB) Close() {
	closed := make(chan struct{})
	go func() {
		db.pool.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(closeTimeout):
	}
}

// configure is what a URL says, with certificates verified.
func (a Access) configure() (*pgxpool.Config, error) {
	// A parser's complaint quotes pieces of what it could not parse, which may be the password's: it is not passed on.
	// Nor is a URL taken whose password has split it in the wrong place, which shows by an @ where none belongs.
	unclear := nayose.Fault(nayose.Usage, errors.New("the database URL cannot be understood"),
		"write postgres://user:password@host:5432/dbname (percent-encode special characters) or host=… dbname=…")
	if a.URL == "" {
		return nil, nayose.Fault(nayose.Usage, errors.New("no database URL is given"), "set DATABASE_URL")
	}
	scheme, _, isURL := strings.Cut(a.URL, "://")
	if isURL && !strings.Contains(scheme, "=") && scheme != "postgres" && scheme != "postgresql" {
		return nil, unclear
	}
	config, err := pgxpool.ParseConfig(a.URL)
	if err != nil || strings.Contains(config.ConnConfig.Host+config.ConnConfig.Database, "@") {
		return nil, unclear
	}
	for name := range config.ConnConfig.RuntimeParams {
		if strings.Contains(name, "@") {
			return nil, unclear
		}
	}
	if err := a.verify(config.ConnConfig); err != nil {
		return nil, err
	}
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "nayose"
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = connectTimeout
	}
	// A transaction pooler may give each round trip outside a transaction another session: no statement is prepared in one and executed in
	// the next.
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	config.MaxConns = maxConns
	return config, nil
}

// transact runs f in a transaction that it commits, or rolls back where f fails.
func (db *DB) transact(ctx context.Context, options pgx.TxOptions, f func(pgx.Tx) error) error {
	err := pgx.BeginTxFunc(ctx, db.pool, options, f)
	if again, fault := db.renew(ctx, err); again {
		return pgx.BeginTxFunc(ctx, db.pool, options, f)
	} else if fault != nil {
		return fault
	}
	return err
}

// retries counts the transactions of this process that were begun again.
var retries atomic.Int64

// Retries is how many transactions of this process were begun again, since something failed that may pass.
func Retries() int64 { return retries.Load() }

// persist runs f again, five times at most over some seconds, while it fails for a reason that may pass: a deadlock,
// a lost connection, a server that restarts, a full disk.
func persist(ctx context.Context, f func(context.Context) error) error {
	return persistWhile(ctx, mayPass, f)
}

// persist is persist, but a table that another session keeps locked is not waited for again once db.LockWait has passed.
func (db *DB) persist(ctx context.Context, f func(context.Context) error) error {
	began := time.Now()
	return persistWhile(ctx, func(err error) bool {
		return mayPass(err) && (sqlState(err) != lockTimedOut || time.Since(began) < db.LockWait)
	}, f)
}

// The server's code for a lock that was waited for as long as lock_timeout allows, which loads set to 5 s a statement.
const lockTimedOut = "55P03"

// persistWhile is persist with another judgement of what may pass.
func persistWhile(ctx context.Context, mayPass func(error) bool, f func(context.Context) error) error {
	backoff := retry.WithMaxRetries(4, retry.WithJitterPercent(25, retry.NewExponential(250*time.Millisecond)))
	again := false
	return retry.Do(ctx, backoff, func(ctx context.Context) error {
		if again {
			retries.Add(1)
		}
		again = true
		err := f(ctx)
		if err != nil && ctx.Err() == nil && mayPass(err) {
			return retry.RetryableError(err)
		}
		return err
	})
}

// lock takes the advisory lock of that name until the transaction's end, waiting for at most db.LockWait.
func (db *DB) lock(ctx context.Context, tx pgx.Tx, name string) error {
	return db.tryLock(ctx, tx, name, `select pg_try_advisory_xact_lock(hashtextextended('nayose:' || $1::text, 0))`)
}

// lockShared is lock, beside others that share the lock.
func (db *DB) lockShared(ctx context.Context, tx pgx.Tx, name string) error {
	return db.tryLock(ctx, tx, name, `select pg_try_advisory_xact_lock_shared(hashtextextended('nayose:' || $1::text, 0))`)
}

func (db *DB) tryLock(ctx context.Context, tx pgx.Tx, name, try string) error {
	const pause = 100 * time.Millisecond
	for deadline := time.Now().Add(db.LockWait); ; {
		var locked bool
		err := tx.QueryRow(ctx, try, name).Scan(&locked)
		if err != nil || locked {
			return err
		}
		if time.Until(deadline) < pause {
			return nayose.Fault(nayose.Busy, fmt.Errorf("another run holds the lock %q%s", name, holder(ctx, tx, name)),
				"let the other run finish, or end its session where it hangs (select pg_terminate_backend(PROCESS)), then run this again")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// holder says who holds a lock, as far as the server tells the role; nothing where nobody does any more.
func holder(ctx context.Context, tx pgx.Tx, name string) (who string) {
	if err := tx.QueryRow(ctx, statement("holder"), name).Scan(&who); err != nil {
		return ""
	}
	return who
}

// analyze gives the planner statistics of tables that it has none of. Nothing is wrong if it cannot: autovacuum will.
func (db *DB) analyze(ctx context.Context) {
	_, _ = db.pool.Exec(ctx, statement("analyze"))
}
