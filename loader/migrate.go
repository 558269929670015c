package loader

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"nayose"
)

//go:embed migrations/*.sql
var migrations embed.FS

const versionTable = "nayose.schema_version"

// Migrate brings the schema to the version that this nayose works with and says which versions it went from and to;
// 0 is an empty database. Each migration is a transaction of its own: after an error the schema stands at the last
// one that succeeded. Two at once run one after the other. It needs a direct connection, not a transaction pooler.
func (db *DB) Migrate(ctx context.Context) (from, to int64, err error) {
	from, to, err = db.migrate(ctx)
	if err != nil {
		return from, to, fmt.Errorf("migrate the schema: %w", fault(ctx, err))
	}
	return from, to, nil
}

func (db *DB) migrate(ctx context.Context) (from, to int64, err error) {
	if err := db.createSchema(ctx); err != nil {
		return 0, 0, err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, uint64(db.LockWait.Seconds())+1))
	if err != nil {
		return 0, 0, err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return 0, 0, err
	}
	conns := stdlib.OpenDBFromPool(db.pool)
	defer func() { _ = conns.Close() }() // which leaves the pool open
	provider, err := goose.NewProvider(goose.DialectPostgres, conns, files,
		goose.WithTableName(versionTable), goose.WithSessionLocker(locker), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return 0, 0, err
	}
	if from, err = db.version(ctx); err != nil {
		return 0, 0, err
	}
	if from > newest() {
		return from, from, tooNew(from)
	}
	if _, err := provider.Up(ctx); err != nil {
		return from, from, err
	}
	to, err = db.version(ctx)
	return from, to, err
}

// createSchema makes the schema, which the table of versions lies in already. Where a database's owner has made it,
// the role needs no right to create schemas.
func (db *DB) createSchema(ctx context.Context) error {
	return db.transact(ctx, pgx.TxOptions{}, func(tx pgx.Tx) error {
		if err := db.lock(ctx, tx, "migrate"); err != nil {
			return err
		}
		var exists bool
		err := tx.QueryRow(ctx, `select exists (select from pg_namespace where nspname = 'nayose')`).Scan(&exists)
		if err != nil || exists {
			return err
		}
		_, err = tx.Exec(ctx, `create schema nayose`)
		return err
	})
}

// CheckSchema returns a fault of kind Usage, which names both versions, unless the schema is the one that this nayose
// works with.
func (db *DB) CheckSchema(ctx context.Context) error {
	have, err := db.version(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("check the schema: %w", fault(ctx, err))
	case have == 0:
		return nayose.Fault(nayose.Usage,
			fmt.Errorf("the database has no schema nayose, this nayose needs version %d", newest()), hintMigrate)
	case have < newest():
		return nayose.Fault(nayose.Usage,
			fmt.Errorf("the schema nayose is at version %d, this nayose needs version %d", have, newest()), hintMigrate)
	case have > newest():
		return tooNew(have)
	}
	return nil
}

func tooNew(have int64) error {
	return nayose.Fault(nayose.Usage,
		fmt.Errorf("the schema nayose is at version %d, this nayose knows versions up to %d", have, newest()),
		"use a newer nayose")
}

// version is the schema's version, 0 where there is none.
func (db *DB) version(ctx context.Context) (int64, error) {
	var exists bool
	err := db.pool.QueryRow(ctx, `select to_regclass($1) is not null`, versionTable).Scan(&exists)
	if err != nil || !exists {
		return 0, err
	}
	var version int64
	err = db.pool.QueryRow(ctx, `select coalesce(max(version_id), 0) from `+versionTable+` where is_applied`).Scan(&version)
	return version, err
}

// newest is the version of the last migration that this nayose brings along.
func newest() int64 {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(files) == 0 {
		panic(errors.Join(errors.New("no migrations are embedded"), err))
	}
	version, err := goose.NumericComponent(path.Base(files[len(files)-1]))
	if err != nil {
		panic(err)
	}
	return version
}

// What a role needs rights for.
const (
	ToLoad    = "load"
	ToImport  = "import"
	ToErase   = "erase"
	ToRebuild = "rebuild"
)

// CheckRights returns a fault of kind Access where the role may not do what a load does, an import into the master, an erasure, or a
// rebuild that may delete what was erased meanwhile, and old generations.
func (db *DB) CheckRights(ctx context.Context, to string) error {
	var missing []string
	rows, err := db.pool.Query(ctx, statement("rights"), to)
	if err == nil {
		missing, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil {
		return fmt.Errorf("check the role's rights: %w", fault(ctx, err))
	}
	if len(missing) > 0 {
		return nayose.Fault(nayose.Access, fmt.Errorf("the role lacks rights on nayose's tables to %s: %s", to, strings.Join(missing, ", ")),
			"grant what docs/operating.md has under The database")
	}
	return nil
}
