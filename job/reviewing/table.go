package main

import (
	"fmt"
	"io"
	"strings"

	"nayose/job/internal/program"
)

// A table may have a title and a line about it.
type table struct {
	title, about string
	head         []string
	rows         [][]string
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// write writes the table as Markdown.
func (t *table) write(w io.Writer) error {
	var text strings.Builder
	for _, above := range []string{t.title, t.about} {
		if above != "" {
			fmt.Fprintf(&text, "%s\n\n", above)
		}
	}
	_, err := io.WriteString(w, text.String()+program.Markdown(t.head, t.rows)+"\n")
	return err
}
