package feed

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nayose"
)

const deltaMapping = "feed: delta\ncolumns: {posting_id: id, company_name: name, deleted: gone}\n"

// outcomes tell what became of each record of a delivery, in their order: + a posting, - a deletion, the rest rejects.
func outcomes(t testing.TB, m *Mapping, files ...File) (all []string, report Report, err error) {
	t.Helper()
	report, err = Read(t.Context(), Delivery{Partner: "p", Mapping: m, Files: files}, Sink{
		Posting:  func(p nayose.Posting) error { all = append(all, "+"+p.PostingID); return nil },
		Mention:  func(nayose.Mention) error { return nil },
		Deletion: func(d nayose.Deletion) error { all = append(all, "-"+d.PostingID); return nil },
		Reject: func(r nayose.Reject) error {
			all = append(all, fmt.Sprintf("%s %s:%d %s", r.Kind, r.File, r.Line, r.Code))
			return nil
		},
	})
	if balance := report.Counts.Balance(); balance != nil {
		t.Error(balance)
	}
	return all, report, err
}

// TestDuplicates shows which of several records of one posting id counts, in a file, across files and across the entries of an
// archive, and that the others are counted.
func TestDuplicates(t *testing.T) {
	const header = "id,name,gone\n"
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for _, name := range []string{"b.csv", "a.csv"} {
		out, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(out, header+"1,"+name+",\n2,x,\n\n")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	snapshot := "columns: {posting_id: id, company_name: name}\nignore: gone\n"
	files := []File{inMemory("1.csv", "s1", header+"1,A,\n1,B,\n"), inMemory("2.csv", "s2", header+"2,C,\n1,D,\n")}
	for _, test := range []struct {
		name, mapping string
		files         []File
		want          []string
	}{
		{"snapshot", snapshot, files, []string{"+1", "duplicate 1.csv:3 duplicate", "+2", "duplicate 2.csv:3 duplicate"}},
		{"snapshot, last", snapshot + "duplicates: last\n", files, []string{"duplicate 1.csv:2 duplicate", "duplicate 1.csv:3 duplicate", "+2", "+1"}},
		{"archive", snapshot, []File{inMemory("z.zip", "s", packed.String())}, []string{
			"+1", "+2", "duplicate z.zip/a.csv:2 duplicate", "duplicate z.zip/a.csv:3 duplicate",
		}},
		{"archive, last", snapshot + "duplicates: last\n", []File{inMemory("z.zip", "s", packed.String())}, []string{
			"duplicate z.zip/b.csv:2 duplicate", "duplicate z.zip/b.csv:3 duplicate", "+1", "+2",
		}},
		{"the same file twice", snapshot, []File{files[1], files[1]}, []string{"+2", "+1", "duplicate 2.csv:2 duplicate", "duplicate 2.csv:3 duplicate"}},
		{"delta", deltaMapping, []File{
			inMemory("1.csv", "s1", header+"1,A,\n2,B,\n3,C,1\n"), inMemory("2.csv", "s2", header+"1,,1\n3,C2,\n4,D\n2,\"B,\n"),
		}, []string{
			"duplicate 1.csv:2 duplicate", "+2", "duplicate 1.csv:4 duplicate", "-1", "+3", "rejected 2.csv:4 cell_count", "rejected 2.csv:5 quote",
		}},
		{"delta, first", deltaMapping + "duplicates: first\n", []File{inMemory("1.csv", "s1", header+"1,A,\n1,,1\n2,,1\n2,B,\n")}, []string{
			"+1", "duplicate 1.csv:3 duplicate", "-2", "duplicate 1.csv:5 duplicate",
		}},
	} {
		got, _, err := outcomes(t, parse(t, test.mapping), test.files...)
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
			t.Errorf("%s: error %v, -want +got:\n%s", test.name, err, diff)
		}
	}
}

// TestArchiveLineage shows that records at one place of several entries are not one record.
func TestArchiveLineage(t *testing.T) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for _, name := range []string{"a.csv", "b.csv"} {
		out, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(out, "id,name\nbad\n")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d := delivery{}
	_, err := Read(t.Context(), Delivery{Partner: "p", Mapping: parse(t, "columns: {posting_id: id, company_name: name}"), Files: []File{
		inMemory("z.zip", "s", packed.String()),
	}}, Sink{Reject: func(r nayose.Reject) error { d.rejects = append(d.rejects, r); return nil }})
	if err != nil || len(d.rejects) != 2 || d.rejects[0].Lineage == d.rejects[1].Lineage || d.rejects[1].File != "z.zip/b.csv" || d.rejects[1].Offset != 8 {
		t.Errorf("rejects %+v, error %v", d.rejects, err)
	}
}

