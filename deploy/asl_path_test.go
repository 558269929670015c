package deploy_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// stateError is an error of the Amazon States Language, by whose name Retry and Catch choose.
type stateError struct{ name, cause string }

func (e *stateError) Error() string { return e.name + ": " + e.cause }

func runtimeError(format string, args ...any) error {
	return &stateError{"States.Runtime", fmt.Sprintf(format, args...)}
}

// pathStep is .name, [3] or [*] of a path.
var pathStep = regexp.MustCompile(`^(?:\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+|\*)\])`)

// pathSteps takes a JSONPath apart, as far as the machines here need it; definite is whether it names one place, as a reference path does.
func pathSteps(path string) (steps []string, definite bool, err error) {
	rest, ok := strings.CutPrefix(path, "$")
	if !ok {
		return nil, false, fmt.Errorf("%q is no path", path)
	}
	rest, _ = strings.CutPrefix(rest, "$")
	definite = true
	for rest != "" {
		m := pathStep.FindStringSubmatch(rest)
		if m == nil {
			return nil, false, fmt.Errorf("%q is no path at %q", path, rest)
		}
		definite = definite && m[2] != "*"
		steps = append(steps, m[1]+m[2])
		rest = rest[len(m[0]):]
	}
	return steps, definite, nil
}

// errNothing says that nothing stands where a path leads.
var errNothing = errors.New("nothing is there")

// scope is what paths lead into: $ the state's input, $$ the context object.
type scope struct{ input, context any }

// at is what a path names: one value, or of a path with [*] a list of all.
func (s scope) at(path string) (any, error) {
	steps, definite, err := pathSteps(path)
	if err != nil {
		return nil, err
	}
	root := s.input
	if strings.HasPrefix(path, "$$") {
		root = s.context
	}
	found := []any{root}
	for _, step := range steps {
		var next []any
		for _, v := range found {
			next = append(next, children(v, step)...)
		}
		found = next
	}
	switch {
	case !definite && found == nil:
		return []any{}, nil
	case !definite:
		return found, nil
	case len(found) == 0:
		return nil, fmt.Errorf("%s: %w", path, errNothing)
	}
	return found[0], nil
}

// children are what a step leads to from a value.
func children(v any, step string) []any {
	switch v := v.(type) {
	case object:
		if item, ok := v[step]; ok {
			return []any{item}
		}
	case []any:
		if step == "*" {
			return v
		}
		if i, err := strconv.Atoi(step); err == nil && i < len(v) {
			return v[i : i+1]
		}
	}
	return nil
}

// fill computes a payload template: what is called x.$ is a path or a function, and becomes x.
func (s scope) fill(template any) (any, error) {
	switch t := template.(type) {
	case object:
		filled := object{}
		for key, v := range t {
			name, computed := strings.CutSuffix(key, ".$")
			var err error
			if computed {
				filled[name], err = s.compute(fmt.Sprint(v))
			} else {
				filled[name], err = s.fill(v)
			}
			if err != nil {
				return nil, err
			}
		}
		return filled, nil
	case []any:
		filled := make([]any, len(t))
		for i, v := range t {
			var err error
			if filled[i], err = s.fill(v); err != nil {
				return nil, err
			}
		}
		return filled, nil
	}
	return template, nil
}

// compute is the value of a path or of a function.
func (s scope) compute(expression string) (any, error) {
	if strings.HasPrefix(expression, "$") {
		v, err := s.at(expression)
		if err != nil {
			err = &stateError{"States.ParameterPathFailure", err.Error()}
		}
		return v, err
	}
	name, arguments, err := functionCall(expression)
	if err != nil {
		return nil, runtimeError("%v", err)
	}
	args := make([]any, len(arguments))
	for i, a := range arguments {
		if text, ok := strings.CutPrefix(a, "'"); ok {
			args[i] = strings.TrimSuffix(text, "'")
		} else if args[i], err = s.compute(a); err != nil {
			return nil, err
		}
	}
	v, err := functions[name](args)
	if err != nil {
		err = &stateError{"States.IntrinsicFailure", expression + ": " + err.Error()}
	}
	return v, err
}

