// Package deploy_test holds the templates of this directory to what the linters do not look at, and to what nayose does: sizes that
// Fargate has, retries by nayose's own exit codes, rights without asterisks, schedules that exist.
//
// A template is resolved first, as CloudFormation would for given parameters (this file): functions are computed, resources whose
// condition is false and AWS::NoValue are gone, and what only AWS knows is a name in angle brackets, <Queue> or <JobRole.Arn>. The rules
// (rules_test.go) say of the result what is wrong with it; each is tested by a mistake that it must find (mistakes_test.go).
//
// In reading order: template_test.go; rules_test.go, with cron_test.go; mistakes_test.go. exit_test.go and retry_test.go have what Batch does after each exit code;
// asl_test.go, asl_path_test.go and asl_check_test.go run the state machine of sharded.yaml, by the scenarios of scenarios.json (sharded_test.go); nayose_test.go,
// receive_test.go, kubernetes_test.go, compose_test.go and workflows_test.go are about the files of these names. Nothing is deployed and nothing is waited
// for: what takes time is to build nayose once.
//
// For example, the mistake Attempts: 11 in nayose.yaml must be found as "1 to 10 attempts".
package deploy_test

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// object is a mapping of a template.
type object = map[string]any

// template is a CloudFormation template as it was read; functions in their long form, {"Ref": "Name"}.
type template struct {
	name string
	root object
	size int
}

// templates are those of this directory.
func templates(t *testing.T) []template {
	t.Helper()
	names, err := filepath.Glob("*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all []template
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(b), "AWSTemplateFormatVersion") {
			continue // a manifest of another kind
		}
		tpl, err := parse(name, b)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, tpl)
	}
	if len(all) == 0 {
		t.Fatal("no templates")
	}
	return all
}

