package deploy_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// attempt is how one attempt of a job ended, as Batch describes it. What did not come to a container has no exit code; one that ended by
// itself has no reason.
type attempt struct {
	exitCode     string // in decimals
	reason       string // container.reason
	statusReason string
}

const essential = "Essential container in task exited"

// strategy is a job definition's RetryStrategy.
type strategy struct {
	attempts int
	rules    []object
}

func strategyOf(p object) strategy {
	n, _ := strconv.Atoi(text(p, "RetryStrategy.Attempts"))
	s := strategy{attempts: max(n, 1)}
	for _, rule := range list(p, "RetryStrategy.EvaluateOnExit") {
		s.rules = append(s.rules, rule.(object))
	}
	return s
}

// after is what Batch does after the n-th attempt, counted from 1, has failed: RETRY or EXIT. The first rule all of whose conditions hold
// decides; where none does the job is tried again. Sources, read 2026-11: docs.aws.amazon.com/batch/latest/userguide/job_retries.html, which
// ends its rules by onReason "*", so that a missing reason is an empty one; …/APIReference/API_EvaluateOnExit.html.
func (s strategy) after(n int, a attempt) string {
	if n >= s.attempts {
		return "EXIT"
	}
	for _, rule := range s.rules {
		if holds(rule, "OnExitCode", a.exitCode) && holds(rule, "OnReason", a.reason) && holds(rule, "OnStatusReason", a.statusReason) {
			return strings.ToUpper(text(rule, "Action"))
		}
	}
	return "RETRY"
}

// holds is whether a condition, where the rule has it, fits. A pattern is a text, or the start of one before an asterisk. There is no exit code to
// fit where nothing ran.
func holds(rule object, condition, is string) bool {
	pattern, ok := rule[condition]
	if !ok {
		return true
	}
	if condition == "OnExitCode" && is == "" {
		return false
	}
	start, open := strings.CutSuffix(strings.ToLower(fmt.Sprint(pattern)), "*")
	is = strings.ToLower(is)
	return is == start || open && strings.HasPrefix(is, start)
}

var (
	codePattern   = regexp.MustCompile(`^[0-9]*\*?$`)
	reasonPattern = regexp.MustCompile(`^[A-Za-z0-9.:\s]*\*?$`)
)

// retries is what is wrong with a retry strategy: what Batch would refuse, and rules that leave out what nobody thought of.
func retries(name string, p object) (faults []string) {
	bad := func(format string, args ...any) { faults = append(faults, name+": "+fmt.Sprintf(format, args...)) }
	if n, err := strconv.Atoi(text(p, "RetryStrategy.Attempts")); err != nil || n < 1 || n > 10 {
		bad("1 to 10 attempts, not %q", text(p, "RetryStrategy.Attempts"))
	}
	s := strategyOf(p)
	if len(s.rules) == 0 || len(s.rules) > 5 {
		bad("1 to 5 rules, not %d", len(s.rules))
	}
	for i, rule := range s.rules {
		for key, v := range rule {
			pattern := fmt.Sprint(v)
			switch {
			case key == "OnExitCode" && (!codePattern.MatchString(pattern) || pattern == ""),
				(key == "OnReason" || key == "OnStatusReason") && (!reasonPattern.MatchString(pattern) || pattern == ""):
				bad("rule %d: %s cannot be %q", i+1, key, pattern)
			case key == "Action" && !strings.EqualFold(pattern, "RETRY") && !strings.EqualFold(pattern, "EXIT"):
				bad("rule %d: the action %q is neither RETRY nor EXIT", i+1, pattern)
			}
		}
		if len(rule) < 2 || text(rule, "Action") == "" {
			bad("rule %d lacks a condition or an action", i+1)
		}
	}
	if s.attempts > 1 && s.after(1, attempt{exitCode: "199", statusReason: essential}) != "EXIT" {
		bad("what no rule fits is tried again: end with a rule that exits for any reason")
	}
	return faults
}

// TestAfter holds the interpreter to what the documentation says of the rules.
func TestAfter(t *testing.T) {
	rule := func(action string, conditions ...string) object {
		r := object{"Action": action}
		for i := 0; i < len(conditions); i += 2 {
			r[conditions[i]] = conditions[i+1]
		}
		return r
	}
	docs := strategy{3, []object{rule("RETRY", "OnReason", "AGENT"), rule("RETRY", "OnStatusReason", "Task failed to start"), rule("EXIT", "OnReason", "*")}}
	both := strategy{3, []object{rule("exit", "OnExitCode", "40*", "OnReason", "some*"), rule("EXIT", "OnExitCode", "7")}}
	for _, c := range []struct {
		name string
		s    strategy
		n    int
		a    attempt
		want string
	}{
		{"the documentation's, first rule", docs, 1, attempt{reason: "AGENT"}, "RETRY"},
		{"its second", docs, 2, attempt{statusReason: "Task failed to start"}, "RETRY"},
		{"a start is not enough without an asterisk", docs, 1, attempt{statusReason: "Task failed to start again"}, "EXIT"},
		{"its last, for a code without a reason", docs, 1, attempt{exitCode: "1", statusReason: essential}, "EXIT"},
		{"the last attempt", docs, 3, attempt{reason: "AGENT"}, "EXIT"},
		{"conditions are ANDed", both, 1, attempt{exitCode: "401", reason: "something"}, "EXIT"},
		{"one of two", both, 1, attempt{exitCode: "401", reason: "other"}, "RETRY"},
		{"another number of the same start", both, 1, attempt{exitCode: "70"}, "RETRY"},
		{"no code, no match", both, 1, attempt{reason: "some"}, "RETRY"},
		{"no rules", strategy{2, nil}, 1, attempt{exitCode: "1"}, "RETRY"},
	} {
		if got := c.s.after(c.n, c.a); got != c.want {
			t.Errorf("%s: after(%d, %+v) = %s, want %s", c.name, c.n, c.a, got, c.want)
		}
	}
}
