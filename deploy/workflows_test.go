package deploy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// workflows are those that a hosted CI runs.
func workflows(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("../.github/workflows/*.yml")
	if err != nil || len(names) != 2 {
		t.Fatalf("the workflows are %v, %v", names, err)
	}
	return names
}

var pinnedAction = regexp.MustCompile(`^[A-Za-z0-9-]+/[A-Za-z0-9-]+@[0-9a-f]{40}$`)

// workflowFaults say where a workflow may do more than it needs, or run what somebody else can change.
func workflowFaults(workflow object) (faults []string) {
	bad := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if p, ok := workflow["permissions"].(object); !ok || len(p) != 0 {
		bad("a job that says nothing may do something")
	}
	if all := fmt.Sprint(workflow); strings.Contains(all, "secrets.") || strings.Contains(all, "pull_request_target") {
		bad("it uses a secret, or runs others' changes with its own rights")
	}
	for name, job := range workflow["jobs"].(object) {
		aws := false
		for i, step := range list(job, "steps") {
			uses := text(step, "uses")
			action, _, _ := strings.Cut(uses, "@")
			aws = aws || action == "aws-actions/configure-aws-credentials"
			if uses != "" && !pinnedAction.MatchString(uses) {
				bad("%s: %s is not pinned by its commit", name, uses)
			}
			if action == "actions/checkout" && text(step, "with.persist-credentials") != "false" {
				bad("%s: step %d leaves a token in the clone", name, i)
			}
			if strings.Contains(text(step, "run"), "${{") {
				bad("%s: step %d puts what others write, such as a tag's name, into a script", name, i)
			}
			if text(step, "with.aws-access-key-id") != "" {
				bad("%s: a key that lasts", name)
			}
		}
		permissions := map[bool]string{false: "map[contents:read]", true: "map[contents:read id-token:write]"}[aws]
		if got := text(job, "permissions"); got != permissions {
			bad("%s: it may %s, and needs %s", name, got, permissions)
		}
		if text(job, "timeout-minutes") == "" {
			bad("%s: it may run for six hours", name)
		}
	}
	return faults
}

// TestWorkflows holds them to that, and the release to its order: nothing is pushed that was not tested and scanned.
func TestWorkflows(t *testing.T) {
	for _, name := range workflows(t) {
		for _, fault := range workflowFaults(documents(t, name)[0]) {
			t.Errorf("%s: %s", filepath.Base(name), fault)
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			if strings.Contains(line, "uses:") && !regexp.MustCompile(`@[0-9a-f]{40} # v\d+\.\d+\.\d+\n$`).MatchString(line) {
				t.Errorf("nobody can tell the version of %s", line)
			}
		}
	}
	release := documents(t, "../.github/workflows/release.yml")[0]
	if text(release, "jobs.image.needs") != "test" {
		t.Error("an image is made of what was not tested")
	}
	var order []string
	for _, step := range list(release, "jobs.image.steps") {
		for _, mark := range []string{"imagetools", "buildx build", "trivy-action@", "configure-aws-credentials@", "skopeo copy"} {
			if strings.Contains(text(step, "run")+text(step, "uses"), mark) {
				order = append(order, mark)
			}
		}
		if strings.Contains(text(step, "uses"), "trivy") && text(step, "with.exit-code") != "1" {
			t.Error("the scan holds nothing")
		}
	}
	if got := strings.Join(order, ", "); got != "imagetools, buildx build, trivy-action@, configure-aws-credentials@, skopeo copy" {
		t.Errorf("the order is %s", got)
	}
	dockerfile, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`--build-arg "(\w+)=`).FindAllStringSubmatch(text(release, "jobs.image.steps.3.run"), -1) {
		if !regexp.MustCompile(`(?m)^ARG .*\b` + m[1] + `\b`).Match(dockerfile) {
			t.Errorf("the Dockerfile has no argument %s", m[1])
		}
	}
}

// TestWorkflowMistakes seeds mistakes.
func TestWorkflowMistakes(t *testing.T) {
	for _, c := range []struct {
		path  string
		wrong any
	}{
		{"permissions", object{"contents": "write"}},
		{"permissions", nil},
		{"jobs.image.permissions", object{"contents": "write", "id-token": "write"}},
		{"jobs.test.permissions", object{"contents": "read", "id-token": "write"}},
		{"jobs.image.steps.4.uses", "aquasecurity/trivy-action@v0.36.0"},
		{"jobs.image.steps.0.with.persist-credentials", true},
		{"jobs.image.steps.3.run", "docker build -t ${{ github.ref_name }} ."},
		{"jobs.image.env.KEY", "${{ secrets.AWS_SECRET_ACCESS_KEY }}"},
		{"jobs.image.timeout-minutes", nil},
	} {
		release := documents(t, "../.github/workflows/release.yml")[0]
		parent, key := any(release), c.path
		if i := strings.LastIndex(c.path, "."); i >= 0 {
			parent, key = at(release, c.path[:i]), c.path[i+1:]
		}
		parent.(object)[key] = c.wrong
		if len(workflowFaults(release)) == 0 {
			t.Errorf("%s: %v is not found", c.path, c.wrong)
		}
	}
}
