package main

import (
	"fmt"
	"strings"

	"nayose"
	"nayose/job/internal/feed"
	"nayose/job/internal/terminal"
)

// postingColumns are the columns of a posting and its mention that are shown, in the order in which a person reads them.
var postingColumns = []struct {
	name string
	of   func(*nayose.Posting, *nayose.Mention) string
}{
	{"posting_id", func(p *nayose.Posting, _ *nayose.Mention) string { return p.PostingID }},
	{"company_name", func(_ *nayose.Posting, m *nayose.Mention) string { return m.CompanyName }},
	{"company_name_kana", func(_ *nayose.Posting, m *nayose.Mention) string { return m.CompanyNameKana }},
	{"workplace_name", func(_ *nayose.Posting, m *nayose.Mention) string { return m.WorkplaceName }},
	{"corporate_number", func(_ *nayose.Posting, m *nayose.Mention) string { return m.CorporateNumber }},
	{"address", func(_ *nayose.Posting, m *nayose.Mention) string { return m.Address }},
	{"phone", func(_ *nayose.Posting, m *nayose.Mention) string { return m.Phone }},
	{"url", func(_ *nayose.Posting, m *nayose.Mention) string { return m.URL }},
	{"title", func(p *nayose.Posting, _ *nayose.Mention) string { return p.Title }},
	{"occupation", func(p *nayose.Posting, _ *nayose.Mention) string { return p.Occupation }},
	{"employment_type", func(p *nayose.Posting, _ *nayose.Mention) string { return p.EmploymentType }},
	{"salary_unit", func(p *nayose.Posting, _ *nayose.Mention) string { return p.SalaryUnit }},
	{"salary_min", func(p *nayose.Posting, _ *nayose.Mention) string { return yen(p.SalaryMin) }},
	{"salary_max", func(p *nayose.Posting, _ *nayose.Mention) string { return yen(p.SalaryMax) }},
	{"prefecture", func(p *nayose.Posting, _ *nayose.Mention) string { return p.Prefecture }},
	{"city", func(p *nayose.Posting, _ *nayose.Mention) string { return p.City }},
	{"posted_on", func(p *nayose.Posting, _ *nayose.Mention) string { return p.PostedOn.String() }},
	{"closes_on", func(p *nayose.Posting, _ *nayose.Mention) string { return p.ClosesOn.String() }},
	{"extra", func(p *nayose.Posting, _ *nayose.Mention) string { return p.Extra }},
}

func yen(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// trialText is what "nayose feed check" says to a person, on a terminal of that width. The fault and what to do stand on stderr as well.
func trialText(t *trial, width int) string {
	var out strings.Builder
	section := func(title string, rows [][]string, keys int) {
		if len(rows) > 1 {
			out.WriteString("\n" + title + "\n" + terminal.Indent(rows, keys, width))
		}
	}
	fmt.Fprintln(&out, strings.TrimSpace(t.Partner+" "+t.Week))
	if len(t.Tables) > 0 {
		out.WriteString(countsText(&t.Counts) + "\n" + bytesText(&t.Counts.Bytes))
	}
	section("tables", tableRows(t.Tables), 1)
	if len(t.Extra) > 0 {
		out.WriteString("\nkept in extra: " + nayose.OneLine(strings.Join(t.Extra, ", ")) + "\n")
	}
	section("rejected for", reasonRows(t.Reasons), 1)
	section("the first that are rejected", rejectRows(t.Rejects), 2)
	section("the first that would be loaded", postingRows(t.Postings), 1)
	for _, warning := range t.Warnings {
		out.WriteString("\nwarning: " + nayose.OneLine(warning) + "\n")
	}
	out.WriteString("\n" + verdictText(t) + "\n")
	return out.String()
}

func verdictText(t *trial) string {
	switch t.Verdict {
	case "good":
		return "verdict: good; extract takes it (whether load holds it for what it would expire, a run finds out)"
	case "approved":
		return "verdict: approved; extract takes it, whatever its guards would say"
	}
	return "verdict: " + t.Verdict + ": " + t.Error
}

func bytesText(b *nayose.ByteCounts) string {
	if b.Files == 0 {
		return ""
	}
	return fmt.Sprintf("%s: %d of good records, %d of rejected ones, %d of headers, %d blank, %d of marks\n",
		nayose.Count(b.Files, "byte"), b.Records, b.Rejected, b.Headers, b.Blank, b.Marks)
}

func tableRows(tables []feed.TableInfo) [][]string {
	rows := [][]string{{"file", "encoding", "delimiter", "columns", "records"}}
	for _, t := range tables {
		encoding := t.Encoding
		if encoding == "" {
			encoding = "-"
		}
		rows = append(rows, []string{nayose.OneLine(t.Name), encoding, delimiterText(t.Delimiter), fmt.Sprint(t.Columns), fmt.Sprint(t.Records)})
	}
	return rows
}

func reasonRows(reasons []feed.Reason) [][]string {
	rows := [][]string{{"records", "code", "column"}}
	for _, r := range reasons {
		rows = append(rows, []string{fmt.Sprint(r.Count), r.Code, nayose.OneLine(r.Column)})
	}
	return rows
}

func rejectRows(rejects []nayose.Reject) [][]string {
	rows := [][]string{{"file", "line", "column", "reason"}}
	for _, r := range rejects {
		rows = append(rows, []string{nayose.OneLine(r.File), fmt.Sprint(r.Line), terminal.Cut(r.Column), nayose.OneLine(r.Reason)})
	}
	return rows
}

// postingRows leaves out the columns in which no posting has anything.
func postingRows(postings []map[string]string) [][]string {
	var header []string
	for _, c := range postingColumns {
		for _, p := range postings {
			if p[c.name] != "" {
				header = append(header, c.name)
				break
			}
		}
	}
	rows := [][]string{header}
	for _, p := range postings {
		var row []string
		for _, name := range header {
			row = append(row, terminal.Cut(p[name]))
		}
		rows = append(rows, row)
	}
	return rows
}