// load reads one template.
func load(t *testing.T, name string) template {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := parse(name, b)
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

func parse(name string, b []byte) (template, error) {
	file, err := parser.ParseBytes(b, 0)
	if err != nil {
		return template{}, fmt.Errorf("%s: %w", name, err)
	}
	if len(file.Docs) != 1 {
		return template{}, fmt.Errorf("%s has %d documents, want one", name, len(file.Docs))
	}
	v, err := value(file.Docs[0].Body)
	if err != nil {
		return template{}, fmt.Errorf("%s: %w", name, err)
	}
	root, ok := v.(object)
	if !ok {
		return template{}, fmt.Errorf("%s is no mapping", name)
	}
	return template{name, root, len(b)}, nil
}

// value is a node as mappings, lists, strings, numbers and bools.
func value(node ast.Node) (any, error) {
	switch n := node.(type) {
	case *ast.MappingNode:
		return mapping(n.Values)
	case *ast.MappingValueNode:
		return mapping([]*ast.MappingValueNode{n})
	case *ast.SequenceNode:
		list := make([]any, len(n.Values))
		for i, item := range n.Values {
			var err error
			if list[i], err = value(item); err != nil {
				return nil, err
			}
		}
		return list, nil
	case *ast.TagNode:
		return function(n)
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.NullNode:
		return nil, nil
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		return nil, fmt.Errorf("line %d: CloudFormation knows no anchors and aliases", node.GetToken().Position.Line)
	case ast.ScalarNode:
		return n.GetValue(), nil
	}
	return nil, fmt.Errorf("line %d: a %s", node.GetToken().Position.Line, node.Type())
}

func mapping(entries []*ast.MappingValueNode) (any, error) {
	m := object{}
	for _, e := range entries {
		key := e.Key.GetToken().Value
		v, err := value(e.Value)
		if err != nil {
			return nil, err
		}
		if _, twice := m[key]; twice {
			return nil, fmt.Errorf("line %d: %s stands twice", e.Key.GetToken().Position.Line, key)
		}
		m[key] = v
	}
	return m, nil
}

// function is the long form of a short one: !Sub x is {"Fn::Sub": x}.
func function(n *ast.TagNode) (any, error) {
	v, err := value(n.Value)
	name := strings.TrimPrefix(n.Start.Value, "!")
	switch name {
	case "Ref", "Condition":
		return object{name: v}, err
	case "GetAtt":
		if text, ok := v.(string); ok {
			resource, attribute, _ := strings.Cut(text, ".")
			v = []any{resource, attribute}
		}
	case "Sub", "If", "Equals", "Not", "And", "Or", "Join", "FindInMap", "Select", "Split":
	default:
		return nil, fmt.Errorf("line %d: the function %s is not known here", n.Start.Position.Line, n.Start.Value)
	}
	return object{"Fn::" + name: v}, err
}

func (t template) section(name string) object { m, _ := t.root[name].(object); return m }

// resolved is a template as its resources are made with some parameters.
type resolved struct {
	template
	given     object // the parameters
	resources object
}

// noValue stands where a property is not given.
type noValue struct{}

// resolve computes a template for parameters, beside its defaults. The error names all that does not resolve.
func (t template) resolve(given object) (resolved, error) {
	r := &resolver{template: t, given: object{}, conditions: map[string]bool{}}
	for name, p := range t.section("Parameters") {
		r.given[name] = p.(object)["Default"]
	}
	maps.Copy(r.given, given)
	for name, v := range r.given {
		r.given[name] = r.parameter(name, v)
	}
	resources := object{}
	for _, name := range slices.Sorted(maps.Keys(t.section("Resources"))) {
		if r.exists(name) {
			resources[name] = r.value("Resources."+name, t.section("Resources")[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t.section("Outputs"))) {
		out := t.section("Outputs")[name].(object)
		if c, ok := out["Condition"].(string); !ok || r.condition(c) {
			r.value("Outputs."+name, out)
		}
	}
	return resolved{t, r.given, resources}, errors.Join(r.errs...)
}

type resolver struct {
	template
	given      object
	conditions map[string]bool
	errs       []error
}

func (r *resolver) errorf(format string, args ...any) any {
	r.errs = append(r.errs, fmt.Errorf(format, args...))
	return "<?>"
}

// parameter checks a given value against its declaration, and splits lists.
func (r *resolver) parameter(name string, v any) any {
	p, ok := r.section("Parameters")[name].(object)
	if !ok {
		return r.errorf("no parameter %s", name)
	}
	text := fmt.Sprint(v)
	switch pattern, _ := p["AllowedPattern"].(string); {
	case v == nil:
		return r.errorf("parameter %s has no value", name)
	case pattern != "" && !regexp.MustCompile(pattern).MatchString(text):
		return r.errorf("parameter %s = %q is not as its pattern %s", name, text, pattern)
	}
	allowed, _ := p["AllowedValues"].([]any)
	if allowed != nil && !slices.ContainsFunc(allowed, func(a any) bool { return fmt.Sprint(a) == text }) {
		return r.errorf("parameter %s = %q is none of its values", name, text)
	}
	if kind := fmt.Sprint(p["Type"]); strings.HasPrefix(kind, "List<") || kind == "CommaDelimitedList" {
		var list []any
		for item := range strings.SplitSeq(text, ",") {
			list = append(list, item)
		}
		return list
	}
	return v
}

// exists is whether a resource is made.
func (r *resolver) exists(name string) bool {
	resource, ok := r.section("Resources")[name].(object)
	if !ok {
		return false
	}
	c, ok := resource["Condition"].(string)
	return !ok || r.condition(c)
}

func (r *resolver) condition(name string) bool {
	if v, ok := r.conditions[name]; ok {
		return v
	}
	c, ok := r.section("Conditions")[name]
	if !ok {
		r.errorf("no condition %s", name)
		return false
	}
	v := r.truth("Conditions."+name, c)
	r.conditions[name] = v
	return v
}

// truth is a condition's value.
func (r *resolver) truth(at string, v any) bool {
	name, arg := call(v)
	args, _ := arg.([]any)
	switch name {
	case "Condition":
		return r.condition(fmt.Sprint(arg))
	case "Fn::Equals":
		return len(args) == 2 && fmt.Sprint(r.value(at, args[0])) == fmt.Sprint(r.value(at, args[1]))
	case "Fn::Not":
		return len(args) == 1 && !r.truth(at, args[0])
	case "Fn::And":
		return !slices.ContainsFunc(args, func(a any) bool { return !r.truth(at, a) })
	case "Fn::Or":
		return slices.ContainsFunc(args, func(a any) bool { return r.truth(at, a) })
	}
	r.errorf("%s: %v is no condition", at, v)
	return false
}

// call is the function that a value calls, and its argument.
func call(v any) (name string, arg any) {
	m, ok := v.(object)
	if !ok || len(m) != 1 {
		return "", nil
	}
	for name, arg = range m {
	}
	if name != "Ref" && name != "Condition" && !strings.HasPrefix(name, "Fn::") {
		return "", nil
	}
	return name, arg
}

// value computes a value; at is where it stands, for errors.
func (r *resolver) value(at string, v any) any {
	if name, arg := call(v); name != "" && name != "Condition" {
		return r.call(at, name, arg)
	}
	switch v := v.(type) {
	case object:
		m := object{}
		for key, item := range v {
			if x := r.value(at+"."+key, item); x != (noValue{}) {
				m[key] = x
			}
		}
		return m
	case []any:
		var list []any
		for i, item := range v {
			if x := r.value(fmt.Sprintf("%s.%d", at, i), item); x != (noValue{}) {
				list = append(list, x)
			}
		}
		return list
	}
	return v
}

func (r *resolver) call(at, name string, arg any) any {
	args, _ := arg.([]any)
	switch name {
	case "Ref":
		return r.ref(at, fmt.Sprint(arg))
	case "Fn::Sub":
		return r.sub(at, arg)
	}
	if len(args) == 0 {
		return r.errorf("%s: %s without a list", at, name)
	}
	if name == "Fn::If" {
		if r.condition(fmt.Sprint(args[0])) {
			return r.value(at, args[1])
		}
		return r.value(at, args[2])
	}
	args = slices.Clone(args)
	for i := range args {
		args[i] = r.value(at, args[i])
	}
	switch name {
	case "Fn::GetAtt":
		return r.attribute(at, fmt.Sprint(args[0]), fmt.Sprint(args[1]))
	case "Fn::Join":
		return join(args[1], fmt.Sprint(args[0]))
	case "Fn::Select":
		i, err := strconv.Atoi(fmt.Sprint(args[0]))
		if list, ok := args[1].([]any); err == nil && ok && i >= 0 && i < len(list) {
			return list[i]
		}
	case "Fn::Split":
		var list []any
		for part := range strings.SplitSeq(fmt.Sprint(args[1]), fmt.Sprint(args[0])) {
			list = append(list, part)
		}
		return list
	case "Fn::FindInMap":
		m, _ := r.section("Mappings")[fmt.Sprint(args[0])].(object)
		row, _ := m[fmt.Sprint(args[1])].(object)
		if cell, ok := row[fmt.Sprint(args[2])]; ok {
			return cell
		}
	}
	return r.errorf("%s: %s %v makes no sense", at, name, args)
}

func join(list any, sep string) string {
	var texts []string
	items, _ := list.([]any)
	for _, item := range items {
		texts = append(texts, fmt.Sprint(item))
	}
	return strings.Join(texts, sep)
}

// pseudo are the parameters that AWS gives.
var pseudo = object{
	"AWS::Region": "ap-northeast-1", "AWS::AccountId": "123456789012", "AWS::Partition": "aws", "AWS::StackName": "nayose",
	"AWS::URLSuffix": "amazonaws.com", "AWS::StackId": "arn:aws:cloudformation:ap-northeast-1:123456789012:stack/nayose/1", "AWS::NoValue": noValue{},
}

func (r *resolver) ref(at, name string) any {
	if v, ok := r.given[name]; ok {
		return v
	}
	if v, ok := pseudo[name]; ok {
		return v
	}
	if !r.exists(name) {
		return r.errorf("%s: refers to %s, which is not there", at, name)
	}
	return "<" + name + ">"
}

func (r *resolver) attribute(at, resource, attribute string) any {
	if !r.exists(resource) {
		return r.errorf("%s: refers to %s.%s, which is not there", at, resource, attribute)
	}
	return "<" + resource + "." + attribute + ">"
}

var placeholder = regexp.MustCompile(`\$\{([^!}][^}]*)\}`)

func (r *resolver) sub(at string, arg any) any {
	local := object{}
	if list, ok := arg.([]any); ok && len(list) == 2 {
		local, _ = list[1].(object)
		arg = list[0]
	}
	text := placeholder.ReplaceAllStringFunc(fmt.Sprint(arg), func(s string) string {
		name := strings.TrimSpace(s[2 : len(s)-1])
		if v, ok := local[name]; ok {
			return fmt.Sprint(r.value(at, v))
		}
		if resource, attribute, ok := strings.Cut(name, "."); ok {
			return fmt.Sprint(r.attribute(at, resource, attribute))
		}
		return fmt.Sprint(r.ref(at, name))
	})
	return strings.ReplaceAll(text, "${!", "${")
}

// of are the resources of a type, by name.
func (r resolved) of(kind string) map[string]object {
	found := map[string]object{}
	for name, resource := range r.resources {
		if m := resource.(object); m["Type"] == kind {
			p, _ := m["Properties"].(object)
			found[name] = p
		}
	}
	return found
}

// one is a resource's properties.
func (r resolved) one(t *testing.T, name string) object {
	t.Helper()
	resource, ok := r.resources[name].(object)
	if !ok {
		t.Fatalf("%s has no %s", r.name, name)
	}
	return resource["Properties"].(object)
}

// at is what stands at a path such as Target.Input or Rules.0.Id; nil where nothing does.
func at(v any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case object:
			v = x[key]
		case []any:
			i := 0
			if _, err := fmt.Sscan(key, &i); err != nil || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

// text is what stands at a path, as text; empty where nothing does.
func text(v any, path string) string {
	if v = at(v, path); v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// list is the list at a path; a single value is a list of one, as in policies.
func list(v any, path string) []any {
	switch x := at(v, path).(type) {
	case nil:
		return nil
	case []any:
		return x
	default:
		return []any{x}
	}
}

// samples are values of parameters that have no default. A parameter of another name has its type's.
var samples = object{
	"ImageUri": "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/nayose@sha256:" + strings.Repeat("5", 64), "Bucket": "example-nayose",
	"DatabaseSecretArn": "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:nayose-AbCdEf",
}

// optional are values of parameters that are empty by default.
var optional = object{
	"DatabaseUrl": "postgres://db.example.com:5432/jobs", "KmsKeyArn": "arn:aws:kms:ap-northeast-1:123456789012:key/1",
	"RouteTableIds": "rtb-1,rtb-2", "DatabaseSecurityGroupId": "sg-5", "AlarmEmail": "ops@example.com", "FeedDays": 400,
	"Partners": `[{"partner": "carejob", "shards": 16}]`,
}

// variants resolve a template by its defaults, with all that is optional, and with each value that a parameter may have.
func (t template) variants() map[string]object {
	base := object{}
	for name, p := range t.section("Parameters") {
		if v, ok := samples[name]; ok {
			base[name] = v
		} else if p.(object)["Default"] == nil {
			base[name] = cmp.Or(map[string]string{"List<AWS::EC2::Subnet::Id>": "subnet-1,subnet-2", "AWS::EC2::VPC::Id": "vpc-1"}[text(p, "Type")], "sample")
		}
	}
	with := func(name string, v any) object { m := maps.Clone(base); m[name] = v; return m }
	all := map[string]object{"defaults": base}
	full := maps.Clone(base)
	for name, p := range t.section("Parameters") {
		if v, ok := optional[name]; ok {
			full[name] = v
			all[name] = with(name, v)
		}
		if v, ok := p.(object)["Default"]; ok && samples[name] != nil {
			all["without "+name] = with(name, v)
		}
		for _, v := range list(p, "AllowedValues") {
			all[fmt.Sprint(name, "=", v)] = with(name, v)
		}
	}
	all["everything"] = full
	return all
}

// standard is a template with its defaults and samples.
func (t template) standard(test *testing.T) resolved {
	test.Helper()
	r, err := t.resolve(t.variants()["defaults"])
	if err != nil {
		test.Fatal(err)
	}
	return r
}
