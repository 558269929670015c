package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// seen is a record as tests compare it.
type seen struct {
	Offset, Line int64
	Raw          string
	Cells        []string
	Broken       string
}

// buffer is what all splits of small files share: to make one takes longer than to read the file.
var buffer = newSplitter(nil).buf

// split reads all records of a file; the error is what ended it other than io.EOF.
func split(src io.Reader, comma byte, width int) (pieces []seen, err error) {
	s := &splitter{src: src, line: 1, buf: buffer}
	s.dialect, s.width = newDialect(Format{Delimiter: string(comma), Quote: '"'}), width
	for {
		rec, err := s.next()
		if err == io.EOF {
			return pieces, nil
		}
		if err != nil {
			return pieces, err
		}
		p := seen{Offset: rec.offset, Line: rec.line, Raw: string(rec.raw)}
		if rec.blank {
			continue
		}
		if rec.fault != nil {
			p.Broken = rec.fault.Reason
		} else {
			for _, c := range rec.cells {
				p.Cells = append(p.Cells, string(c))
			}
		}
		pieces = append(pieces, p)
	}
}

// splitTest is a file and what the splitter is to see in it.
type splitTest struct {
	name, file string
	width      int
	want       pieces
}

type pieces = []seen

func (test splitTest) run(t *testing.T) {
	got, err := split(strings.NewReader(test.file), ',', test.width)
	if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
		t.Errorf("split(%q): error %v, -want +got:\n%s", test.file, err, diff)
	}
}

func TestSplitter(t *testing.T) {
	for _, test := range []splitTest{
		{"plain", "a,b\nc,d\n", 2, pieces{{0, 1, "a,b", []string{"a", "b"}, ""}, {4, 2, "c,d", []string{"c", "d"}, ""}}},
		{"last line without end", "a,b", 2, pieces{{0, 1, "a,b", []string{"a", "b"}, ""}}},
		{"all line ends", "a\r\nb\rc\nd", 1, pieces{
			{0, 1, "a", []string{"a"}, ""},
			{3, 2, "b", []string{"b"}, ""},
			{5, 3, "c", []string{"c"}, ""},
			{7, 4, "d", []string{"d"}, ""},
		}},
		{"blank lines, rows and Ctrl-Z", "\n\r\n, \na,b\n\"\",\n\x1a", 2, pieces{{6, 4, "a,b", []string{"a", "b"}, ""}}},
		{"Ctrl-Z in the middle", "\x1a\na", 1, pieces{{0, 1, "\x1a", []string{"\x1a"}, ""}, {2, 2, "a", []string{"a"}, ""}}},
		{"line ends in quotes are kept", "\"a\r\nb\rc\nd\",e\nf,g", 2, pieces{
			{0, 1, "\"a\r\nb\rc\nd\",e", []string{"a\r\nb\rc\nd", "e"}, ""}, {13, 5, "f,g", []string{"f", "g"}, ""},
		}},
		{"doubled quotes", `"a ""b""",""""` + "\n", 2, pieces{{0, 1, `"a ""b""",""""`, []string{`a "b"`, `"`}, ""}}},
		{"a quote inside an unquoted cell", "24\" wide, \"x\"\na,b", 2, pieces{
			{0, 1, "24\" wide, \"x\"", nil, "a quote stands inside of cell 1, which is not quoted"}, {14, 2, "a,b", []string{"a", "b"}, ""},
		}},
		{"NUL", "a\x00,b\nc,d", 2, pieces{
			{0, 1, "a\x00,b", nil, "byte 1 of the record is NUL"}, {5, 2, "c,d", []string{"c", "d"}, ""},
		}},
		{"half a CP932 character eats no quote", "\"\x81\",b\n", 2, pieces{{0, 1, "\"\x81\",b", []string{"\x81", "b"}, ""}}},
		{"empty", "", 2, nil},
	} {
		t.Run(test.name, test.run)
	}
}

