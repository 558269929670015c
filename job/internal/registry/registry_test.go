package registry

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"golang.org/x/text/encoding/japanese"
	"pgregory.net/rapid"

	"nayose"
)

// line writes a row as the registry does, in a layout of so many columns. It is written from the resource definition, apart from what reads it.
func line(r nayose.Registration, columns int) string {
	quoted := func(s string) string {
		if s == "" {
			return ""
		}
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	flag := map[bool]string{true: "1", false: "0"}
	return strings.Join([]string{
		"1", r.CompanyID, r.Process, flag[r.Correct], r.UpdatedOn.String(), r.ChangedOn.String(), quoted(r.Name), "", fmt.Sprint(r.Kind),
		quoted(r.Prefecture), quoted(r.City), quoted(r.Street), "", "13", "101", r.PostalCode, quoted(r.Overseas), "",
		r.ClosedOn.String(), r.ClosedFor, r.SuccessorID, quoted(r.Cause), r.AssignedOn.String(), flag[r.Latest], quoted(r.NameEnglish),
		quoted("Tokyo"), quoted("1-1, Honcho"), "", quoted(r.NameKana), flag[r.Unlisted],
	}[:columns], ",") + "\n"
}

// number is a corporate number that nobody has: those of 99 belong to no registry office.
func number(n int) string {
	base := fmt.Sprintf("99%010d", n)
	return string(checkDigit(base)) + base
}

func day(s string) nayose.Date {
	var c checks
	return c.day("", s)
}

// akane is a company that was founded, moved abroad and home, and was taken over.
func akane() nayose.Registration {
	return nayose.Registration{
		CompanyID: number(1), Process: "21", UpdatedOn: day("2026-08-19"), ChangedOn: day("2026-08-05"), Name: `株式会社"アカネ"`,
		NameKana: "アカネ", NameEnglish: "Akane, Inc.", Kind: 301, Prefecture: "東京都", City: "千代田区", Street: "本町１丁目２番３号",
		PostalCode: "1000001", ClosedOn: day("2026-08-05"), ClosedFor: "11", SuccessorID: number(2), Cause: "合併により解散", AssignedOn: day("2015-10-05"),
		Latest: true, Unlisted: true,
	}
}

// many are n companies of one row each.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		r := akane()
		r.CompanyID, r.UpdatedOn = number(i), r.UpdatedOn-nayose.Date(i%3)
		b.WriteString(line(r, 30))
	}
	return b.String()
}

