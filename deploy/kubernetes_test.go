package deploy_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml/parser"
)

// documents are the mappings of a file of YAML.
func documents(t *testing.T, name string) (all []object) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseBytes(b, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range file.Docs {
		v, err := value(doc.Body)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, v.(object))
	}
	return all
}

// kubernetesJob says what is wrong with one of the jobs.
func kubernetesJob(job object) (faults []string) {
	bad := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	stage := text(job, "metadata.labels.stage")
	pod, container := at(job, "spec.template.spec"), at(job, "spec.template.spec.containers.0")
	if text(job, "apiVersion") != "batch/v1" || text(job, "kind") != "Job" || text(job, "metadata.name") != "nayose-"+stage || text(container, "args") != "["+stage+"]" {
		bad("it is no Job that runs its stage")
	}
	if (text(job, "spec.completionMode") == "Indexed") != (stage == "match") {
		bad("match is Indexed, the others are not")
	}
	retries := text(job, "spec.backoffLimit")
	if stage == "match" {
		retries = text(job, "spec.backoffLimitPerIndex")
		if text(job, "spec.completions") != text(job, "spec.parallelism") || text(job, "spec.completions") == "" {
			bad("its shards do not run at once")
		}
	}
	if retries != "4" || text(job, "spec.activeDeadlineSeconds") == "" {
		bad("five attempts, and an end to them, not %q retries", retries)
	}
	if text(pod, "restartPolicy") != "Never" || text(pod, "automountServiceAccountToken") != "false" {
		bad("a policy for failures wants restartPolicy Never; and it needs no token")
	}
	if text(pod, "securityContext.runAsNonRoot") != "true" || text(pod, "securityContext.runAsUser") != "65532" ||
		text(pod, "securityContext.seccompProfile.type") != "RuntimeDefault" {
		bad("it may run as root, or call what it likes")
	}
	if text(container, "securityContext.readOnlyRootFilesystem") != "true" || text(container, "securityContext.allowPrivilegeEscalation") != "false" ||
		text(container, "securityContext.capabilities.drop") != "[ALL]" {
		bad("it can write its root, or get rights")
	}
	if text(pod, "volumes.0.emptyDir.sizeLimit") == "" || text(container, "volumeMounts.0.mountPath") != "/tmp" || text(container, "env.2.value") != "/tmp" {
		bad("it has no place for temporary files")
	}
	if text(container, "resources.requests.cpu") == "" || text(container, "resources.limits.memory") != text(container, "resources.requests.memory") {
		bad("it asks for no resources, or is given more memory than it asks for")
	}
	if hasSecret := strings.Contains(text(container, "envFrom"), "secretRef"); hasSecret == (stage == "match") || !pinned.MatchString(text(container, "image")) {
		bad("match gets no database and the others do; the image is named by its digest")
	}
	return append(faults, failurePolicy(job)...)
}

// failurePolicy says where a job's policy does otherwise than is promised of nayose's exit codes.
func failurePolicy(job object) (faults []string) {
	rules := list(job, "spec.podFailurePolicy.rules")
	if len(rules) == 0 || text(rules[0], "action") != "Ignore" || text(rules[0], "onPodConditions.0.type") != "DisruptionTarget" {
		faults = append(faults, "what a node does to a pod is counted against it")
	}
	for _, rule := range rules {
		var codes []int
		for _, code := range list(rule, "onExitCodes.values") {
			n, _ := strconv.Atoi(fmt.Sprint(code))
			codes = append(codes, n)
		}
		if !slices.IsSorted(codes) || len(slices.Compact(slices.Clone(codes))) != len(codes) || slices.Contains(codes, 0) {
			faults = append(faults, fmt.Sprintf("Kubernetes wants the codes %v in order, each once, and not 0", codes))
		}
		if text(rule, "action") == "FailIndex" && text(job, "spec.backoffLimitPerIndex") == "" {
			faults = append(faults, "there is no FailIndex without backoffLimitPerIndex")
		}
	}
	wanted := map[string]string{"137": "EXIT"}
	for code, want := range promised {
		wanted[code] = want
	}
	for code, want := range wanted {
		does := ""
		for _, rule := range rules {
			if does == "" && slices.ContainsFunc(list(rule, "onExitCodes.values"), func(v any) bool { return fmt.Sprint(v) == code }) {
				does = text(rule, "action")
			}
		}
		if got := map[string]string{"Count": "RETRY", "FailJob": "EXIT", "FailIndex": "EXIT"}[does]; got != want {
			faults = append(faults, fmt.Sprintf("exit code %s: %q, want %s", code, does, want))
		}
	}
	return faults
}

// TestKubernetes holds the manifest to what its jobs are, and to nayose's exit codes.
func TestKubernetes(t *testing.T) {
	jobs := documents(t, "kubernetes.yaml")
	var stages []string
	for _, job := range jobs {
		stages = append(stages, text(job, "metadata.labels.stage"))
		for _, fault := range kubernetesJob(job) {
			t.Errorf("%s: %s", text(job, "metadata.name"), fault)
		}
	}
	if fmt.Sprint(stages) != "[extract match load]" {
		t.Errorf("the manifest has the stages %v", stages)
	}
	for _, c := range []struct {
		path  string
		wrong any
	}{
		{"spec.completionMode", "NonIndexed"},
		{"spec.parallelism", 1},
		{"spec.backoffLimitPerIndex", nil},
		{"spec.podFailurePolicy.rules", []any{}},
		{"spec.template.spec.restartPolicy", "OnFailure"},
		{"spec.template.spec.automountServiceAccountToken", true},
		{"spec.template.spec.securityContext.runAsUser", 0},
		{"metadata.labels.stage", "load"},
	} {
		job := documents(t, "kubernetes.yaml")[1]
		last := strings.LastIndex(c.path, ".")
		at(job, c.path[:last]).(object)[c.path[last+1:]] = c.wrong
		if len(kubernetesJob(job)) == 0 {
			t.Errorf("%s: %v is not found", c.path, c.wrong)
		}
	}
	for i := range list(jobs[1], "spec.podFailurePolicy.rules")[1:] { // a code that is missing
		job := documents(t, "kubernetes.yaml")[1]
		codes := at(job, fmt.Sprintf("spec.podFailurePolicy.rules.%d.onExitCodes", i+1)).(object)
		codes["values"] = codes["values"].([]any)[1:]
		if len(kubernetesJob(job)) == 0 {
			t.Errorf("a code that rule %d lacks is not found", i+1)
		}
	}
}
