package deploy_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// stateFields are the fields that a state of each type may have, of those that the interpreter knows.
var stateFields = map[string]string{
	"Task":    "Resource Parameters ResultSelector ResultPath Retry Catch Next End",
	"Map":     "ItemsPath ItemSelector ItemProcessor MaxConcurrency ResultSelector ResultPath Retry Catch Next End",
	"Pass":    "Parameters ResultPath Next End",
	"Choice":  "Choices Default",
	"Fail":    "Error Cause CausePath",
	"Succeed": "",
}

// jobFields are what batch:submitJob takes; source: docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html, read 2026-11.
var jobFields = strings.Fields("ArrayProperties ContainerOverrides DependsOn JobDefinition JobName JobQueue Parameters PropagateTags RetryStrategy Tags Timeout")

// stateMachines lead from their start to an end by states that exist, and say what they take from where by paths that are some.
func stateMachines(r resolved) (faults []string) {
	for name, p := range r.of("AWS::StepFunctions::StateMachine") {
		bad := func(format string, args ...any) { faults = append(faults, name+": "+fmt.Sprintf(format, args...)) }
		definition, err := definitionOf(p)
		if err != nil {
			bad("%v", err)
			continue
		}
		if text(p, "StateMachineType") != "STANDARD" {
			bad("only a STANDARD machine runs for longer than five minutes, and runs what has a name once")
		}
		if number(definition, "TimeoutSeconds", 0) < 60 {
			bad("it has no timeout")
		}
		c := &machineCheck{bad: bad, seen: map[string]bool{}}
		delete(definition, "TimeoutSeconds")
		c.states(definition)
	}
	return faults
}

// definitionOf reads a machine's definition, which may have nothing twice.
func definitionOf(p object) (definition object, err error) {
	source := []byte(text(p, "DefinitionString"))
	if err := json.Unmarshal(source, &definition); err != nil {
		return nil, fmt.Errorf("its definition is no JSON: %w", err)
	}
	_, err = parse("its definition", source) // a reader of JSON takes the last of what stands twice
	return definition, err
}

type machineCheck struct {
	bad  func(format string, args ...any)
	seen map[string]bool // the names, which are one space over all levels
}

// states checks a machine, or what a Map runs.
func (c *machineCheck) states(level object) {
	for key := range level {
		if !slices.Contains([]string{"Comment", "StartAt", "States", "ProcessorConfig"}, key) {
			c.bad("a machine has no field %s", key)
		}
	}
	all, _ := level["States"].(object)
	reached := map[string]bool{}
	ends := c.follow(all, text(level, "StartAt"), "the start", reached)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !reached[name] {
			c.bad("nothing leads to %q", name)
		}
		if c.seen[name] {
			c.bad("the name %q stands twice", name)
		}
		c.seen[name] = true
		c.state(name, all[name].(object))
	}
	if !ends {
		c.bad("nothing ends after %q", text(level, "StartAt"))
	}
}

// follow goes everywhere that a state leads to, and says whether an end is among it.
func (c *machineCheck) follow(all object, name, from string, reached map[string]bool) (ends bool) {
	state, ok := all[name].(object)
	if !ok {
		c.bad("%s leads to %q, which is not there", from, name)
		return false
	}
	if reached[name] {
		return false
	}
	reached[name] = true
	kind := text(state, "Type")
	ends = kind == "Succeed" || kind == "Fail" || state["End"] == true
	var next []string
	for _, key := range []string{"Next", "Default"} {
		if to := text(state, key); to != "" {
			next = append(next, to)
		}
	}
	if (kind == "Task" || kind == "Map" || kind == "Pass") && (state["End"] == true) == (text(state, "Next") != "") {
		c.bad("%s has either Next or End", name)
	}
	for _, to := range append(list(state, "Choices"), list(state, "Catch")...) {
		next = append(next, text(to, "Next"))
	}
	for _, to := range next {
		ends = c.follow(all, to, name, reached) || ends
	}
	return ends
}

func (c *machineCheck) state(name string, state object) {
	bad := func(format string, args ...any) { c.bad("%s: %s", name, fmt.Sprintf(format, args...)) }
	kind := text(state, "Type")
	fields, known := stateFields[kind]
	if !known {
		bad("the type %q is not known here", kind)
	}
	for key := range state {
		if key != "Type" && key != "Comment" && !slices.Contains(strings.Fields(fields), key) {
			bad("a %s has no %s here", kind, key)
		}
	}
	if kind == "Choice" && text(state, "Default") == "" {
		bad("what no choice fits has no way to go")
	}
	for _, problem := range append(paths(state), retriers(state)...) {
		bad("%s", problem)
	}
	switch kind {
	case "Task":
		c.task(bad, state)
	case "Map":
		processor, _ := state["ItemProcessor"].(object)
		c.states(processor)
	}
}

