package workbook

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// numberFormat is how a cell shows its number. A format has sections, for positive and negative numbers, zero and text, or for
// what a condition says; each is a row of digits, to be filled from the right, among literal characters.
//
//	#,##0"円"                                  1350 is 1,350円
//	0000000                                   12345 is 0012345
//	[<=999]000;[<=9999]000\-00;000\-0000      1000001 is 100-0001
//	[$-411]ggge"年"m"月"d"日"                 46299 is a date
type numberFormat struct {
	sections []formatSection
	date     bool // years, months or days stand in it
	clock    bool // hours, minutes or seconds
	elapsed  bool // hours beyond 24
}

type formatSection struct {
	operator string // of the condition: <, <=, >, >=, =, <> or none
	bound    float64
	tokens   []formatToken
	plain    bool // the number as such: General, scientific, a fraction
	month    bool
}

// formatToken is a digit's place (0, #, ?), a comma, a point or a percent sign, or else literal text.
type formatToken struct {
	place byte
	text  string
}

func (t formatToken) isDigit() bool { return t.place == '0' || t.place == '#' || t.place == '?' }

// builtinFormat is the code of a format that files name by number only: what Japanese Excel has there, without a currency.
func builtinFormat(id int) string {
	switch {
	case id == 1:
		return "0"
	case id == 2:
		return "0.00"
	case id == 3, id == 5, id == 6, id == 37, id == 38, id == 41, id == 42:
		return "#,##0"
	case id == 4, id == 7, id == 8, id == 39, id == 40, id == 43, id == 44:
		return "#,##0.00"
	case id == 9:
		return "0%"
	case id == 10:
		return "0.00%"
	case id >= 18 && id <= 21, id == 32, id == 33, id == 45, id == 47:
		return "h:mm"
	case id == 46:
		return "[h]:mm"
	case id >= 14 && id <= 22, id >= 27 && id <= 36, id >= 50 && id <= 58:
		return "yyyy-mm-dd"
	}
	return "General"
}

// parseFormat takes a format's code apart.
func parseFormat(code string) numberFormat {
	var f numberFormat
	f.sections = []formatSection{{}}
	for code != "" {
		s := &f.sections[len(f.sections)-1]
		if rest, ok := cutWord(code); ok {
			s.plain = true // of times, none of which is
			code = rest
			continue
		}
		r, n := utf8.DecodeRuneInString(code)
		word := code[:n]
		code = code[n:]
		switch r {
		case ';':
			f.sections = append(f.sections, formatSection{})
		case '"':
			word, code, _ = strings.Cut(code, `"`)
			s.literal(word)
		case '[':
			word, code, _ = strings.Cut(code, "]")
			f.elapsed = s.bracket(word) || f.elapsed
		case '\\', '_', '*': // a literal; a space as wide as it; one that fills the cell
			_, n := utf8.DecodeRuneInString(code)
			if r == '\\' {
				s.literal(code[:n])
			}
			code = code[n:]
		case '0', '#', '?', ',', '.', '%':
			s.tokens = append(s.tokens, formatToken{place: byte(r)})
		case 'y', 'Y', 'd', 'D', 'g', 'G', 'a', 'A', 'b', 'B', 'r', 'R':
			f.date = true
		case 'e', 'E':
			scientific := strings.HasPrefix(code, "+") || strings.HasPrefix(code, "-")
			s.plain = s.plain || scientific
			f.date = f.date || !scientific
		case 'm', 'M':
			s.month = true
		case 'h', 'H', 's', 'S':
			f.clock = true
		case '/', '@':
			s.plain = true // unless this is a date
		default:
			s.literal(word)
		}
	}
	isMonth := func(s formatSection) bool { return s.month }
	f.date = f.date || !f.clock && !f.elapsed && slices.ContainsFunc(f.sections, isMonth)
	return f
}

// cutWord passes the words that are no letters of a date: General, by which a number is shown as it is, and AM/PM.
func cutWord(code string) (rest string, ok bool) {
	for _, word := range []string{"General", "G/標準", "AM/PM", "A/P"} {
		if len(code) >= len(word) && strings.EqualFold(code[:len(word)], word) {
			return code[len(word):], true
		}
	}
	return code, false
}

