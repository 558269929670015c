package loader

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"nayose"
)

// faults says what an SQLSTATE means to an operator; the first prefix that fits counts.
var faults = []struct {
	state string
	kind  nayose.Kind
	hint  string
}{
	{"3D000", nayose.Usage, "create the database, or correct DATABASE_URL"},
	{"28", nayose.Access, "check the role and its password in DATABASE_URL"},
	{"42501", nayose.Access, "grant the role of DATABASE_URL what it lacks: nayose doctor names it, and docs/operating.md has the grants under The database"},
	{"3F000", nayose.Usage, hintMigrate},
	{"42P01", nayose.Usage, hintMigrate},
	{"42703", nayose.Usage, hintMigrate},
	{"42883", nayose.Usage, hintMigrate},
	{"53100", nayose.Database, "make room on the server's disk, then run this again"},
	{"53300", nayose.Database, "the server has no connection to spare: raise max_connections or close some, then run this again"},
	{"57014", nayose.Database, "the role's or the database's statement_timeout is too short for this"},
	{"25006", nayose.Database, "the server only reads: DATABASE_URL should name the primary"},
	{"08", nayose.Database, hintRetry},
	{"25P03", nayose.Database, hintRetry},
	{"40", nayose.Database, hintRetry},
	{"53", nayose.Database, hintRetry},
	{lockTimedOut, nayose.Database, hintLocked},
	{"57P", nayose.Database, hintRetry},
	{"58", nayose.Database, hintRetry},
	{"22", nayose.Contract, "the message names the row and column that Postgres cannot store"},
	{"54", nayose.Contract, "a value is longer than an index of Postgres takes"},
	{"23", nayose.Integrity, hintRerun},
	{"21000", nayose.Integrity, hintRerun},
}

const (
	hintMigrate = "run nayose migrate"
	hintRerun   = "nothing was written; run the stages before again, and keep their artefacts if this repeats"
	hintRetry   = "nothing was written; see that the server is well, then run this again"
	hintLocked  = "nothing was written; another session keeps a table locked (pg_locks has which): let it finish, then run this again"
	hintConnect = "see that the server runs, and that DATABASE_URL names its host and port"
)

// inputError is an error of what is being loaded, not of the database: no retry cures it, and its kind stands.
type inputError struct{ error }

func (e inputError) Unwrap() error { return e.error }

// settled says whether err needs no interpretation by this package.
func settled(err error) bool {
	var known *nayose.Error
	var input inputError
	return errors.As(err, &known) || errors.As(err, &input)
}

// fault gives an error of the database its kind and hint, where it has none yet.
func fault(ctx context.Context, err error) error {
	switch {
	case err == nil || settled(err):
		return err
	case ctx.Err() != nil && !errors.Is(err, ctx.Err()):
		// The caller gave up, and knows why; what the server said on the way out is beside the point.
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	case ctx.Err() != nil:
		return err
	}
	err = oneLine(err)
	if unproven(err) {
		return nayose.Fault(nayose.Access, err, hintUnproven)
	}
	state := sqlState(err)
	if state == "" && connectionLost(err) {
		return nayose.Fault(nayose.Database, err, hintConnect)
	}
	for _, f := range faults {
		if strings.HasPrefix(state, f.state) {
			return nayose.Fault(f.kind, err, f.hint)
		}
	}
	return err
}

// connectError is pgx's error of a connection that did not come about, in one line: of several addresses tried, the
// first one's, named once.
type connectError struct{ *pgconn.ConnectError }

func (e connectError) Unwrap() error { return e.ConnectError }

func (e connectError) Error() string {
	first, _, _ := strings.Cut(e.ConnectError.Unwrap().Error(), "\n")
	address, _, _ := strings.Cut(first, " (")
	for _, network := range []string{"tcp", "unix"} {
		first = strings.Replace(first, "dial error: dial "+network+" "+address+": ", "", 1)
	}
	return fmt.Sprintf("connect to database %q as %q: %s", e.Config.Database, e.Config.User, first)
}

// discreetError is an error of the server about a value, class 22, which its message may quote: the value is left out.
type discreetError struct {
	error
	server *pgconn.PgError
}

func (e discreetError) Unwrap() error { return e.error }

func (e discreetError) Error() string {
	message, _, _ := strings.Cut(e.server.Message, `: "`)
	return strings.ReplaceAll(e.error.Error(), e.server.Message, message)
}

func oneLine(err error) error {
	var server *pgconn.PgError
	if errors.As(err, &server) && strings.HasPrefix(server.Code, "22") {
		return discreetError{err, server}
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return connectError{connect}
	}
	return err
}

// mayPass says whether the same transaction may succeed when it is tried again: after a deadlock, a lock timeout, a
// lost connection, a server that restarts, a full disk.
func mayPass(err error) bool {
	if settled(err) || unproven(err) {
		return false
	}
	switch state := sqlState(err); state {
	case "":
		return connectionLost(err)
	case "40001", "40P01", lockTimedOut, "57P01", "57P02", "57P03", "57P05", "25P03":
		return true
	default:
		return strings.HasPrefix(state, "08") || strings.HasPrefix(state, "53")
	}
}

// sqlState is the server's five-character code for the error; empty where the error is not the server's.
func sqlState(err error) string {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return server.Code
	}
	return ""
}

// connectionLost says whether err, which is not the server's, is about the way to it: refused, reset, closed.
func connectionLost(err error) bool {
	var connect *pgconn.ConnectError
	var network interface{ Timeout() bool }
	return errors.As(err, &connect) || errors.As(err, &network) ||
		errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || // the last two from migrations
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
