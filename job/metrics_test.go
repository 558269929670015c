package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/terminal"
	"nayose/loader"
)

// TestMeasure reads what is written of each stage as CloudWatch would.
func TestMeasure(t *testing.T) {
	extract := nayose.ExtractCounts{Records: 10, Rejected: 2, Duplicates: 1, Unique: 7, Mentions: 5}
	for stage, c := range map[string]struct {
		counts []metric
		want   map[string]float64
	}{
		"extract": {
			metricsOf(&artifact.Manifest{Extract: &extract}),
			map[string]float64{"records": 10, "rejected": 2, "mentions": 5, "balance": 0},
		},
		"survey": {metricsOf(&artifact.Manifest{Survey: &nayose.Survey{Mentions: 5}}), map[string]float64{"mentions": 5}},
		"match": {
			metricsOf(&artifact.Manifest{Match: &nayose.MatchCounts{Mentions: 5, Matched: 2, Review: 2, Unmatched: 0}}),
			map[string]float64{"mentions": 5, "matched": 2, "review": 2, "unmatched": 0, "balance": 1},
		},
		"load": {
			loadMetrics(&extract, &loader.Result{Matched: 4, Review: 2, Unmatched: 1}),
			map[string]float64{"records": 10, "mentions": 5, "matched": 4, "review": 2, "unmatched": 1, "balance": 0},
		},
	} {
		line := measured(t, "json", stage, 7, c.counts)
		var got map[string]any
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatalf("%s: %v in %q", stage, err, line)
		}
		for _, wrong := range checkEMF(got) {
			t.Errorf("%s: %s:\n%s", stage, wrong, line)
		}
		c.want["seconds"], c.want["retries"] = 1.5, 0
		for name, want := range c.want {
			if got[name] != want {
				t.Errorf("%s: %s is %v, want %v", stage, name, got[name], want)
			}
		}
		if peak, _ := got["peak_memory"].(float64); peak < 1<<20 || peak > 1<<40 {
			t.Errorf("%s: peak memory is %v bytes", stage, got["peak_memory"])
		}
		if got["partner"] != "acme" || got["stage"] != stage || got["week"] != "2026-W47" {
			t.Errorf("%s: the line does not say whose it is: %s", stage, line)
		}
	}
	for why, line := range map[string]string{
		"readable lines": measured(t, "text", "match", 7, nil), "a rebuild, which is no delivery": measured(t, "json", "match", 0, nil),
	} {
		if line != "" {
			t.Errorf("for %s there is a line of metrics: %s", why, line)
		}
	}
}

func measured(t *testing.T, format, stage string, plan int, counts []metric) string {
	t.Helper()
	var out bytes.Buffer
	log, err := terminal.NewLog(&out, format)
	if err != nil {
		t.Fatal(err)
	}
	j, d := &job{log: log}, &delivery{partner: "acme", plan: artifact.Plan{Number: plan}}
	j.measure(d, log.With("week", "2026-W47", "partner", "acme", "attempt", "1", "plan", plan, "stage", stage), 1.5, counts...)
	return strings.TrimSuffix(out.String(), "\n")
}

// units are those of CloudWatch, without rates, which nothing here is.
var units = []string{
	"Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes",
	"Bits", "Kilobits", "Megabits", "Gigabits", "Terabits", "Percent", "Count", "None",
}

// checkEMF lays a line beside the rules of the embedded metric format's specification, and our own that dimensions have few values.
func checkEMF(root map[string]any) (wrong []string) {
	fault := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	aws, _ := root["_aws"].(map[string]any)
	directives, _ := aws["CloudWatchMetrics"].([]any)
	if len(aws) != 2 || len(directives) != 1 {
		fault("_aws has not a timestamp and one directive alone")
		return wrong
	}
	at, _ := aws["Timestamp"].(float64)
	if age := time.Since(time.UnixMilli(int64(at))); age < 0 || age > time.Hour || at != float64(int64(at)) {
		fault("the timestamp is not of now in milliseconds")
	}
	directive := directives[0].(map[string]any)
	if len(directive) != 3 || directive["Namespace"] != "nayose" {
		fault("the directive has not namespace, dimensions and metrics alone")
	}
	sets, _ := directive["Dimensions"].([]any)
	if len(sets) == 0 {
		fault("there are no dimensions")
	}
	for _, set := range sets {
		for _, name := range set.([]any) {
			value, _ := root[name.(string)].(string)
			if value == "" || len(value) > 1024 || strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
				fault("dimension %v is %q", name, value)
			}
			if name != "partner" && name != "stage" {
				fault("dimension %v has many values", name)
			}
		}
	}
	metrics, _ := directive["Metrics"].([]any)
	if len(metrics) == 0 || len(metrics) > 100 {
		fault("there are %d metrics", len(metrics))
	}
	seen := map[any]bool{}
	for _, m := range metrics {
		definition := m.(map[string]any)
		name, _ := definition["Name"].(string)
		if _, isNumber := root[name].(float64); !isNumber || seen[name] || len(definition) != 2 {
			fault("metric %q is %v", name, root[name])
		}
		if unit, _ := definition["Unit"].(string); !slices.Contains(units, unit) {
			fault("metric %q has the unit %q", name, unit)
		}
		seen[name] = true
	}
	return wrong
}
