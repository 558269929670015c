package registry

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"nayose"
)

// The columns of the layouts: those of the first, of 2015, and more than the last has that is known, of 30. Columns were only ever
// added at the end, and what is added there is passed over.
const minColumns, maxColumns = 23, 40

// The codes of the resource definition.
var (
	processes = []string{
		"01", // 新規
		"11", // 商号又は名称の変更
		"12", // 国内所在地の変更
		"13", // 国外所在地の変更
		"21", // 登記記録の閉鎖等
		"22", // 登記記録の復活等
		"71", // 吸収合併: the company has taken over another
		"72", // 吸収合併無効
		"81", // 商号の登記の抹消
		deleted,
	}
	kinds = []int16{
		101, // 国の機関
		201, // 地方公共団体
		301, // 株式会社
		302, // 有限会社
		303, // 合名会社
		304, // 合資会社
		305, // 合同会社
		399, // その他の設立登記法人
		401, // 外国会社等
		499, // その他
	}
	closeCauses = []string{
		"01", // 清算の結了等
		"11", // 合併による解散等
		"21", // 登記官による閉鎖
		"31", // その他の清算の結了等
	}
)

const deleted = "99" // 削除

// row reads a line of so many columns. The strings of a row are parts of one.
func (t *text) row(line []byte, columns int) (row nayose.Registration, err error) {
	decoded, err := t.decode(t.buffer[:0], line)
	if err != nil {
		return row, err
	}
	t.buffer = decoded[:0]
	if bytes.IndexByte(line, 0) >= 0 {
		return row, errors.New("a byte 0 stands in it")
	}
	if err := t.cells.split(string(decoded)); err != nil {
		return row, err
	}
	if t.cells.n != columns {
		return row, fmt.Errorf("it has %d columns, the file's rows have %d", t.cells.n, columns)
	}
	return registration(t.cells.at[:columns])
}

// registration is what the cells of a row say.
func registration(at []string) (nayose.Registration, error) {
	var c checks
	r := nayose.Registration{
		CompanyID:   c.number("corporate number", at[1]),
		Process:     c.code("process", at[2], processes),
		Correct:     c.flag("correct", at[3]),
		UpdatedOn:   c.day("update date", at[4]),
		ChangedOn:   c.day("change date", at[5]),
		Name:        at[6],
		Kind:        c.kind(at[8]),
		Prefecture:  at[9],
		City:        at[10],
		Street:      at[11],
		PostalCode:  c.postalCode(at[15]),
		Overseas:    at[16],
		ClosedOn:    c.day("close date", at[18]),
		SuccessorID: c.number("successor", at[20]),
		Cause:       at[21],
		AssignedOn:  c.day("assignment date", at[22]),
		Latest:      len(at) < 24 || c.flag("latest", at[23]),
	}
	if at[19] != "" {
		r.ClosedFor = c.code("close cause", at[19], closeCauses)
	}
	if len(at) > 24 {
		r.NameEnglish = at[24]
	}
	if len(at) > 28 {
		r.NameKana = at[28]
	}
	if len(at) > 29 {
		r.Unlisted = c.flag("hihyoji", at[29])
	}
	c.complete(&r)
	return r, c.err
}

// complete holds a row to what every row must have.
func (c *checks) complete(r *nayose.Registration) {
	switch {
	case r.CompanyID == "":
		c.fail("it has no corporate number")
	case r.UpdatedOn == 0:
		c.fail("it has no update date")
	case r.Name == "" && r.Process != deleted:
		c.fail("it has no name")
	case max(len(r.Name), len(r.Prefecture)+len(r.City)+len(r.Street), len(r.Overseas)) > nayose.MaxText:
		c.fail("its name or address is longer than %d bytes", nayose.MaxText)
	case r.ChangedOn == 0 && r.Process != deleted:
		c.fail("it has no change date")
	}
}

// checks keep the first fault of a row.
type checks struct{ err error }

func (c *checks) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

// number is a corporate number, or nothing.
func (c *checks) number(what, s string) string {
	switch {
	case s == "":
	case len(s) != 13 || !isDigits(s):
		c.fail("%s %q is not 13 digits", what, s)
	case s[0] != checkDigit(s[1:]):
		c.fail("%s %s has a wrong check digit", what, s)
	}
	return s
}

// checkDigit is that of twelve digits: 9 − (Σ PₙQₙ mod 9), where Pₙ is the n-th digit from the right and Qₙ is 1 for odd n and 2 for
// even n (法人番号の指定等に関する省令).
func checkDigit(twelve string) byte {
	sum := 0
	for i := 0; i < 12; i += 2 {
		sum += 2*int(twelve[i]-'0') + int(twelve[i+1]-'0')
	}
	return byte('9' - sum%9)
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func (c *checks) code(what, s string, known []string) string {
	if !slices.Contains(known, s) {
		c.fail("%s %q is none of %s", what, s, strings.Join(known, ", "))
	}
	return s
}

func (c *checks) flag(what, s string) bool {
	if s != "0" && s != "1" {
		c.fail("%s %q is neither 0 nor 1", what, s)
	}
	return s == "1"
}

func (c *checks) kind(s string) int16 {
	n, err := strconv.ParseInt(s, 10, 16)
	if err != nil || len(s) != 3 || !slices.Contains(kinds, int16(n)) {
		c.fail("kind %q is none of the registry's", s)
	}
	return int16(n)
}

func (c *checks) postalCode(s string) string {
	if s != "" && (len(s) != 7 || !isDigits(s)) {
		c.fail("postal code %q is not 7 digits", s)
	}
	return s
}

// day is a date such as 2026-03-31, or nothing.
func (c *checks) day(what, s string) nayose.Date {
	if s == "" {
		return 0
	}
	if len(s) != 10 || s[4] != '-' || s[7] != '-' || !isDigits(s[:4]) || !isDigits(s[5:7]) || !isDigits(s[8:]) {
		c.fail("%s %q is not a date such as 2026-03-31", what, s)
		return 0
	}
	two := func(i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }
	day, ok := date(two(0)*100+two(2), two(5), two(8))
	if !ok {
		c.fail("%s %s does not exist", what, s)
	}
	return day
}