func (s *formatSection) literal(text string) { s.tokens = append(s.tokens, formatToken{text: text}) }

// bracket reads what stands in brackets: a condition, a currency, or hours that go on beyond 24. Colours and languages are passed
// over.
func (s *formatSection) bracket(word string) (elapsed bool) {
	operator := word[:len(word)-len(strings.TrimLeft(word, "<>="))]
	if currency, ok := strings.CutPrefix(word, "$"); ok {
		currency, _, _ = strings.Cut(currency, "-")
		s.literal(currency)
	} else if bound, err := strconv.ParseFloat(word[len(operator):], 64); operator != "" && err == nil {
		s.operator, s.bound = operator, bound
	}
	return word != "" && strings.Trim(word, "hHmMsS") == ""
}

// maxNumber is how many bytes a number may have to be shown in its format. Excel writes 17 digits.
const maxNumber = 400

// show writes the number that stands in a cell as value.
func (f *numberFormat) show(value string, date1904 bool) string {
	number, err := strconv.ParseFloat(value, 64)
	switch {
	case err != nil || math.IsInf(number, 0) || math.IsNaN(number):
		return value
	case f.date || f.clock || f.elapsed:
		return f.showTime(number, value, date1904)
	}
	s, dedicated := f.section(number)
	if s == nil || s.plain {
		return plainNumber(value)
	}
	exact := new(big.Rat)
	if number != 0 { // as 1e-1000000 is, whose digits would take minutes
		if len(value) > maxNumber {
			return value
		}
		if _, ok := exact.SetString(value); !ok {
			return value
		}
	}
	text := s.fill(exact.Abs(exact))
	if text == "" && number != 0 {
		return plainNumber(value) // a format that hides it (;;;) would lose it
	}
	if number < 0 && !dedicated && strings.ContainsAny(text, "123456789") {
		return "-" + text
	}
	return text
}

// section is the section by which a number is shown, and whether it is one for negative numbers, which has their sign in it.
func (f *numberFormat) section(number float64) (s *formatSection, dedicated bool) {
	sections := f.sections
	if slices.ContainsFunc(sections, func(s formatSection) bool { return s.operator != "" }) {
		for i := range sections {
			if s := &sections[i]; s.holds(number) {
				return s, s.operator != "" && s.operator[0] == '<' && s.bound <= 0
			}
		}
		return nil, false
	}
	switch {
	case number < 0 && len(sections) > 1:
		return &sections[1], true
	case number == 0 && len(sections) > 2:
		return &sections[2], false
	}
	return &sections[0], false
}

// holds tells whether the section's condition does; one without is for all the rest.
func (s *formatSection) holds(number float64) bool {
	switch s.operator {
	case "<":
		return number < s.bound
	case "<=":
		return number <= s.bound
	case ">":
		return number > s.bound
	case ">=":
		return number >= s.bound
	case "=":
		return number == s.bound
	case "<>":
		return number != s.bound
	}
	return true
}

// fill writes a number that is not negative into the places of the section.
func (s *formatSection) fill(number *big.Rat) string {
	point := slices.IndexFunc(s.tokens, func(t formatToken) bool { return t.place == '.' })
	if point < 0 {
		point = len(s.tokens)
	}
	whole, fraction := s.tokens[:point], s.tokens[point:]
	grouped, decimals := false, 0
	for _, t := range fraction {
		if t.isDigit() {
			decimals++
		}
	}
	for i, t := range s.tokens {
		end := len(s.tokens)
		if i < point {
			end = point
		}
		switch moreDigits := slices.ContainsFunc(s.tokens[i:end], formatToken.isDigit); {
		case t.place == '%':
			number.Mul(number, big.NewRat(100, 1))
		case t.place == ',' && moreDigits:
			grouped = true
		case t.place == ',':
			number.Quo(number, big.NewRat(1000, 1)) // 0, shows thousands
		}
	}
	digits, decimal, _ := strings.Cut(number.FloatString(decimals), ".")
	return fillWhole(whole, strings.TrimLeft(digits, "0"), grouped, decimals > 0) + fillFraction(fraction, decimal)
}

