package main

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"nayose"
	"nayose/job/internal/feed"
	"nayose/job/internal/terminal"
)

// inspectionText is what "nayose feed inspect" says to a person, on a terminal of that width.
func inspectionText(name string, seen *feed.Inspection, width int) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s: %s, %s\n", name, seen.Container, nayose.Count(seen.Bytes, "byte"))
	for i := range seen.Tables {
		out.WriteString(inspectedText(&seen.Tables[i], width))
	}
	out.WriteString("\nproblems:\n")
	for _, p := range seen.Problems {
		out.WriteString("  " + problemText(&p) + "\n")
	}
	if len(seen.Problems) == 0 {
		out.WriteString("  none\n")
	}
	if seen.Mapping != "" {
		out.WriteString("\na mapping to start from; look at each line, then try it: nayose feed check --partner PARTNER " + name + "\n\n")
		fmt.Fprintf(&out, "partners:\n  PARTNER:\n    files: feeds/{week}/PARTNER%s\n%s", cmp.Or(path.Ext(name), ".csv"), seen.Mapping)
	}
	return out.String()
}

func inspectedText(t *feed.Inspected, width int) string {
	var out strings.Builder
	out.WriteString("\n")
	if t.Name != "" {
		out.WriteString(nayose.OneLine(t.Name) + ": ")
	}
	if t.Encoding != "" {
		out.WriteString(formatText(t) + "\n")
	}
	switch {
	case t.Header != nil:
		fmt.Fprintf(&out, "header in line %d, %s; ", t.HeaderLine, nayose.Count(len(t.Header), "column"))
	case len(t.Columns) > 0:
		fmt.Fprintf(&out, "no header, %s; ", nayose.Count(len(t.Columns), "column"))
	}
	fmt.Fprintf(&out, "%s, %d of them damaged; %d blank\n", nayose.Count(t.Records, "record"), t.Damaged, t.Blank)
	if len(t.Columns) == 0 {
		return out.String()
	}
	rows := [][]string{{"column", "may be", "why", "empty", "example"}}
	for _, c := range t.Columns {
		guess := "-"
		if c.Column != "" {
			guess = c.Column + " (" + c.Confidence + ")"
		}
		rows = append(rows, []string{terminal.Cut(c.Header), guess, c.Reason, emptyShare(t, &c), terminal.Cut(c.Example)})
	}
	out.WriteString("\n" + terminal.Indent(rows, 1, width))
	if len(t.First) > 0 {
		first := [][]string{{}}
		for _, c := range t.Columns {
			first[0] = append(first[0], terminal.Cut(c.Header))
		}
		out.WriteString("\n" + terminal.Indent(append(first, cutRows(t.First, len(t.Columns))...), 1, width))
	}
	return out.String()
}

// emptyShare is the share of the sound records in which a column is empty.
func emptyShare(t *feed.Inspected, c *feed.InspectedColumn) string {
	sound := t.Records - t.Damaged
	if sound == 0 {
		return "-"
	}
	return ratio(1 - float64(c.Filled)/float64(sound)).String()
}

func formatText(t *feed.Inspected) string {
	parts := []string{t.Encoding}
	if t.BOM {
		parts[0] += " with BOM"
	}
	parts = append(parts, "delimited by "+delimiterText(t.Delimiter))
	if t.Quote != "" {
		parts = append(parts, "quoted by "+t.Quote)
	}
	if t.Escape != "" {
		parts = append(parts, "escaped by "+t.Escape)
	}
	var ends []string
	for _, kind := range []string{"CRLF", "LF", "CR"} {
		if n := t.LineEnds[kind]; n > 0 {
			ends = append(ends, fmt.Sprintf("%d %s", n, kind))
		}
	}
	return strings.Join(append(parts, "line ends "+cmp.Or(strings.Join(ends, ", "), "none")), "; ")
}

// delimiterText shows a delimiter on a terminal.
func delimiterText(d string) string {
	switch d {
	case "\t":
		return "tab"
	case "":
		return "-"
	case " ":
		return "space"
	}
	return d
}

func problemText(p *feed.FileProblem) string {
	text := p.Text
	if p.Table != "" {
		text = p.Table + ": " + text
	}
	if p.Count > 0 {
		text = nayose.Count(p.Count, "record") + ": " + text
	}
	if len(p.Lines) > 0 {
		var lines []string
		for _, line := range p.Lines {
			lines = append(lines, fmt.Sprint(line))
		}
		if p.Count > int64(len(lines)) {
			lines = append(lines, "…")
		}
		text += " (line " + strings.Join(lines, ", ") + ")"
	}
	return nayose.OneLine(text)
}

// cutRows are rows of so many cells, each cut.
func cutRows(rows [][]string, width int) [][]string {
	var out [][]string
	for _, row := range rows {
		cells := make([]string, width)
		for i, cell := range row[:min(width, len(row))] {
			cells[i] = terminal.Cut(cell)
		}
		out = append(out, cells)
	}
	return out
}
