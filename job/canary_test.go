package main

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nayose/loader/pgtest"
)

// Canaries are planted in every field of a posting, in the master and in the passwords. None may sing in what a run says or in a document that people
// pass around: logs, tables, errors, plans, manifests, approvals. (Artefacts, rejects and Postgres hold what was delivered: that is what they are for.)
const canary = "zqx7"

// planted is a delivery of good and bad records, each field of which has the canary.
func planted() string {
	const n = 12
	field := func(name string, i int) string { return fmt.Sprintf("%s-%s-%d", canary, name, i) }
	var b strings.Builder
	b.WriteString("id,name,address,phone,url,title,text,posted,pay,note\n")
	for i := range n {
		fmt.Fprintf(&b, "%s,株式会社%s,東京都港区%s,%s,https://%s.example,%s,%s,2026-11-01,1000,%s\n", field("id", i), field("name", i), field("place", i),
			field("phone", i), field("url", i), field("title", i), field("text", i), field("note", i))
	}
	fmt.Fprintf(&b, "%s,株式会社%s,,,,,,%s,1000,\n", field("bad", 1), field("name", 1), field("date", 1)) // no date
	fmt.Fprintf(&b, "%s,株式会社%s\n", field("short", 1), field("name", 1))                               // too few fields
	fmt.Fprintf(&b, "1.23E+%s,株式会社%s,,,,,,,,\n", "12", field("name", 1))                              // an id that a spreadsheet spoilt
	fmt.Fprintf(&b, "%s,株式会社%s,,,,,,,,\n", field("id", 1), field("again", 1))                         // a duplicate
	fmt.Fprintf(&b, "%s,%s\xff,,,,,,,,\n", field("utf", 1), field("name", 1))                         // not UTF-8
	fmt.Fprintf(&b, "%s,\"%s,,,,,,,,\n", field("quote", 1), field("name", 1))                         // a quote without an end
	return b.String()
}

const plantedConfig = `
master: {file: companies.csv}
partners:
  acme:
    files: feeds/{week}/acme.csv
    encoding: utf-8
    reject_limit: 100%
    columns: {posting_id: id, company_name: name, address: address, phone: phone, url: url, title: title, description: text, posted_on: posted, salary: pay}
`

func TestNoCanarySings(t *testing.T) {
	t.Parallel()
	c := cage{T: t, dir: t.TempDir()}
	database := pgtest.New(t)
	write(c.T, c.dir, "nayose.yaml", plantedConfig)
	write(c.T, c.dir, "in/companies.csv", "company_id,name,address,phone\n1,株式会社"+canary+"-name-1,東京都港区"+canary+"-place-1,"+canary+"-phone-1\n")
	write(c.T, c.dir, "in/feeds/2026-W46/acme.csv", planted())
	secret := withPassword(database)
	c.run(0, secret, "doctor")
	c.run(0, secret, "run")
	c.run(0, secret, "status")
	c.run(0, secret, "doctor")
	c.run(60, secret, "approve", "--partner", "acme", "--by", "toda", "--why", "a test")

	c.refusedByPostgres()
	execute(t, database, "update nayose.posting set title = title || '!', description = '"+canary+"'")
	execute(t, database, "update nayose.mention set phone = '"+canary+"'")
	c.run(63, secret, "doctor")
	c.unreachable()
	c.badFiles(secret)
	silent(t, filepath.Join(c.dir, "store"))
}

// withPassword is a URL of the tests' server with a password, which that does not ask for.
func withPassword(url string) string {
	return strings.Replace(url, "postgres@", "postgres:"+canary+"-password@", 1)
}

// cage is the directory that the canaries are kept in.
type cage struct {
	*testing.T
	dir string
}

// run wants an exit code of a command for the week, and no canary in what it says.
func (c cage) run(want int, database string, args ...string) {
	c.Helper()
	c.runWith(nil, want, database, args...)
}

func (c cage) runWith(env []string, want int, database string, args ...string) {
	c.Helper()
	cmd := nayoseCommand(c.T, database, filepath.Join(c.dir, "store"), append(args, "--week", "2026-W46", "--wait", "0s",
		"--config", filepath.Join(c.dir, "nayose.yaml"), "--input", filepath.Join(c.dir, "in"))...)
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.CombinedOutput()
	if got := exitCode(err); got != want || len(out) == 0 {
		c.Errorf("nayose %v: exit code %d, want %d\n%s", args, got, want, out)
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, canary) {
			c.Errorf("nayose %v says: %s", args, line)
		}
	}
}

