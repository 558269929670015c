package deploy_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// receiveResource is a resource of receive.yaml. Of a function such as !Sub the plain argument is kept, which is all that is looked at here.
type receiveResource struct {
	Type       string         `yaml:"Type"`
	DependsOn  []string       `yaml:"DependsOn"`
	Properties map[string]any `yaml:"Properties"`
}

func receiveResources(t *testing.T, kind string) map[string]receiveResource {
	t.Helper()
	var template struct {
		Resources map[string]receiveResource `yaml:"Resources"`
	}
	b, err := os.ReadFile("receive.yaml")
	if err == nil {
		err = yaml.Unmarshal(b, &template)
	}
	if err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(template.Resources, func(_ string, r receiveResource) bool { return r.Type != kind })
	if len(template.Resources) == 0 {
		t.Fatalf("no %s", kind)
	}
	return template.Resources
}

// receiveDescription is what of openapi.yaml the template is held to.
type receiveDescription struct {
	Paths map[string]map[string]struct {
		Security  []map[string][]string `yaml:"security"`
		Responses map[string]any        `yaml:"responses"`
	} `yaml:"paths"`
	Components struct {
		Schemas struct {
			Problem struct {
				Required   []string `yaml:"required"`
				Properties struct {
					Code struct {
						Enum []string `yaml:"enum"`
					} `yaml:"code"`
				} `yaml:"properties"`
			} `yaml:"Problem"`
		} `yaml:"schemas"`
	} `yaml:"components"`
}

