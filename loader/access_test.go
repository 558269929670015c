package loader_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"nayose"
	"nayose/loader"
	"nayose/loader/pgtest"
)

// What a URL says of certificates, and what is made of it before anything is sent.
func TestLessThanVerifiedCertificates(t *testing.T) {
	const refused = "does not have the certificate"
	for _, c := range []struct {
		url      string
		insecure bool
		refused  bool
	}{
		{"postgres://u:s3cret@nowhere.invalid/db", false, false},
		{"postgres://u:s3cret@nowhere.invalid/db?sslmode=verify-full", false, false},
		{"host=nowhere.invalid password=s3cret", false, false},
		{"postgres://u:s3cret@nowhere.invalid/db?sslmode=disable", false, true},
		{"postgres://u:s3cret@nowhere.invalid/db?a=b&sslmode=allow", false, true},
		{"postgres://u:s3cret@nowhere.invalid/db?sslmode=prefer", false, true},
		{"postgres://u:s3cret@nowhere.invalid/db?sslmode=require", false, true},
		{"postgres://u:s3cret@nowhere.invalid/db?sslmode=verify-ca", false, true},
		{"postgres://u:s3cret@nowhere.invalid/db?ssl=true", false, true},
		{"host=nowhere.invalid password=s3cret sslmode=require", false, true},
		{"host=nowhere.invalid password=s3cret sslmode = require", false, true},
		{"postgres://u:s3cret@localhost,nowhere.invalid/db?sslmode=prefer", false, true},
		{"postgres://u:s3cret@192.0.2.1:1/db?sslmode=prefer", false, true},
		{"postgres://u:s3cret@nowhere.invalid/db?sslmode=disable", true, false},
		{"postgres://u:s3cret@localhost:1/db?sslmode=disable", false, false},
		{"postgres://u:s3cret@127.0.0.1:1/db?sslmode=disable", false, false},
		{"postgres://u:s3cret@[::1]:1/db?sslmode=prefer", false, false},
		{"postgres://u:s3cret@/db?host=/nowhere&sslmode=disable", false, false},
	} {
		_, err := loader.Access{URL: c.url, Insecure: c.insecure}.Open(t.Context())
		kind, words := nayose.Database, "" // none of these servers answers
		if c.refused {
			kind, words = nayose.Usage, refused
		}
		wantFault(t, err, kind, words)
		if strings.Contains(fmt.Sprint(err), "s3cret") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
	t.Setenv("PGSSLMODE", "prefer")
	_, err := loader.Open(t.Context(), "postgres://u@nowhere.invalid/db")
	wantFault(t, err, nayose.Usage, refused)
	_, err = loader.Access{URL: "postgres://u@nowhere.invalid/db", CA: "no such file"}.Open(t.Context())
	wantFault(t, err, nayose.Usage, "no such file")
}

// TestServerCertificate connects to a server with a certificate of its own authority, over the network where the machine has one.
func TestServerCertificate(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	right, wrong := newAuthority(t), newAuthority(t)
	server.use(t, right, server.host)
	url := fmt.Sprintf("postgres://secure:s3cret@%s/nayose", net.JoinHostPort(server.host, server.port))
	suffix := ""
	if server.host == "127.0.0.1" {
		suffix = "?sslmode=verify-full" // which is what another host's URL means without it
	}
	ok := func(what string, a loader.Access) {
		t.Helper()
		db, err := a.Open(t.Context())
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		db.Close()
	}
	ok("database_ca", loader.Access{URL: url + suffix, CA: right.file})
	ok("sslrootcert", loader.Access{URL: url + "?sslmode=verify-full&sslrootcert=" + right.file, CA: wrong.file})
	ok("key=value", loader.Access{URL: fmt.Sprintf("host=%s port=%s user=secure password=s3cret dbname=nayose sslmode=verify-full", server.host, server.port), CA: right.file})

	refused := func(what string, a loader.Access) {
		t.Helper()
		_, err := a.Open(t.Context())
		wantFault(t, err, nayose.Access, "")
		if text := fmt.Sprint(err); strings.Contains(text, "s3cret") {
			t.Errorf("%s: the error tells the password: %v", what, err)
		}
		var fault *nayose.Error
		if errors.As(err, &fault) && !strings.Contains(fault.Hint, "certificate") {
			t.Errorf("%s: %v has the hint %q", what, err, fault.Hint)
		}
	}
	refused("the machine's authorities", loader.Access{URL: url + suffix})
	refused("another authority", loader.Access{URL: url + suffix, CA: wrong.file})
	server.use(t, right, "db.example.com")
	refused("another host's certificate", loader.Access{URL: url + suffix, CA: right.file})
	server.plain(t)
	refused("no TLS", loader.Access{URL: url + suffix, CA: right.file})
	ok("no TLS, and that is wanted", loader.Access{URL: url + "?sslmode=prefer", Insecure: true})
}

// A password that was changed since the start is read again, once, when a connection is made with the old one.
func TestRenewedPassword(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	url := func(password string) string {
		return fmt.Sprintf("postgres://secure:%s@%s/nayose?sslmode=disable", password, net.JoinHostPort(server.host, server.port))
	}
	asked := 0
	current := "s3cret"
	access := loader.Access{URL: url("s3cret-of-yesterday"), Insecure: true, Again: func(context.Context) (string, error) {
		asked++
		return url(current), nil
	}}
	db, err := access.Open(t.Context())
	if err != nil || asked != 1 {
		t.Fatalf("Open: %v, the secret was read again %d times, want once", err, asked)
	}
	if _, _, err := db.Migrate(t.Context()); err == nil {
		t.Error("a role without rights migrates")
	}
	db.Close()

	access.URL, asked, current = url("s3cret"), 0, "n3w"
	if db, err = access.Open(t.Context()); err != nil || asked != 0 {
		t.Fatalf("Open with the right password: %v, read again %d times", err, asked)
	}
	defer db.Close()
	execute(t, server.conn, `alter role secure password 'n3w'`)
	execute(t, server.conn, `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'secure'`)
	err = db.ReadMaster(t.Context(), func(*loader.MasterReader) error { return nil })
	for range 2 { // a connection that was cut is noticed first
		if err != nil {
			err = db.ReadMaster(t.Context(), func(*loader.MasterReader) error { return nil })
		}
	}
	if err != nil || asked != 1 {
		t.Errorf("after the password changed: %v, read again %d times, want once", err, asked)
	}

	asked, current = 0, "wr0ng"
	access.URL = url("wr0ng")
	_, err = access.Open(t.Context())
	wantFault(t, err, nayose.Access, "password authentication failed")
	if asked != 1 || strings.Contains(fmt.Sprint(err), "wr0ng") {
		t.Errorf("with a secret that is wrong, too, it was read again %d times: %v", asked, err)
	}
	gone := errors.New("no secret")
	access.Again = func(context.Context) (string, error) { return "", gone }
	if _, err = access.Open(t.Context()); !errors.Is(err, gone) {
		t.Errorf("where the secret cannot be read: %v", err)
	}
}

// server is a Postgres of the test's own that listens on the network, and asks role secure for a password.
type server struct {
	host, port, data string
	uid, gid         int
	conn             *pgx.Conn // over its socket
}

func startServer(t *testing.T) *server {
	t.Helper()
	pgtest.Server(t) // or skip
	dir := fmt.Sprintf("/var/tmp/nayose-tls-%d-%s", os.Getpid(), strings.ToLower(t.Name()[4:10]))
	s := &server{host: networkAddress(t), data: filepath.Join(dir, "data")}
	_, s.port, _ = strings.Cut(closedPort(t), ":")
	start := exec.Command("../scripts/postgres", "start", dir, "-c", "listen_addresses="+s.host, "-c", "port="+s.port, "-F")
	out, err := start.Output()
	t.Cleanup(func() {
		_ = exec.Command("../scripts/postgres", "stop", dir).Run()
		_ = os.RemoveAll(dir)
	})
	if err != nil {
		t.Fatalf("start a server: %v", err)
	}
	if s.conn, err = pgx.Connect(t.Context(), strings.TrimSpace(string(out))+"&port="+s.port); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.conn.Close(context.Background()) })
	info, err := os.Stat(s.data)
	if err != nil {
		t.Fatal(err)
	}
	owner := info.Sys().(*syscall.Stat_t)
	s.uid, s.gid = int(owner.Uid), int(owner.Gid)
	s.write(t, "pg_hba.conf", []byte("local all all trust\nhost all secure all scram-sha-256\n"))
	execute(t, s.conn, `create role secure login password 's3cret'`)
	s.reload(t)
	return s
}

