package record

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"nayose/job/internal/record/internal/charset"
)

// written is a way to write a file.
type written struct {
	name     string // as Format.Encoding
	encoding encoding.Encoding
	mark     string
}

var ways = []written{
	{UTF8, encoding.Nop, ""},
	{UTF8, encoding.Nop, "\uFEFF"},
	{CP932, japanese.ShiftJIS, ""},
	{EUCJP, japanese.EUCJP, ""},
	{UTF16, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "\xFF\xFE"},
	{UTF16, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "\xFE\xFF"},
	{UTF16, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), ""},
	{UTF16, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), ""},
}

// TestOpen writes tables in every encoding, with every delimiter, quote and line end, packed and not, and reads them back: cells
// are as they were, the bytes at each record's offset decode to it, and every byte has its place.
func TestOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		way := rapid.SampledFrom(ways).Draw(t, "encoding")
		f := Format{
			Delimiter: rapid.SampledFrom([]string{",", "\t", ";", "|", "||", `\`}).Draw(t, "delimiter"),
			Quote:     rapid.SampledFrom([]byte{'"', '\''}).Draw(t, "quote"),
		}
		if rapid.Bool().Draw(t, "declared") {
			f.Encoding = way.name
		}
		end := rapid.SampledFrom([]string{"\n", "\r\n", "\r", "\r\n\r\n"}).Draw(t, "line end")
		part := rapid.SampledFrom([]string{
			"a", "株式会社", "表示ソ能", "ｱﾙﾊﾞｲﾄ", "髙", "―ー−", "\n", "\r\n", " ", string(f.Quote), f.Delimiter, "日本語の文章です。",
		})
		text := "管理番号" + f.Delimiter + "会社名" + f.Delimiter + "備考" + end
		var want []string
		for i := range rapid.IntRange(1, 6).Draw(t, "records") {
			cells := []string{fmt.Sprint("id", i), "日本の表示ポイント会社です"}
			cells = append(cells, strings.Join(rapid.SliceOfN(part, 0, 5).Draw(t, "cell"), ""))
			if way.name == UTF16 || way.name == UTF8 {
				cells[2] += rapid.SampledFrom([]string{"", "𠮷野家", "café"}).Draw(t, "more")
			}
			if way.name == EUCJP {
				cells[2] = strings.NewReplacer("髙", "高", "―ー−", "ー").Replace(cells[2])
			}
			if way.name == CP932 {
				cells[2] = strings.ReplaceAll(cells[2], "―ー−", "ー")
			}
			want = append(want, strings.Join(cells, "\x00"))
			for j, cell := range cells {
				if j > 0 {
					text += f.Delimiter
				}
				if q := string(f.Quote); j == 2 {
					cell = q + strings.ReplaceAll(cell, q, q+q) + q
				}
				text += cell
			}
			text += end
		}
		body, err := way.encoding.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		plain := way.mark + body
		file := []byte(plain)
		if rapid.Bool().Draw(t, "packed") {
			file = gzipped(&testing.T{}, plain)
		}
		for table, err := range Open(bytes.NewReader(file), int64(len(file)), f) {
			if err != nil {
				t.Fatalf("%q: %v", plain, err)
			}
			if table.Format.Encoding != way.name {
				t.Fatalf("%q is %s, not %s", plain, table.Format.Encoding, way.name)
			}
			checkTable(t, table, plain, way, want)
		}
	})
}

// checkTable reads a table of a header and of the records that are wanted.
func checkTable(t *rapid.T, table *Table, plain string, way written, want []string) {
	var got []string
	var size int64
	for {
		rec, err := table.Next()
		if err == io.EOF {
			break
		}
		if err != nil || rec.Fault != nil {
			t.Fatalf("%q: %v, %+v", plain, err, rec.Fault)
		}
		size += rec.Size
		raw, err := way.encoding.NewDecoder().String(plain[rec.Offset : rec.Offset+rec.Size])
		if text, decodeErr := charset.NewDecoder(way.name)(nil, rec.Raw); err != nil || decodeErr != nil || string(text) != raw {
			t.Fatalf("%q has %q at %d, the record is %q (%v, %v)", plain, raw, rec.Offset, text, err, decodeErr)
		}
		if table.Expect(len(rec.Cells)); len(rec.Cells) != 3 {
			t.Fatalf("%q: %d cells", plain, len(rec.Cells))
		}
		if got = append(got, strings.Join(rec.Cells, "\x00")); rec.Cells[0] == "管理番号" {
			got = nil
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%q: -want +got:\n%s", plain, diff)
	}
	if b := table.Bytes(); b.Files != int64(len(plain)) || b.Files != b.Marks+b.Rejected+b.Blank+size {
		t.Fatalf("of %d bytes, %d in records: %+v", len(plain), size, b)
	}
}

// TestUTF8InOthers shows that a record in UTF-8 is never taken for text in another encoding.
func TestUTF8InOthers(t *testing.T) {
	for _, way := range ways {
		if way.name != CP932 && way.name != EUCJP {
			continue
		}
		var euc strings.Builder
		for i := range 20 {
			fmt.Fprintf(&euc, "%d,日本の会社です\n", i)
		}
		body, err := way.encoding.NewEncoder().String("id,name\n" + euc.String())
		must(t, err)
		for _, name := range []string{"株式会社ナノハ", "渋谷介護", "両中両中", "両京両亭"} {
			got, err := lines([]byte(body+"x,"+name+"\n"), Format{})
			if err != nil || got[len(got)-1] != fmt.Sprintf("@%d encoding", len(body)) {
				t.Errorf("%s in a file in %s: %q (%v)", name, way.name, got[len(got)-1], err)
			}
		}
	}
}

// FuzzOpen checks what holds for any bytes: each byte of a text has its place, and what Open finds out never stops it from
// reading what it was told.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{"id,name\n1,A\n", "\uFEFFa\tb\r\n", "\xFF\xFEa\x00\n\x00", "PK\x03\x04", "\x1F\x8B\x08"} {
		f.Add([]byte(seed), "", byte(0), byte(0), false, 0)
	}
	f.Add([]byte("a|'x\\'y'|\x81|\n"), "|", byte('\''), byte('\\'), true, 3)
	f.Fuzz(func(t *testing.T, file []byte, delimiter string, quote, escape byte, bare bool, width int) {
		if len(delimiter) > 4 || strings.ContainsAny(delimiter, "\r\n\"'\\") {
			return // no mapping has such a delimiter
		}
		if quote != 0 && quote != '"' && quote != '\'' {
			quote = NoQuote
		}
		if escape != 0 {
			escape = '\\'
		}
		format := Format{Delimiter: delimiter, Quote: quote, Escape: escape, BareQuotes: bare, Width: max(Usual, width%5)}
		for table, err := range Open(bytes.NewReader(file), int64(len(file)), format) {
			if err != nil {
				return
			}
			var size, end int64
			for {
				rec, err := table.Next()
				if err != nil {
					break
				}
				if size += rec.Size; rec.Offset < end {
					t.Fatalf("a record at %d, before %d", rec.Offset, end)
				}
				end = rec.Offset + rec.Size
				table.Show(rec)
			}
			if b := table.Bytes(); b.Files != b.Marks+b.Rejected+b.Blank+size {
				t.Errorf("%d bytes in records: %+v", size, b)
			}
		}
	})
}
