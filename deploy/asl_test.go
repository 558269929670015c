package deploy_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
)

// machine interprets the Amazon States Language, with JSONPath, as far as the machines of this directory use it. Sources: states-language.net/spec.html
// and docs.aws.amazon.com/step-functions/latest/dg, read 2026-11. Nothing is waited for: the time that Retry would wait is added up.
type machine struct {
	definition object
	task       func(arguments object) error // submits a job and waits for its end
	mu         sync.Mutex
	waited     float64 // s
}

// execute runs the machine to its end: its output, or the error that it fails with.
func (m *machine) execute(input any) (any, error) { return m.run(m.definition, scope{input: input}) }

// run goes through the states of a machine, or of what a Map runs for each item.
func (m *machine) run(states object, s scope) (any, error) {
	name := text(states, "StartAt")
	for {
		state := states["States"].(object)[name].(object)
		output, next, err := m.step(state, s)
		if err != nil || next == "" {
			return output, err
		}
		s.input, name = output, next
	}
}

// step runs a state, with its retries and catches; next is empty after the last one.
func (m *machine) step(state object, s scope) (output any, next string, err error) {
	next = text(state, "Next")
	switch text(state, "Type") {
	case "Choice":
		next, err = choose(state, s)
		return s.input, next, err
	case "Succeed":
		return s.input, "", nil
	case "Fail":
		return nil, "", fail(state, s)
	}
	tried := make([]int, len(list(state, "Retry")))
	for {
		result, err := m.work(state, s)
		if err == nil {
			output, err = put(state, s.input, result)
			return output, next, err
		}
		if m.again(state, err, tried) {
			continue
		}
		for _, c := range list(state, "Catch") {
			if isFor(c, err) {
				var e *stateError
				errors.As(err, &e)
				output, err = put(c.(object), s.input, object{"Error": e.name, "Cause": e.cause})
				return output, text(c, "Next"), err
			}
		}
		return nil, "", err
	}
}

// work is what a state does that has a result.
func (m *machine) work(state object, s scope) (result any, err error) {
	switch text(state, "Type") {
	case "Pass":
		result = s.input
		if p, ok := state["Parameters"]; ok {
			result, err = s.fill(p)
		}
	case "Task":
		var arguments any
		if arguments, err = s.fill(state["Parameters"]); err == nil {
			result, err = object{}, m.task(arguments.(object))
		}
	case "Map":
		result, err = m.each(state, s)
	default:
		return nil, runtimeError("the type %s is not known here", text(state, "Type"))
	}
	if selector, ok := state["ResultSelector"]; ok && err == nil {
		result, err = scope{result, s.context}.fill(selector)
	}
	return result, err
}

// each runs a Map's machine for all items: one after the other where MaxConcurrency is 1, else side by side. The first item that fails ends it.
func (m *machine) each(state object, s scope) (any, error) {
	items, err := s.at(text(state, "ItemsPath"))
	all, ok := items.([]any)
	if err != nil || !ok {
		return nil, runtimeError("%s is no list: %v", text(state, "ItemsPath"), err)
	}
	results, errs := make([]any, len(all)), make([]error, len(all))
	one := func(i int) {
		item := scope{s.input, object{"Map": object{"Item": object{"Index": float64(i), "Value": all[i]}}}}
		input, err := item.fill(state["ItemSelector"])
		if err != nil {
			errs[i] = err
			return
		}
		results[i], errs[i] = m.run(state["ItemProcessor"].(object), scope{input: input})
	}
	var running sync.WaitGroup
	for i := range all {
		if text(state, "MaxConcurrency") == "1" {
			if one(i); errs[i] != nil {
				return nil, errs[i]
			}
			continue
		}
		running.Go(func() { one(i) })
	}
	running.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return results, nil
}

// put is a state's output: its input with the result where ResultPath says, without one the result.
func put(state object, input, result any) (any, error) {
	path, given := state["ResultPath"]
	switch {
	case !given || path == "$":
		return result, nil
	case path == nil:
		return input, nil
	}
	steps, _, err := pathSteps(fmt.Sprint(path))
	old, ok := input.(object)
	if err != nil || len(steps) != 1 || !ok {
		return nil, &stateError{"States.ResultPathMatchFailure", fmt.Sprint(path)}
	}
	output := object{}
	for k, v := range old {
		output[k] = v
	}
	output[steps[0]] = result
	return output, nil
}

