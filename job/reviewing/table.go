package main

import (
	"fmt"
	"io"
	"strings"
)

// A table may have a title and a line about it.
type table struct {
	title, about string
	head         []string
	rows         [][]string
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// write writes the table as Markdown: the first column to the left, the others to the right.
func (t *table) write(w io.Writer) error {
	var text strings.Builder
	line := func(cells []string) { fmt.Fprintf(&text, "| %s |\n", strings.Join(cells, " | ")) }
	for _, above := range []string{t.title, t.about} {
		if above != "" {
			fmt.Fprintf(&text, "%s\n\n", above)
		}
	}
	line(t.head)
	fmt.Fprintf(&text, "|---|%s\n", strings.Repeat("--:|", len(t.head)-1))
	for _, row := range t.rows {
		line(row)
	}
	_, err := io.WriteString(w, text.String()+"\n")
	return err
}