func receiveDescribed(t *testing.T) (d receiveDescription) {
	t.Helper()
	b, err := os.ReadFile("../job/internal/receive/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`(?m)^    parameters:\n(      - .*\n)+`).ReplaceAllString(string(b), "") // they stand beside the methods
	if err := yaml.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestReceiveRights: the function reads and writes what it needs, which is not what it must never show.
func TestReceiveRights(t *testing.T) {
	rights := map[string][]*regexp.Regexp{}
	policies := receiveResources(t, "AWS::IAM::Role")["Role"].Properties["Policies"].([]any)
	statements := policies[0].(map[string]any)["PolicyDocument"].(map[string]any)["Statement"].([]any)
	for _, s := range statements {
		m, ok := s.(map[string]any)
		if !ok { // !If
			continue
		}
		actions, resources := receiveList(m["Action"]), receiveList(m["Resource"])
		for _, a := range actions {
			for _, r := range resources {
				r = strings.NewReplacer("${AWS::Partition}", "aws", "${Bucket}", "b", "${Feeds}", "feeds", "${Config}", "config/nayose.yaml").Replace(r)
				pattern := "^" + strings.ReplaceAll(regexp.QuoteMeta(r), `\*`, ".*") + "$"
				rights[a] = append(rights[a], regexp.MustCompile(pattern))
			}
		}
	}
	for key, want := range map[string]string{
		"input/feeds/2026-W47/carejob/part-1.csv":     "get put",
		"input/feeds/2026-W47/carejob/_SUCCESS":       "get put",
		"config/nayose.yaml":                          "get",
		"store/plans/2026-W47/carejob/1.json":         "get",
		"store/stages/extract/0f/manifest.json":       "get",
		"store/stages/extract/0f/1a/rejects.ndjson":   "get",
		"store/stages/match/0f/manifest.json":         "get",
		"store/stages/extract/0f/1a/postings.parquet": "",
		"store/stages/extract/0f/1a/mentions.parquet": "",
		"store/stages/match/0f/1a/matches.parquet":    "",
		"store/decisions/1.json":                      "",
		"store/approvals/2026-W47/carejob/0f/1.json":  "",
		"store/masters/0f/manifest.json":              "",
		"input/companies.csv":                         "",
		"config/rds.pem":                              "",
	} {
		var may []string
		for short, action := range map[string]string{"get": "s3:GetObject", "put": "s3:PutObject"} {
			if slices.ContainsFunc(rights[action], func(p *regexp.Regexp) bool { return p.MatchString("arn:aws:s3:::b/" + key) }) {
				may = append(may, short)
			}
		}
		slices.Sort(may)
		if got := strings.Join(may, " "); got != want {
			t.Errorf("%s: it may %q, want %q", key, got, want)
		}
	}
	known := []string{"logs:CreateLogStream", "logs:PutLogEvents", "s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:PutObject"}
	if got := slices.Sorted(maps.Keys(rights)); !slices.Equal(got, known) {
		t.Errorf("it may %v, want %v", got, known)
	}
}

// receiveList is one text or several.
func receiveList(v any) (texts []string) {
	if many, ok := v.([]any); ok {
		for _, item := range many {
			texts = append(texts, fmt.Sprint(item))
		}
		return texts
	}
	return []string{fmt.Sprint(v)}
}

// TestReceiveFunction: the function is the job's image with the command, within the gateway's time.
func TestReceiveFunction(t *testing.T) {
	p := receiveResources(t, "AWS::Lambda::Function")["Function"].Properties
	variables := p["Environment"].(map[string]any)["Variables"].(map[string]any)
	for what, c := range map[string][2]any{
		"package": {p["PackageType"], "Image"}, "command": {p["ImageConfig"].(map[string]any)["Command"], []any{"receive"}}, "time": {p["Timeout"], uint64(29)},
		"config": {variables["NAYOSE_CONFIG"], "s3://${Bucket}/${Config}"}, "store": {variables["NAYOSE_STORE"], "s3://${Bucket}/store"},
		"input": {variables["NAYOSE_INPUT"], "s3://${Bucket}/input"}, "log": {p["LoggingConfig"].(map[string]any)["LogGroup"], "Logs"},
	} {
		if fmt.Sprint(c[0]) != fmt.Sprint(c[1]) {
			t.Errorf("%s is %v, want %v", what, c[0], c[1])
		}
	}
}

// TestReceiveGateway: bodies go through as bytes; all paths need a key but those that the description has without one; and a deployment is
// made when all is there that it copies.
func TestReceiveGateway(t *testing.T) {
	if types := receiveResources(t, "AWS::ApiGateway::RestApi")["Api"].Properties["BinaryMediaTypes"]; fmt.Sprint(types) != "[*/*]" {
		t.Errorf("binary are %v: files in CP932 would be damaged", types)
	}
	resources, open := receiveResources(t, "AWS::ApiGateway::Resource"), map[string]bool{}
	var copied []string
	for name, m := range receiveResources(t, "AWS::ApiGateway::Method") {
		copied = append(copied, name)
		path := fmt.Sprint("/", resources[fmt.Sprint(m.Properties["ResourceId"])].Properties["PathPart"])
		switch {
		case m.Properties["ApiKeyRequired"] != true:
			open[fmt.Sprintf("%s %s", m.Properties["HttpMethod"], path)] = true
		case path != "/{proxy+}" || m.Properties["HttpMethod"] != "ANY":
			t.Errorf("%s is for %v %s", name, m.Properties["HttpMethod"], path)
		}
		integration := m.Properties["Integration"].(map[string]any)
		if integration["Type"] != "AWS_PROXY" || integration["IntegrationHttpMethod"] != "POST" || !strings.Contains(fmt.Sprint(integration["Uri"]), "${Function.Arn}") {
			t.Errorf("%s: %v", name, integration)
		}
	}
	described := map[string]bool{}
	for path, methods := range receiveDescribed(t).Paths {
		for method, m := range methods {
			if m.Security != nil {
				described[strings.ToUpper(method)+" "+path] = true
			}
		}
	}
	if !maps.Equal(open, described) || len(open) == 0 {
		t.Errorf("without a key the gateway lets through %v, the description %v", open, described)
	}
	for name := range receiveResources(t, "AWS::ApiGateway::GatewayResponse") {
		copied = append(copied, name)
	}
	for name, d := range receiveResources(t, "AWS::ApiGateway::Deployment") {
		slices.Sort(copied)
		slices.Sort(d.DependsOn)
		if !slices.Equal(copied, d.DependsOn) {
			t.Errorf("%s depends on %v, want %v", name, d.DependsOn, copied)
		}
	}
}

// TestReceiveAnswers: what the gateway says by itself, partners' programs understand as they do the service's own answers.
func TestReceiveAnswers(t *testing.T) {
	problem := receiveDescribed(t).Components.Schemas.Problem
	seen := map[string]bool{}
	for name, r := range receiveResources(t, "AWS::ApiGateway::GatewayResponse") {
		seen[fmt.Sprint(r.Properties["ResponseType"])] = true
		var body map[string]any
		text := r.Properties["ResponseTemplates"].(map[string]any)["application/json"].(string)
		if err := json.Unmarshal([]byte(text), &body); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, want := slices.Sorted(maps.Keys(body)), slices.Sorted(slices.Values(problem.Required)); !slices.Equal(got, want) {
			t.Errorf("%s says %v, want %v", name, got, want)
		}
		if !slices.Contains(problem.Properties.Code.Enum, fmt.Sprint(body["code"])) || body["request"] != "$context.requestId" {
			t.Errorf("%s: the code %v is not described, or the request has no id", name, body["code"])
		}
		status, headers := fmt.Sprint(r.Properties["StatusCode"]), r.Properties["ResponseParameters"].(map[string]any)
		if fmt.Sprint(body["status"]) != status {
			t.Errorf("%s says %v and is %s", name, body["status"], status)
		}
		if headers["gatewayresponse.header.Content-Type"] != "'application/problem+json'" {
			t.Errorf("%s has the headers %v", name, headers)
		}
		if wait := headers["gatewayresponse.header.Retry-After"]; (wait != nil) != (status == "429" || status == "503") {
			t.Errorf("%s: %s with Retry-After %v", name, status, wait)
		}
	}
	for _, kind := range []string{"INVALID_API_KEY", "MISSING_AUTHENTICATION_TOKEN", "THROTTLED", "QUOTA_EXCEEDED", "REQUEST_TOO_LARGE", "DEFAULT_5XX"} {
		if !seen[kind] {
			t.Errorf("%s is the gateway's own answer", kind)
		}
	}
}
