package record

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// TestJudge shows what of a file a wrong quote or a wrong number of cells costs.
func TestJudge(t *testing.T) {
	for _, test := range []splitTest{
		{"too few cells", "a\nb,c\n", 2, pieces{
			{0, 1, "a", nil, "cell count 1 instead of 2"}, {2, 2, "b,c", []string{"b", "c"}, ""},
		}},
		{"too many cells", "a,b,c,d\ne,f\n", 2, pieces{
			{0, 1, "a,b,c,d", nil, "cell count 4 instead of 2"}, {8, 2, "e,f", []string{"e", "f"}, ""},
		}},
		{"text after a closing quote", "\"a\"b,c\nd,e", 2, pieces{
			{0, 1, "\"a\"b,c", nil, "text follows the closing quote of cell 1"}, {7, 2, "d,e", []string{"d", "e"}, ""},
		}},
		{"a lost closing quote, and the next cell in quotes", "1,\"abc,x\n2,\"def\",y\n", 3, pieces{
			{0, 1, "1,\"abc,x", nil, "text follows the closing quote of cell 2"},
			{9, 2, "2,\"def\",y", []string{"2", "def", "y"}, ""},
		}},
		{"a lost closing quote, and no other quote", "1,\"abc\n2,def\n3,ghi", 2, pieces{
			{0, 1, "1,\"abc", nil, "the quote that opens cell 2 does not close"},
			{7, 2, "2,def", []string{"2", "def"}, ""},
			{13, 3, "3,ghi", []string{"3", "ghi"}, ""},
		}},
		{"a quote that swallowed records and closed well", "1,\"abc\n2,d\n3,e\",f,g\n4,h\n", 2, pieces{
			{0, 1, "1,\"abc", nil, "cell count 4 instead of 2"},
			{7, 2, "2,d", []string{"2", "d"}, ""},
			{11, 3, "3,e\",f,g", nil, "a quote stands inside of cell 2, which is not quoted"},
			{20, 4, "4,h", []string{"4", "h"}, ""},
		}},
		{"a record of many lines with a cell too many", "1,\"abc\nd,e\n\n\",d,e\n3,f,g\n", 3, pieces{
			{0, 1, "1,\"abc\nd,e\n\n\",d,e", nil, "cell count 4 instead of 3"},
			{18, 5, "3,f,g", []string{"3", "f", "g"}, ""},
		}},
		{"text behind a quote on a later line", "1,\"abc\nd\",\"e\"f\n3,f,g\n", 3, pieces{
			{0, 1, "1,\"abc\nd\",\"e\"f", nil, "text follows the closing quote of cell 3"},
			{15, 3, "3,f,g", []string{"3", "f", "g"}, ""},
		}},
		{"a quote that closes where a cell of the next record opens", "1,\"abc,d\n2,\",e\",f\n", 3, pieces{
			{0, 1, "1,\"abc,d", nil, "the quote that opens cell 2 closes in another record"},
			{9, 2, "2,\",e\",f", []string{"2", ",e", "f"}, ""},
		}},
		{"a cell that ends in a line end", "1,\"abc,\n\",d\n2,e,f\n", 3, pieces{
			{0, 1, "1,\"abc,\n\",d", []string{"1", "abc,\n", "d"}, ""},
			{12, 3, "2,e,f", []string{"2", "e", "f"}, ""},
		}},
		{"the last cell lost its opening quote", "1,abc\ndef\r\n\nghi\"\n2,d\n", 2, pieces{
			{0, 1, "1,abc\ndef\r\n\nghi\"", nil, "the text of cell 2 goes on behind the line, to a quote that nothing opened"},
			{17, 5, "2,d", []string{"2", "d"}, ""},
		}},
		{"a record before a damaged one is not its own", "1,abc\nd\n2,24\"\n", 2, pieces{
			{0, 1, "1,abc", []string{"1", "abc"}, ""},
			{6, 2, "d", nil, "cell count 1 instead of 2"},
			{8, 3, "2,24\"", nil, "a quote stands inside of cell 2, which is not quoted"},
		}},
		{"a blank row takes nothing along", "a,b\n, \nx\"\n", 2, pieces{
			{0, 1, "a,b", []string{"a", "b"}, ""},
			{7, 3, "x\"", nil, "a quote stands inside of cell 1, which is not quoted"},
		}},
	} {
		t.Run(test.name, test.run)
	}
}

