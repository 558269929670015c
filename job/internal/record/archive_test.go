package record

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"

	"nayose"
)

func gzipped(t testing.TB, members ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, member := range members {
		w := gzip.NewWriter(&b)
		_, err := io.WriteString(w, member)
		must(t, err)
		must(t, w.Close())
	}
	return b.Bytes()
}

// entry is a file in an archive.
type entry struct {
	name, content string
	change        func(*zip.FileHeader)
}

func zipped(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		out, err := w.CreateHeader(h)
		must(t, err)
		_, err = io.WriteString(out, e.content)
		must(t, err)
		if e.change != nil {
			e.change(h) // in the list of entries, which is written last
		}
	}
	must(t, w.Close())
	return b.Bytes()
}

// lines reads a file: a line a record, with its table, offset and cells or what is wrong with it.
func lines(file []byte, f Format) (all []string, err error) {
	for t, err := range Open(bytes.NewReader(file), int64(len(file)), f) {
		if err != nil {
			return all, err
		}
		for {
			rec, err := t.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				return all, err
			}
			line := fmt.Sprintf("%s@%d %s", t.Name, rec.Offset, strings.Join(rec.Cells, "|"))
			if rec.Fault != nil {
				line += string(rec.Fault.Code)
			}
			all = append(all, line)
		}
	}
	return all, nil
}

func TestArchives(t *testing.T) {
	cp932, err := japanese.ShiftJIS.NewEncoder().String("求人.csv")
	must(t, err)
	raw := func(h *zip.FileHeader) { h.NonUTF8 = true }
	for _, test := range []struct {
		name string
		file []byte
		want []string
	}{
		{"gzip", gzipped(t, "id,name\n1,株式会社A\n"), []string{"@0 id|name", "@8 1|株式会社A"}},
		{"gzip in members", gzipped(t, "id,na", "", "me\n1,A\n"), []string{"@0 id|name", "@8 1|A"}},
		{"zip", zipped(t, entry{"b.csv", "id,name\n1,A\n", nil}, entry{"a.TSV", "id\tname\n2\tB\n", nil}), []string{
			"b.csv@0 id|name", "b.csv@8 1|A", "a.TSV@0 id|name", "a.TSV@8 2|B",
		}},
		{"what is no table", zipped(
			t, entry{"d/", "", nil}, entry{"d.csv/", "", nil}, entry{"__MACOSX/d/._a.csv", "\x00\x05", nil}, entry{"d/._a.csv", "\x00\x05", nil},
			entry{"説明書.pdf", "%PDF-", nil}, entry{"_SUCCESS", "", nil}, entry{`d\a.csv`, "id,name\n1,A\n", nil},
		), []string{"d/a.csv@0 id|name", "d/a.csv@8 1|A"}},
		{"names", zipped(t, entry{cp932, "id,name\n", raw}, entry{"a\n\x1b[2J.csv", "id,name\n", nil}, entry{"\xff.csv", "id,name\n", raw}), []string{
			"求人.csv@0 id|name", "a??[2J.csv@0 id|name", "?.csv@0 id|name",
		}},
		{"stored", zipped(t, entry{"a.csv", "id,name\n1,A\n", func(h *zip.FileHeader) {}}), []string{"a.csv@0 id|name", "a.csv@8 1|A"}},
	} {
		got, err := lines(test.file, Format{})
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
			t.Errorf("%s: error %v, -want +got:\n%s", test.name, err, diff)
		}
	}
}

// TestArchivesRefused shows that what an archive cannot give, or what may be lost in it, is an error that says what to do.
func TestArchivesRefused(t *testing.T) {
	table := entry{"a.csv", "id,name\n1,A\n", nil}
	with := func(change func(*zip.FileHeader)) []byte { return zipped(t, entry{"a.csv", "id,name\n1,A\n", change}) }
	patch := func(at int) []byte { // in the list of entries
		file := zipped(t, table)
		file[bytes.Index(file, []byte("PK\x01\x02"))+at]++
		return file
	}
	zeros := strings.Repeat("\n", 1<<20)
	for _, test := range []struct {
		name string
		file []byte
		want string
	}{
		{"no gzip", []byte{0x1F, 0x8B, 9, 0, 0, 0, 0, 0, 0, 0}, "the archive is damaged or cut off: gzip: invalid header"},
		{"garbage behind", append(gzipped(t, "id,name\n"), "garbage, more than a header"...), "the archive is damaged or cut off: gzip: invalid header"},
		{"gzip in gzip", gzipped(t, string(gzipped(t, strings.Repeat("id,name\n", 20)))), "this is no text"},
		{"encrypted", with(func(h *zip.FileHeader) { h.Flags |= 1 }), "a.csv in the archive is encrypted"},
		{"another method", with(func(h *zip.FileHeader) { h.Method = 9 }), "a.csv in the archive is packed by method 9"},
		{"an archive in it", zipped(t, table, entry{"b.csv.gz", "x", nil}), "b.csv.gz in the archive is nothing that is read here"},
		{"a workbook in it", zipped(t, table, entry{"b.XLSX", "x", nil}), "b.XLSX in the archive is nothing that is read here"},
		{"a name without an end", zipped(t, table, entry{"postings", "x", nil}), "postings in the archive is nothing that is read here"},
		{"a name twice", zipped(t, table, table), "a.csv stands in the archive twice"},
		{"another checksum", patch(16), "the archive is damaged or cut off: zip: checksum error"},
		{"another size", patch(24), "the archive is damaged or cut off: unexpected EOF"},
		{"a bomb", gzipped(t, strings.Repeat(zeros, 65)), "it unpacks to far more than text does"},
		{"a bomb of entries", zipped(
			t, entry{"1.csv", strings.Repeat(zeros, 33), nil}, entry{"2.csv", strings.Repeat(zeros, 33), nil},
		), "it unpacks to far more than text does"},
		{"too many entries", zipped(t, slices.Repeat([]entry{{strings.Repeat("n", 60_000), "", nil}}, 80)...), "the list of what is in the archive"},
	} {
		_, err := lines(test.file, Format{})
		var fault *nayose.Error
		if !errors.As(err, &fault) || fault.Kind != nayose.Contract || fault.Hint == "" || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: error %v (%+v), want %s…", test.name, err, fault, test.want)
		}
	}
}

