package feed

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func inspect(t *testing.T, file string) *Inspection {
	t.Helper()
	seen, err := Inspect(t.Context(), contentOf(file))
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// problemsOf are an inspection's problems as code, count and lines.
func problemsOf(seen *Inspection) (list []string) {
	for _, p := range seen.Problems {
		list = append(list, fmt.Sprintf("%s%s %d %v", p.Table, p.Code, p.Count, p.Lines))
	}
	return list
}

func TestInspect(t *testing.T) {
	seen := inspect(t, "\uFEFF求人一覧\r\n\r\n求人番号;会社名;TEL;備考\r\n0001;株式会社A;03-1234-5678;x\r\n0002;株式会社B;312345678;\r\n0003;株式会社C\r\n;;;\r\n0004;有限会社D;06-1234-5678;")
	table := seen.Tables[0]
	want := Inspected{
		Encoding: "utf-8", BOM: true, Delimiter: ";", Quote: `"`, LineEnds: map[string]int64{"CRLF": 7},
		Header: []string{"求人番号", "会社名", "TEL", "備考"}, HeaderLine: 3, Above: 1, Records: 4, Damaged: 1, Blank: 1,
		First: [][]string{{"0001", "株式会社A", "03-1234-5678", "x"}, {"0002", "株式会社B", "312345678", ""}, {"0004", "有限会社D", "06-1234-5678", ""}},
	}
	columns := table.Columns
	table.Columns, table.suggestion, table.sheet, table.ascii = nil, nil, false, false
	if diff := cmp.Diff(want, table, cmp.AllowUnexported(Inspected{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if c := columns[2]; c.Column != "phone" || c.Filled != 3 || c.Example != "03-1234-5678" || columns[3].Filled != 1 {
		t.Errorf("columns %+v", columns)
	}
	if diff := cmp.Diff([]string{"title 0 [3]", "open_end 0 []", "cell_count 1 [6]", "lost_zeros 1 [5]"}, problemsOf(seen)); diff != "" {
		t.Errorf("problems: -want +got:\n%s", diff)
	}
	if m := parse(t, seen.Mapping); m.SkipRows != 1 || m.Delimiter != ";" || m.Encoding != "utf-8" || m.Validate() != nil {
		t.Errorf("mapping %+v", m)
	}
}

// TestInspectedMappingReads wants what the suggested mapping makes of a file to be what the inspection said.
func TestInspectedMappingReads(t *testing.T) {
	for name, file := range map[string]string{
		"cp932, tabs":    sjis(t, "管理番号\t社名\t給与\n1\t㈱見本\t時給1,200円\n2\t見本商事\t\n"),
		"title, quote '": "求人一覧\n管理番号,社名,給与\n'1','㈱見本','時給1,200円'\n'2','見本,商事',''\n",
		"ASCII":          "id,company\n1,A\n2,B\n",
		"one column cut": "管理番号,社名\n1,見本\n2\n",
	} {
		seen := inspect(t, file)
		d := mustRead(t, parse(t, seen.Mapping), file)
		if got, want := int64(len(d.postings)), seen.Tables[0].Records-seen.Tables[0].Damaged; got != want || want == 0 {
			t.Errorf("%s: %d postings, %d sound records\n%s", name, got, want, seen.Mapping)
		}
	}
	if m := parse(t, inspect(t, "id,company\n1,A\n").Mapping); m.Encoding != "" {
		t.Errorf("a file of ASCII is declared %s", m.Encoding)
	}
}

func TestInspectProblems(t *testing.T) {
	numbers := "求人番号,会社名\n"
	for i := range 30 {
		numbers += fmt.Sprintf("%d,株式会社A\n", 95+i)
	}
	for name, test := range map[string]struct {
		file string
		want []string
	}{
		"nothing":         {"求人番号,会社名\n1,株式会社A\n", nil},
		"0 bytes":         {"", []string{"empty 0 []"}},
		"only a header":   {"求人番号,会社名\n", []string{"no_record 0 []"}},
		"no header":       {"1,03-1234-5678,株式会社A\n2,03-1234-5679,株式会社B\n", []string{"no_header 0 []"}},
		"headers twice":   {"求人番号,会社名,TEL,ＴＥＬ,\n1,株式会社A,,,\n", []string{"header_twice 0 [1]", "header_empty 0 [1]"}},
		"ids":             {"求人番号,会社名\n1.23E+12,株式会社A\n10月4日,株式会社B\nx,y\n", []string{"id_spoilt 2 [2 3]"}},
		"lost zeros":      {numbers, []string{"lost_zeros 0 []"}},
		"a mix":           {sjis(t, "求人番号,会社名\n1,株式会社見本\n2,株式会社見本\n") + "3,株式会社見本市場\n", []string{"encoding_mixed 1 [4]"}},
		"gaiji":           {sjis(t, "求人番号,会社名\n1,株式会社見本\n2,株式会社見本\n") + "3,\xF0\x40\n", []string{"gaiji 1 [4]"}},
		"header again":    {"求人番号,会社名\n1,A社\n求人番号,会社名\n2,B社\n", []string{"header_again 1 [3]"}},
		"line ends":       {"求人番号,会社名\r\n1,A社\n2,B社\r", []string{"line_ends 0 []"}},
		"header too wide": {"求人番号,会社名,TEL\n1,A社\n2,B社\n3,C社\n", []string{"header_width 0 [1]", "cell_count 3 [2 3 4]"}},
		"quotes":          {"求人番号,会社名\n1,\"A社\n2,B社\n", []string{"quote 1 [2]"}},
		"a NUL":           {"求人番号,会社名\n1,A\x00社\n2,B社\n", []string{"nul 1 [2]"}},
	} {
		if diff := cmp.Diff(test.want, problemsOf(inspect(t, test.file)), cmp.Transformer("", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
}

func TestInspectArchive(t *testing.T) {
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	for name, text := range map[string]string{"a.csv": "求人番号,会社名\n1,A社\n"} {
		entry, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(entry, text); err != nil {
			t.Fatal(err)
		}
	}
	entry, err := w.Create("b.csv")
	if err == nil {
		_, err = io.WriteString(entry, "番号,会社名\n2,B社\n")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	seen := inspect(t, file.String())
	if seen.Container != "zip" || len(seen.Tables) != 2 || seen.Tables[1].Name != "b.csv" {
		t.Errorf("%+v", seen)
	}
	if diff := cmp.Diff([]string{"b.csvother_header 0 []"}, problemsOf(seen)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, r := range raw(t, contentOf(file.String()), &Mapping{}) {
		if want := "a.csv"; r.Cells[0] == "2" && r.Table != "b.csv" || r.Cells[0] == "1" && r.Table != want {
			t.Errorf("%+v", r)
		}
	}
}

// endless is a file of one record again and again.
type endless struct {
	header, record string
	size           int64
}

func (f endless) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) && off < f.size {
		from, at := f.header, off
		if off >= int64(len(f.header)) {
			from, at = f.record, (off-int64(len(f.header)))%int64(len(f.record))
		}
		c := copy(p[n:], from[at:])
		n, off = n+c, off+int64(c)
	}
	if n < len(p) {
		err = io.EOF
	}
	return n, err
}

func (f endless) Size() int64 { return f.size }
func (endless) Close() error  { return nil }

// TestInspectMemory wants what an inspection keeps not to grow with the file.
func TestInspectMemory(t *testing.T) {
	record := "1.23E+12,株式会社見本,312345678,\"" + strings.Repeat("長い説明。", 40) + "\"\n"
	kept := func(records int) int {
		header := "求人番号,会社名,TEL,仕事内容\n"
		seen, err := Inspect(t.Context(), endless{header, record, int64(len(header) + records*len(record))})
		if err != nil {
			t.Fatal(err)
		}
		if got := seen.Tables[0].Records; got != int64(records) {
			t.Fatalf("%d records of %d", got, records)
		}
		n := 0
		for _, p := range seen.Problems {
			n += len(p.Lines) + len(p.Text)
		}
		return n + len(seen.Tables[0].First)
	}
	if few, many := kept(1_000), kept(50_000); few != many {
		t.Errorf("%d things are kept of 1,000 records, %d of 50,000", few, many)
	}
}

// TestInspectContainer shows that a text is no archive for beginning like one.
func TestInspectContainer(t *testing.T) {
	seen, err := Inspect(t.Context(), memory{strings.NewReader("PK番号,会社名\n1,株式会社見本\n")})
	if err != nil || seen.Container != "text" {
		t.Errorf("a header that begins with PK: %+v (%v), want a text", seen, err)
	}
}