func sjis(t testing.TB, s string) string {
	t.Helper()
	s, err := japanese.ShiftJIS.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type entry struct{ name, content string }

func zipped(t testing.TB, entries ...entry) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		out, err := w.Create(e.name)
		if err == nil {
			_, err = io.WriteString(out, e.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipped(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// read reads a file whole.
func read(content, name string, bad *nayose.BadRows) (f *File, rows []nayose.Registration, err error) {
	f, err = Open(strings.NewReader(content), int64(len(content)), name)
	if err != nil {
		return nil, nil, err
	}
	for row, err := range f.Rows(bad) {
		if err != nil {
			return f, rows, err
		}
		rows = append(rows, row)
	}
	return f, rows, nil
}

// at is rows with their lines.
func at(rows ...nayose.Registration) []nayose.Registration {
	for i := range rows {
		rows[i].Line = int64(i + 1)
	}
	return rows
}

func TestRows(t *testing.T) {
	whole := akane()
	old, moved := akane(), akane()
	old.Latest, old.Correct = false, true
	moved.CompanyID, moved.Process, moved.Kind = number(3), "13", 401
	moved.Prefecture, moved.City, moved.Street, moved.PostalCode, moved.Overseas = "", "", "", "", "ケイマン諸島"
	gone := nayose.Registration{CompanyID: number(4), Process: "99", UpdatedOn: day("2026-08-19"), Kind: 499, Latest: true}
	of23 := akane()
	of23.NameEnglish, of23.NameKana, of23.Unlisted = "", "", false
	of28 := of23
	of28.NameEnglish = whole.NameEnglish
	of29 := whole
	of29.Unlisted = false
	file := line(old, 30) + line(whole, 30) + line(moved, 30) + line(gone, 30)
	all := at(old, whole, moved, gone)
	for _, c := range []struct {
		about, in string
		want      []nayose.Registration
	}{
		{"30 columns", file, all},
		{"a byte order mark", "\ufeff" + file, all},
		{"CRLF", strings.ReplaceAll(file, "\n", "\r\n"), all},
		{"no last line end", strings.TrimSuffix(file, "\n"), all},
		{"CP932", sjis(t, file), all},
		{"gzip", gzipped(t, file), all},
		{"gzip of CP932", gzipped(t, sjis(t, file)), all},
		{"a zip", zipped(t, entry{"x.csv.asc", "-----BEGIN"}, entry{"d/", ""}, entry{"d/x.csv", file}), all},
		{"numbered CSVs", zipped(t, entry{"a_10.csv", line(gone, 30)}, entry{"a_9.csv", line(old, 30) + line(whole, 30) + line(moved, 30)}), all},
		{"numbered CSVs, some of CP932", zipped(t, entry{"a_1.csv", sjis(t, line(old, 30))}, entry{"a_2.csv", line(whole, 30)}), at(old, whole)},
		{"23 columns", line(whole, 23), at(of23)},
		{"28 columns", line(whole, 28), at(of28)},
		{"29 columns", line(whole, 29), at(of29)},
		{"31 columns, of which the last is not known", strings.ReplaceAll(file, "\n", ",\"x\"\n"), all},
	} {
		for _, bad := range []*nayose.BadRows{nil, {}} {
			_, got, err := read(c.in, "x.csv", bad)
			if err != nil || bad != nil && bad.Count > 0 {
				t.Errorf("%s: %v, %v", c.about, err, bad)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.about, diff)
			}
		}
	}
}

func TestBadRows(t *testing.T) {
	good := line(akane(), 30)
	swap := func(old, by string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("%q does not stand in %s", old, good)
		}
		return strings.Replace(good, old, by, 1)
	}
	for _, c := range []struct{ about, row, reason string }{
		{"a wrong check digit", swap(number(1), "0990000000001"), "corporate number 0990000000001 has a wrong check digit"},
		{"a short number", swap(number(1), "123"), `corporate number "123" is not 13 digits`},
		{"wide digits", swap(number(1), "１２３４５６７８９０１２３"), "is not 13 digits"},
		{"no number", swap(number(1), ""), "it has no corporate number"},
		{"a process", swap(",21,", ",23,"), `process "23" is none of 01, 11`},
		{"a correction", swap(",21,0,", ",21,2,"), `correct "2" is neither 0 nor 1`},
		{"no update date", swap("2026-08-19", ""), "it has no update date"},
		{"a day that nobody will see", swap("2026-08-19", "2926-08-19"), "update date 2926-08-19 does not exist"},
		{"a street without end", swap("本町", strings.Repeat("北", 700)), "its name or address is longer than 2000 bytes"},
		{"a day that does not exist", swap("2026-08-19", "2026-02-29"), "update date 2026-02-29 does not exist"},
		{"a date of another kind", swap("2026-08-19", "2026/08/19"), `update date "2026/08/19" is not a date`},
		{"a close date", swap("1000001,,,2026-08-05", "1000001,,,2026-13-05"), "close date 2026-13-05 does not exist"},
		{"an assignment date", swap("2015-10-05", "2015-10-00"), "assignment date 2015-10-00 does not exist"},
		{"no change date", swap("08-19,2026-08-05", "08-19,"), "it has no change date"},
		{"no name", swap(`"株式会社""アカネ"""`, ""), "it has no name"},
		{"a kind", swap(",301,", ",306,"), `kind "306" is none of the registry's`},
		{"a postal code", swap("1000001", "100-0001"), `postal code "100-0001" is not 7 digits`},
		{"a postal code of eight digits", swap("1000001", "10000012"), `postal code "10000012" is not 7 digits`},
		{"a close cause", swap(",11,"+number(2), ",12,"+number(2)), `close cause "12" is none of 01, 11, 21, 31`},
		{"a successor", swap(number(2), "x"+number(2)[1:]), "is not 13 digits"},
		{"latest", swap("2015-10-05,1", "2015-10-05,"), `latest "" is neither 0 nor 1`},
		{"hihyoji", strings.TrimSuffix(good, "1\n") + "9\n", `hihyoji "9" is neither 0 nor 1`},
		{"a column more", swap("\n", ",\n"), "it has 31 columns, the file's rows have 30"},
		{"a column less", swap(",1000001", ""), "it has 29 columns, the file's rows have 30"},
		{"nothing but a word", "x\n", "it has 1 columns"},
		{"a quote left open", swap(`"千代田区"`, `"千代田区`), "a quote stands inside a cell"},
		{"a last quote left open", swap(`"アカネ",1`, `"アカネ,1`), "a quote is left open"},
		{"a quote amid a cell", swap(",101,", `,1"01,`), "a quote stands inside a cell"},
		{"a byte 0", swap("千代田区", "千\x00代田区"), "a byte 0 stands in it"},
		{"bytes that are not UTF-8", swap("千代田区", "千\x90\xe7区"), "bytes stand in it that are not UTF-8"},
		{"a character that was lost", swap("千代田区", "千\ufffd区"), "U+FFFD stands in it"},
	} {
		var bad nayose.BadRows
		_, rows, err := read(good+c.row+good, "x.csv", &bad)
		if err != nil || len(rows) != 2 || bad.Count != 1 || bad.First[0].Line != 2 || !strings.Contains(bad.First[0].Reason, c.reason) {
			t.Errorf("%s: %d rows, %+v, %v, want 2 and the reason %s", c.about, len(rows), bad, err, c.reason)
		}
		_, rows, err = read(good+c.row+good, "x.csv", nil)
		if !isContract(err) || len(rows) != 1 || !strings.Contains(err.Error(), "read registry x.csv: line 2: ") || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s, with no place for bad rows: %d rows, %v", c.about, len(rows), err)
		}
	}
}

// TestBadCP932 shows a byte that is none of CP932 in a row that can be read all the same.
func TestBadCP932(t *testing.T) {
	good := sjis(t, line(akane(), 30))
	for broken, want := range map[string]string{
		"\x90\xE7\x91\xE3\x93\x20\x8B\xE6": `千代\x93 区`, // a pair with a wrong second byte
		"\x90\xE7\xF0\x40\x8B\xE6":         `千\xF0@区`,  // 外字
		"\x90\xE7\xA0\x8B\xE6":             `千\xA0区`,
		"\x90\xE7\x8B":                     `千\x8B"`, // half a pair eats the quote behind it
	} {
		var bad nayose.BadRows
		_, rows, err := read(good+strings.Replace(good, sjis(t, "千代田区"), broken, 1)+good, "x.csv", &bad)
		if err != nil || len(rows) != 2 || bad.Count != 1 || !strings.Contains(bad.First[0].Reason, "which are not CP932") || !strings.Contains(bad.First[0].Raw, want) {
			t.Errorf("%q: %d rows, %+v, %v", broken, len(rows), bad, err)
		}
	}
}

// TestLongLine shows that a line that is longer than any costs itself only.
func TestLongLine(t *testing.T) {
	good := line(akane(), 30)
	var bad nayose.BadRows
	_, rows, err := read(good+strings.Replace(good, "千代田区", strings.Repeat("千", 1<<20), 1)+good, "x.csv", &bad)
	if err != nil || len(rows) != 2 || rows[1].Line != 3 || bad.Count != 1 || !strings.Contains(bad.First[0].Reason, "longer than 1024 KiB") || len(bad.First[0].Raw) > 1100 {
		t.Errorf("%d rows, %d bad, %v", len(rows), bad.Count, err)
	}
	if _, _, err := read(strings.Repeat("x", 2<<20), "x.csv", &bad); !isContract(err) {
		t.Errorf("a file without a line end: %v", err)
	}
}

func isContract(err error) bool {
	var fault *nayose.Error
	return errors.As(err, &fault) && fault.Kind == nayose.Contract && fault.Hint != "" && strings.HasPrefix(err.Error(), "read registry ")
}

func TestRefused(t *testing.T) {
	good := line(akane(), 30)
	whole := zipped(t, entry{"a.csv", many(2000)})
	flipped := func(at int) string {
		b := []byte(whole)
		b[at] ^= 1
		return string(b)
	}
	unending := []byte(zipped(t, entry{"a.csv", good})) // its list is said to go on behind the file's end
	list, end := bytes.Index(unending, []byte("PK\x01\x02")), bytes.Index(unending, []byte("PK\x05\x06"))
	unending[end+8], unending[end+10], unending[list+28] = 2, 2, byte(len(unending)-list-46)
	for _, c := range []struct{ about, in, want string }{
		{"nothing", "", "the file is empty"},
		{"blank lines", "\n\r\n", "the file is empty"},
		{"an empty CSV in a zip", zipped(t, entry{"a.csv", ""}), "the file is empty"},
		{"a web page", "\n<!DOCTYPE html>\n<html>", "a web page"},
		{"a web page by gzip", gzipped(t, "<HTML>"), "a web page"},
		{"XML", "\ufeff<?xml version=\"1.0\"?>\n<corporations/>", "it is XML: of the registry's editions the CSV is read"},
		{"XML in a zip", zipped(t, entry{"a.xml", "<?xml?>"}), "a.xml in the archive is XML"},
		{"a CSV of companies", "company_id,name\n1,ア\n", "its rows have 2 columns, and not the 23 to 40"},
		{"too many columns", strings.ReplaceAll(good, "\n", strings.Repeat(",", 11)+"\n"), "its rows have 41 columns"},
		{"too few columns", line(akane(), 22), "its rows have 22 columns"},
		{"rows of something else", strings.Repeat(strings.Repeat("x,", 29)+"x\n", 5), "of its first 5 rows 5 cannot be read, such as line 1: corporate number"},
		{"more than a hundredth bad", many(800) + strings.Repeat("x\n", 11) + many(400), "of its first 1000 rows 11 cannot be read"},
		{"bytes", strings.Repeat("\x00\xff\x81", 1000), "its rows have 0 columns"},
		{"cut inside a row", many(2000)[:400_000], "it is cut off: line"},
		{"cut inside the only row", good[:100], "columns"},
		{"cut between the columns of the only row", good[:strings.Index(good, `,"Akane`)], "it is cut off: line 1"},
		{"a zip with nothing in it", zipped(t), "there is no CSV in the archive"},
		{"a zip with a workbook", zipped(t, entry{"a.csv", good}, entry{"b.xlsx", "PK"}), "b.xlsx in the archive is nothing that the registry packs"},
		{"a zip in a zip", zipped(t, entry{"a.zip", whole}), "a.zip in the archive is nothing"},
		{"two files in a zip", zipped(t, entry{"diff_20260819.csv", good}, entry{"diff_20260820.csv", good}), "diff_20260819.csv and diff_20260820.csv in the archive are files of their own"},
		{"a number that is missing", zipped(t, entry{"a_1.csv", good}, entry{"a_3.csv", good}), "a_3.csv in the archive does not follow on a_1.csv"},
		{"a number twice", zipped(t, entry{"a_1.csv", good}, entry{"a_1.csv", good}), "a_1.csv in the archive does not follow on a_1.csv"},
		{"a zip that is cut", whole[:len(whole)-30], "it is damaged or cut off"},
		{"a zip whose list is damaged", flipped(strings.Index(whole, "PK\x01\x02") + 1), "it is damaged or cut off"},
		{"a zip whose list has no end", string(unending), "it is damaged or cut off: unexpected EOF"},
		{"an encrypted zip", flipped(strings.Index(whole, "PK\x01\x02") + 8), "a.csv in the archive is encrypted"},
		{"a zip with another checksum", flipped(strings.Index(whole, "PK\x01\x02") + 16), "it is damaged or cut off: zip: checksum error"},
		{"gzip that is cut", gzipped(t, many(2000))[:5000], "it is damaged or cut off"},
		{"gzip with another checksum", func() string { s := gzipped(t, good); return s[:len(s)-8] + "abcd" + s[len(s)-4:] }(), "it is damaged or cut off"},
		{"a bomb", zipped(t, entry{"a_1.csv", good + strings.Repeat("\n", 40<<20)}, entry{"a_2.csv", strings.Repeat("\n", 40<<20)}), "it unpacks to far more than a registry"},
		{"a long list of entries", zipped(t, slices.Repeat([]entry{{strings.Repeat("n", 60_000) + ".asc", ""}}, 20)...), "the list of what is in it is too long"},
	} {
		var bad nayose.BadRows
		_, rows, err := read(c.in, "x.csv", &bad)
		if !isContract(err) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %d rows, %d bad, %v, want a contract error with %q", c.about, len(rows), bad.Count, err, c.want)
		}
	}
}