// drawRecord draws a sound record whose cells hold what matters to a splitter, quoted where it must be and elsewhere by chance.
func drawRecord(t *rapid.T, i, width int, quoteAll bool) string {
	part := rapid.SampledFrom([]string{"a", "株式会社", "1,350円", ",", `"`, "\n", "\r\n", " ", ";", "x y"})
	cells := []string{quoteCell(fmt.Sprintf("id%d", i), ',', quoteAll)}
	for range width - 1 {
		content := strings.Join(rapid.SliceOfN(part, 0, 5).Draw(t, "cell"), "")
		if content != "" {
			content = rapid.SampledFrom([]string{"b", "株"}).Draw(t, "start") + content
		}
		cells = append(cells, quoteCell(content, ',', quoteAll || rapid.Bool().Draw(t, "quoted")))
	}
	return strings.Join(cells, ",")
}

// spoil damages a record at one byte.
func spoil(t *rapid.T, record string) string {
	at := rapid.IntRange(0, len(record)).Draw(t, "at")
	sign := rapid.SampledFrom([]string{`"`, ",", "\n", "\x00", `""`, `",`, `,"`}).Draw(t, "sign")
	switch kind := rapid.SampledFrom([]string{"insert", "delete", "replace", "lose a quote", "cut"}).Draw(t, "kind"); {
	case kind == "insert" || at == len(record):
		return record[:at] + sign + record[at:]
	case kind == "delete":
		return record[:at] + record[at+1:]
	case kind == "replace":
		return record[:at] + sign + record[at+1:]
	case kind == "cut":
		return record[:at]
	}
	quotes := slices.Collect(func(yield func(int) bool) {
		for i := range record {
			if record[i] == '"' && !yield(i) {
				return
			}
		}
	})
	if len(quotes) == 0 {
		return record + ","
	}
	i := rapid.SampledFrom(quotes).Draw(t, "quote")
	return record[:i] + record[i+1:]
}

// soundAlone are the records of width cells that a strict reader of CSV finds in a text; none where any of it is damaged.
func soundAlone(text string, width int) (sound [][]string) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if err != nil || strings.ContainsRune(text, 0) {
		return nil
	}
	for _, cells := range all {
		if len(cells) == width {
			sound = append(sound, cells)
		}
	}
	return sound
}

// damagedFile is a file of which one record was edited at any byte.
type damagedFile struct {
	width   int
	records []string
	victim  int
	others  map[string][]string // the cells of the other records, by their first
}

var drawDamaged = rapid.Custom(func(t *rapid.T) damagedFile {
	d := damagedFile{width: rapid.IntRange(4, 6).Draw(t, "width")}
	quoteAll := rapid.Bool().Draw(t, "quote all")
	for i := range rapid.IntRange(2, 6).Draw(t, "records") {
		d.records = append(d.records, drawRecord(t, i, d.width, quoteAll))
	}
	d.victim = rapid.IntRange(0, len(d.records)-1).Draw(t, "victim")
	d.others = parsed(d.records, d.width, func(i int) bool { return i != d.victim })
	d.records[d.victim] = spoil(t, d.records[d.victim])
	return d
})

// read tells which of the other records are not found exactly as they were, and what of the damaged one is taken for sound that it
// would not be by itself.
func (d *damagedFile) read(t *testing.T) (cost string, taken []string) {
	file := strings.Join(d.records, "\n") + "\n"
	got, err := split(strings.NewReader(file), ',', d.width)
	if err != nil {
		t.Fatal(err)
	}
	from := len(strings.Join(d.records[:d.victim], "\n"))
	to := from + len(d.records[d.victim])
	allowed := soundAlone(d.records[d.victim], d.width)
	found := map[string][]string{}
	for _, p := range got {
		switch {
		case p.Broken != "":
		case !strings.HasPrefix(p.Cells[0], "id"): // a line of a damaged record that happens to read; without an id it loads nowhere
		case int(p.Offset) < from || int(p.Offset) > to:
			found[p.Cells[0]] = p.Cells
		case !slices.ContainsFunc(allowed, func(cells []string) bool { return equalCells(cells, p.Cells) }):
			taken = p.Cells
		}
	}
	return cmp.Diff(d.others, found), taken
}