// task is a job that is waited for, and whose failure goes somewhere.
func (c *machineCheck) task(bad func(string, ...any), state object) {
	if text(state, "Resource") != "arn:aws:states:::batch:submitJob.sync" {
		bad("it does not wait for a job")
	}
	p, _ := state["Parameters"].(object)
	for key := range p {
		if !slices.Contains(jobFields, strings.TrimSuffix(key, ".$")) {
			bad("SubmitJob knows no %s", key)
		}
	}
	if !resource.MatchString(text(p, "JobDefinition")) || text(p, "JobQueue") == "" || p["JobName"] == nil && p["JobName.$"] == nil {
		bad("it lacks a name, a queue or a definition that is made here")
	}
	caught := false
	for _, catcher := range list(state, "Catch") {
		caught = caught || slices.Contains(list(catcher, "ErrorEquals"), any("States.ALL"))
	}
	if !caught {
		bad("nothing catches its failure")
	}
}

// retriers are what is wrong with a state's Retry: a job has its own retries, so that only its submission is to be tried again.
func retriers(state object) (problems []string) {
	if text(state, "Type") == "Task" && len(list(state, "Retry")) == 0 {
		problems = append(problems, "a submission that is refused for its rate is not tried again")
	}
	for _, r := range list(state, "Retry") {
		for _, name := range list(r, "ErrorEquals") {
			if !strings.HasPrefix(fmt.Sprint(name), "Batch.") {
				problems = append(problems, fmt.Sprintf("on %v the job itself would be run again, beside Batch's own retries", name))
			}
		}
		if number(r, "MaxAttempts", 3) < 3 || number(r, "BackoffRate", 2) < 1.5 || text(r, "JitterStrategy") != "FULL" {
			problems = append(problems, "it tries too soon again, or all at once")
		}
	}
	return problems
}

// paths are what is wrong with the paths of a state, without those of the states inside it.
func paths(state object) (problems []string) {
	reference := func(key, path string) {
		if _, definite, err := pathSteps(path); err != nil || !definite || strings.HasPrefix(path, "$$") {
			problems = append(problems, fmt.Sprintf("%s %q is no reference path", key, path))
		}
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case object:
			for key, item := range v {
				_, isText := item.(string)
				switch {
				case key == "ItemProcessor":
				case key == "ResultPath" && item != nil, key == "ItemsPath", key == "Variable":
					reference(key, fmt.Sprint(item))
				case key == "CausePath", strings.HasSuffix(key, ".$"):
					if wrong := expression(fmt.Sprint(item)); wrong != nil {
						problems = append(problems, fmt.Sprintf("%s: %v", key, wrong))
					}
				case isText && strings.HasPrefix(item.(string), "$."):
					problems = append(problems, fmt.Sprintf("%s: %q is a path, and the name has no .$", key, item))
				default:
					walk(item)
				}
			}
		case []any:
			for _, item := range v {
				walk(item)
			}
		}
	}
	walk(state)
	return problems
}

// expression is what is wrong with a path or a call of a function.
func expression(text string) error {
	if strings.HasPrefix(text, "$") {
		_, _, err := pathSteps(text)
		return err
	}
	_, args, err := functionCall(text)
	for _, a := range args {
		if err == nil && !strings.HasPrefix(a, "'") {
			err = expression(a)
		}
	}
	return err
}

// machineRights are the rights that a machine needs to run a job and to learn of its end; source:
// docs.aws.amazon.com/step-functions/latest/dg/batch-iam.html, read 2026-11.
var machineRights = []string{"batch:SubmitJob", "batch:DescribeJobs", "batch:TerminateJob", "events:PutTargets", "events:PutRule", "events:DescribeRule"}

// TestMachineRole gives the machine what it needs, and no job but those that it submits.
func TestMachineRole(t *testing.T) {
	r := load(t, "sharded.yaml").standard(t)
	may := map[string][]any{}
	for _, s := range list(r.one(t, "MachineRole"), "Policies.0.PolicyDocument.Statement") {
		for _, a := range list(s, "Action") {
			may[fmt.Sprint(a)] = list(s, "Resource")
		}
	}
	if got := slices.Sorted(maps.Keys(may)); !slices.Equal(got, slices.Sorted(slices.Values(machineRights))) {
		t.Errorf("the machine may %v, and needs %v", got, machineRights)
	}
	source := text(r.one(t, "Machine"), "DefinitionString")
	for _, on := range may["batch:SubmitJob"] {
		if !strings.Contains(source, fmt.Sprintf("%q", on)) {
			t.Errorf("it may submit %v, and does not", on)
		}
	}
	for name := range r.of("AWS::Batch::JobDefinition") {
		if !slices.Contains(may["batch:SubmitJob"], any("<"+name+">")) {
			t.Errorf("it may not submit %s", name)
		}
	}
	if got := fmt.Sprint(may["events:PutRule"]); got != "[arn:aws:events:ap-northeast-1:123456789012:rule/StepFunctionsGetEventsForBatchJobsRule]" {
		t.Errorf("it may make the rules %s", got)
	}
}