// fillWhole fills the places before the point from the right; what is left goes before the first.
func fillWhole(tokens []formatToken, digits string, grouped, pointed bool) string {
	var out []string // from the right
	placed := 0
	put := func(digit string) {
		if grouped && placed > 0 && placed%3 == 0 {
			out = append(out, ",")
		}
		out = append(out, digit)
		placed++
	}
	take := func(least int) {
		for len(digits) > least {
			put(digits[len(digits)-1:])
			digits = digits[:len(digits)-1]
		}
	}
	first := slices.IndexFunc(tokens, formatToken.isDigit)
	if first < 0 && pointed { // .00
		take(0)
	}
	for i, t := range slices.Backward(tokens) {
		switch {
		case !t.isDigit():
			out = append(out, t.literal())
		case i == first && digits != "":
			take(0)
		case digits != "":
			take(len(digits) - 1)
		case t.place == '0':
			put("0")
		}
	}
	slices.Reverse(out)
	return strings.Join(out, "")
}

// fillFraction fills the places from the point on; zeros at the end stand only where the format has a 0.
func fillFraction(tokens []formatToken, decimals string) string {
	for _, t := range slices.Backward(tokens) {
		if t.place == '0' || t.isDigit() && !strings.HasSuffix(decimals, "0") {
			break
		}
		if t.isDigit() {
			decimals = decimals[:len(decimals)-1]
		}
	}
	var out strings.Builder
	for _, t := range tokens {
		switch {
		case t.place == '.' && decimals != "":
			out.WriteByte('.')
		case t.isDigit() && decimals != "":
			out.WriteByte(decimals[0])
			decimals = decimals[1:]
		case !t.isDigit() && t.place != '.':
			out.WriteString(t.literal())
		}
	}
	return out.String()
}

// literal is what a token shows that is no place of a digit.
func (t formatToken) literal() string {
	if t.place == '%' {
		return "%"
	}
	return t.text
}

// plainNumber writes a number in full: integers as they stand in the file, others with the 15 digits that Excel knows.
func plainNumber(value string) string {
	if strings.Trim(value, "0123456789") == "" || value[0] == '-' && strings.Trim(value[1:], "0123456789") == "" {
		return value
	}
	number, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsInf(number, 0) || math.IsNaN(number) {
		return value
	}
	number, _ = strconv.ParseFloat(strconv.FormatFloat(number, 'g', 15, 64), 64)
	return strconv.FormatFloat(number, 'f', -1, 64)
}

const (
	secondsADay = 24 * 60 * 60
	lastDay     = 2_958_465 // 9999-12-31
)

// showTime writes days since the start of the century, or since 1904, as a date, with the time of day if there is one; a time
// of day alone as 9:30, hours that go on beyond 24 as 36:00.
func (f *numberFormat) showTime(number float64, value string, date1904 bool) string {
	if number < 0 || number >= lastDay+1 {
		return plainNumber(value)
	}
	seconds := int(math.Round(number * secondsADay))
	if f.elapsed && !f.date {
		return clockTime(seconds)
	}
	days := seconds / secondsADay
	seconds %= secondsADay
	switch {
	case days == 0 && !f.date:
		return clockTime(seconds)
	case seconds > 0:
		return fmt.Sprintf("%s %02d:%02d:%02d", dayOf(days, date1904), seconds/3600, seconds/60%60, seconds%60)
	}
	return dayOf(days, date1904)
}

// clockTime writes 9:30, or 9:30:05 where there are seconds.
func clockTime(seconds int) string {
	text := fmt.Sprintf("%d:%02d", seconds/3600, seconds/60%60)
	if seconds%60 > 0 {
		text += fmt.Sprintf(":%02d", seconds%60)
	}
	return text
}

// dayOf is a date by its number. Excel has a day 0 of January 1900, which people see where a formula found nothing, and believes that
// 1900 was a leap year.
func dayOf(days int, date1904 bool) string {
	start := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		start = time.Date(1904, time.January, 1, 0, 0, 0, 0, time.UTC)
	case days == 0:
		return "1900-01-00"
	case days == 60:
		return "1900-02-29"
	case days < 60:
		days++
	}
	return start.AddDate(0, 0, days).Format(time.DateOnly)
}
