package deploy_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"nayose/loader/pgtest"
)

// shardedMachine is the machine of sharded.yaml, with task in Batch's place.
func shardedMachine(t *testing.T, task func(arguments object) error) *machine {
	t.Helper()
	definition, err := definitionOf(load(t, "sharded.yaml").standard(t).one(t, "Machine"))
	if err != nil {
		t.Fatal(err)
	}
	return &machine{definition: definition, task: task}
}

// scenario is an execution: by its input, and the errors with which Batch answers, in turn, to a job of a name, its jobs, partner by partner, and its end.
// scripts/machine-test has another interpreter run the same.
type scenario struct {
	Name, Error, Cause string
	Input, Output      any
	Errors             map[string][]string
	Jobs               []string
	Waited             float64
}

// TestMachine runs every scenario.
func TestMachine(t *testing.T) {
	b, err := os.ReadFile("scenarios.json")
	if err != nil {
		t.Fatal(err)
	}
	var scenarios []scenario
	if err := json.Unmarshal(b, &scenarios); err != nil {
		t.Fatal(err)
	}
	for _, c := range scenarios {
		t.Run(c.Name, func(t *testing.T) {
			var mu sync.Mutex
			jobs := map[string][]string{} // by partner
			m := shardedMachine(t, func(arguments object) error {
				mu.Lock()
				defer mu.Unlock()
				name, line, partner := text(arguments, "JobName"), submitted(arguments), text(arguments, "Parameters.partner")
				var failed error
				if errs := c.Errors[name]; len(errs) > 0 {
					c.Errors[name] = errs[1:]
					line += ": " + errs[0]
					failed = &stateError{errs[0], "{}"}
				}
				jobs[partner] = append(jobs[partner], line)
				return failed
			})
			output, err := m.execute(c.Input)
			got := scenario{Name: c.Name, Input: c.Input, Errors: c.Errors, Output: output, Jobs: []string{}, Waited: m.waited}
			for _, partner := range slices.Sorted(maps.Keys(jobs)) {
				got.Jobs = append(got.Jobs, jobs[partner]...)
			}
			var failed *stateError
			if errors.As(err, &failed) {
				got.Error, got.Cause = failed.name, failed.cause
				c.Cause = cmp.Or(c.Cause, failed.cause)
			}
			if diff := gocmp.Diff(c, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestPartnersGoSideBySide lets no job end before one of each partner runs.
func TestPartnersGoSideBySide(t *testing.T) {
	var all sync.WaitGroup
	all.Add(3)
	var once sync.Map
	m := shardedMachine(t, func(arguments object) error {
		if _, met := once.LoadOrStore(text(arguments, "Parameters.partner"), true); !met {
			all.Done()
		}
		all.Wait()
		return nil
	})
	partner := func(name string) any { return object{"partner": name, "shards": 2.0} }
	_, err := m.execute(object{"weeks": []any{"2026-W47"}, "partners": []any{partner("a"), partner("b"), partner("c")}})
	if err != nil {
		t.Error(err)
	}
}

// TestMachineOnRealJobs has the real binary do what the machine submits: two weeks of two partners, one of them in three shards, the other's second week broken.
func TestMachineOnRealJobs(t *testing.T) {
	w := newWorld(t, "DATABASE_URL="+pgtest.New(t))
	w.must("migrate")
	if err := os.Remove(w.dir + "/corpus/feeds/2026-W47/hataraku-net.csv"); err != nil {
		t.Fatal(err)
	}
	definitions := load(t, "sharded.yaml").standard(t)
	batch := func(arguments object) error { return w.batch(definitions, arguments) }
	weeks := object{
		"weeks":    []any{"2026-W46", "2026-11-15T21:00:00Z"},
		"partners": []any{object{"partner": "kaigo-navi", "shards": 3.0}, object{"partner": "hataraku-net", "shards": 1.0}},
	}
	_, err := shardedMachine(t, batch).execute(weeks)
	want := `["kaigo-navi: done","hataraku-net: extract of 2026-11-15T21:00:00Z: exit code 84"]`
	if err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("the execution ended with %v, want %s", err, want)
	}
	_, status := w.run("status", "--json")
	var loaded []struct{ Partner, Week string }
	if err := json.Unmarshal([]byte(status), &loaded); err != nil {
		t.Fatalf("%v:\n%s", err, status)
	}
	slices.SortFunc(loaded, func(a, b struct{ Partner, Week string }) int { return cmp.Compare(a.Partner+a.Week, b.Partner+b.Week) })
	if got := fmt.Sprint(loaded); got != "[{hataraku-net 2026-W46} {kaigo-navi 2026-W46} {kaigo-navi 2026-W47}]" {
		t.Errorf("loaded are %s", got)
	}
	for _, command := range [][]any{{"rebuild"}, {"rebuild", "--go-live"}} {
		if _, err := shardedMachine(t, batch).execute(object{"command": command}); err != nil {
			t.Errorf("%v: %v", command, err)
		}
	}
}

// batch runs a job as Batch does: what its definition says, with the parameters and the overrides of its submission, once for each child of an array.
func (w world) batch(r resolved, arguments object) error {
	definition := r.one(w.t, strings.Trim(text(arguments, "JobDefinition"), "<>"))
	words := at(arguments, "ContainerOverrides.Command")
	if words == nil {
		words = at(definition, "ContainerProperties.Command")
	}
	var args []string
	for _, word := range words.([]any) {
		if name, isRef := strings.CutPrefix(fmt.Sprint(word), "Ref::"); isRef {
			word = text(arguments, "Parameters."+name)
		}
		args = append(args, fmt.Sprint(word))
	}
	w.env = slices.Clone(w.env)
	for _, v := range list(arguments, "ContainerOverrides.Environment") {
		w.env = append(w.env, text(v, "Name")+"="+text(v, "Value"))
	}
	size, isArray := at(arguments, "ArrayProperties.Size").(float64)
	if isArray && size < 2 {
		return &stateError{"Batch.ClientException", "array size must be from 2 to 10000"}
	}
	for i := range max(1, int(size)) {
		child := w
		if isArray {
			child.env = append(slices.Clone(w.env), fmt.Sprint("AWS_BATCH_JOB_ARRAY_INDEX=", i))
		}
		if variable(definition["ContainerProperties"].(object), "DATABASE_SECRET") == "" {
			child.env = append(child.env, "DATABASE_URL=")
		}
		if code, _ := child.run(args...); code != "0" {
			return &stateError{"exit code " + code, ""} // so that the test sees it: Step Functions calls it States.TaskFailed
		}
	}
	return nil
}
