package loader

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"nayose"
)

// Access is how the database is reached.
//
// Over a network, the server must prove by a certificate that it is the host that the URL names (sslmode=verify-full): this is so where
// nothing is said, and less is refused. Sockets and this machine's own addresses need none.
type Access struct {
	// URL is postgres://user@host:5432/db, postgres:///db?host=/socket/dir or host=/socket/dir dbname=db. What it leaves open comes from
	// the PG… environment variables, as with psql.
	URL string
	// CA is a file of the authorities (PEM) that may sign the server's certificate, where the URL names none with sslrootcert.
	// Default: those that this machine trusts.
	CA string
	// Insecure lets the URL ask for less than verify-full.
	Insecure bool
	// Again, where it is given, reads the URL anew, of which user and password are taken. It is called once, when the server says that the
	// password is wrong: it may have been changed since the start.
	Again func(context.Context) (string, error)
}

// Open connects. A URL that makes no sense, one that asks for less than verified certificates, or a database that does not exist is a fault of kind
// Usage; refused credentials and certificates that prove nothing are Access; a server that does not answer, or has no connection to spare for some seconds, is Database. No error text holds the password.
func (a Access) Open(ctx context.Context) (*DB, error) {
	config, err := a.configure()
	if err != nil {
		return nil, err
	}
	db := &DB{LockWait: lockWait, access: a, user: config.ConnConfig.User, secret: config.ConnConfig.Password}
	config.BeforeConnect = db.identify
	if db.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, fault(ctx, err)
	}
	err = db.knock(ctx)
	if again, failure := db.renew(ctx, err); again {
		err = db.knock(ctx)
	} else if failure != nil {
		err = failure
	}
	if err != nil {
		db.Close()
		return nil, fault(ctx, err)
	}
	return db, nil
}

// knock makes a first connection. It waits for a server that says that it has none to spare, or is about to start or to end, as a load does;
// one that says nothing is not waited for.
func (db *DB) knock(ctx context.Context) error {
	return persistWhile(ctx, func(err error) bool { return sqlState(err) != "" && mayPass(err) }, db.pool.Ping)
}

// identify gives a connection to come the user and password that count now.
func (db *DB) identify(_ context.Context, c *pgx.ConnConfig) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	c.User, c.Password = db.user, db.secret
	return nil
}

// wrongPassword is the server's code for it. It comes only while a connection is made.
const wrongPassword = "28P01"

// renew reads the password anew where the server says that it is wrong, once; then what failed may be tried again. The error is that of the reading.
func (db *DB) renew(ctx context.Context, err error) (again bool, failure error) {
	if sqlState(err) != wrongPassword || db.access.Again == nil {
		return false, nil
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.asked {
		return false, nil
	}
	db.asked = true
	a := db.access
	if a.URL, failure = a.Again(ctx); failure != nil {
		return false, failure
	}
	config, failure := a.configure()
	if failure != nil {
		return false, failure
	}
	db.user, db.secret = config.ConnConfig.User, config.ConnConfig.Password
	return true, nil
}

// sslMode is how a URL, behind its ?, or a key=value string says how much is to be verified.
var sslMode = regexp.MustCompile(`(^|[?&\s])ssl(mode)?\s*=`)

// asks is whether the URL or the environment says how much is to be verified.
func (a Access) asks() bool {
	settings := a.URL
	if strings.Contains(a.URL, "://") {
		_, settings, _ = strings.Cut(a.URL, "?")
	}
	return sslMode.MatchString(settings) || os.Getenv("PGSSLMODE") != ""
}

// verify has certificates verified as far as the URL leaves that open, and refuses a configuration by which a password or a posting could go
// to whoever poses as the server.
func (a Access) verify(c *pgx.ConnConfig) error {
	var authorities *x509.CertPool
	if a.CA != "" {
		pem, err := os.ReadFile(a.CA)
		if authorities = x509.NewCertPool(); err == nil && !authorities.AppendCertsFromPEM(pem) {
			err = fmt.Errorf("%s holds no certificate", a.CA)
		}
		if err != nil {
			return nayose.Fault(nayose.Usage, fmt.Errorf("read the authorities of the database: %w", err), "name a file of certificates (PEM) with database_ca")
		}
	}
	raise := !a.Insecure && !a.asks()
	c.TLSConfig = verified(c.Host, c.TLSConfig, authorities, raise)
	weak := isWeak(c.Host, c.TLSConfig)
	var fallbacks []*pgconn.FallbackConfig
	for _, f := range c.Fallbacks {
		if raise && isRemote(f.Host) && f.TLSConfig == nil {
			continue // the second try of sslmode=prefer, which sends everything in the clear
		}
		f.TLSConfig = verified(f.Host, f.TLSConfig, authorities, raise)
		weak = weak || isWeak(f.Host, f.TLSConfig)
		fallbacks = append(fallbacks, f)
	}
	c.Fallbacks = fallbacks
	if !weak || a.Insecure {
		return nil
	}
	return nayose.Fault(nayose.Usage, fmt.Errorf("the database URL does not have the certificate of %q verified", c.Host),
		"ask for sslmode=verify-full, or leave sslmode out; database_ca names the file of the authority; in a network of your own, database_insecure: true")
}

// verified is the TLS of a host, with the authorities where it names none, and to a remote host, where it is to be raised, as of verify-full.
func verified(host string, t *tls.Config, authorities *x509.CertPool, raise bool) *tls.Config {
	if t == nil {
		return nil
	}
	t = t.Clone()
	if raise && isRemote(host) {
		t.ServerName, t.InsecureSkipVerify, t.VerifyPeerCertificate = host, false, nil
	}
	if t.RootCAs == nil {
		t.RootCAs = authorities
	}
	return t
}

func isWeak(host string, t *tls.Config) bool {
	return isRemote(host) && (t == nil || t.InsecureSkipVerify)
}

func isRemote(host string) bool {
	ip := net.ParseIP(host)
	return host != "localhost" && !strings.HasPrefix(host, "/") && !strings.HasPrefix(host, "@") && (ip == nil || !ip.IsLoopback())
}

// refusedTLS is how pgx words that the server has no TLS at all.
const refusedTLS = "server refused TLS connection"

// unproven is whether the server did not prove who it is.
func unproven(err error) bool {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var host x509.HostnameError
	var authority x509.UnknownAuthorityError
	return errors.As(err, &certificate) || errors.As(err, &record) || errors.As(err, &host) || errors.As(err, &authority) ||
		err != nil && strings.Contains(err.Error(), refusedTLS)
}

const hintUnproven = "the server's certificate must be of the host that DATABASE_URL names, and signed by an authority of database_ca or this machine"
