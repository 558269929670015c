package registry

import (
	"errors"
	"strings"
	"time"

	"nayose"
)

// cells are those of a row.
type cells struct {
	at [maxColumns]string
	n  int // all that the row has, those included for which there is no room
}

var (
	errOpenQuote  = errors.New("a quote is left open")
	errStrayQuote = errors.New("a quote stands inside a cell")
)

// split takes a line apart. A cell that holds a doubled quote is a string of its own, the others are parts of the line.
func (c *cells) split(line string) error {
	for c.n = 0; ; {
		cell, rest, more, err := firstCell(line)
		if err != nil {
			return err
		}
		if c.n < len(c.at) {
			c.at[c.n] = cell
		}
		c.n++
		if !more {
			return nil
		}
		line = rest
	}
}

func firstCell(s string) (cell, rest string, more bool, err error) {
	if s != "" && s[0] == '"' {
		return quotedCell(s)
	}
	cell, rest, more = strings.Cut(s, ",")
	if strings.IndexByte(cell, '"') >= 0 {
		err = errStrayQuote
	}
	return cell, rest, more, err
}

func quotedCell(s string) (cell, rest string, more bool, err error) {
	doubled := false
	for i := 1; ; i++ { // s[:i] is read
		next := strings.IndexByte(s[i:], '"')
		if next < 0 {
			return "", "", false, errOpenQuote
		}
		i += next + 1
		switch {
		case i < len(s) && s[i] == '"':
			doubled = true
			continue
		case i < len(s) && s[i] != ',':
			return "", "", false, errStrayQuote
		case i < len(s):
			rest, more = s[i+1:], true
		}
		cell = s[1 : i-1]
		if doubled {
			cell = strings.ReplaceAll(cell, `""`, `"`)
		}
		return cell, rest, more, nil
	}
}

var monthDays = [...]int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// date is a day of the calendar; ok is false where there is no such.
func date(year, month, day int) (d nayose.Date, ok bool) {
	leap := year%4 == 0 && (year%100 != 0 || year%400 == 0)
	if month < 1 || month > 12 || day < 1 || day > monthDays[month-1] || month == 2 && day == 29 && !leap || year < 1800 || year > 2199 {
		return 0, false
	}
	return nayose.NewDate(year, time.Month(month), day), true
}
