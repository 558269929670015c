package suggest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// joinAddress makes the address of its pieces where the file has it in several columns.
func (s *sample) joinAddress(r *Result) {
	pieces, whole := s.pieces()
	if whole {
		return
	}
	for i, word := range s.words {
		if slices.Contains(pieceWords, word) && !slices.Contains(pieces, i) && (s.guesses[i].Column == "" || s.guesses[i].Confidence == "maybe") {
			pieces = append(pieces, i)
		}
	}
	if len(pieces) < 2 {
		return
	}
	r.Columns[address] = nil
	for _, i := range pieces {
		r.Columns[address] = append(r.Columns[address], s.header[i])
		if guess := &s.guesses[i]; guess.Column == "" {
			guess.Column, guess.Confidence, guess.Reason = address, "likely", "a piece of the address"
		}
	}
}

// pieces are the columns of prefecture, city and address, as far as each says what the others do not. whole tells that the address
// needs none of them.
func (s *sample) pieces() (pieces []int, whole bool) {
	for _, c := range []string{prefecture, city, address} {
		if i, ok := s.at[c]; ok {
			pieces = append(pieces, i)
		}
	}
	i, ok := s.at[address]
	if !ok {
		return pieces, false
	}
	hasPrefecture := func(text string) bool { prefecture, _ := s.Place(text); return prefecture != "" }
	if _, apart := s.at[prefecture]; !apart || s.share(i, hasPrefecture) >= 0.5 {
		return pieces, true
	}
	hasCity := func(text string) bool { _, city := s.Place(text); return city != "" }
	if at, apart := s.at[city]; apart && s.share(i, hasCity) >= 0.5 {
		pieces = slices.DeleteFunc(pieces, func(i int) bool { return i == at })
	}
	return pieces, false
}

// setScale says what amounts count where the headers say it, or the amounts are too small for yen.
func (s *sample) setScale(r *Result) {
	for _, c := range []string{salaryMin, salaryMax} {
		i, ok := s.at[c]
		if !ok {
			continue
		}
		scale := ""
		switch {
		case strings.Contains(s.words[i], "万"):
			scale = "万円"
		case strings.Contains(s.words[i], "千円"):
			scale = "千円"
		case s.share(i, s.TooSmall) > 0.5:
			scale = "万円"
			r.note("the amounts of %s are too small for yen", s.header[i])
		}
		if scale == "" {
			continue
		}
		if r.Scale == nil {
			r.Scale = map[string]string{}
		}
		r.Scale[c] = scale
	}
}

// setUnit says what amounts are counted by where only a header does.
func (s *sample) setUnit(r *Result) {
	if _, ok := s.at[salaryUnit]; ok {
		return
	}
	for _, c := range []string{salaryMin, salaryText} {
		i, ok := s.at[c]
		if !ok || s.share(i, func(text string) bool { return s.UnitOfPay(text) != "" }) > 0 {
			continue
		}
		if unit := s.UnitOfHeader(s.header[i]); unit != "" {
			r.Constants = map[string]string{salaryUnit: unit}
			return
		}
	}
}

// serial is the format of Excel's day numbers.
const serial = "serial"

// dateFormats are tried where the formats that need not be named do not read: what is usual in Japan first, and with leading zeros before
// without.
var dateFormats = []string{
	"06/01/02", "06-01-02", "06.01.02", "060102", "06/1/2", "02/01/2006", "01/02/2006", "2/1/2006", "1/2/2006", "2-Jan-06", "Jan 2, 2006", serial,
}

// isDate tells whether a cell is a date, and in a format that must be named, one of our time.
func (g *Guesser) isDate(text string) bool {
	return g.readsUnnamed(text) || slices.ContainsFunc(dateFormats, func(format string) bool {
		day, ok := g.Date(text, format)
		return ok && day.Time().After(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)) && day.Time().Before(time.Date(2060, 1, 1, 0, 0, 0, 0, time.UTC))
	})
}

// readsUnnamed tells whether a cell is a date whose format need not be named.
func (g *Guesser) readsUnnamed(text string) bool { _, ok := g.Date(text, ""); return ok }

// setDates finds formats that the cells of date columns need: the first that reads all of a column.
func (s *sample) setDates(r *Result) {
	for _, c := range []string{postedOn, closesOn} {
		i, ok := s.at[c]
		if !ok || s.share(i, s.readsUnnamed) > 0.5 {
			continue
		}
		at := slices.IndexFunc(dateFormats, func(format string) bool {
			return s.share(i, func(text string) bool { _, ok := s.Date(text, format); return ok }) > 0.99
		})
		if at < 0 {
			r.Notes = append(r.Notes, fmt.Sprintf("%s holds dates in more than one form, or in one that needs date_formats: postings whose date does not read are rejected", s.header[i]))
		}
		if at >= 0 && !slices.Contains(r.DateFormats, dateFormats[at]) {
			r.DateFormats = append(r.DateFormats, dateFormats[at])
			r.Notes = append(r.Notes, dateNote(s.header[i], dateFormats[at]))
		}
	}
}

func dateNote(header, format string) string {
	if format == serial {
		return header + " has the day numbers of Excel"
	}
	month, day := "01", "02"
	if !strings.Contains(format, month) {
		month, day = "1", "2"
	}
	return fmt.Sprintf("check date_formats: %s is read as %s, in which 06 is the year, %s the month and %s the day", header, format, month, day)
}
