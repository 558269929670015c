package deploy_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// rules say what is wrong with a template as it resolves for some parameters, each fault with the place where it is.
var rules = []func(r resolved) []string{
	jobDefinitions, computeEnvironments, schedules, roles, bucketPolicies, buckets, registries, logGroups, environments, limits,
	stateMachines,
}

// TestTemplates holds every template, with every value that its parameters may have, to the rules.
func TestTemplates(t *testing.T) {
	for _, tpl := range templates(t) {
		for _, fault := range tpl.faults() {
			t.Errorf("%s: %s", tpl.name, fault)
		}
	}
}

// faults are what the rules find in a template, each once.
func (t template) faults() []string {
	found := map[string]bool{}
	for variant, given := range t.variants() {
		r, err := t.resolve(given)
		if err != nil {
			found[fmt.Sprintf("with %s: %v", variant, err)] = true
		}
		for _, rule := range rules {
			for _, fault := range rule(r) {
				found[fault] = true
			}
		}
	}
	for _, fault := range t.unused() {
		found[fault] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// unused names parameters, conditions and mappings that nothing refers to.
func (t template) unused() (faults []string) {
	used := map[string]bool{}
	for section, v := range t.root {
		if section != "Metadata" {
			names(v, used)
		}
	}
	for _, section := range []string{"Parameters", "Conditions", "Mappings"} {
		for name := range t.section(section) {
			if !used[name] {
				faults = append(faults, fmt.Sprintf("%s.%s is not used", section, name))
			}
		}
	}
	return faults
}

// names collects what a value refers to.
func names(v any, used map[string]bool) {
	switch name, arg := call(v); name {
	case "Ref", "Condition":
		used[fmt.Sprint(arg)] = true
	case "Fn::If", "Fn::FindInMap":
		used[text(arg, "0")] = true
	case "Fn::Sub":
		for _, m := range placeholder.FindAllStringSubmatch(fmt.Sprint(arg), -1) {
			used[m[1]] = true
		}
	}
	switch v := v.(type) {
	case object:
		if c, ok := v["Condition"].(string); ok {
			used[c] = true
		}
		for _, item := range v {
			names(item, used)
		}
	case []any:
		for _, item := range v {
			names(item, used)
		}
	}
}

// fargate are the sizes that Fargate has: the MiB that each number of vCPUs may have. Source:
// docs.aws.amazon.com/batch/latest/APIReference/API_ResourceRequirement.html, read 2026-11.
func fargate(vcpus string) (from, to, step int, ok bool) {
	switch vcpus {
	case "0.25": // and 512, which is no multiple of the step
		return 512, 2048, 512, true
	case "0.5":
		return 1024, 4096, 1024, true
	case "1":
		return 2048, 8192, 1024, true
	case "2":
		return 4096, 16384, 1024, true
	case "4":
		return 8192, 30720, 1024, true
	case "8":
		return 16384, 61440, 4096, true
	case "16":
		return 32768, 122880, 8192, true
	}
	return 0, 0, 0, false
}

// fargateSize is what is wrong with a size.
func fargateSize(vcpus, memory string) string {
	from, to, step, ok := fargate(vcpus)
	mib, err := strconv.Atoi(memory)
	switch {
	case !ok:
		return fmt.Sprintf("Fargate has no %q vCPUs", vcpus)
	case err != nil || mib < from || mib > to || (mib-from)%step != 0 || vcpus == "0.25" && mib == 1536:
		return fmt.Sprintf("Fargate has no %s vCPU with %q MiB", vcpus, memory)
	}
	return ""
}

var (
	pinned   = regexp.MustCompile(`@sha256:[0-9a-f]{64}$`)
	notRoot  = regexp.MustCompile(`^[1-9][0-9]*(:[1-9][0-9]*)?$`)
	resource = regexp.MustCompile(`^<([A-Za-z0-9]+)(\.[A-Za-z.]+)?>$`)
)

// jobDefinitions are jobs as Fargate runs them: a size that exists, not as root, on a read-only root with one writable place, for a time that is
// longer than the job's own deadline, and retried by rules that make sense.
func jobDefinitions(r resolved) (faults []string) {
	for name, p := range r.of("AWS::Batch::JobDefinition") {
		bad := func(format string, args ...any) { faults = append(faults, name+": "+fmt.Sprintf(format, args...)) }
		c, _ := p["ContainerProperties"].(object)
		size := map[string]string{}
		for _, need := range list(c, "ResourceRequirements") {
			size[text(need, "Type")] = text(need, "Value")
		}
		if wrong := fargateSize(size["VCPU"], size["MEMORY"]); wrong != "" {
			bad("%s", wrong)
		}
		if text(p, "PlatformCapabilities") != "[FARGATE]" {
			bad("it is not for Fargate")
		}
		for _, role := range []string{"ExecutionRoleArn", "JobRoleArn"} {
			if text(c, role) == "" {
				bad("it has no %s", role)
			}
		}
		if !pinned.MatchString(text(c, "Image")) {
			bad("the image %q is not named by its digest", text(c, "Image"))
		}
		if at(c, "Privileged") != nil || !notRoot.MatchString(text(c, "User")) || text(c, "ReadonlyRootFilesystem") != "true" {
			bad("it is privileged, runs as root or can write its root")
		}
		if disk, err := strconv.Atoi(text(c, "EphemeralStorage.SizeInGiB")); c["EphemeralStorage"] != nil && (err != nil || disk < 21 || disk > 200) {
			bad("the disk has 21 to 200 GiB, not %s", text(c, "EphemeralStorage.SizeInGiB"))
		}
		if wrong := scratch(c); wrong != "" {
			bad("%s", wrong)
		}
		faults = append(faults, times(name, p)...)
		faults = append(faults, retries(name, p)...)
	}
	return faults
}

// scratch is what is wrong with the writable place that TMPDIR names.
func scratch(container object) string {
	volumes := map[string]bool{}
	for _, v := range list(container, "Volumes") {
		volumes[text(v, "Name")] = true
		if at(v, "Host") != nil {
			return "Fargate has no directories of hosts"
		}
	}
	tmp := variable(container, "TMPDIR")
	for _, m := range list(container, "MountPoints") {
		if text(m, "ContainerPath") == tmp && text(m, "ReadOnly") != "true" && volumes[text(m, "SourceVolume")] {
			return ""
		}
	}
	return "TMPDIR is no volume that can be written"
}

func variable(container object, name string) string {
	for _, v := range list(container, "Environment") {
		if text(v, "Name") == name {
			return text(v, "Value")
		}
	}
	return ""
}

// times are what is wrong with the time that an attempt has: Batch does not try again what it has killed for its time, so that the
// job has to end itself before.
func times(name string, p object) (faults []string) {
	seconds, err := strconv.Atoi(text(p, "Timeout.AttemptDurationSeconds"))
	if err != nil || seconds < 60 {
		faults = append(faults, fmt.Sprintf("%s: an attempt has 60 s or more, not %q", name, text(p, "Timeout.AttemptDurationSeconds")))
	}
	container, _ := p["ContainerProperties"].(object)
	deadline, err := time.ParseDuration(variable(container, "NAYOSE_DEADLINE"))
	if err != nil || deadline.Seconds() > float64(seconds)-30 {
		faults = append(faults, fmt.Sprintf("%s: NAYOSE_DEADLINE %q is not 30 s before the timeout of %d s", name, variable(container, "NAYOSE_DEADLINE"), seconds))
	}
	return faults
}

// computeEnvironments run on Fargate, and a queue has one that is not Spot.
func computeEnvironments(r resolved) (faults []string) {
	kinds := map[string]string{}
	for name, p := range r.of("AWS::Batch::ComputeEnvironment") {
		kinds["<"+name+">"] = text(p, "ComputeResources.Type")
		if k := text(p, "ComputeResources.Type"); k != "FARGATE" && k != "FARGATE_SPOT" || text(p, "Type") != "MANAGED" {
			faults = append(faults, name+": it is no managed Fargate")
		}
		if at(p, "ComputeResources.InstanceRole") != nil || at(p, "ComputeResources.MinvCpus") != nil {
			faults = append(faults, name+": Fargate takes no InstanceRole and no MinvCpus")
		}
	}
	for name, p := range r.of("AWS::Batch::JobQueue") {
		order := list(p, "ComputeEnvironmentOrder")
		if len(order) == 0 || kinds[text(order[len(order)-1], "ComputeEnvironment")] != "FARGATE" {
			faults = append(faults, name+": nothing stands behind Spot")
		}
	}
	return faults
}

// schedules exist, in a time zone that exists, and hand over what they promise.
func schedules(r resolved) (faults []string) {
	for name, p := range r.of("AWS::Scheduler::Schedule") {
		if err := scheduleExpression(text(p, "ScheduleExpression")); err != nil {
			faults = append(faults, fmt.Sprintf("%s: %v", name, err))
		}
		if _, err := time.LoadLocation(text(p, "ScheduleExpressionTimezone")); err != nil || text(p, "ScheduleExpressionTimezone") != "Asia/Tokyo" {
			faults = append(faults, fmt.Sprintf("%s: weeks are Japan's, the time zone is %q", name, text(p, "ScheduleExpressionTimezone")))
		}
		var input object
		if err := json.Unmarshal([]byte(text(p, "Target.Input")), &input); err != nil {
			faults = append(faults, fmt.Sprintf("%s: the input is no JSON: %v", name, err))
		}
		if !strings.Contains(text(p, "Target.Input"), "<aws.scheduler.scheduled-time>") {
			faults = append(faults, name+": without the scheduled time in its input a trigger that comes twice may name two weeks")
		}
		if !resource.MatchString(text(p, "Target.RoleArn")) {
			faults = append(faults, name+": it has no role")
		}
	}
	for name, p := range r.of("AWS::Events::Rule") {
		if e := text(p, "ScheduleExpression"); e != "" {
			faults = append(faults, fmt.Sprintf("%s: %q is in UTC: take AWS::Scheduler::Schedule", name, e))
		}
	}
	return faults
}

// wide are actions that name no resource, by their nature; source: docs.aws.amazon.com/service-authorization, read 2026-11. StepFunctions
// follows jobs by these three of Batch.
var wide = []string{"ecr:GetAuthorizationToken", "batch:DescribeJobs", "xray:PutTraceSegments", "xray:PutTelemetryRecords"}

// managed are the policies of AWS that a template may give to a role.
var managed = []string{"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"}

var action = regexp.MustCompile(`^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$`)

// roles have the rights that they name, one by one, on what they name.
func roles(r resolved) (faults []string) {
	for name, p := range r.of("AWS::IAM::Role") {
		for _, s := range list(p, "AssumeRolePolicyDocument.Statement") {
			if text(s, "Principal") == "*" || text(s, "Principal.AWS") != "" || text(s, "Action") != "sts:AssumeRole" {
				faults = append(faults, name+": a role is for a service")
			}
		}
		for _, arn := range list(p, "ManagedPolicyArns") {
			if a := fmt.Sprint(arn); !resource.MatchString(a) && !slices.Contains(managed, a) {
				faults = append(faults, fmt.Sprintf("%s: the policy %s is not one of those that are known", name, a))
			}
		}
		for _, policy := range list(p, "Policies") {
			faults = append(faults, allows(name, list(policy, "PolicyDocument.Statement"))...)
		}
	}
	for _, kind := range []string{"AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy"} {
		for name, p := range r.of(kind) {
			faults = append(faults, allows(name, list(p, "PolicyDocument.Statement"))...)
		}
	}
	return faults
}

// allows is what is wrong with the statements of a policy.
func allows(name string, statements []any) (faults []string) {
	bad := func(format string, args ...any) { faults = append(faults, name+": "+fmt.Sprintf(format, args...)) }
	for _, s := range statements {
		if text(s, "Effect") != "Allow" {
			continue
		}
		if at(s, "NotAction") != nil || at(s, "NotResource") != nil || text(s, "Principal") == "*" || len(list(s, "Action")) == 0 || len(list(s, "Resource")) == 0 {
			bad("a statement allows what it does not name")
		}
		for _, a := range list(s, "Action") {
			if !action.MatchString(fmt.Sprint(a)) {
				bad("%v is no single action", a)
			}
			for _, on := range list(s, "Resource") {
				if fmt.Sprint(on) == "*" && !slices.Contains(wide, fmt.Sprint(a)) {
					bad("%v is allowed on everything", a)
				}
			}
		}
	}
	return faults
}

// bucketPolicies only deny: what is allowed stands in roles. Each bucket refuses what does not come over TLS.
func bucketPolicies(r resolved) (faults []string) {
	safe := map[string]bool{}
	for name, p := range r.of("AWS::S3::BucketPolicy") {
		for _, s := range list(p, "PolicyDocument.Statement") {
			if text(s, "Effect") != "Deny" {
				faults = append(faults, name+": it allows something")
			}
			if text(s, "Principal") == "*" && text(s, "Action") == "s3:*" && text(s, "Condition.Bool.aws:SecureTransport") == "false" && len(list(s, "Resource")) == 2 {
				safe[text(p, "Bucket")] = true
			}
		}
	}
	for name := range r.of("AWS::S3::Bucket") {
		if !safe["<"+name+">"] {
			faults = append(faults, name+": it may be read without TLS")
		}
	}
	return faults
}

// buckets keep versions, are encrypted and closed, clean up, and outlive their stack.
func buckets(r resolved) (faults []string) {
	for name, p := range r.of("AWS::S3::Bucket") {
		bad := func(what string) { faults = append(faults, name+": "+what) }
		if text(p, "VersioningConfiguration.Status") != "Enabled" {
			bad("it keeps no versions")
		}
		if text(p, "BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.SSEAlgorithm") == "" {
			bad("it is not encrypted")
		}
		if text(p, "PublicAccessBlockConfiguration") != "map[BlockPublicAcls:true BlockPublicPolicy:true IgnorePublicAcls:true RestrictPublicBuckets:true]" {
			bad("it may be made public")
		}
		if text(r.resources[name], "DeletionPolicy") != "Retain" || text(r.resources[name], "UpdateReplacePolicy") != "Retain" {
			bad("it goes with the stack")
		}
		aborts := false
		for _, rule := range list(p, "LifecycleConfiguration.Rules") {
			aborts = aborts || text(rule, "AbortIncompleteMultipartUpload.DaysAfterInitiation") != "" && text(rule, "Prefix") == ""
			if text(rule, "ExpirationInDays") != "" && !strings.HasPrefix(text(rule, "Prefix"), "input/") {
				bad("a rule that knows only ages deletes what manifests name")
			}
		}
		if !aborts {
			bad("uploads that were given up stay, and cost")
		}
	}
	return faults
}

// registries keep an image as it was pushed, look through it, and do not grow for ever.
func registries(r resolved) (faults []string) {
	for name, p := range r.of("AWS::ECR::Repository") {
		if text(p, "ImageTagMutability") != "IMMUTABLE" || text(p, "ImageScanningConfiguration.ScanOnPush") != "true" {
			faults = append(faults, name+": tags can move, or nothing looks through images")
		}
		if !json.Valid([]byte(text(p, "LifecyclePolicy.LifecyclePolicyText"))) {
			faults = append(faults, name+": its lifecycle is no JSON")
		}
	}
	return faults
}

// logGroups are there before a container writes to them, or it does not start, and forget.
func logGroups(r resolved) (faults []string) {
	groups := map[string]bool{}
	if made, ok := r.given["LogGroup"]; ok { // by another stack
		groups[fmt.Sprint(made)] = true
	}
	for name, p := range r.of("AWS::Logs::LogGroup") {
		groups["<"+name+">"] = true
		if text(p, "RetentionInDays") == "" {
			faults = append(faults, name+": it keeps logs for ever")
		}
	}
	for name, p := range r.of("AWS::Batch::JobDefinition") {
		l := at(p, "ContainerProperties.LogConfiguration")
		if text(l, "LogDriver") != "awslogs" || !groups[text(l, "Options.awslogs-group")] || text(l, "Options.awslogs-region") == "" || text(l, "Options.awslogs-stream-prefix") == "" {
			faults = append(faults, name+": its log group is made nowhere, or the log's settings lack something")
		}
	}
	return faults
}

var (
	secretName  = regexp.MustCompile(`(?i)PASSWORD|PASSWD|SECRET_ACCESS|TOKEN|_KEY$`)
	secretValue = regexp.MustCompile(`://[^/@]*:[^/@]*@|\{\{resolve:|password=`)
)

// environments hold no secret: whoever may describe a job definition or a function reads them.
func environments(r resolved) (faults []string) {
	check := func(where, name, value string) {
		if secretName.MatchString(name) || secretValue.MatchString(value) || name == "DATABASE_SECRET" && !strings.HasPrefix(value, "arn:") && !resource.MatchString(value) {
			faults = append(faults, fmt.Sprintf("%s: the variable %s holds a secret", where, name))
		}
	}
	for where, p := range r.of("AWS::Batch::JobDefinition") {
		for _, v := range list(p, "ContainerProperties.Environment") {
			check(where, text(v, "Name"), text(v, "Value"))
		}
		for _, word := range list(p, "ContainerProperties.Command") {
			check(where, "of the command", fmt.Sprint(word))
		}
	}
	for where, p := range r.of("AWS::Lambda::Function") {
		variables, _ := at(p, "Environment.Variables").(object)
		for name, v := range variables {
			check(where, name, fmt.Sprint(v))
		}
	}
	return faults
}

var groupText = regexp.MustCompile(`^[a-zA-Z0-9. _:/()#,@\[\]+=&;{}!$*-]{0,255}$`)

// limits are those of CloudFormation, EC2, CloudWatch and EventBridge on sizes and letters.
func limits(r resolved) (faults []string) {
	if r.size > 51_200 {
		faults = append(faults, fmt.Sprintf("%d bytes are more than a template may have that is not in S3", r.size))
	}
	if d := text(r.root, "Description"); d == "" || len(d) > 1024 {
		faults = append(faults, "the description has 1 to 1024 bytes")
	}
	for name, p := range r.of("AWS::EC2::SecurityGroup") {
		descriptions := []string{text(p, "GroupDescription")}
		for _, rule := range append(list(p, "SecurityGroupEgress"), list(p, "SecurityGroupIngress")...) {
			descriptions = append(descriptions, text(rule, "Description"))
			if text(rule, "CidrIp") == "0.0.0.0/0" && slices.ContainsFunc(list(p, "SecurityGroupIngress"), func(v any) bool { return text(v, "CidrIp") != "" }) {
				faults = append(faults, name+": it lets the internet in")
			}
		}
		for _, d := range descriptions {
			if !groupText.MatchString(d) {
				faults = append(faults, fmt.Sprintf("%s: EC2 does not take the description %q", name, d))
			}
		}
	}
	for name, p := range r.of("AWS::CloudWatch::Alarm") {
		period, periods := text(p, "Period"), text(p, "EvaluationPeriods")
		seconds, err := strconv.Atoi(period)
		n, err2 := strconv.Atoi(periods)
		if err != nil || err2 != nil || seconds*n > 7*86400 || seconds < 3600 && seconds*n > 86400 {
			faults = append(faults, fmt.Sprintf("%s: an alarm looks back a day, or seven by the hour or longer, not %s × %s s", name, periods, period))
		}
		if len(text(p, "AlarmDescription")) > 1024 || len(list(p, "AlarmActions")) == 0 {
			faults = append(faults, name+": it says more than 1024 bytes, or tells nobody")
		}
	}
	return faults
}