// isFor is whether a retrier or catcher is for an error. What is wrong with the machine itself (States.Runtime) none is for, and States.TaskFailed is
// every error of a task but a timeout.
func isFor(by any, err error) bool {
	var e *stateError
	if !errors.As(err, &e) || e.name == "States.Runtime" {
		return false
	}
	return slices.ContainsFunc(list(by, "ErrorEquals"), func(name any) bool {
		return name == e.name || name == "States.ALL" || name == "States.TaskFailed" && e.name != "States.Timeout"
	})
}

// again is whether a state is tried once more after an error; tried counts what each retrier has done.
func (m *machine) again(state object, err error, tried []int) bool {
	for i, r := range list(state, "Retry") {
		if !isFor(r, err) {
			continue
		}
		if float64(tried[i]) >= number(r, "MaxAttempts", 3) {
			return false
		}
		wait := number(r, "IntervalSeconds", 1) * math.Pow(number(r, "BackoffRate", 2), float64(tried[i]))
		m.mu.Lock()
		m.waited += min(wait, number(r, "MaxDelaySeconds", math.Inf(1)))
		m.mu.Unlock()
		tried[i]++
		return true
	}
	return false
}

func number(v any, key string, without float64) float64 {
	if n, ok := at(v, key).(float64); ok {
		return n
	}
	return without
}

// choose is where a Choice goes on.
func choose(state object, s scope) (string, error) {
	for _, rule := range list(state, "Choices") {
		ok, err := s.meets(rule.(object))
		if err != nil {
			return "", err
		}
		if ok {
			return text(rule, "Next"), nil
		}
	}
	if next := text(state, "Default"); next != "" {
		return next, nil
	}
	return "", &stateError{"States.NoChoiceMatched", "no choice fits"}
}

// meets is whether the input is as a rule says. Only IsPresent may ask for what is not there; And asks no further after the first that fails.
func (s scope) meets(rule object) (bool, error) {
	for _, part := range list(rule, "And") {
		if ok, err := s.meets(part.(object)); !ok || err != nil {
			return false, err
		}
	}
	if part, ok := rule["Not"].(object); ok {
		met, err := s.meets(part)
		return !met, err
	}
	variable, isOne := rule["Variable"].(string)
	if !isOne {
		return true, nil
	}
	v, err := s.at(variable)
	if rule["IsPresent"] == true && (err == nil || errors.Is(err, errNothing)) {
		return err == nil, nil
	}
	if err != nil {
		return false, runtimeError("%v", err)
	}
	n, isNumber := v.(float64)
	_, isText := v.(string)
	for comparison, want := range rule {
		limit, _ := want.(float64)
		switch comparison {
		case "StringEquals", "BooleanEquals":
			return v == want, nil
		case "NumericEquals":
			return isNumber && n == limit, nil
		case "NumericGreaterThanEquals":
			return isNumber && n >= limit, nil
		case "NumericLessThanEquals":
			return isNumber && n <= limit, nil
		case "IsString":
			return isText == want, nil
		}
	}
	return false, runtimeError("no comparison in %v", rule)
}

// fail is the error of a Fail state.
func fail(state object, s scope) error {
	e := &stateError{text(state, "Error"), text(state, "Cause")}
	if path := text(state, "CausePath"); path != "" {
		cause, err := s.compute(path)
		if err != nil {
			return runtimeError("%v", err)
		}
		e.cause = fmt.Sprint(cause)
	}
	return e
}

// submitted is a job in words: its name and definition, its array's size, parameters, environment and command.
func submitted(arguments object) string {
	words := []string{text(arguments, "JobName"), text(arguments, "JobDefinition")}
	if size := text(arguments, "ArrayProperties.Size"); size != "" {
		words = append(words, "array of "+size)
	}
	for _, name := range []string{"week", "partner"} {
		if v := text(arguments, "Parameters."+name); v != "" {
			words = append(words, name+"="+v)
		}
	}
	for _, v := range list(arguments, "ContainerOverrides.Environment") {
		words = append(words, text(v, "Name")+"="+text(v, "Value"))
	}
	for _, word := range list(arguments, "ContainerOverrides.Command") {
		words = append(words, fmt.Sprint(word))
	}
	return strings.Join(words, " ")
}
