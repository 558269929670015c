package main

import (
	"log/slog"
	"runtime"
	"syscall"
	"time"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/store"
	"nayose/job/internal/terminal"
	"nayose/loader"
)

// namespace is that of the metrics in CloudWatch.
const namespace = "nayose"

// metric is a figure of a stage, as CloudWatch takes it.
type metric struct {
	name, unit string // one of CloudWatch's units
	value      any    // int64 or float64
}

func count(name string, n int64) metric { return metric{name, "Count", n} }

// measure writes what a stage of a delivery came to as one line of CloudWatch's embedded metric format (EMF), which CloudWatch Logs finds among
// the other lines of JSON and makes metrics of: by stage, and by partner and stage, both of which are few. Week, plan, shard and
// attempt stand on the line as on every other, and are no dimensions.
func (j *job) measure(d *delivery, log *terminal.Log, seconds float64, counts ...metric) {
	if !log.JSON || d.plan.Number == 0 { // what a rebuild matches is no delivery
		return
	}
	all := append(counts, metric{"seconds", "Seconds", seconds}, metric{"peak_memory", "Bytes", peakMemory()}, count("retries", j.newRetries()))
	defined := make([]map[string]string, len(all))
	values := make([]any, len(all))
	for i, m := range all {
		defined[i] = map[string]string{"Name": m.name, "Unit": m.unit}
		values[i] = slog.Any(m.name, m.value)
	}
	log.With("_aws", map[string]any{
		"Timestamp": time.Now().UnixMilli(),
		"CloudWatchMetrics": []any{map[string]any{
			"Namespace": namespace, "Dimensions": [][]string{{"stage"}, {"partner", "stage"}}, "Metrics": defined,
		}},
	}).Info("measured", values...)
}

// newRetries is how many requests and transactions were tried again since the last stage.
func (j *job) newRetries() int64 {
	before := j.retries
	j.retries = store.Retries() + loader.Retries()
	return j.retries - before
}

// metricsOf are the figures of a stage that has a manifest. The balance of its books is 0 where they balance.
func metricsOf(m *artifact.Manifest) []metric {
	switch {
	case m.Extract != nil:
		c := m.Extract
		return []metric{
			count("records", c.Records), count("rejected", c.Rejected), count("mentions", c.Mentions),
			count("balance", c.Records-c.Rejected-c.Duplicates-c.Deletions-c.Unique),
		}
	case m.Survey != nil:
		return []metric{count("mentions", m.Survey.Mentions)}
	}
	c := m.Match
	return []metric{
		count("mentions", c.Mentions), count("matched", c.Matched), count("review", c.Review), count("unmatched", c.Unmatched),
		count("balance", c.Mentions-c.Matched-c.Review-c.Unmatched),
	}
}

// loadMetrics are the figures of a load: of all records of the delivery, and of its postings by outcome.
func loadMetrics(c *nayose.ExtractCounts, r *loader.Result) []metric {
	return []metric{
		count("records", c.Records), count("mentions", c.Mentions),
		count("matched", r.Matched), count("review", r.Review), count("unmatched", r.Unmatched),
		count("balance", c.Records-c.Rejected-c.Duplicates-c.Deletions-r.Matched-r.Review-r.Unmatched),
	}
}

// peakMemory is the most memory that the process has had so far, in bytes, mapped pages of the master's index included.
func peakMemory() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return u.Maxrss
	}
	return u.Maxrss << 10 // Linux counts kilobytes
}
