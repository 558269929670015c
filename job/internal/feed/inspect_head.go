package feed

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"nayose/job/internal/feed/internal/cell"
	"nayose/job/internal/record"
)

// head is the start of a table: where its header is, and some records below it.
//
//	求人一覧 2026年11月16日      ← above
//	管理番号,会社名,給与        ← the header: the first record that fills half of the usual number of cells
//	A-1,株式会社サンプル,…
type head struct {
	header []string // nil where there is none
	line   int64
	above  int        // records with content above it
	rows   [][]string // below it
	usual  int        // how many cells most records have
}

// What is read of a table to know its header: enough for suggestMapping, and bounded where records are long.
const (
	headRecords = 300
	headBytes   = 1 << 20
)

func newHead(t *record.Table) (*head, error) {
	var rows [][]string
	var lines []int64
	for bytes := 0; len(rows) < headRecords && bytes < headBytes; {
		rec, err := t.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if rec.Blank {
			continue
		}
		bytes += len(rec.Raw)
		rows, lines = append(rows, slices.Clone(rec.Cells)), append(lines, rec.Line) // nil where it is damaged
	}
	h := &head{usual: usualWidth(rows)}
	at := slices.IndexFunc(rows, h.mayBeHeader)
	if at < 0 {
		return h, nil
	}
	if guesser.IsHeader(rows[at]) {
		h.line, h.above = lines[at], at
		for _, text := range rows[at] {
			h.header = append(h.header, cell.Trim(text))
		}
		at++
	} else {
		at = 0
	}
	for _, row := range rows[at:] {
		if row != nil && (h.header == nil || len(row) == len(h.header)) {
			h.rows = append(h.rows, row)
		}
	}
	return h, nil
}

// usualWidth is the number of cells that most rows have, of equals the larger.
func usualWidth(rows [][]string) (width int) {
	counts := map[int]int{}
	for _, row := range rows {
		n := len(row)
		counts[n]++
		if n > 0 && (counts[n] > counts[width] || counts[n] == counts[width] && n > width) {
			width = n
		}
	}
	return width
}

// mayBeHeader tells whether a row is no title: half of the usual cells have content.
func (h *head) mayBeHeader(row []string) bool {
	filled := 0
	for _, text := range row {
		if cell.Trim(text) != "" {
			filled++
		}
	}
	return row != nil && filled > 0 && (2*filled >= h.usual && 2*len(row) > h.usual || h.usual <= 1)
}

// names are the headers, or where there are none what the columns are called for lack of them.
func (h *head) names() []string {
	if h.header != nil {
		return h.header
	}
	var names []string
	for i := range h.usual {
		names = append(names, fmt.Sprintf("column %d", i+1))
	}
	return names
}

// problems are those of the header.
func (h *head) problems(add func(code, text string, lines ...int64)) {
	switch {
	case h.usual == 0:
		add("empty", "it has no line with content: a delivery like this is held")
		return
	case h.header == nil:
		add("no_header", "there is no header: columns are found by their headers, so ask the partner for one")
		return
	}
	if h.above > 0 {
		add("title", fmt.Sprintf("above the header stand other records (%d), such as a title: the mapping skips them (skip_rows)", h.above), h.line)
	}
	if len(h.header) != h.usual {
		add("header_width", fmt.Sprintf("the header has %d cells and most records %d: these are rejected", len(h.header), h.usual), h.line)
	}
	empty := 0
	for _, name := range h.header {
		if cell.Fold(name) == "" {
			empty++
		}
	}
	if twice := h.twice(); twice != nil {
		add("header_twice", "headers that come twice, which a mapping cannot tell apart: "+strings.Join(twice, ", "), h.line)
	}
	if empty > 0 {
		add("header_empty", fmt.Sprintf("%d columns have no header: no mapping can name them", empty), h.line)
	}
}

// twice are the headers that stand there again, however that is written.
func (h *head) twice() (names []string) {
	seen := map[string]int{}
	for _, name := range h.header {
		folded := cell.Fold(name)
		if seen[folded]++; seen[folded] == 2 && folded != "" {
			names = append(names, name)
		}
	}
	return names
}
