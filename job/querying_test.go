package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"nayose"
	"nayose/loader"
	"nayose/loader/pgtest"
)

// queryingPage is the page that these tests hold to what the schema is. `make golden` rewrites its plans and its list of columns.
const queryingPage = "../docs/querying.md"

// A question of the page: "### 1. Title", what it asks, the query, and its plan where one is shown.
type question struct{ title, sql, plan string }

var (
	questionParts = regexp.MustCompile("(?s)### (\\d+\\. [^\n]+)\n\n[^`]*(?:`[^`\n]+`[^`]*)*\n\n```sql\n(.*?)```\n(?:\n```text\n(.*?)```\n)?")
	sqlFence      = regexp.MustCompile("(?m)^```sql$")
	planFence     = regexp.MustCompile("(?s)```text\n.*?```\n")
)

func questions(t *testing.T) (list []question) {
	t.Helper()
	page := readPage(t)
	for _, m := range questionParts.FindAllStringSubmatch(page, -1) {
		list = append(list, question{m[1], m[2], m[3]})
	}
	if n := len(sqlFence.FindAllString(page, -1)); len(list) < 10 || len(list) != n {
		t.Fatalf("%d questions and %d queries: each query answers a question, and ten are asked", len(list), n)
	}
	return list
}

func readPage(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(queryingPage)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// TestQuerying runs every query of the page against two weeks of the sample corpus, and what the registry and a list of workplaces
// add to its master. Each finds something; what it is stands in a golden file.
func TestQuerying(t *testing.T) {
	database := twoWeeks(t)
	var answers strings.Builder
	for _, q := range questions(t) {
		lines, err := query(database, q.sql)
		if err != nil {
			t.Errorf("%s: %v", q.title, err)
		} else if len(lines) == 0 {
			t.Errorf("%s: no rows", q.title)
		}
		fmt.Fprintf(&answers, "%s: %d\n%s\n\n", q.title, len(lines), strings.Join(lines[:min(len(lines), 6)], "\n"))
	}
	golden(t, "querying.txt", answers.String())
}

// twoWeeks is a database into which both weeks of the corpus are loaded, a third in which a partner sent the file of the second again,
// and then a day's changes from the registry: of the company with the number 2991801022924, which gave up its name and then moved.
func twoWeeks(t *testing.T) (database string) {
	t.Helper()
	database, input, store := pgtest.New(t), t.TempDir(), t.TempDir()
	if err := os.CopyFS(input, os.DirFS("../testdata/corpus")); err != nil {
		t.Fatal(err)
	}
	const file = "hataraku-net.csv"
	again, err := os.ReadFile(filepath.Join(input, "feeds/2026-W47", file))
	week48 := filepath.Join(input, "feeds/2026-W48")
	if err := cmp.Or(err, os.Mkdir(week48, 0o777), os.WriteFile(filepath.Join(week48, file), again, 0o666)); err != nil {
		t.Fatal(err)
	}
	decided := filepath.Join(t.TempDir(), "decided.ndjson")
	for _, args := range [][]string{
		{"master", "import"},
		{"run", "--week", "2026-W46"},
		{"run", "--week", "2026-W47"},
		{"review", "log", "--import", decided},
		{"run", "--week", "2026-W48", "--partner", "hataraku-net"},
	} {
		if args[0] == "review" {
			settleQueue(t, database, decided)
		}
		cmd := nayoseCommand(t, database, store, append(args, "--input", input)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	db, err := loader.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	auditSettled(t, db, database)
	const company = "2991801022924"
	renamed := nayose.NewDate(2026, 11, 2)
	row := nayose.Registration{
		Line: 1, CompanyID: company, Process: "01", UpdatedOn: nayose.NewDate(2015, 12, 1), ChangedOn: nayose.NewDate(2015, 10, 5),
		Name: "有限会社もとの名", Kind: 302, Prefecture: "東京都", City: "港区", Street: "芝1-2-3", AssignedOn: nayose.NewDate(2015, 10, 5),
	}
	now := row
	now.Line, now.Process, now.UpdatedOn, now.ChangedOn, now.Name, now.Latest = 2, "11", renamed+1, renamed, "株式会社いまの名", true
	bad := &nayose.BadRows{}
	bad.Add(3, "the check digit is wrong", "3,2991801022925,…")
	if _, err := db.ImportWorkplaces(t.Context(), loader.ImportFile{Name: "offices.csv", SHA256: "1"}, seqOf([]nayose.Workplace{
		{CompanyID: company, Name: knownWorkplace(t, database, company)},
	})); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ImportRegistry(t.Context(), loader.RegistryFile{
		ImportFile: loader.ImportFile{Name: "diff_20261103.csv", SHA256: "2", Bad: bad}, Day: renamed + 1,
	}, seqOf([]nayose.Registration{row, now})); err != nil {
		t.Fatal(err)
	}
	return database
}

// auditRound is the round that people are told to have answered.
const auditRound = "2026-W47/0123456789abcdef0123456789abcdef"

// auditSettled makes an audit of what people settled, as if the matcher had answered what they said first.
func auditSettled(t *testing.T, db *loader.DB, database string) {
	t.Helper()
	var qs []loader.AuditQuestion
	for _, row := range rowsOfQuery(t, database, `
		select concat_ws(E'\t', mention_id, partner, company_id) from nayose.decisions where choice = 'company' order by entry, line`) {
		q := loader.AuditQuestion{Partner: row[1], Outcome: nayose.Matched, CompanyID: row[2], Stratum: row[1] + "/matched/0.9-0.98", Weight: 12}
		if err := q.Mention.UnmarshalText([]byte(row[0])); err != nil {
			t.Fatal(err)
		}
		qs = append(qs, q)
	}
	if err := db.CopyAudit(t.Context(), secondWeek, auditRound, qs); err != nil {
		t.Fatal(err)
	}
}

// settleQueue writes down that a person took the best candidate for what stands first in the queue, and changed their mind about the next.
func settleQueue(t *testing.T, database, name string) {
	t.Helper()
	var text strings.Builder
	enc := json.NewEncoder(&text)
	for i, row := range rowsOfQuery(t, database, `
		select concat_ws(E'\t', partner, company_name, company_name_kana, workplace_name, address, phone, url, corporate_number, best_company_id)
		from (select partner, coalesce(company_name, '') as company_name, coalesce(company_name_kana, '') as company_name_kana,
			coalesce(workplace_name, '') as workplace_name, coalesce(address, '') as address, coalesce(phone, '') as phone,
			coalesce(url, '') as url, coalesce(corporate_number, '') as corporate_number, best_company_id, active_postings, mention_id
			from nayose.review_queue) q
		order by active_postings desc, mention_id limit 2`) {
		d := nayose.Decision{
			Mention: nayose.Mention{
				Partner: row[0], CompanyName: row[1], CompanyNameKana: row[2], WorkplaceName: row[3], Address: row[4], Phone: row[5], URL: row[6],
				CorporateNumber: row[7],
			},
			Choice: nayose.ChoseCompany, CompanyID: row[8], By: "戸田", At: time.Date(2026, 11, 24, 0, 0, i, 0, time.UTC),
			Round: auditRound, Audit: true,
		}
		d.Mention.ID = d.Mention.Key()
		if err := enc.Encode(d); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			continue
		}
		d.Choice, d.CompanyID, d.At = nayose.ChoseNone, "", d.At.Add(time.Hour)
		if err := enc.Encode(d); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(name, []byte(text.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}

// knownWorkplace is the name of one of the places that active postings of a company are about.
func knownWorkplace(t *testing.T, database, company string) string {
	t.Helper()
	lines := mustQuery(t, database, "select min(workplace_name) from nayose.active_postings where company_id = '"+company+"'")
	if lines[0] == "" {
		t.Fatalf("company %s has no postings", company)
	}
	return lines[0]
}

// TestQueryingPlans plans the queries of the page in a database with a year of deliveries: the indexes that the page names are used, and
// what grows with every week is read from end to end only where the page says so.
func TestQueryingPlans(t *testing.T) {
	database := pgtest.New(t)
	year, err := os.ReadFile("../testdata/querying/year.sql")
	if err != nil {
		t.Fatal(err)
	}
	// With a target of 1,000 ANALYZE looks at up to 300,000 rows, here all of them: chance has no say in the plans.
	execute(t, database, string(year), "set default_statistics_target = 1000", "vacuum analyze", `do $$ begin
		execute format('alter database %I set max_parallel_workers_per_gather = 0', current_database());
	end $$`)
	var plans []string
	for _, q := range questions(t) {
		if q.plan == "" {
			continue
		}
		lines, err := query(database, "explain (costs off) "+q.sql)
		if err != nil {
			t.Fatalf("%s: %v", q.title, err)
		}
		got := reads(lines)
		plans = append(plans, strings.Join(got, "\n")+"\n")
		if !*update {
			checkPlan(t, q, got)
		}
	}
	if *update {
		rewritePlans(t, plans)
	}
}

// checkPlan compares what a query reads with what the page says that it reads: another version of PostgreSQL may read in another order.
func checkPlan(t *testing.T, q question, got []string) {
	t.Helper()
	want := strings.Split(strings.TrimSpace(q.plan), "\n")
	for _, line := range want {
		if index := indexOf(line); index != "" && !slices.ContainsFunc(got, func(g string) bool { return indexOf(g) == index }) {
			t.Errorf("%s: the index %s is not used:\n%s", q.title, index, strings.Join(got, "\n"))
		}
	}
	for _, line := range got {
		if strings.HasPrefix(line, "Seq Scan") && grows.MatchString(line) && !slices.Contains(want, line) {
			t.Errorf("%s: %s, which the page does not say:\n%s", q.title, line, strings.Join(got, "\n"))
		}
	}
	if len(want) == 0 || len(got) == 0 {
		t.Errorf("%s: no plan", q.title)
	}
}

// grows tells the tables that hold more with every week.
var grows = regexp.MustCompile(`on (posting|posting_state|match)$`)

var usedIndex = regexp.MustCompile(`^(?:Bitmap Index Scan on|Index (?:Only )?Scan(?: Backward)? using) (\w+)`)

func indexOf(line string) string {
	if m := usedIndex.FindStringSubmatch(line); m != nil {
		return m[1]
	}
	return ""
}

var (
	readLine  = regexp.MustCompile(`^ *(?:->  )?((?:Bitmap Index|Index|Index Only|Seq) Scan(?: Backward)?(?: using \w+)? on \w+)(?: \w+)?$`)
	condition = regexp.MustCompile(`^ *Index Cond: \((\w+ [<=>]+ '.*')::\w+\)`)
)

// reads are the lines of a plan that read tables, each once, and what of the query an index is asked. Nothing is said of the live
// generation, a table of one row, nor of mention, the employers' words that come along: in which way is a toss-up.
func reads(plan []string) (lines []string) {
	for i, line := range plan {
		m := readLine.FindStringSubmatch(line)
		if m == nil || strings.HasSuffix(m[1], " on live") || strings.HasSuffix(m[1], " on mention") {
			continue
		}
		read := m[1]
		if c := condition.FindStringSubmatch(plan[min(i+1, len(plan)-1)]); c != nil {
			read += ": " + c[1]
		}
		if !slices.Contains(lines, read) {
			lines = append(lines, read)
		}
	}
	return lines
}

// rewritePlans writes the plans into the page, for every question that shows one.
func rewritePlans(t *testing.T, plans []string) {
	t.Helper()
	page := planFence.ReplaceAllStringFunc(readPage(t), func(string) string {
		plan := plans[0]
		plans = plans[1:]
		return "```text\n" + plan + "```\n"
	})
	if err := os.WriteFile(queryingPage, []byte(page), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestQueryingViews compares the end of the page with the schema: every view and every column, with the words of its comment.
func TestQueryingViews(t *testing.T) {
	const heading = "## Views and columns\n"
	database := pgtest.New(t)
	page, _, found := strings.Cut(readPage(t), heading)
	if !found {
		t.Fatalf("the page has no %q", heading)
	}
	want := page + heading + describeViews(t, database)
	if *update {
		if err := os.WriteFile(queryingPage, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got := readPage(t); got != want {
		t.Errorf("%s does not say of the views what their comments say: run `make golden`", queryingPage)
	}
	for _, view := range rowsOfQuery(t, database, `select relname from pg_class where relnamespace = 'nayose'::regnamespace and relkind = 'v'`) {
		if !strings.Contains(page, "`"+view[0]+"`") {
			t.Errorf("the view %s is not named in the page's first table", view[0])
		}
	}
}

// describeViews is a table a view, but for active_postings, whose columns must be those of postings.
func describeViews(t *testing.T, database string) string {
	t.Helper()
	var b strings.Builder
	columns := map[string][]string{}
	view := ""
	for _, row := range rowsOfQuery(t, database, `
		select concat_ws(E'\t', relname, attname, format_type(atttypid, atttypmod), coalesce(obj_description(c.oid), ''),
			coalesce(col_description(c.oid, attnum), ''))
		from pg_class c join pg_attribute on attrelid = c.oid and attnum > 0 and not attisdropped
		where relnamespace = 'nayose'::regnamespace and relkind in ('v', 'm')
		order by array_position(array['postings', 'active_postings', 'companies', 'company_names', 'company_addresses', 'workplaces',
			'review_queue', 'decisions', 'rejects', 'deliveries', 'imports', 'import_rejects', 'generations'], relname::text), relname, attnum`) {
		columns[row[0]] = append(columns[row[0]], row[1]+" "+row[2])
		if row[3] == "" || row[4] == "" {
			t.Errorf("%s.%s is not explained by a comment", row[0], row[1])
		}
		if row[0] != view {
			view = row[0]
			fmt.Fprintf(&b, "\n### `%s`\n\n%s\n", view, row[3])
			if view != "active_postings" {
				b.WriteString("\n| column | type | |\n|---|---|---|\n")
			}
		}
		if view != "active_postings" {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", row[1], row[2], strings.ReplaceAll(row[4], "|", `\|`))
		}
	}
	if !slices.Equal(columns["active_postings"], columns["postings"]) {
		t.Error("active_postings has other columns than postings")
	}
	return b.String()
}
