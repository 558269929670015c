package report

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
)

// Write writes the report of a week.
func Write(w io.Writer, week Week) error {
	text, err := json.MarshalIndent(week, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "<!doctype html>\n<meta charset=\"utf-8\">\n<title>%s</title>\n<pre>\n%s\n</pre>\n", week.Week, html.EscapeString(string(text)))
	return err
}