// TestFewBad shows that a file is read all the same of which few of the first rows are at fault, or many of those behind them.
func TestFewBad(t *testing.T) {
	for about, file := range map[string]string{
		"ten":                many(900) + strings.Repeat("x\n", 10) + many(400),
		"behind a thousand":  many(1000) + strings.Repeat("x\n", 50),
		"a header":           "番号,法人番号\n" + many(3),
		"one of a few":       many(3) + "x\n",
		"and an empty line":  many(3) + "\nx\n",
		"all ten of a dozen": many(2) + strings.Repeat("x\n", 10),
	} {
		var bad nayose.BadRows
		_, rows, err := read(file, "x.csv", &bad)
		want := strings.Count(file, "アカネ\"\"\"")
		if err != nil || len(rows) != want || int(bad.Count) != strings.Count(strings.ReplaceAll(file, "\n\n", "\n"), "\n")-want {
			t.Errorf("%s: %d rows, %d bad, %v, want %d rows", about, len(rows), bad.Count, err, want)
		}
	}
}

func TestNames(t *testing.T) {
	one := line(akane(), 30)
	for _, c := range []struct {
		name, content string
		want          string
	}{
		{"00_zenkoku_all_20260930.csv", one, "2026-09-30 true 全国 true"},
		{"/data/31_tottori_all_20160229.csv.gz", one, "2016-02-29 true 鳥取県 true"},
		{"13_tokyo_all_20160229_2.csv", one, "2016-02-29 true 東京都 true"},
		{`C:\99_kokugai_all_20160229 (1).csv`, one, "2016-02-29 true 国外 true"},
		{"48_nowhere_all_20160229.csv", one, "2016-02-29 true  true"},
		{"diff_20260820.csv", one, "2026-08-20 false  true"},
		{"companies-diff_20260820-copy.csv", one, "2026-08-20 false  true"},
		{"diff_20260832.csv", one, "2026-08-19 false  false"},
		{"a.zip", zipped(t, entry{"47_okinawa_all_20260731.csv", one}), "2026-07-31 true 沖縄県 true"},
		{"diff_20260820.zip", zipped(t, entry{"47_okinawa_all_20260731.csv", one}), "2026-07-31 true 沖縄県 true"},
		{"diff_20260820.zip", zipped(t, entry{"a.csv", one}), "2026-08-20 false  true"},
		{"a.csv", one, "2026-08-19 false  false"},
		{"a.csv", many(3), "2026-08-19 true  false"},
		{"a.csv", strings.ReplaceAll(one+many(2), "2026-08-18", "2026-08-17"), "2026-08-19 true  false"},
		{"a.csv", many(2) + strings.Replace(many(2)[len(one):], "2026-08-18", "2026-08-20", 1), "2026-08-20 false  false"},
	} {
		f, _, err := read(c.content, c.name, nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := fmt.Sprint(f.Day, f.Whole, " ", f.Prefecture, " ", f.Named); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestLateDay shows that the day of a file whose name does not tell is known at its end.
func TestLateDay(t *testing.T) {
	late := akane()
	late.UpdatedOn = day("2026-08-21")
	content := many(1500) + line(late, 30)
	f, err := Open(strings.NewReader(content), int64(len(content)), "x.csv")
	if err != nil {
		t.Fatal(err)
	}
	if want := day("2026-08-19"); f.Day != want || !f.Whole {
		t.Errorf("at first it is of %v (whole: %v), want %v", f.Day, f.Whole, want)
	}
	for _, err := range f.Rows(nil) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if f.Day != late.UpdatedOn {
		t.Errorf("at last it is of %v, want %v", f.Day, late.UpdatedOn)
	}
	for row, err := range f.Rows(nil) {
		t.Errorf("ranged over again, it has %v, %v", row, err)
	}
}

func TestIs(t *testing.T) {
	good := line(akane(), 30)
	for _, c := range []struct {
		about, in string
		want      bool
	}{
		{"a row", good, true},
		{"rows of 2016", line(akane(), 23), true},
		{"CP932", sjis(t, good), true},
		{"a byte order mark", "\ufeff" + good, true},
		{"gzip", gzipped(t, good), true},
		{"behind a damaged row", "x\n" + good, true},
		{"a zip", zipped(t, entry{"a.csv", good}), true},
		{"a damaged zip", "PK\x03\x04", true},
		{"a web page", "<html>", true},
		{"nothing", "", false},
		{"one byte", "P", false},
		{"a header", "company_id,name\n1,ア\n", false},
		{"a header of 30 columns", strings.Repeat("x,", 29) + "x\n", false},
		{"a header by gzip", gzipped(t, "company_id,name\n"), false},
		{"damaged gzip", "\x1f\x8b\x00", false},
		{"22 columns", line(akane(), 22), false},
	} {
		if got, err := Is(strings.NewReader(c.in), int64(len(c.in))); got != c.want || err != nil {
			t.Errorf("%s: %v, %v, want %v", c.about, got, err, c.want)
		}
	}
}

// TestSource shows that a file that cannot be read, or is shorter than it was, is not called damaged.
func TestSource(t *testing.T) {
	broken := errors.New("broken")
	for about, content := range map[string]string{
		"plain": many(20_000), "gzip": gzipped(t, many(20_000)), "zip": zipped(t, entry{"a.csv", many(20_000)}),
	} {
		for fail := range 3 {
			reads := 0
			r := readerAt(func(p []byte, at int64) (int, error) {
				if reads++; reads > fail {
					return 0, broken
				}
				return strings.NewReader(content).ReadAt(p, at)
			})
			f, err := Open(r, int64(len(content)), "x.csv")
			if err == nil {
				for _, err = range f.Rows(nil) {
					_ = err // the last one counts
				}
			}
			if !errors.Is(err, broken) || isContract(err) {
				t.Errorf("%s, read %d fails: %v", about, fail, err)
			}
			reads = 0
			if _, err := Is(r, int64(len(content))); fail == 0 && !errors.Is(err, broken) {
				t.Errorf("%s: Is says %v", about, err)
			}
		}
		f, err := Open(strings.NewReader(content[:len(content)-1]), int64(len(content)), "x.csv")
		if err == nil {
			for _, err = range f.Rows(nil) {
				_ = err
			}
		}
		if !errors.Is(err, io.ErrUnexpectedEOF) || isContract(err) {
			t.Errorf("%s that has become shorter: %v", about, err)
		}
	}
}

type readerAt func(p []byte, at int64) (int, error)

func (f readerAt) ReadAt(p []byte, at int64) (int, error) { return f(p, at) }

// TestDamage cuts files at every byte and flips their bits: nothing panics, nothing is lost without a word, and a flipped bit costs one
// row, or two where it was a line end.
func TestDamage(t *testing.T) {
	const n = 5
	plain := many(n)
	whole := map[string]string{"UTF-8": plain, "CP932": sjis(t, plain), "zip": zipped(t, entry{"a.csv", plain}), "gzip": gzipped(t, plain)}
	for about, file := range whole {
		for i := range file {
			var bad nayose.BadRows
			_, rows, err := read(file[:i], "x.csv", &bad)
			if err == nil && (bad.Count > 0 || len(rows) != strings.Count(plain[:min(i+1, len(plain))], "\n") && about == "UTF-8" || about == "zip" || about == "gzip") {
				t.Errorf("%s cut at %d of %d: %d rows, %d bad, and no error", about, i, len(file), len(rows), bad.Count)
			}
			flipped := []byte(file)
			flipped[i] ^= 1 << (i % 8)
			bad = nayose.BadRows{}
			_, rows, err = read(string(flipped), "x.csv", &bad)
			switch packed := about == "zip" || about == "gzip"; {
			case err != nil && !isContract(err), err != nil && !packed && i != len(file)-1:
				t.Errorf("%s with byte %d flipped: %v", about, i, err)
			case err == nil && (len(rows) < n-2 || packed && len(rows) != n):
				t.Errorf("%s with byte %d flipped: %d rows, %d bad", about, i, len(rows), bad.Count)
			}
		}
	}
}

// TestWritten writes rows of every kind and reads them again.
func TestWritten(t *testing.T) {
	text := rapid.StringOf(rapid.RuneFrom([]rune(`株式会社髙﨑①㈱ア－～ー"",'　,aｱ＿`)))
	name := rapid.StringOfN(rapid.RuneFrom([]rune(`合同会社",ア`)), 1, 30, -1)
	days := rapid.Custom(func(t *rapid.T) nayose.Date { return nayose.Date(rapid.IntRange(1, 30_000).Draw(t, "day")) })
	maybe := rapid.Custom(func(t *rapid.T) nayose.Date {
		return nayose.Date(max(0, rapid.IntRange(-9000, 30_000).Draw(t, "maybe a day")))
	})
	company := rapid.Custom(func(t *rapid.T) string { return number(rapid.IntRange(0, 9_999_999_999).Draw(t, "company")) })
	registration := rapid.Custom(func(t *rapid.T) nayose.Registration {
		return nayose.Registration{
			CompanyID: company.Draw(t, "id"), Process: rapid.SampledFrom(processes).Draw(t, "process"), Correct: rapid.Bool().Draw(t, "correct"),
			UpdatedOn: days.Draw(t, "updated"), ChangedOn: days.Draw(t, "changed"), Name: name.Draw(t, "name"), NameKana: text.Draw(t, "kana"),
			NameEnglish: text.Draw(t, "english"), Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Prefecture: text.Draw(t, "prefecture"),
			City: text.Draw(t, "city"), Street: text.Draw(t, "street"), Overseas: text.Draw(t, "overseas"),
			PostalCode: rapid.SampledFrom([]string{"", "1000001"}).Draw(t, "postal code"), ClosedOn: maybe.Draw(t, "closed"),
			ClosedFor:   rapid.SampledFrom(append([]string{""}, closeCauses...)).Draw(t, "cause"),
			SuccessorID: rapid.OneOf(rapid.Just(""), company).Draw(t, "successor"), Cause: text.Draw(t, "details"), AssignedOn: maybe.Draw(t, "assigned"),
			Latest: rapid.Bool().Draw(t, "latest"), Unlisted: rapid.Bool().Draw(t, "unlisted"),
		}
	})
	rapid.Check(t, func(rt *rapid.T) {
		want := at(rapid.SliceOfN(registration, 1, 20).Draw(rt, "rows")...)
		var b strings.Builder
		for _, r := range want {
			b.WriteString(line(r, 30))
		}
		for _, content := range []string{b.String(), sjis(t, b.String())} {
			_, got, err := read(content, "x.csv", nil)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				rt.Fatalf("%v (-want +got):\n%s", err, diff)
			}
		}
	})
}

// TestCP932 compares the decoder with the one that its table is made from, over all pairs of bytes.
func TestCP932(t *testing.T) {
	d := japanese.ShiftJIS.NewDecoder()
	for lead := range 256 {
		for trail := range 256 {
			src := []byte{'a', byte(lead), byte(trail), 'b'}
			want, _ := d.Bytes(src)
			got, err := decodeCP932([]byte("x"), src)
			switch {
			case bytes.Contains(want, lost), lead == 0x80, lead < 0x80 && trail == 0x80, lead >= 0xA1 && lead <= 0xDF && trail == 0x80:
				if err == nil {
					t.Errorf("%X is %q, want an error", src, got)
				}
			case err != nil || string(got) != "x"+string(want):
				t.Errorf("%X is %q, %v, want %q", src, got, err, want)
			}
		}
	}
}

// TestCorpus reads the files of the sample corpus, which are written apart from this package.
func TestCorpus(t *testing.T) {
	for name, want := range map[string]string{
		"00_zenkoku_all_20260930.zip": "2026-09-30 true 全国: 40 rows, 0 bad",
		"diff_20261001.csv":           "2026-10-01 false : 7 rows, 0 bad",
		"diff_20261002.csv":           "2026-10-02 false : 8 rows, 0 bad",
		"diff_20261005.csv":           "2026-10-05 false : 8 rows, 0 bad",
	} {
		checkFile(t, filepath.Join("../../../testdata/corpus/registry", name), want)
	}
}

// TestReal reads the registry's own files.
func TestReal(t *testing.T) {
	dir := os.Getenv("NAYOSE_DATA")
	if dir == "" {
		t.Skip("NAYOSE_DATA is not set")
	}
	for name, want := range map[string]string{
		"31_tottori_all_20160229.zip": "2016-02-29 true 鳥取県: 16593 rows, 0 bad",
		"diff_20260819.csv":           "2026-08-19 false : 2254 rows, 0 bad",
		"diff_20260820.csv":           "2026-08-20 false : 1991 rows, 0 bad",
		"diff_20260821.csv":           "2026-08-21 false : 2181 rows, 0 bad",
	} {
		checkFile(t, filepath.Join(dir, "nta", name), want)
	}
}

// checkFile reads a file, by its name and without.
func checkFile(t *testing.T, name, want string) {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var bad nayose.BadRows
	f, rows, err := read(string(content), name, &bad)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%v %v %s: %d rows, %d bad", f.Day, f.Whole, f.Prefecture, len(rows), bad.Count); got != want {
		t.Errorf("%s: %s, want %s", name, got, want)
	}
	unnamed, _, err := read(string(content), "x", nil)
	if !unnamed.Named && (unnamed.Day != f.Day || unnamed.Whole != f.Whole) || err != nil {
		t.Errorf("%s without its name: %v, whole: %v, %v", name, unnamed.Day, unnamed.Whole, err)
	}
	if is, err := Is(bytes.NewReader(content), int64(len(content))); !is || err != nil {
		t.Errorf("Is(%s) = %v, %v", name, is, err)
	}
}

// FuzzRow reads a row in both encodings; what it says, written and read again, is the same.
func FuzzRow(f *testing.F) {
	f.Add([]byte(line(akane(), 30)))
	f.Add([]byte(line(akane(), 23)))
	f.Add([]byte("1,\"a\"\"b\",,\"\x81\x40\","))
	f.Fuzz(func(t *testing.T, b []byte) {
		b, _, _ = bytes.Cut(b, []byte("\n"))
		for _, decode := range []func(dst, src []byte) ([]byte, error){decodeUTF8, decodeCP932} {
			row, err := (&text{decode: decode}).row(b, 30)
			if err != nil {
				_ = (&text{decode: decode}).readable(b)
				continue
			}
			again, err := (&text{decode: decodeUTF8}).row([]byte(strings.TrimSuffix(line(row, 30), "\n")), 30)
			if diff := cmp.Diff(row, again); diff != "" || err != nil {
				t.Errorf("written and read again: %v (-want +got):\n%s", err, diff)
			}
		}
	})
}

func FuzzOpen(f *testing.F) {
	plain := many(3)
	for _, s := range []string{plain, sjis(f, plain), gzipped(f, plain), zipped(f, entry{"a_1.csv", plain}, entry{"a_2.csv", plain})} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = Is(bytes.NewReader(b), int64(len(b)))
		var bad nayose.BadRows
		_, rows, err := read(string(b), "x", &bad)
		if err != nil && !isContract(err) {
			t.Errorf("%v is no contract error", err)
		}
		for _, r := range rows {
			if r.CompanyID == "" || r.UpdatedOn == 0 || r.Line == 0 {
				t.Errorf("a row is %+v", r)
			}
		}
	})
}

func BenchmarkRows(b *testing.B) {
	utf := many(100_000)
	for name, content := range map[string]string{"utf-8": utf, "cp932": sjis(b, utf), "zip": zipped(b, entry{"a.csv", utf})} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				f, err := Open(strings.NewReader(content), int64(len(content)), "x.csv")
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for _, err := range f.Rows(nil) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != 100_000 {
					b.Fatal(n)
				}
			}
		})
	}
}
