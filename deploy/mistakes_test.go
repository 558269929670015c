package deploy_test

import (
	"os"
	"strings"
	"testing"
)

// mistake is a text of a template, what is put in its place, and what of the fault must be found.
type mistake struct{ old, mistake, found string }

// TestMistakes puts mistakes into the template, one at a time, and wants each found. Most are such as cfn-lint 1.51 passes over.
func TestMistakes(t *testing.T) {
	b := findMistakes(t, "nayose.yaml", []mistake{
		// Batch
		{"Attempts: 5", "Attempts: 11", "1 to 10 attempts"},
		{`OnExitCode: "8*"`, `OnExitCode: "abc"`, "OnExitCode cannot be"},
		{`OnExitCode: "8*"`, `OnExitCode: "*8"`, "OnExitCode cannot be"},
		{`Action: EXIT, OnReason: "*"`, `Action: EXIT, OnReason: "AGENT"`, "what no rule fits is tried again"},
		{`Action: RETRY, OnReason: "CannotPull*"`, `Action: AGAIN, OnReason: "CannotPull*"`, "neither RETRY nor EXIT"},
		{`- {Action: RETRY, OnReason: "CannotPull*"}`, strings.Repeat("- {Action: RETRY, OnReason: \"CannotPull*\"}\n          ", 2), "1 to 5 rules"},
		{`medium: {Vcpu: "2",`, `medium: {Vcpu: "3",`, `no "3" vCPUs`},
		{`Memory: "16384"`, `Memory: "6000"`, `no 4 vCPU with "6000"`},
		{"- {Type: MEMORY, Value: !FindInMap [Sizes, !Ref Size, Memory]}", "", `with "" MiB`},
		{"${DeadlineMinutes}00", "5${DeadlineMinutes}", "NAYOSE_DEADLINE"},
		{"AttemptDurationSeconds: !Sub \"${DeadlineMinutes}00\"", "AttemptDurationSeconds: 59", "60 s or more"},
		{"        ExecutionRoleArn: !GetAtt ExecutionRole.Arn\n", "", "no ExecutionRoleArn"},
		{`User: "65532:65532"`, `User: "0"`, "runs as root"},
		{`User: "65532:65532"`, "User: \"65532\"\n        Privileged: true", "privileged"},
		{"ReadonlyRootFilesystem: true", "ReadonlyRootFilesystem: false", "can write its root"},
		{"ContainerPath: /tmp, ReadOnly: false", "ContainerPath: /scratch, ReadOnly: false", "TMPDIR"},
		{"SizeInGiB: !Ref EphemeralGiB", "SizeInGiB: 20", "21 to 200"},
		{"Volumes: [{Name: tmp}]", "Volumes: [{Name: tmp, Host: {SourcePath: /tmp}}]", "directories of hosts"},
		{"PlatformCapabilities: [FARGATE]", "PlatformCapabilities: [EC2]", "not for Fargate"},
		{"        - {Order: 2, ComputeEnvironment: !Ref OnDemand}\n", "", "nothing stands behind Spot"},
		{"{Type: FARGATE, MaxvCpus: 64,", "{Type: FARGATE, MinvCpus: 0, MaxvCpus: 64,", "MinvCpus"},
		// times
		{"cron(0 6 ? * MON,THU *)", "cron(nope)", "no cron("},
		{"cron(0 6 ? * MON,THU *)", "cron(0 6 * * MON,THU *)", "one of the two days"},
		{"Asia/Tokyo", "Asia/Tokio", "time zone"},
		{"<aws.scheduler.scheduled-time>", "2026-W47", "scheduled time"},
		{`"Parameters": {`, `Parameters: {`, "no JSON"},
		{"EvaluationPeriods: 7", "EvaluationPeriods: 8", "looks back"},
		// rights
		{"Action: \"batch:SubmitJob\"", "Action: \"batch:*\"", "no single action"},
		{"Resource: [!Ref Queue, !Ref Job]", "Resource: \"*\"", "allowed on everything"},
		{"Effect: Deny\n            Principal: \"*\"\n            Action: s3:PutObject", "Effect: Allow\n            Principal: \"*\"\n            Action: s3:PutObject", "allows something"},
		{"ManagedPolicyArns: [!Ref JobPolicy]", "ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonS3FullAcess]", "is not one of those"},
		{"Principal: {Service: ecs-tasks.amazonaws.com}", "Principal: \"*\"", "a role is for a service"},
		{`"aws:SecureTransport": "false"`, `"aws:SecureTransport": "true"`, "without TLS"},
		{"VersioningConfiguration: {Status: Enabled}", "VersioningConfiguration: {Status: Suspended}", "no versions"},
		{"BlockPublicPolicy: true", "BlockPublicPolicy: false", "public"},
		{"Prefix: input/feeds/", "Prefix: store/stages/", "knows only ages"},
		{"    DeletionPolicy: Retain", "    DeletionPolicy: Delete", "goes with the stack"},
		{"ImageTagMutability: IMMUTABLE", "ImageTagMutability: MUTABLE", "tags can move"},
		// secrets
		{"{Name: NAYOSE_LOG, Value: json}", "{Name: DATABASE_URL, Value: \"postgres://u:geheim@db/x\"}", "holds a secret"},
		{"{Name: NAYOSE_LOG, Value: json}", "{Name: PGPASSWORD, Value: geheim}", "holds a secret"},
		{"Value: !Ref DatabaseSecretArn}", "Value: \"{{resolve:secretsmanager:x}}\"}", "holds a secret"},
		// references, logs
		{"awslogs-group: !Ref Logs", "awslogs-group: /aws/batch/job", "log group"},
		{"      RetentionInDays: !Ref LogRetentionDays\n", "", "logs for ever"},
		{"JobRoleArn: !GetAtt JobRole.Arn", "JobRoleArn: !GetAtt JobRoll.Arn", "JobRoll.Arn, which is not there"},
		{"ComputeEnvironment: !Ref Spot", "ComputeEnvironment: !Ref Sport", "Sport, which is not there"},
		{"  SchedulerRole:\n    Type: AWS::IAM::Role\n    Condition: HasImage", "  SchedulerRole:\n    Type: AWS::IAM::Role", "refers to Job, which is not there"},
		{"Value: !FindInMap [Sizes, !Ref Size, Vcpu]", "Value: !FindInMap [Sizes, !Ref Size, Vcpus]", "makes no sense"},
		{"AllowedValues: [small, medium, large, huge]", "AllowedValues: [small, medium, large, giant]", "makes no sense"},
		{"  HasEmail: !Not", "  HasMail: !Not", "no condition HasEmail"},
		{"GroupDescription: The job lets nobody in, and", "GroupDescription: The job's group lets nobody in, and", "does not take the description"},
	})
	if _, err := parse("nayose.yaml", []byte(strings.Replace(b, "Value: json}", "Value: json, Value: text}", 1))); err == nil {
		t.Error("a key that stands twice is not found")
	}
}

// findMistakes wants each mistake found in a template, which it returns.
func findMistakes(t *testing.T, name string, mistakes []mistake) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range mistakes {
		if !strings.Contains(string(b), c.old) {
			t.Errorf("the template has no %q to put a mistake into", c.old)
			continue
		}
		tpl, err := parse(name, []byte(strings.Replace(string(b), c.old, c.mistake, 1)))
		if err != nil {
			t.Errorf("%q: %v", c.mistake, err)
			continue
		}
		if faults := strings.Join(tpl.faults(), "\n"); !strings.Contains(faults, c.found) {
			t.Errorf("%q instead of %q: found %q, want %q", c.mistake, c.old, faults, c.found)
		}
	}
	return string(b)
}
