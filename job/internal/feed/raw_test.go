package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"

	"nayose"
)

// bytesContent is a file in memory.
type bytesContent struct{ *bytes.Reader }

func (bytesContent) Close() error { return nil }

func contentOf(file string) Content { return bytesContent{bytes.NewReader([]byte(file))} }

// raw reads a file as WriteRaw writes it.
func raw(t *testing.T, file Content, m *Mapping) (records []rawRecord) {
	t.Helper()
	var out bytes.Buffer
	if err := WriteRaw(t.Context(), &out, file, m); err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(&out); ; {
		var r rawRecord
		if err := dec.Decode(&r); errors.Is(err, io.EOF) {
			return records
		} else if err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
}

// shop is a small table with the cells that CSV is hard for: delimiters, quotes, line ends, nothing.
var shop = [][]string{
	{"DATE", "ID", "Qty", "Price", "Name", "Description", "URL", "Comments"},
	{"28/01/2026", "MG-8769", "2", "$74.69", "Men's Boots", "Rugged, waterproof; yet light.", "https://shop.example/MG_8769.html", ""},
	{"29/01/2026", "RI-3895", "0", "$29.81", "Light-Up Jacket", "It won't let you down: run, bike or walk.", "https://shop.example/RI_3895.html", ""},
	{"30/01/2026", "RI-8070", "1", "$80.08", "Trail Shoes", "Great grip, warm and dry", "https://shop.example/RI_8070.html", "ok"},
	{"31/01/2026", "BH-9827", "2", "$78.07", "All-Weather Table, Round 48\"", "Made to stand the weather, year-round.", "https://shop.example/BH_9827.html", ""},
	{"13/02/2026", "CC-9259", "9", "$48.00", "Throw Pillow, Paddles", "A pop of fun for a bed,\na chair or a sofa.", "https://shop.example/CC_9259.html", ""},
	{"14/02/2026", "CC-1697", "1", "$34.22", "Suspenders", "Tough ones, without stretching", "https://shop.example/CC_1697.html", "a | b"},
	{"15/02/2026", "RI-6052", "2", "$89.34", "Cotton Towel", "All the softness, in 5\" of cotton.", "https://shop.example/RI_6052.html", ""},
	{"16/02/2026", "YY-3522", "2", "$19.34", "Cycling Jersey", "A semi-form-fitting, serious style", "https://shop.example/YY_3522.html", ""},
}

// style is how a table is written as CSV.
type style struct{ delimiter, quote, escape, lineEnd string }

var usualStyle = style{",", `"`, `"`, "\r\n"}

func (s style) row(cells []string) string {
	var out []string
	for _, cell := range cells {
		if strings.ContainsAny(cell, s.delimiter+s.quote+"\n,; ") {
			if s.escape != s.quote {
				cell = strings.ReplaceAll(cell, s.escape, s.escape+s.escape)
			}
			cell = s.quote + strings.ReplaceAll(cell, s.quote, s.escape+s.quote) + s.quote
		}
		out = append(out, cell)
	}
	return strings.Join(out, s.delimiter)
}

func (s style) table(rows [][]string) string {
	var out strings.Builder
	for _, row := range rows {
		out.WriteString(s.row(row) + s.lineEnd)
	}
	return out.String()
}

// withRow is the shop with a line in place of row i, which says what comes of it: one reject, or these cells.
func withRow(i int, line string, s style) string {
	return s.table(shop[:i]) + line + s.lineEnd + s.table(shop[i+1:])
}

func cells(rows [][]string) (out []string) {
	for _, row := range rows {
		out = append(out, strings.Join(row, "‖"))
	}
	return out
}

// but are the shop's rows with a reject in place of row i.
func but(i int) []string { return slices.Replace(cells(shop), i, i+1, "-") }

func TestRawPolluted(t *testing.T) {
	usual, plain := usualStyle.table(shop), cells(shop)
	with := func(s style) style {
		if s.delimiter == "" {
			s.delimiter = ","
		}
		if s.quote == "" {
			s.quote = `"`
		}
		if s.escape == "" {
			s.escape = s.quote
		}
		if s.lineEnd == "" {
			s.lineEnd = "\n"
		}
		return s
	}
	delimited := func(d string) string { return with(style{delimiter: d}).table(shop) }
	wide := func(e unicode.Endianness, bom unicode.BOMPolicy) string {
		s, err := unicode.UTF16(e, bom).NewEncoder().String(usual)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	header := func(name string) [][]string {
		rows := slices.Clone(shop)
		rows[0] = slices.Clone(shop[0])
		rows[0][2] = name
		return rows
	}
	broad := make([][]string, 4)
	for i := range broad {
		for n := range 17_000 {
			broad[i] = append(broad[i], fmt.Sprintf("c%d", n+i))
		}
	}
	preamble, other := "PREAMBLE", [][]string{{"a", "b"}, {"1", "2"}, {"3", "4"}}
	less := func(i, n int) string { return usualStyle.row(shop[i][:n]) }
	more := func(i, n int) string {
		return usualStyle.row(append(slices.Clone(shop[i]), slices.Repeat([]string{"x"}, n)...))
	}
	for name, test := range map[string]struct {
		file string
		want []string // the cells of the records, - for a reject
	}{
		"as it should be":                 {usual, plain},
		"0 bytes":                         {"", nil},
		"only line ends":                  {"\r\n\r\n", nil},
		"LF":                              {strings.ReplaceAll(usual, "\r\n", "\n"), plain},
		"CR":                              {strings.ReplaceAll(usual, "\r\n", "\r"), plain},
		"one LF among CRLF":               {strings.Replace(usual, "\r\n", "\n", 1), plain},
		"one CR among CRLF":               {usualStyle.table(shop[:3]) + usualStyle.row(shop[3]) + "\r" + usualStyle.table(shop[4:]), plain},
		"no line end at the end":          {strings.TrimSuffix(usual, "\r\n"), plain},
		"two line ends at the end":        {usual + "\r\n", plain},
		"semicolon":                       {delimited(";"), plain},
		"bar":                             {delimited("|"), plain},
		"tab":                             {delimited("\t"), plain},
		"space":                           {delimited(" "), plain},
		"colon":                           {delimited(":"), plain},
		"two tabs":                        {delimited("\t\t"), plain},
		"comma and space":                 {delimited(", "), plain},
		"two semicolons":                  {delimited(";;"), plain},
		"two bars":                        {delimited("||"), plain},
		`\t in letters`:                   {delimited(`\t`), plain},
		"quote '":                         {with(style{quote: "'"}).table(shop), plain},
		"escape \\":                       {with(style{escape: `\`}).table(shop), plain},
		"quote ' and semicolon":           {with(style{quote: "'", delimiter: ";"}).table(shop), plain},
		"escape \\ and tab":               {with(style{escape: `\`, delimiter: "\t"}).table(shop), plain},
		"BOM":                             {"\uFEFF" + usual, plain},
		"UTF-16, little end first":        {wide(unicode.LittleEndian, unicode.UseBOM), plain},
		"UTF-16, big end first":           {wide(unicode.BigEndian, unicode.UseBOM), plain},
		"UTF-16 without a mark":           {wide(unicode.LittleEndian, unicode.IgnoreBOM), plain},
		"no header":                       {usualStyle.table(shop[1:]), plain[1:]},
		"only the header":                 {usualStyle.table(shop[:1]), plain[:1]},
		"one row":                         {usualStyle.table(shop[:2]), plain[:2]},
		"one column":                      {"a\r\nb\r\nc\r\n", []string{"a", "b", "c"}},
		"the header twice":                {usualStyle.table(shop[:1]) + usual, append(plain[:1:1], plain...)},
		"the header three times":          {usualStyle.table(slices.Repeat(shop[:1], 2)) + usual, append(slices.Repeat(plain[:1], 2), plain...)},
		"an empty header":                 {usualStyle.table(header("")), cells(header(""))},
		"a header of signs":               {usualStyle.table(header("HEAD/%R")), cells(header("HEAD/%R"))},
		"a header that comes twice":       {usualStyle.table(header("ID")), cells(header("ID"))},
		"a header of 600 KB":              {usualStyle.table(header(strings.Repeat("HEADER", 100_000))), cells(header(strings.Repeat("HEADER", 100_000)))},
		"17,000 columns":                  {usualStyle.table(broad), cells(broad)},
		"preamble, delimited":             {strings.Repeat(preamble+",,,,,,,\r\n", 3) + usual, append(slices.Repeat([]string{preamble + "‖‖‖‖‖‖‖"}, 3), plain...)},
		"preamble, not delimited":         {strings.Repeat(preamble+"\r\n", 3) + usual, append([]string{"-", "-", "-"}, plain...)},
		"preamble, an empty row":          {preamble + "\r\n,,,,,,,\r\n" + usual, append([]string{"-", "‖‖‖‖‖‖‖"}, plain...)},
		"preamble, an empty line":         {preamble + "\r\n\r\n" + usual, append([]string{"-"}, plain...)},
		"footnote, delimited":             {usual + "FOOTNOTE,,,,,,,\r\n", append(plain[:len(plain):len(plain)], "FOOTNOTE‖‖‖‖‖‖‖")},
		"footnote, not delimited":         {usual + "FOOTNOTE\r\nFOOTNOTE", append(plain[:len(plain):len(plain)], "-", "-")},
		"another table":                   {usual + usualStyle.table(other), append(plain[:len(plain):len(plain)], "-", "-", "-")},
		"another table, a line between":   {usual + "\r\n" + usualStyle.table(other), append(plain[:len(plain):len(plain)], "-", "-", "-")},
		"an empty line":                   {withRow(3, "", usualStyle), slices.Delete(but(3), 3, 4)},
		"fewer cells in the first row":    {withRow(0, less(0, 5), usualStyle), but(0)},
		"fewer cells":                     {withRow(3, less(3, 5), usualStyle), but(3)},
		"fewer cells in the last row":     {withRow(8, less(8, 5), usualStyle), but(8)},
		"more cells in the first row":     {withRow(0, more(0, 7), usualStyle), but(0)},
		"more cells":                      {withRow(4, more(4, 7), usualStyle), but(4)},
		"more cells in the last row":      {withRow(8, more(8, 7), usualStyle), but(8)},
		"another delimiter in a row":      {withRow(3, strings.ReplaceAll(less(3, 5), ",", ";"), usualStyle), but(3)},
		"another delimiter in the header": {withRow(0, strings.ReplaceAll(less(0, 8), ",", ";"), usualStyle), but(0)},
		"another quote in a row":          {withRow(3, strings.ReplaceAll(less(3, 8), `"`, "'"), usualStyle), but(3)},
		"an escape in a row":              {withRow(4, strings.ReplaceAll(less(4, 8), `""`, `\"`), usualStyle), plain},
		"a delimiter too many":            {withRow(3, ","+less(3, 8), usualStyle), but(3)},
		"a delimiter too few":             {withRow(3, strings.Replace(less(3, 8), ",", "", 1), usualStyle), but(3)},
		"bytes of no encoding":            {withRow(3, "\xFF\xFF"+less(3, 8), usualStyle), but(3)},
		"bytes of none, of few rows":      {"a,b\r\n\xFF\xFF,2\r\n3,4\r\n", []string{"a‖b", "-", "3‖4"}},
		"a wider row of delimiters":       {"a,b,c\r\n,,,\r\n", []string{"a‖b‖c", "-"}},
		"a row of delimiters":             {withRow(3, ",,,,,,,", usualStyle), slices.Replace(cells(shop), 3, 4, "‖‖‖‖‖‖‖")},
		"too few delimiters in a row":     {withRow(3, ",,,", usualStyle), but(3)},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, r := range raw(t, contentOf(test.file), &Mapping{}) {
				if r.Reject != "" {
					r.Cells = []string{"-"}
				}
				for i := range r.Cells {
					r.Cells[i] = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(r.Cells[i])
				}
				got = append(got, strings.Join(r.Cells, "‖"))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%.2000s", diff)
			}
		})
	}
}

// TestRawExtraQuote puts a quote before each cell in turn: only that record may be lost.
func TestRawExtraQuote(t *testing.T) {
	for i := range shop {
		for n := range shop[i] {
			line := ""
			for k, cell := range shop[i] {
				if k > 0 {
					line += ","
				}
				if k == n {
					line += `"`
				}
				line += usualStyle.row([]string{cell})
			}
			lost := 0
			records := raw(t, contentOf(withRow(i, line, usualStyle)), &Mapping{})
			for j, row := range shop {
				sound := slices.ContainsFunc(records, func(r rawRecord) bool { return r.Reject == "" && slices.Equal(r.Cells, row) })
				if !sound && j != i {
					lost++
				}
			}
			if lost > 0 {
				t.Errorf("a quote before cell %d of row %d costs %d other records", n, i, lost)
			}
			for _, r := range records {
				if r.Reject == "" && !slices.ContainsFunc(shop, func(row []string) bool { return slices.Equal(row, r.Cells) }) {
					t.Errorf("a quote before cell %d of row %d makes the record %q", n, i, r.Cells)
				}
			}
		}
	}
}

func TestRawErrors(t *testing.T) {
	for name, test := range map[string]struct {
		file string
		m    Mapping
		kind nayose.Kind
	}{
		"a delimiter that cannot be": {"a,b\n", Mapping{Delimiter: "a"}, nayose.Usage},
		"an encoding that is not":    {"a,b\n", Mapping{Encoding: "latin-1"}, nayose.Usage},
		"another encoding":           {"名前,年齢\n", Mapping{Encoding: "cp932"}, nayose.Contract},
		"no text":                    {"%PDF-1.7\n", Mapping{}, nayose.Contract},
	} {
		err := WriteRaw(t.Context(), io.Discard, contentOf(test.file), &test.m)
		var fault *nayose.Error
		if !errors.As(err, &fault) || fault.Kind != test.kind {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// TestScan takes a file apart, header, damage and all, until it ends or the caller wants no more.
func TestScan(t *testing.T) {
	file := "\ufeffid,text\n1,\"a \"\"b\"\"\nc\"\n,\n2,x,y\n"
	var got []string
	collect := func(table string, rec *Record) error {
		what := fmt.Sprintf("%s%d:%d %q", table, rec.Line, rec.Offset, rec.Cells)
		if rec.Fault != nil {
			what = fmt.Sprintf("%d: %s", rec.Line, rec.Fault.Code)
		}
		got = append(got, what)
		return nil
	}
	content := memory{strings.NewReader(file)}
	if err := Scan(content, Format{Delimiter: ",", Width: 2}, collect); err != nil {
		t.Fatal(err)
	}
	want := []string{`1:3 ["id" "text"]`, `2:11 ["1" "a \"b\"\nc"]`, `4:25 ["" ""]`, "5: cell_count"}
	if !slices.Equal(got, want) {
		t.Errorf("Scan gives\n%q, want\n%q", got, want)
	}
	enough := errors.New("enough")
	if err := Scan(content, Format{}, func(string, *Record) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("Scan = %v, want the caller's error", err)
	}
}