// TestSplitterBlank shows that what is no record is accounted for to the byte.
func TestSplitterBlank(t *testing.T) {
	file := "\n\r\n \t\na,b\r\n  \n\x1a"
	s := newSplitter(strings.NewReader(file))
	s.dialect, s.width = newDialect(Format{Delimiter: ",", Quote: '"'}), 2
	for {
		if _, err := s.next(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if want := int64(len(file) - len("a,b")); s.blank != want || s.lost != 0 {
		t.Errorf("%d bytes are blank and %d lost, want %d and 0", s.blank, s.lost, want)
	}
}

// TestSplitterLimit shows that what is too long is given up by its size alone, and that reading goes on behind it.
func TestSplitterLimit(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n-2) + ",y" }
	open := "a,\"" + strings.Repeat("b\n", maxRecord)
	for _, test := range []struct {
		name, file string
		sound      int // records
		broken     string
	}{
		{"as long as may be", long(maxRecord) + "\nc,d\n", 2, ""},
		{"as long as may be, the last", "c,d\n" + long(maxRecord), 2, ""},
		{"a byte too long", long(maxRecord+1) + "\nc,d\n", 1, "the record does not end within 1048576 bytes"},
		{"a byte too long, the last", "c,d\n" + long(maxRecord+1), 1, "the record does not end within 1048576 bytes"},
		{"several times too long", "c,d\n" + long(5*maxRecord) + "\r\nc,d\r\n", 2, "the record does not end within 1048576 bytes"},
		{"a quote far open", open + "c,d\n", 1, "the quote that opens cell 2 does not close within 1048576 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := split(strings.NewReader(test.file), ',', 2)
			if err != nil {
				t.Fatal(err)
			}
			sound, broken := 0, ""
			for _, p := range got {
				if p.Broken == "" {
					sound++
				} else if broken == "" {
					broken = p.Broken
				}
			}
			if sound != test.sound || broken != test.broken {
				t.Errorf("%d sound records, first broken one %q; want %d and %q", sound, broken, test.sound, test.broken)
			}
		})
	}
}

// TestSplitterRefills shows that records are whole wherever the buffer happens to end.
func TestSplitterRefills(t *testing.T) {
	var file strings.Builder
	var want pieces
	for line := int64(1); file.Len() < 4*maxRecord; line += 2 {
		text := strings.Repeat("x", 1+int(line)%997) + "\n" + strings.Repeat("y", 3000)
		raw := `"` + text + `",z`
		want = append(want, seen{int64(file.Len()), line, raw, []string{text, "z"}, ""})
		file.WriteString(raw + "\n")
	}
	got, err := split(strings.NewReader(file.String()), ',', 2)
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d records and error %v, want %d", len(got), err, len(want))
	}
	for i := range want {
		if diff := cmp.Diff(want[i], got[i]); diff != "" {
			t.Fatalf("record %d, -want +got:\n%s", i, diff)
		}
	}
}