// refusedByPostgres loads into databases that refuse it, and would quote the row in the details of their messages.
func (c cage) refusedByPostgres() {
	for want, refusals := range map[int][]string{
		63: {
			"alter table nayose.posting add constraint refusal check (title is null) not valid",
			"create unique index refusal on nayose.mention ((company_name is null))",
		},
		61: {
			"drop view nayose.active_postings, nayose.postings, nayose.review_queue cascade; alter table nayose.posting alter column description type varchar(3)",
			`create function nayose.refuse() returns trigger language plpgsql as 'begin perform new.title::integer; return new; end';
			create trigger refusal before insert on nayose.posting for each row execute function nayose.refuse()`,
		},
		60: {
			"alter table nayose.posting drop column extra cascade",
			"drop table nayose.reject cascade",
		},
	} {
		for _, refusal := range refusals {
			database := pgtest.New(c.T)
			execute(c.T, database, refusal)
			c.run(want, withPassword(database), "load")
		}
	}
}

// unreachable names databases that cannot be reached, by URLs and secrets that hold the canary.
func (c cage) unreachable() {
	c.run(81, "postgres://u:"+canary+"@nowhere.invalid/db", "load")
	c.run(60, "postgres://u:"+canary+"@nowhere.invalid/db?sslmode=disable", "load")
	c.run(60, "postgres://u:"+canary+"@/nowhere?host=/x&connect_timeout="+canary, "load")
	c.run(60, "host=h password="+canary+" sslmode="+canary, "load")
	for answer, want := range map[string]int{
		`{"username": "` + canary + `"}`:                60,
		`{"username": ` + canary:                        60,
		"mysql://" + canary + ":" + canary:              60,
		"postgres://u:" + canary + "@nowhere.invalid/x": 81,
	} {
		stub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintf(w, `{"SecretString": %q}`, answer) }))
		c.runWith([]string{
			"DATABASE_SECRET=prod/nayose", "AWS_ENDPOINT_URL_SECRETS_MANAGER=" + stub.URL, "AWS_REGION=ap-northeast-1",
			"AWS_ACCESS_KEY_ID=" + canary + "id", "AWS_SECRET_ACCESS_KEY=" + canary,
		}, want, "", "load")
		stub.Close()
	}
}

// badFiles reads files that are not what they should be, and an artefact that is not what it was.
func (c cage) badFiles(database string) {
	_, rest, _ := strings.Cut(planted(), "\n")
	write(c.T, c.dir, "in/feeds/2026-W46/acme.csv", rest) // without its header, the first record stands there
	c.run(61, database, "run")
	c.run(63, database, "doctor")
	write(c.T, c.dir, "nayose.yaml", strings.Replace(plantedConfig, "reject_limit: 100%", "reject_limit: 1%", 1))
	write(c.T, c.dir, "in/feeds/2026-W46/acme.csv", planted()+strings.Repeat(canary+",,,,,,,"+canary+",,\n", 9))
	c.run(62, database, "run")
	c.run(0, database, "approve", "--partner", "acme", "--by", "toda", "--why", "a test")

	write(c.T, c.dir, "nayose.yaml", plantedConfig)
	write(c.T, c.dir, "in/feeds/2026-W46/acme.csv", planted())
	if err := os.WriteFile(one(c.T, c.dir, "store/stages/extract/*/*/rejects.ndjson"), []byte(canary), 0o666); err != nil {
		c.Fatal(err)
	}
	c.run(63, withPassword(pgtest.New(c.T)), "run")
}

// silent looks for the canary in the documents of a store.
func silent(t *testing.T, dir string) {
	t.Helper()
	documents := 0
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".json" {
			return err
		}
		b, err := os.ReadFile(name)
		if documents++; strings.Contains(string(b), canary) {
			t.Errorf("%s holds a canary:\n%s", name, b)
		}
		return err
	})
	if err != nil || documents < 5 {
		t.Errorf("%d documents were looked at: %v", documents, err)
	}
}
