package loader_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"nayose"
	"nayose/loader"
	"nayose/loader/pgtest"
)

// TestRoles makes the roles that docs/operating.md lists, with the grants that stand there and no others, lets each do its work, and sees that it
// may do nothing else.
func TestRoles(t *testing.T) {
	t.Parallel()
	r := newRoles(t)
	owner, migration, grants := r.url("owner"), r.grants[0], r.grants[1]
	execute(t, r.super, migration)
	if _, _, err := open(t, owner).Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.execute("owner", grants)

	r.as("job", func(db *loader.DB) {
		if err := errors.Join(db.CheckSchema(t.Context()), db.CheckRights(t.Context(), loader.ToLoad)); err != nil {
			t.Error(err)
		}
		for _, week := range []string{"2026-W46", "2026-W47"} {
			f := feed{week: week, postings: []string{"a cook" + week + " toda", "b nurse" + week + " ?abe"}, rejects: []string{"x", "=y"}}
			f.load(t, db)
			d, in := f.build(t)
			rows, err := db.Deliveries(t.Context(), &d.Week)
			if err != nil || len(rows) != 1 {
				t.Fatalf("Deliveries: %v, %v", rows, err)
			}
			if found, err := db.Verify(t.Context(), rows[0], d, in); err != nil || len(found.Differences) > 0 {
				t.Errorf("Verify: %+v, %v", found, err)
			}
		}
		if err := db.CopyDecisions(t.Context(), []loader.LoggedDecision{logged(1, 1, "toda", "1")}); err != nil {
			t.Error(err)
		}
		if err := db.ReadMaster(t.Context(), func(m *loader.MasterReader) error {
			_, err := m.Version(t.Context(), "")
			return err
		}); err != nil {
			t.Error(err)
		}
		if err := db.ReadLive(t.Context(), loader.Scope{}, func(r *loader.LiveReader) error {
			if got := strings.Count(readAll(t, r), "\n"); got != 2 {
				t.Errorf("%d answers are live, want 2", got)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
	r.as("import", func(db *loader.DB) {
		importRegistry(t, db, "0803", "1 01 0803 0801 戸田 港区")
		importRegistry(t, db, "0804", "1 11 0804 0802 戸田製作 港区")
		file := loader.ImportFile{Name: "file.csv"}
		_, err := db.ImportAliases(t.Context(), file, all([]nayose.Alias{{CompanyID: "1", Name: "トダ"}}))
		_, err2 := db.ImportWorkplaces(t.Context(), file, all([]nayose.Workplace{{CompanyID: "1", Name: "港店"}}))
		_, err3 := db.ProveWorkplaces(t.Context())
		if err := errors.Join(err, err2, err3, db.CheckRights(t.Context(), loader.ToImport)); err != nil {
			t.Error(err)
		}
	})
	r.erases()
	r.execute("reader", "select * from nayose.active_postings; select * from nayose.review_queue; select * from nayose.deliveries; select * from nayose.companies; select * from nayose.decisions")
	r.rebuilds()
	r.refused()
	r.erasesAgain()
}

// erases has the role erase by its age and on request.
func (r *roles) erases() {
	r.as("erase", func(db *loader.DB) {
		if err := errors.Join(db.CheckSchema(r.Context()), db.CheckRights(r.Context(), loader.ToErase)); err != nil {
			r.Error(err)
		}
		// So that there is a posting that has expired, with a mention that proves a workplace.
		execute(r, r.super, `update nayose.posting_state set expired_at = '2026-01-05' where posting_id = 'a'`)
		execute(r, r.super, `insert into nayose.workplace (workplace_id, company_id, source, proof, mention_id)
			select gen_random_uuid(), '1', 'posting', 'corporate_number', mention_id from nayose.posting where posting_id = 'a'`)
		expired, err := db.EraseExpired(r.Context(), "hello", monday(r, "2026-W10"))
		rejects, err2 := db.EraseRejects(r.Context(), "hello", monday(r, "2026-W47"))
		asked, err3 := db.EraseOnRequest(r.Context(), loader.Request{Partner: "hello", Postings: []string{"b"}, By: "toda", Why: "依頼"})
		if err := errors.Join(err, err2, err3); err != nil {
			r.Fatal(err)
		}
		want := loader.Erased{Postings: 2, Rejects: 2, Mentions: 2, Matches: 2, Workplaces: 1}
		for _, e := range []loader.Erased{rejects, asked} {
			expired.Add(e)
		}
		if expired != want {
			r.Errorf("erased %+v, want %+v", expired, want)
		}
	})
}

// rebuilds has the role make generations, beside which something is erased and nothing is, bring them live, roll back, and drop the old ones. Without the
// right to delete it makes the second all the same.
func (r *roles) rebuilds() {
	live := &loader.GoLive{Limit: 1}
	r.as("job", func(db *loader.DB) {
		feed{week: "2026-W48", partner: "other", postings: []string{"a cook toda", "b nurse ?abe"}}.load(r, db)
	})
	r.as("rebuild", func(db *loader.DB) {
		if err := errors.Join(db.CheckSchema(r.Context()), db.CheckRights(r.Context(), loader.ToRebuild)); err != nil {
			r.Error(err)
		}
		// As if it had been erased between the freezing of the mentions and the writing of its match: one that is erased later takes its match along.
		erased := func() { execute(r, r.super, `delete from nayose.mention where company_name = '?abe'`) }
		if made := (rebuild{late: erased, live: live}).must(r, db); made.State != loader.Live || made.Mentions != 1 {
			r.Errorf("made %+v, want one mention, live", made)
		}
		if _, _, err := db.RollBack(r.Context()); err != nil {
			r.Error(err)
		}
		if n, err := db.DropOld(r.Context()); err != nil || n == 0 {
			r.Errorf("DropOld: %d, %v", n, err)
		}
	})
	r.execute("owner", fmt.Sprintf("revoke delete on nayose.match from %srebuild", r.prefix))
	r.as("rebuild", func(db *loader.DB) {
		wantFault(r, db.CheckRights(r.Context(), loader.ToRebuild), nayose.Access, "to rebuild: match (delete)")
		execute(r, r.super, `delete from nayose.match m where not exists (select from nayose.mention e where e.mention_id = m.mention_id)`)
		rebuild{model: "model-3", live: live}.must(r, db)
		erased := func() { execute(r, r.super, `delete from nayose.mention`) }
		_, err := rebuild{model: "model-4", late: erased}.run(r, db)
		wantFault(r, err, nayose.Access, "(delete on nayose.match): ERROR: permission denied for table match")
	})
}

// erasesAgain has the job load what was erased on request, which takes the rights of who erases.
func (r *roles) erasesAgain() {
	again := feed{week: "2026-W48", postings: []string{"b nurse ?abe"}}
	r.as("job", func(db *loader.DB) {
		d, in := again.build(r)
		_, err := db.Load(r.Context(), d, in)
		wantFault(r, err, nayose.Access, "erase again")
	})
	execute(r, r.super, fmt.Sprintf("grant %[1]serase to %[1]sjob", r.prefix))
	r.as("job", func(db *loader.DB) {
		if got := again.load(r, db); got.Erased != 1 {
			r.Errorf("the load came to %+v, want one erased again", got)
		}
	})
}

// roles are the documented roles under names of this test's own, in an empty database.
type roles struct {
	*testing.T
	base, prefix string
	super        *pgx.Conn
	grants       []string // those of the database's owner, and those of the schema's
}

func newRoles(t *testing.T) *roles {
	t.Helper()
	docs, err := os.ReadFile("../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(docs), "```sql\n")
	grants, _, _ := strings.Cut(rest, "```")
	r := &roles{T: t, base: pgtest.Empty(t), prefix: fmt.Sprintf("nayose_%d_", os.Getpid())}
	if r.super, err = pgx.Connect(t.Context(), r.base); err != nil {
		t.Fatal(err)
	}
	var name string
	if err := r.super.QueryRow(t.Context(), "select current_database()").Scan(&name); err != nil {
		t.Fatal(err)
	}
	grants = strings.Replace(grants, "on database nayose ", "on database "+name+" ", 1)
	grants = regexp.MustCompile(`nayose_(owner|job|import|erase|rebuild|reader)`).ReplaceAllString(grants, r.prefix+"$1")
	r.grants = strings.SplitN(grants, "-- From here on", 2)
	if len(r.grants) != 2 {
		t.Fatalf("docs/operating.md has no grants in two parts: %q", grants)
	}
	r.grants[1] = "-- " + r.grants[1]
	for _, role := range []string{"owner", "job", "import", "erase", "rebuild", "reader"} {
		execute(t, r.super, "create role "+r.prefix+role+" login")
	}
	t.Cleanup(func() {
		for _, role := range []string{"job", "import", "erase", "rebuild", "reader", "owner"} {
			if _, err := r.super.Exec(context.Background(), fmt.Sprintf("drop owned by %[1]s cascade; drop role %[1]s", r.prefix+role)); err != nil {
				t.Error(err)
			}
		}
		_ = r.super.Close(context.Background())
	})
	return r
}

func (r *roles) url(role string) string {
	return strings.Replace(r.base, "postgres@", r.prefix+role+"@", 1)
}

func (r *roles) as(role string, do func(*loader.DB)) {
	r.Helper()
	db := open(r, r.url(role))
	defer db.Close()
	do(db)
}

// execute runs statements as a role.
func (r *roles) execute(role, statements string) {
	r.Helper()
	if err := r.try(role, statements); err != nil {
		r.Errorf("%s: %s: %v", role, statements, err)
	}
}

func (r *roles) try(role, statements string) error {
	conn, err := pgx.Connect(r.Context(), r.url(role))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	_, err = conn.Exec(r.Context(), statements)
	return err
}

// refused tries what each role is not for.
func (r *roles) refused() {
	for role, statements := range map[string][]string{
		"job": {
			"delete from nayose.posting", "truncate nayose.posting", "delete from nayose.delivery", "drop table nayose.posting", "create table nayose.mine (a int)",
			"update nayose.company set name = ''", "insert into nayose.company (company_id) values ('x')", "update nayose.live set generation = 1",
			"insert into nayose.import (kind) values ('registry')", "update nayose.decision set choice = 'none'", "delete from nayose.decision", "create schema mine", "alter table nayose.posting add column a int",
		},
		"import": {
			"update nayose.posting set title = ''", "delete from nayose.posting", "select from nayose.reject", "select from nayose.delivery", "delete from nayose.company",
			"update nayose.match set note = ''", "update nayose.live set generation = 1", "create table nayose.mine (a int)", "update nayose.import set kind = 'proven'",
		},
		"erase": {
			"insert into nayose.posting (partner) values ('x')", "update nayose.posting set title = ''", "delete from nayose.delivery", "delete from nayose.erasure",
			"update nayose.erasure set rows = 0", "delete from nayose.erased_posting", "update nayose.live set generation = 1", "create table nayose.mine (a int)",
		},
		"rebuild": {
			"delete from nayose.posting", "update nayose.posting set title = ''", "delete from nayose.mention", "delete from nayose.delivery", "delete from nayose.generation",
			"insert into nayose.live values (false, 1)", "delete from nayose.erasure", "create table nayose.mine (a int)",
		},
		"reader": {
			"select from nayose.posting", "select from nayose.mention", "select from nayose.decision", "select from nayose.rejects", "select from nayose.reject", "select from nayose.import_rejects",
			"delete from nayose.companies", "create table nayose.mine (a int)",
		},
	} {
		for _, statement := range statements {
			var refusal *pgconn.PgError
			if err := r.try(role, statement); !errors.As(err, &refusal) || refusal.Code != "42501" {
				r.Errorf("%s: %s: %v, want permission denied", role, statement, err)
			}
		}
	}
}