func TestSplitterMemory(t *testing.T) {
	s := newSplitter(io.MultiReader(strings.NewReader(`a,"`), io.LimitReader(zeros{}, 64*maxRecord)))
	s.dialect = newDialect(Format{Delimiter: ",", Quote: '"'})
	for {
		if _, err := s.next(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if limit := 3 * maxRecord; cap(s.buf) > limit {
		t.Errorf("the buffer grew to %d bytes, more than %d", cap(s.buf), limit)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// TestSplitterSource shows that a source that fails costs no whole record before the failure, gives no half one, and is
// never taken for the end of the file.
func TestSplitterSource(t *testing.T) {
	file := "a,b\nc,\"d\n"
	for _, failure := range []error{errors.New("reset"), io.ErrUnexpectedEOF, fmt.Errorf("get: %w", io.EOF)} {
		got, err := split(io.MultiReader(strings.NewReader(file), iotest.ErrReader(failure)), ',', 2)
		if len(got) != 1 || err != failure { //nolint:errorlint // the very error
			t.Errorf("source that fails with %v: %d records and error %v, want 1 and that error", failure, len(got), err)
		}
	}
	if _, err := split(stuck{}, ',', 2); err != io.ErrNoProgress { //nolint:errorlint // the very error
		t.Errorf("source that gives nothing: error %v, want %v", err, io.ErrNoProgress)
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

// cellText draws the content of a cell, with all that matters to a splitter.
func cellText() *rapid.Generator[string] {
	part := rapid.SampledFrom([]string{
		"a", "株式会社", "表", "ソ", "ﾊﾟ", ",", "\"", "\"\"", "\r\n", "\n", "\r", " ", ";", "\t", "1,350円", "\x81", "\xff", "\x1a",
	})
	return rapid.Map(rapid.SliceOfN(part, 0, 6), func(parts []string) string { return strings.Join(parts, "") })
}

// drawFile draws records of width cells and writes them as a file, quoting where it must and elsewhere by chance. It
// returns what a splitter must find.
func drawFile(t *rapid.T, comma byte, width int) (file []byte, want []seen) {
	line := int64(1)
	for range rapid.IntRange(0, 8).Draw(t, "records") {
		p := seen{Offset: int64(len(file)), Line: line}
		var cells []string
		for i := range width {
			content := cellText().Draw(t, "cell")
			if i == 0 {
				content = "id" + content // not blank
			}
			p.Cells = append(p.Cells, content)
			cells = append(cells, quoteCell(content, comma, rapid.Bool().Draw(t, "quoted")))
		}
		p.Raw = strings.Join(cells, string(comma))
		want = append(want, p)
		file = append(file, p.Raw...)
		line += lineEnds(p.Raw)
		ends := rapid.SampledFrom([]string{"\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\r\r"}).Draw(t, "line end")
		file = append(file, ends...)
		line += lineEnds(ends)
	}
	if rapid.Bool().Draw(t, "last line without end") {
		file = bytes.TrimRight(file, "\r\n")
	}
	return file, want
}

func quoteCell(content string, comma byte, quoted bool) string {
	if quoted || strings.ContainsAny(content, "\"\r\n"+string(comma)) {
		return `"` + strings.ReplaceAll(content, `"`, `""`) + `"`
	}
	return content
}

func lineEnds(s string) int64 {
	return int64(strings.Count(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"), "\n"))
}

func TestSplitterReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		comma := rapid.SampledFrom([]byte{',', ';', '\t'}).Draw(t, "comma")
		width := rapid.IntRange(1, 5).Draw(t, "width")
		file, want := drawFile(t, comma, width)
		got, err := split(bytes.NewReader(file), comma, width)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Fatalf("split(%q): error %v, -want +got:\n%s", file, err, diff)
		}
	})
}

// FuzzSplitter checks what holds for any bytes: the records lie in order, do not overlap and are what the file has at
// their place; between them there is nothing but line ends, blank rows and rests of lines that were given up; a sound record
// has the right number of cells; and nothing depends on how the bytes arrive.
func FuzzSplitter(f *testing.F) {
	for _, seed := range []string{
		"a,b\r\nc,d", "1,\"abc,x\n2,\"def\",y\n", "\"a\"\"b\",\"\r\n\"\n", ",\n\"\"\n\x1a", "\"\"\"\n\"\"\"\"\n", "a\rb\r\n",
	} {
		f.Add([]byte(seed), 2)
	}
	f.Fuzz(func(t *testing.T, file []byte, width int) {
		width = 1 + (width&0xff)%4
		got, err := split(bytes.NewReader(file), ',', width)
		if err != nil {
			t.Fatal(err)
		}
		end := 0
		for _, p := range got {
			if gap := strings.Trim(string(file[end:p.Offset]), "\r\n, \t\""); gap != "" {
				t.Errorf("between records, %q was passed over", gap)
			}
			end = int(p.Offset) + len(p.Raw)
			if raw := string(file[p.Offset:end]); raw != p.Raw {
				t.Errorf("the record at %d is %q, the file has %q there", p.Offset, p.Raw, raw)
			}
			if before := 1 + lineEnds(string(file[:p.Offset])); before != p.Line {
				t.Errorf("the record at %d is on line %d, not %d", p.Offset, before, p.Line)
			}
			if p.Broken == "" && len(p.Cells) != width {
				t.Errorf("the record %q has %d cells, not %d", p.Raw, len(p.Cells), width)
			}
		}
		slow, err := split(iotest.OneByteReader(bytes.NewReader(file)), ',', width)
		if diff := cmp.Diff(got, slow); diff != "" || err != nil {
			t.Errorf("read byte by byte: error %v, -at once +slowly:\n%s", err, diff)
		}
	})
}

// TestSpectrum reads csv-spectrum, a collection of CSV files with their content as JSON.
func TestSpectrum(t *testing.T) {
	data := os.Getenv("NAYOSE_DATA")
	if data == "" {
		t.Skip("NAYOSE_DATA is not set")
	}
	files, err := filepath.Glob(filepath.Join(data, "csv/spectrum/csvs/*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files (error %v)", err)
	}
	for _, name := range files {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := os.ReadFile(filepath.Join(data, "csv/spectrum/json", strings.TrimSuffix(filepath.Base(name), "csv")+"json"))
		if err != nil {
			t.Fatal(err)
		}
		var want []map[string]string
		if err := json.Unmarshal(answer, &want); err != nil {
			t.Fatal(err)
		}
		pieces, err := split(bytes.NewReader(file), ',', 0)
		if err != nil {
			t.Fatal(err)
		}
		var got []map[string]string
		for _, p := range pieces[1:] {
			object := map[string]string{}
			for i, cell := range p.Cells {
				object[pieces[0].Cells[i]] = cell
			}
			got = append(got, object)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", filepath.Base(name), diff)
		}
	}
}