// TestOverlap shows that entries which share their bytes, as those of a bomb do, are limited by what they unpack to together.
func TestOverlap(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	var shared zip.FileHeader
	out, err := w.Create("0.csv")
	must(t, err)
	_, err = io.WriteString(out, strings.Repeat("\n", 8<<20))
	must(t, err)
	must(t, w.Flush())
	must(t, w.Close())
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	must(t, err)
	shared = r.File[0].FileHeader
	first := bytes.Index(b.Bytes(), []byte("PK\x01\x02"))
	end := bytes.LastIndex(b.Bytes(), []byte("PK\x05\x06"))
	list := b.Bytes()[first:end]
	bomb := bytes.Clone(b.Bytes()[:first])
	for i := range 9 {
		bomb = append(bomb, bytes.Replace(list, []byte("0.csv"), fmt.Appendf(nil, "%d.csv", i), 1)...)
	}
	tail := bytes.Clone(b.Bytes()[end:])
	tail[8], tail[10] = 9, 9
	size := 9 * len(list)
	tail[12], tail[13], tail[14] = byte(size), byte(size>>8), byte(size>>16)
	_, err = lines(append(bomb, tail...), Format{})
	if err == nil || !strings.HasPrefix(err.Error(), "it unpacks to far more than text does") {
		t.Errorf("9 entries over the same %d bytes: error %v", shared.CompressedSize64, err)
	}
}

// TestCutArchives cuts archives at every byte and flips bits in them: there is an error, or all that was there is found.
func TestCutArchives(t *testing.T) {
	var text strings.Builder
	text.WriteString("id,name\n")
	for i := range 60 {
		fmt.Fprintf(&text, "%d,株式会社%x\n", i, i*i*7919)
	}
	for name, file := range map[string][]byte{
		"gzip": gzipped(t, text.String()), "zip": zipped(t, entry{"a.csv", text.String(), nil}, entry{"b.csv", text.String(), nil}),
	} {
		whole, err := lines(file, Format{})
		must(t, err)
		for cut := range file {
			if got, err := lines(file[:cut], Format{}); err == nil && cut >= 4 {
				t.Errorf("%s cut at %d of %d: no error, %d of %d records", name, cut, len(file), len(got), len(whole))
			}
			flipped := bytes.Clone(file)
			flipped[cut] ^= 1 << (cut % 8)
			got, err := lines(flipped, Format{})
			if err == nil && len(got) != len(whole) {
				t.Errorf("%s with byte %d flipped: no error, %d of %d records", name, cut, len(got), len(whole))
			}
		}
	}
}

// TestArchiveSource shows that an error of the store is not the archive's fault, whatever it is, nor one that ends too early.
func TestArchiveSource(t *testing.T) {
	var text strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&text, "%d,株式会社%x\n", i, i*i*7919)
	}
	for name, file := range map[string][]byte{
		"plain": []byte(text.String()), "gzip": gzipped(t, text.String()), "zip": zipped(t, entry{"a.csv", text.String(), nil}),
	} {
		for _, failure := range []error{errors.New("connection reset"), io.ErrUnexpectedEOF, io.EOF} {
			want := failure
			if failure == io.EOF { //nolint:errorlint // the very error
				want = io.ErrUnexpectedEOF
			}
			for fail := range 3 {
				reads := 0
				src := readerAt(func(b []byte, at int64) (int, error) {
					if reads++; reads > fail {
						return 0, failure
					}
					return bytes.NewReader(file).ReadAt(b, at)
				})
				var err error
				for table, e := range Open(src, int64(len(file)), Format{}) {
					for err = e; err == nil; {
						_, err = table.Next()
					}
				}
				var fault *nayose.Error
				if !errors.Is(err, want) || errors.As(err, &fault) {
					t.Errorf("%s, read %d fails with %v: error %v", name, fail, failure, err)
				}
			}
		}
	}
}

// TestBombMemory shows that a bomb costs no memory that a file of its size would not.
func TestBombMemory(t *testing.T) {
	line := strings.Repeat("x", 1<<20)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	for range 60 {
		_, err := io.WriteString(w, line)
		must(t, err)
	}
	must(t, w.Close())
	before := heapNow()
	var most int64
	for table, err := range Open(bytes.NewReader(packed.Bytes()), int64(packed.Len()), Format{Delimiter: ","}) {
		must(t, err)
		for {
			_, err := table.Next()
			most = max(most, heapNow()-before)
			if err == io.EOF {
				break
			}
			must(t, err)
		}
	}
	if limit := int64(8 << 20); most > limit {
		t.Errorf("60 MiB in one line, packed to %d KiB, took %d bytes of memory, more than %d", packed.Len()>>10, most, limit)
	}
}

func heapNow() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

type readerAt func(b []byte, at int64) (int, error)

func (f readerAt) ReadAt(b []byte, at int64) (int, error) { return f(b, at) }
