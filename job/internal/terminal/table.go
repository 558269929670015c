package terminal

import (
	"io"
	"os"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"

	"nayose"
)

// ids are the columns whose cells are names, also where they are of digits only.
var ids = map[string]bool{"partner": true, "company_id": true, "company": true, "posting": true, "mention": true}

// Table is rows, one at least and of equal length, as columns that line up on a terminal, Japanese included. Columns of numbers, below what
// the first row says, stand to the right; ids do not.
func Table(rows [][]string) string {
	var text strings.Builder
	widths, right := map[int]int{}, map[int]bool{}
	for i := range rows[0] {
		right[i] = !ids[rows[0][i]] && numbers(rows[min(1, len(rows)-1):], i)
		for _, row := range rows {
			widths[i] = max(widths[i], runewidth.StringWidth(row[i]))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-runewidth.StringWidth(cell))
			if right[i] {
				line.WriteString(pad + cell + "  ")
			} else {
				line.WriteString(cell + pad + "  ")
			}
		}
		text.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return text.String()
}

// numbers tells whether a column holds nothing but numbers, as they are or as 1.5 s or 3/16, or dashes where there is none.
func numbers(rows [][]string, column int) bool {
	for _, row := range rows {
		if row[column] == "" || strings.Trim(row[column], "0123456789.-/ s") != "" {
			return false
		}
	}
	return true
}

// Fold is a table of so many columns of the terminal at most, 0 for any: a wider one goes on below, each part behind its first few columns,
// the keys, which say whose the rows are.
func Fold(rows [][]string, keys, width int) string {
	whole := Table(rows)
	if width == 0 || keys >= len(rows[0]) || widthOf(whole) <= width {
		return whole
	}
	var parts []string
	for from := keys; from < len(rows[0]); {
		part, to := "", from
		for to < len(rows[0]) { // as many columns as fit, and one at least
			next := Table(columnsOf(rows, keys, from, to+1))
			if part != "" && widthOf(next) > width {
				break
			}
			part, to = next, to+1
		}
		parts, from = append(parts, part), to
	}
	return strings.Join(parts, "\n")
}

// columnsOf are the first columns of some rows, and those from one to before another.
func columnsOf(rows [][]string, keys, from, to int) [][]string {
	part := make([][]string, len(rows))
	for i, row := range rows {
		part[i] = slices.Concat(row[:keys], row[from:to])
	}
	return part
}

// widthOf is that of the longest line.
func widthOf(text string) (width int) {
	for line := range strings.Lines(text) {
		width = max(width, runewidth.StringWidth(strings.TrimSuffix(line, "\n")))
	}
	return width
}

// Width is how many columns a terminal has; 0 for what is none.
func Width(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// cellWidth is how wide a cut cell is at most, in columns of a terminal: 12 letters of Japanese.
const cellWidth = 24

// Cut is the beginning of a text, on one line, for a cell of a table that is not to be wide.
func Cut(cell string) string { return runewidth.Truncate(nayose.OneLine(cell), cellWidth, "…") }

// Indent is a table of so many columns of the terminal at most, as Fold has it, further to the right and below what it is of.
func Indent(rows [][]string, keys, width int) string {
	if width > 0 {
		width = max(width-2, 1)
	}
	text := "  " + strings.ReplaceAll(strings.TrimSuffix(Fold(rows, keys, width), "\n"), "\n", "\n  ") + "\n"
	return strings.ReplaceAll(text, "\n  \n", "\n\n")
}
