package record

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

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