// TestMachineMistakes puts mistakes into the machine, of which cfn-lint 1.51 passes over most, and wants each found.
func TestMachineMistakes(t *testing.T) {
	findMistakes(t, "sharded.yaml", []mistake{
		{`"Next": "Shards"`, `"Next": "Shard"`, `leads to "Shard", which is not there`},
		{`"StartAt": "Extract"`, `"StartAt": "Extracts"`, `the start leads to "Extracts"`},
		{`"Default": "Match"`, `"Default": "Matches"`, `leads to "Matches"`},
		{`"ResultPath": "$.error", "Next": "Load failed"`, `"ResultPath": "$.error", "Next": "Failed"`, `leads to "Failed", which is not there`}, // that is a level above
		{`"Default": "Match"`, `"Default": "Match alone"`, `nothing leads to "Match"`},
		{`"StartAt": "Extract"`, `"StartAt": "Load"`, `nothing leads to "Extract"`},
		{`"Next": "Done"`, `"End": false`, "Weeks has either Next or End"},
		{`"Type": "Succeed"`, `"Type": "Success"`, `the type "Success"`},
		{`"ResultPath": "$.error"`, `"ResultPath": "$.error[*]"`, "no reference path"},
		{`"ResultPath": "$.error"`, `"ResultPath": "error"`, "no reference path"},
		{`"Variable": "$.failed"`, `"Variable": "failed"`, "no reference path"},
		{`"Value.$": "States.Format('{}', $.shards)"`, `"Value.$": "States.format('{}', $.shards)"`, "neither a path nor a function"},
		{`"week.$": "$.week", "partner`, `"week": "$.week", "partner`, "the name has no .$"},
		{`"CausePath": "States.JsonToString($.partners)"`, `"CausePath": "partners"`, "neither a path nor a function"},
		{`"JobQueue": "${QueueArn}"`, `"jobQueue": "${QueueArn}"`, "SubmitJob knows no jobQueue"},
		{`"JobDefinition": "${Extract}"`, `"JobDefinition": "nayose-extract"`, "a definition that is made here"},
		{`batch:submitJob.sync`, `batch:submitJob`, "does not wait"},
		{`"Batch.ServerException"`, `"States.TaskFailed"`, "the job itself would be run again"},
		{`"JitterStrategy": "FULL"`, `"JitterStrategy": "NONE"`, "all at once"},
		{`"ErrorEquals": ["States.ALL"]`, `"ErrorEquals": ["States.Timeout"]`, "nothing catches"},
		{`"Default": "Refused"`, `"Comment": ""`, "no way to go"},
		{`"Load failed": {`, `"Match failed": {`, "already defined"},
		{`"Held": {`, `"Match failed": {`, "stands twice"},
		{`"TimeoutSeconds": ${TimeoutSeconds},`, `"Version": "${TimeoutSeconds}",`, "no timeout"},
		{`"StartAt": "Input",`, `"StartAt": "Input"`, "no JSON"},
		{"StateMachineType: STANDARD", "StateMachineType: EXPRESS", "only a STANDARD machine"},
		{`Action: "batch:DescribeJobs", Resource: "*"`, `Action: "batch:ListJobs", Resource: "*"`, "allowed on everything"},
		{`["<aws.scheduler.scheduled-time>"]`, `["2026-W47"]`, "scheduled time"},
		{`"partners": ${Partners}}`, `"partners": [${Partners}}`, "no JSON"},
		{"awslogs-group: !Ref LogGroup", "awslogs-group: /aws/batch/job", "log group"},
		{`Attempts: 5`, `Attempts: 11`, "1 to 10 attempts"},
	})
}

// TestEndless finds a machine that goes round and round.
func TestEndless(t *testing.T) {
	r := resolved{resources: object{"Machine": object{"Type": "AWS::StepFunctions::StateMachine", "Properties": object{
		"StateMachineType": "STANDARD", "DefinitionString": `{"TimeoutSeconds": 60, "StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}}`,
	}}}}
	if got := fmt.Sprint(stateMachines(r)); got != `[Machine: nothing ends after "A"]` {
		t.Errorf("found %s", got)
	}
}