var (
	functionForm = regexp.MustCompile(`^(States\.[A-Za-z]+)\((.*)\)$`)
	argumentForm = regexp.MustCompile(`^\s*('[^'\\]*'|\$[^,()]*|States\.[A-Za-z]+\([^()]*\))\s*(?:,|$)`)
)

// functionCall takes States.Name('text', $.path, States.Other($)) apart.
func functionCall(expression string) (name string, args []string, err error) {
	m := functionForm.FindStringSubmatch(expression)
	if m == nil || functions[m[1]] == nil {
		return "", nil, fmt.Errorf("%q is neither a path nor a function that is known here", expression)
	}
	for rest := m[2]; rest != ""; {
		a := argumentForm.FindStringSubmatch(rest)
		if a == nil {
			return "", nil, fmt.Errorf("%q: no argument at %q", expression, rest)
		}
		args = append(args, strings.TrimSpace(a[1]))
		rest = rest[len(a[0]):]
	}
	return m[1], args, nil
}

// functions are the intrinsic functions that the machines use; source: docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html,
// read 2026-11.
var functions = map[string]func(args []any) (any, error){
	"States.Format": func(args []any) (any, error) {
		template, _ := args[0].(string)
		parts := strings.Split(template, "{}")
		if len(parts) != len(args) {
			return nil, fmt.Errorf("%d places for %d values", len(parts)-1, len(args)-1)
		}
		text := parts[0]
		for i, part := range parts[1:] {
			switch v := args[i+1].(type) {
			case string, float64, bool, nil:
				text += fmt.Sprint(v)
			default:
				return nil, fmt.Errorf("%T is no text", v)
			}
			text += part
		}
		return text, nil
	},
	"States.JsonToString": func(args []any) (any, error) {
		b, err := json.Marshal(args[0])
		return string(b), err
	},
	"States.ArrayContains": func(args []any) (any, error) {
		list, ok := args[0].([]any)
		if !ok {
			return nil, fmt.Errorf("%T is no list", args[0])
		}
		for _, v := range list {
			if v == args[1] {
				return true, nil
			}
		}
		return false, nil
	},
}

// TestPaths holds paths and functions to the examples of the documentation and of those that a machine here has.
func TestPaths(t *testing.T) {
	var s scope
	document := `{"a": [{"n": "x", "m": 1}, {"n": "y"}], "b": {"c": true}, "e": [], "s": 16}`
	if err := json.Unmarshal([]byte(document), &s.input); err != nil {
		t.Fatal(err)
	}
	s.context = object{"Map": object{"Item": object{"Value": "w"}}}
	for expression, want := range map[string]any{
		"$.b.c": true, "$.a[1].n": "y", "$.a[*].n": []any{"x", "y"}, "$.a[*].m": []any{1.0}, "$.e[*].n": []any{}, "$$.Map.Item.Value": "w",
		"States.Format('{} of {}', $.s, $.a[0].n)":       "16 of x",
		"States.ArrayContains($.a[*].n, 'y')":            true,
		"States.ArrayContains($.a[*].n, 'z')":            false,
		"States.Format('{}!', States.JsonToString($.e))": "[]!",
		"$.x":                            "States.ParameterPathFailure",
		"$.a[2]":                         "States.ParameterPathFailure",
		"$.a..n":                         "States.ParameterPathFailure",
		"States.Format('{} {}', $.s)":    "States.IntrinsicFailure",
		"States.Format('{}', $.b)":       "States.IntrinsicFailure",
		"States.Frobnicate('{}', $.b)":   "States.Runtime",
		"States.Format('{}', $.s":        "States.Runtime",
		"States.ArrayContains($.b, 'x')": "States.IntrinsicFailure",
	} {
		got, err := s.compute(expression)
		var failed *stateError
		if errors.As(err, &failed) {
			got = failed.name
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", expression, diff)
		}
	}
}