// TestDeltaModel reads random deliveries of changes and compares what stands in the end with what a person would say: the last
// good record of each id.
func TestDeltaModel(t *testing.T) {
	m := parse(t, deltaMapping)
	rapid.Check(t, func(rt *rapid.T) {
		var files []File
		want := map[string]string{}
		for n := range rapid.IntRange(1, 3).Draw(rt, "files") {
			text := "id,name,gone\n"
			for range rapid.IntRange(1, 8).Draw(rt, "records") {
				id := fmt.Sprint(rapid.IntRange(1, 4).Draw(rt, "id"))
				switch rapid.IntRange(0, 3).Draw(rt, "kind") {
				case 0:
					text += id + ",A\n" // damaged
				case 1:
					text, want[id] = text+id+",,1\n", "-"
				default:
					text, want[id] = text+id+",A,\n", "+"
				}
			}
			files = append(files, inMemory(fmt.Sprint(n), fmt.Sprint(n), text))
		}
		all, _, err := outcomes(t, m, files...)
		if err != nil {
			rt.Fatal(err)
		}
		got := map[string]string{}
		for _, outcome := range all {
			if sign, id := outcome[:1], outcome[1:]; sign == "+" || sign == "-" {
				if got[id] != "" {
					rt.Fatalf("%s counts twice: %q", id, all)
				}
				got[id] = sign
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("%q: -want +got:\n%s", all, diff)
		}
	})
}

// TestChangedFile shows that a file which is another when it is read again is an error, and loses nothing silently.
func TestChangedFile(t *testing.T) {
	for _, second := range []string{"1,A,\n", "2,B,\n1,A,\n", "1,A,\n2,B,\n1,A,\n", "1,A,\n3,B,\n"} {
		reads := 0
		file := File{Key: "k", SHA256: "s", Open: func(context.Context) (Content, error) {
			if reads++; reads == 1 {
				return memory{strings.NewReader("id,name,gone\n1,A,\n2,B,\n")}, nil
			}
			return memory{strings.NewReader("id,name,gone\n" + second)}, nil
		}}
		_, _, err := outcomes(t, parse(t, deltaMapping), file)
		var fault *nayose.Error
		if !errors.As(err, &fault) || fault.Kind != nayose.Integrity || reads != 2 {
			t.Errorf("read again as %q: error %v", second, err)
		}
	}
}

// stopping is content whose reading stops its context.
type stopping struct {
	memory
	stop  func()
	reads *int
}

func (s stopping) ReadAt(b []byte, at int64) (int, error) {
	if *s.reads++; *s.reads == 2 {
		s.stop()
	}
	return s.memory.ReadAt(b[:min(len(b), 64<<10)], at)
}

// TestStops shows that reading stops with its context even where no record comes: in blank lines, in one long line, in a header.
func TestStops(t *testing.T) {
	const long = 16 << 20
	packed := func(text string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = io.WriteString(w, text)
		_ = w.Close()
		return b.String()
	}
	for name, file := range map[string]string{
		"blank lines":  "id,name\n" + strings.Repeat("\n", long),
		"one line":     "id,name\n" + strings.Repeat("x", long),
		"no header":    strings.Repeat(",,,\n", long/4),
		"packed lines": packed("id,name\n" + strings.Repeat("\n", long)),
	} {
		ctx, stop := context.WithCancel(t.Context())
		reads := 0
		_, err := Read(ctx, Delivery{Partner: "p", Mapping: parse(t, "columns: {posting_id: id, company_name: name}"), Files: []File{{
			Key: "k", SHA256: "s", Open: func(context.Context) (Content, error) {
				return stopping{memory{strings.NewReader(file)}, stop, &reads}, nil
			},
		}}}, Sink{Reject: func(nayose.Reject) error { return nil }})
		if stop(); !errors.Is(err, context.Canceled) || reads > 8 {
			t.Errorf("%s: error %v after %d reads", name, err, reads)
		}
	}
}

// FuzzRead reads any bytes as a delivery: nothing panics, the books balance, and each byte of a text has its place.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		example, "id,name,gone\n1,A,\n1,,1\n2,\"B\n", "\uFEFFid;name;gone\r\n1;\"a;b\";\r\n", "id,name,gone\n1,A,\nid,name,gone\n,,\n \n2\x00,B,\n",
		"\xFF\xFEi\x00d\x00,\x00n\x00a\x00m\x00e\x00,\x00g\x00o\x00n\x00e\x00\n\x001\x00,\x00A\x00,\x00\n\x00",
		"id,name,gone\n1,\x8a\x94\x8e\xae\x89\xef\x8e\xd0,\n",
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	mapping := "columns: {posting_id: id, company_name: name%s}\nduplicates: last\n"
	snapshot, delta := parse(f, fmt.Sprintf(mapping, "")), parse(f, "feed: delta\n"+fmt.Sprintf(mapping, ", deleted: gone"))
	f.Fuzz(func(t *testing.T, file []byte, changes bool) {
		m := snapshot
		if changes {
			m = delta
		}
		all, report, err := outcomes(t, m, inMemory("k", "s", string(file)))
		if err != nil {
			return
		}
		c := report.Counts
		if n := c.Records; n != int64(len(all)) {
			t.Errorf("%d records, %d came out: %q", n, len(all), all)
		}
		if b := c.Bytes; b.Files != int64(len(file)) && !bytes.HasPrefix(file, []byte("PK")) && !bytes.HasPrefix(file, []byte{0x1F, 0x8B}) {
			t.Errorf("of %d bytes: %+v", len(file), b)
		}
	})
}
