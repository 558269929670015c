package deploy_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"nayose"
)

// built is the real nayose, made once for the tests that run it, in a directory of TestMain's.
var (
	builtIn string
	built   = sync.OnceValues(func() (string, error) {
		name := filepath.Join(builtIn, "nayose")
		out, err := exec.Command("go", "build", "-o", name, "../job").CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%w\n%s", err, out)
		}
		return name, err
	})
)

func TestMain(m *testing.M) {
	var err error
	if builtIn, err = os.MkdirTemp("", "nayose-deploy-*"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(builtIn) // it is in the system's temporary directory
	os.Exit(code)
}

func binary(t *testing.T) string {
	t.Helper()
	name, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// TestTrigger takes the schedule's input as Scheduler hands it over, and wants of the real binary the week of that day in Japan.
func TestTrigger(t *testing.T) {
	r := load(t, "nayose.yaml").standard(t)
	var input struct {
		JobName, JobQueue, JobDefinition string
		Parameters                       map[string]string
	}
	// Sunday night in London is Monday morning in Tokyo, when the schedule runs.
	handed := strings.ReplaceAll(text(r.one(t, "Weekly"), "Target.Input"), "<aws.scheduler.scheduled-time>", "2026-11-15T21:00:00Z")
	if err := json.Unmarshal([]byte(handed), &input); err != nil {
		t.Fatal(err)
	}
	if input.JobQueue != "<Queue>" || input.JobDefinition != "<Job>" || !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$`).MatchString(input.JobName) {
		t.Errorf("the schedule submits %+v", input)
	}
	var args []string
	for _, word := range list(r.one(t, "Job"), "ContainerProperties.Command") {
		name, isRef := strings.CutPrefix(fmt.Sprint(word), "Ref::")
		if isRef {
			word = input.Parameters[name]
		}
		args = append(args, fmt.Sprint(word))
	}
	_, logs := newWorld(t).run(append(args, "--partner", "kaigo-navi")...)
	if !strings.Contains(logs, "kaigo-navi 2026-W47") {
		t.Errorf("nayose %v is not about 2026-W47:\n%s", args, logs)
	}
	if week, err := nayose.ParseWeek(input.Parameters["week"]); err != nil || week.String() != "2026-W47" {
		t.Errorf("ParseWeek(%q) = %v, %v", input.Parameters["week"], week, err)
	}
}

// TestStore asks the policies what they let happen in the bucket.
func TestStore(t *testing.T) {
	for _, retention := range []string{"false", "true"} {
		tpl := load(t, "nayose.yaml")
		given := tpl.variants()["defaults"]
		given["Retention"] = retention
		r, err := tpl.resolve(given)
		if err != nil {
			t.Fatal(err)
		}
		const job, admin = "<JobRole.Arn>", "an administrator"
		create := object{"s3:if-none-match": "*"}
		for _, c := range []struct {
			who, action, key string
			with             object
			want             bool
		}{
			{job, "s3:GetObject", "store/plans/2026-W47/p/1.json", nil, true},
			{job, "s3:GetObjectVersion", "input/feeds/2026-W47/p.csv", nil, true},
			{job, "s3:GetObject", "config/nayose.yaml", nil, true},
			{job, "s3:PutObject", "store/plans/2026-W47/p/1.json", create, true},
			{job, "s3:PutObject", "store/plans/2026-W47/p/1.json", nil, false},
			{job, "s3:PutObject", "store/decisions/1.json", nil, false},
			{job, "s3:PutObject", "input/feeds/2026-W47/p.csv", create, false},
			{job, "s3:PutObject", "config/nayose.yaml", create, false},
			{job, "s3:DeleteObject", "store/stages/match/1/manifest.json", nil, retention == "true"},
			{job, "s3:DeleteObject", "store/outcomes/week=2026-W47/partner=p/plan=1/part-00000-of-00001.parquet", nil, retention == "true"},
			{job, "s3:DeleteObject", "store/decisions/1.json", nil, false},
			{job, "s3:DeleteObject", "input/feeds/2026-W47/p.csv", nil, false},
			{job, "s3:DeleteObjectVersion", "store/stages/match/1/manifest.json", nil, false},
			{admin, "s3:PutObject", "store/decisions/1.json", nil, false},
			{admin, "s3:PutObject", "store/decisions/1.json", create, true},
			{admin, "s3:PutObject", "input/feeds/2026-W47/p.csv", nil, true},
			{admin, "s3:DeleteObject", "store/decisions/1.json", nil, false},
			{admin, "s3:DeleteObject", "input/feeds/2026-W47/p.csv", nil, true},
			{admin, "s3:GetObject", "store/plans/2026-W47/p/1.json", object{"aws:SecureTransport": "false"}, false},
		} {
			if got := r.lets(t, c.who, c.action, c.key, c.with); got != c.want {
				t.Errorf("retention %s: %s may %s %s with %v: %v, want %v", retention, c.who, c.action, c.key, c.with, got, c.want)
			}
		}
	}
}

// lets evaluates the policies of the job's role (an administrator's allows all) and of the bucket, as IAM does: something allows, and nothing denies.
func (r resolved) lets(t *testing.T, who, action, key string, request object) bool {
	t.Helper()
	facts := object{"aws:PrincipalArn": who, "aws:SecureTransport": "true"}
	for k, v := range request {
		facts[k] = v
	}
	allowed := who != "<JobRole.Arn>"
	statements := append(list(r.one(t, "JobPolicy"), "PolicyDocument.Statement"), list(r.one(t, "StorePolicy"), "PolicyDocument.Statement")...)
	for _, s := range statements {
		on := func(pattern any) bool {
			ok, _ := path.Match(strings.ReplaceAll(fmt.Sprint(pattern), "/*", "/?*"), "<Store.Arn>/"+key)
			start, open := strings.CutSuffix(fmt.Sprint(pattern), "*")
			return ok || open && strings.HasPrefix("<Store.Arn>/"+key, start)
		}
		does := func(a any) bool { return a == action || a == "s3:*" }
		if !slices.ContainsFunc(list(s, "Action"), does) || !slices.ContainsFunc(list(s, "Resource"), on) || !met(t, s, facts) {
			continue
		}
		if text(s, "Effect") == "Deny" {
			return false
		}
		allowed = true
	}
	return allowed
}

// met is whether all conditions of a statement hold.
func met(t *testing.T, statement any, facts object) bool {
	t.Helper()
	conditions, _ := at(statement, "Condition").(object)
	for operator, keys := range conditions {
		for key, want := range keys.(object) {
			fact, there := facts[key]
			var ok bool
			switch operator {
			case "Null":
				ok = fmt.Sprint(!there) == fmt.Sprint(want)
			case "Bool", "StringEquals":
				ok = fmt.Sprint(fact) == fmt.Sprint(want)
			case "ArnNotEquals":
				ok = fmt.Sprint(fact) != fmt.Sprint(want)
			default:
				t.Fatalf("the test does not know the operator %s", operator)
			}
			if !ok {
				return false
			}
		}
	}
	return true
}

// pattern is a filter of CloudWatch Logs, of equalities with && and ||, as a count of the log lines that it takes.
func pattern(t *testing.T, filter string) func(logs string) int {
	t.Helper()
	equality := regexp.MustCompile(`\(\$\.(\w+) = "([^"]*)"\)`)
	if !equality.MatchString(filter) {
		t.Fatalf("the filter %s is not as this test reads it", filter)
	}
	return func(logs string) (n int) {
		for line := range strings.Lines(logs) {
			var event object
			if json.Unmarshal([]byte(line), &event) != nil {
				continue
			}
			e := equality.ReplaceAllStringFunc(filter, func(s string) string {
				m := equality.FindStringSubmatch(s)
				return fmt.Sprint(event[m[1]] == m[2])
			})
			if holdsTrue(e) {
				n++
			}
		}
		return n
	}
}

// holdsTrue computes a term of true, false, &&, || and parentheses.
func holdsTrue(e string) bool {
	steps := strings.NewReplacer("(true)", "true", "(false)", "false", "true && true", "true", "true && false", "false", "false && true", "false",
		"false && false", "false", "true || true", "true", "true || false", "true", "false || true", "true", "false || false", "false")
	for {
		next := steps.Replace(e)
		if next == e {
			return strings.Trim(e, "{ }") == "true"
		}
		e = next
	}
}