// TestDamage edits one record of a clean file at any byte, thousands of times: the others are found exactly as they were, and of the
// damaged one nothing that it would not be by itself. The few cases that two readings explain equally well are counted; they need
// cells that hold line ends and commas at their edges, as hardly a feed has.
func TestDamage(t *testing.T) {
	const files = 4000
	costs, wrong := 0, 0
	for seed := range files {
		d := drawDamaged.Example(seed)
		cost, taken := d.read(t)
		if cost != "" {
			costs++
			t.Logf("the record %q in %q cost others, -want +got:\n%s", d.records[d.victim], d.records, cost)
		}
		if taken != nil {
			wrong++
			t.Logf("of the record %q in %q was taken for sound %q", d.records[d.victim], d.records, taken)
		}
	}
	if t.Logf("of %d files, %d lost another record, %d took a damaged one for sound", files, costs, wrong); costs > files/2000 || wrong > files/100 {
		t.Errorf("of %d files, %d lost another record, %d took a damaged one for sound", files, costs, wrong)
	}
}

// equalCells compares cells without regard to CRLF, which encoding/csv makes LF.
func equalCells(a, b []string) bool {
	return slices.EqualFunc(a, b, func(x, y string) bool {
		return strings.ReplaceAll(x, "\r\n", "\n") == strings.ReplaceAll(y, "\r\n", "\n")
	})
}

// parsed are the cells of sound records by their first cell.
func parsed(records []string, width int, keep func(int) bool) map[string][]string {
	cells := map[string][]string{}
	for i, r := range records {
		if got, _ := split(strings.NewReader(r+"\n"), ',', width); keep(i) && len(got) == 1 {
			cells[got[0].Cells[0]] = got[0].Cells
		}
	}
	return cells
}

// TestCutAtEveryByte cuts a file at every byte: all records that were whole before the cut are found as they were, and at most the
// last one is another.
func TestCutAtEveryByte(t *testing.T) {
	file := "id,name,text\r\n1,\"a,b\",x\r\n2,株式会社,\"two\r\nlines \"\"quoted\"\"\"\r\n\r\n3,c,\"\"\n4,d,e\r5,f,g"
	whole, err := split(strings.NewReader(file), ',', 3)
	if err != nil || len(whole) != 6 {
		t.Fatalf("%d records (%v)", len(whole), err)
	}
	for cut := range len(file) {
		got, err := split(strings.NewReader(file[:cut]), ',', 3)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for n < len(whole) && int(whole[n].Offset)+len(whole[n].Raw) < cut {
			n++
		}
		if len(got) < n {
			t.Fatalf("cut at %d: %d records, not %d", cut, len(got), n)
		}
		if diff := cmp.Diff(whole[:n], got[:n], cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("cut at %d: -want +got:\n%s", cut, diff)
		}
		for _, p := range got[n:] {
			if !bytes.HasPrefix([]byte(file[p.Offset:]), []byte(p.Raw)) || p.Broken == "" && len(p.Cells) != 3 {
				t.Errorf("cut at %d: behind the whole records %+v", cut, p)
			}
		}
	}
}

// TestLooks shows that no file makes the splitter look at its bytes again and again: each line of these asks for another look at all
// that is behind it.
func TestLooks(t *testing.T) {
	const size = 1 << 20
	for _, test := range []struct {
		name, unit, end string
		most            int64 // looks at a byte, on average
	}{
		{"sound", "a,b,c\n", "", 3},
		{"sound lines, several each", "a,\"b\nb\",c\n", "", 5},
		{"quoted cells that nothing opens or closes", `株式会社","東京都千代田区","月給250,000円～320,000円` + "\n", "", 80},
		{"the same, as short as can be", "x\",\"y\n", "", 700},
		{"most lines sound, the others open a quote", "a,b,c\na,b,c\nx\",\"y\n", "x\"\n", 300},
		{"quotes that close where one may open", "a,\"\n\",b\n", "", 10},
		{"quotes that do not close", "a,\"b\n", "", 10},
		{"quotes that close on the next line", "a,b,\"c\n,\"\n", "", 10},
		{"doubled quotes", strings.Repeat(`""`, 1<<16) + "\n", "", 5},
		{"a cell that goes on", "a,b,c\n" + strings.Repeat("d\n", 40), "", 5},
	} {
		file := strings.Repeat(test.unit, size/len(test.unit)) + test.end
		s := newSplitter(strings.NewReader(file))
		s.dialect, s.width = newDialect(Format{Delimiter: ",", Quote: '"'}), 3
		for {
			if _, err := s.next(); err == io.EOF {
				break
			}
		}
		if looks := s.looked / int64(len(file)); looks > test.most {
			t.Errorf("%s: %d looks at a byte, more than %d", test.name, looks, test.most)
		} else {
			t.Logf("%s: %d looks at a byte", test.name, looks)
		}
	}
}
