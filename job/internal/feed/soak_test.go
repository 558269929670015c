package feed

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"testing"
	"time"

	"nayose"
)

// generated is content that is as large as one wants and nowhere at all: a start, a unit again and again, an end.
type generated struct {
	start, unit, end string
	times            int64
}

func (generated) Close() error { return nil }

func (g generated) Size() int64 {
	return int64(len(g.start)) + g.times*int64(len(g.unit)) + int64(len(g.end))
}

// ReadAt reads of the one part that lies at this place, and goes on with the next.
func (g generated) ReadAt(b []byte, at int64) (n int, err error) {
	body := int64(len(g.start)) + g.times*int64(len(g.unit))
	for n < len(b) {
		switch i := at + int64(n); {
		case i < int64(len(g.start)):
			n += copy(b[n:], g.start[i:])
		case i < body:
			n += copy(b[n:min(int64(len(b)), int64(n)+body-i)], g.unit[(i-int64(len(g.start)))%int64(len(g.unit)):])
		case i < g.Size():
			n += copy(b[n:], g.end[i-body:])
		default:
			return n, io.EOF
		}
	}
	return n, nil
}

// records are 1000 records of about half a KiB: postings, all of which but the first are duplicates, and now and then a damaged one.
func records() string {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "id%d,株式会社サンプル%d,\"%s\r\n\"\"駅近\"\"\"\r\n", i, i%50, strings.Repeat("日勤のみ、週2日から。", 12))
		if i%100 == 0 {
			b.WriteString("damaged,\"\r\n")
		}
	}
	return b.String()
}

// xlsxBomb is a workbook of rows that all show one long text.
func xlsxBomb(t testing.TB) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	part := func(name, content string, more ...string) {
		out, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(out, content+strings.Join(more, ""))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const relation = `<Relationships><Relationship Id="a" Type="x/%s" Target="%s"/><Relationship Id="b" Type="x/%s" Target="%s"/></Relationships>`
	part("[Content_Types].xml", "<Types/>")
	part("_rels/.rels", fmt.Sprintf(relation, "officeDocument", "xl/workbook.xml", "none", "none"))
	part("xl/workbook.xml", `<workbook><sheets><sheet name="s" id="a"/></sheets></workbook>`)
	part("xl/_rels/workbook.xml.rels", fmt.Sprintf(relation, "worksheet", "s.xml", "sharedStrings", "t.xml"))
	part("xl/t.xml", "<sst><si><t>id</t></si><si><t>name</t></si>", strings.Repeat("<si><t>"+strings.Repeat("x", 900_000)+"</t></si>", 100), "</sst>")
	part("xl/s.xml", `<worksheet><sheetData><row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>`,
		strings.Repeat(`<row><c t="s"><v>9</v></c><c t="s"><v>8</v></c></row>`, 1_000_000), "</sheetData></worksheet>")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// gzipBomb packs so many MiB of x.
func gzipBomb(t testing.TB, mib int) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, "id,name\n")
	for range mib {
		if err == nil {
			_, err = io.WriteString(w, strings.Repeat("x", 1<<20))
		}
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestSoak reads what is far larger than memory; `make soak` runs it. NAYOSE_SOAK says how many GB the largest file has. What is
// bounded is the heap, whatever the time.
func TestSoak(t *testing.T) {
	gb, err := strconv.ParseInt(os.Getenv("NAYOSE_SOAK"), 10, 64)
	if err != nil {
		t.Skip("NAYOSE_SOAK is not set")
	}
	const GB, header = 1_000_000_000, "id,name,text\n"
	packed := func(s string) Content { return memory{strings.NewReader(s)} }
	repeated := func(start, unit, end string, size int64) Content {
		return generated{header + start, unit, end, size / int64(len(unit))}
	}
	for _, test := range []struct {
		name    string
		content func() Content
		heap    int64 // MiB
	}{
		{"a file of records", func() Content { return repeated("", records(), "", gb*GB) }, 16},
		{"a line of 1 GB", func() Content { return repeated("1,A,", "x", "\n2,B,C\n", GB) }, 16},
		{"a quoted cell of 1 GB", func() Content { return repeated("1,A,\"", "x y ", "\"\n2,B,C\n", GB) }, 16},
		{"a quoted cell of many lines", func() Content { return repeated("1,A,\"", strings.Repeat("日勤のみ ", 50)+"\n", "\"\n2,B,C\n", GB) }, 16},
		{"100 M blank lines", func() Content { return repeated("1,A,B", "\n", "2,B,C\n", GB/10) }, 16},
		{"records of delimiters", func() Content { return repeated("", strings.Repeat(",", 1<<20-1)+"\n", "2,B,C\n", GB/4) }, 64},
		{"quotes that nothing opens", func() Content { return repeated("", "A-1\",\"株式会社A\",\"東京都\n", "2,B,C\n", GB/20) }, 16},
		{"a gzip bomb", func() Content { return packed(gzipBomb(t, 2000)) }, 16},
		{"a workbook bomb", func() Content { return packed(xlsxBomb(t)) }, 64},
	} {
		content := test.content()
		most, stop := watch()
		start := time.Now()
		report, err := Read(t.Context(), Delivery{Partner: "p", Mapping: parse(t, "columns: {posting_id: id, company_name: name}\ndelimiter: ','"), Files: []File{{
			Key: "k", SHA256: "s", Open: func(context.Context) (Content, error) { return content, nil },
		}}}, Sink{
			Posting: func(nayose.Posting) error { return nil },
			Mention: func(nayose.Mention) error { return nil },
			Reject:  func(nayose.Reject) error { return nil },
		})
		stop()
		c := report.Counts
		t.Logf("%s: %d MB read in %.0f s, heap in use at most %d MiB, %s of the process; %d records, %d rejected (%v)", test.name, c.Bytes.Files/1_000_000,
			time.Since(start).Seconds(), *most>>20, peak(), c.Records, c.Rejected, err)
		if *most > test.heap<<20 {
			t.Errorf("%s: a heap of %d MiB, more than %d", test.name, *most>>20, test.heap)
		}
	}
}

// watch looks many times a second until it is stopped how much of the heap was in use when it was last cleaned up, less what was on
// it before.
func watch() (most *int64, stop func()) {
	debug.FreeOSMemory()
	most = new(int64)
	before, done, stopped := heap(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			select {
			case <-done:
				return
			case <-tick.C:
				sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
				metrics.Read(sample)
				*most = max(*most, int64(sample[0].Value.Uint64())-before)
			}
		}
	}()
	return most, func() { close(done); <-stopped }
}

// peak is the largest memory that the process has had, where the system says so.
func peak() string {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