// networkAddress is an address of this machine that is not its own loopback, or else that.
func networkAddress(t *testing.T) string {
	t.Helper()
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && n.IP.IsGlobalUnicast() {
			return n.IP.String()
		}
	}
	return "127.0.0.1"
}

func (s *server) write(t *testing.T, name string, content []byte) {
	t.Helper()
	name = filepath.Join(s.data, name)
	if err := errors.Join(os.WriteFile(name, content, 0o600), os.Chown(name, s.uid, s.gid)); err != nil {
		t.Fatal(err)
	}
}

// reload has the server read its files again, which takes a moment to reach new sessions.
func (s *server) reload(t *testing.T) {
	t.Helper()
	execute(t, s.conn, `select pg_reload_conf()`)
	time.Sleep(300 * time.Millisecond)
}

// use gives the server a certificate of that host.
func (s *server) use(t *testing.T, a authority, host string) {
	t.Helper()
	certificate, key := a.sign(t, host)
	s.write(t, "server.crt", certificate)
	s.write(t, "server.key", key)
	execute(t, s.conn, `alter system set ssl = on`)
	s.reload(t)
}

// plain takes TLS from the server.
func (s *server) plain(t *testing.T) {
	t.Helper()
	execute(t, s.conn, `alter system set ssl = off`)
	s.reload(t)
}

// authority signs certificates; file has its own.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	file        string
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "an authority of a test"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	a := authority{certificate, key, filepath.Join(t.TempDir(), "ca.pem")}
	if err := os.WriteFile(a.file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return a
}

// sign makes a certificate of that host, and its key, both as PEM.
func (a authority) sign(t *testing.T, host string) (certificate, key []byte) {
	t.Helper()
	own := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &own.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(own)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
