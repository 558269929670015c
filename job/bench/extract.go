package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"time"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/feed"
	"nayose/job/internal/program"
)

// textMapping is the mapping of the generated feed that is mostly text. Its other columns go into extra.
var textMapping = feed.Mapping{Delimiter: ",", Columns: map[string]feed.Source{
	"posting_id": program.Column("求人番号"), "company_name": program.Column("法人名"), "company_name_kana": program.Column("法人名カナ"), "workplace_name": program.Column("事業所名"),
	"corporate_number": program.Column("法人番号"), "prefecture": program.Column("都道府県"), "city": program.Column("市区町村"), "address": program.Column("所在地"), "phone": program.Column("電話番号"),
	"url": program.Column("ホームページ"), "title": program.Column("タイトル"), "occupation": program.Column("職種"), "employment_type": program.Column("雇用形態"), "salary_unit": program.Column("給与形態"),
	"salary_min": program.Column("給与下限"), "salary_max": program.Column("給与上限"), "salary": program.Column("給与備考"), "posted_on": program.Column("掲載開始日"),
	"closes_on": program.Column("掲載終了日"), "description": program.Column("仕事内容"),
}}

// textColumns is how many columns that feed has.
const textColumns = 25

// ways are the three ways in which a feed is read, each doing more than the one before it.
var ways = []struct {
	name string
	read func(textFile) (records int64, err error)
}{
	{"decode and scan alone", textFile.scan},
	{"extract, nothing written", textFile.extract},
	{"extract, artefacts written", textFile.artefacts},
}

// A textFile is a generated feed.
type textFile struct {
	path, encoding string
	size           int64
}

// A pass is what it took to read a feed, once.
type pass struct {
	cpu, wall          time.Duration
	bytes, allocations uint64 // allocated in all
	records            int64
	ratio              float64 // of its CPU to that of the scan in the same round
}

// extract measures the extraction of a feed in both encodings beside decoding and splitting it, on one core, by turns.
func (r *report) extract(dir string) error {
	t := table{
		about: fmt.Sprintf("A generated feed that is mostly text, %d rows of 25 columns, from a file in the page cache. CPU is of one core, "+
			"compression and the collector's work included: the medians of %d rounds, in each of which all are measured by turns. Allocations are of a "+
			"record.", r.rows, r.rounds),
		head: []string{"feed", "CPU MB/s", "x scan", "CPU µs a record", "bytes allocated", "allocations", "MB/s on two cores"},
	}
	for _, encoding := range []string{"utf-8", "cp932"} {
		file, err := r.generateText(dir, encoding)
		if err != nil {
			return err
		}
		log.Printf("extract: %s, %d MB", encoding, file.size/1e6)
		if err := r.measureText(file, &t); err != nil {
			return err
		}
		if err := os.Remove(file.path); err != nil {
			return err
		}
	}
	r.section("Extract", t)
	return nil
}

func (r *report) generateText(dir, encoding string) (textFile, error) {
	path := filepath.Join(dir, encoding+".csv")
	generate := exec.Command("go", "run", "nayose/testdata/generate", "-feed", path, "-rows", strconv.Itoa(r.rows), "-encoding", encoding)
	if output, err := generate.CombinedOutput(); err != nil {
		return textFile{}, fmt.Errorf("generate: %w: %s", err, output)
	}
	bytes, err := size(path)
	return textFile{path, encoding, bytes}, err
}

// measureText adds a row for each way of reading a feed.
func (r *report) measureText(file textFile, t *table) error {
	took, twoCores := make([][]pass, len(ways)), make([][]pass, len(ways))
	for range r.rounds {
		for cores, into := range [][][]pass{took, twoCores} {
			for i, way := range ways {
				one, err := measurePass(cores+1, way.read, file)
				if err != nil {
					return err
				}
				into[i] = append(into[i], one)
			}
		}
	}
	for i := range ways {
		for round, scan := range took[0] {
			took[i][round].ratio = took[i][round].cpu.Seconds() / scan.cpu.Seconds()
		}
	}
	cpu := func(a pass) float64 { return a.cpu.Seconds() }
	megabytes := float64(file.size) / 1e6
	for i, way := range ways {
		seconds, n := median(took[i], cpu), float64(took[i][0].records)
		each := func(count func(pass) uint64) string {
			return fmt.Sprintf("%.1f", median(took[i], func(a pass) float64 { return float64(count(a)) })/n)
		}
		t.row(file.encoding+", "+way.name, fmt.Sprintf("%.0f", megabytes/seconds), fmt.Sprintf("%.2f", median(took[i], func(a pass) float64 { return a.ratio })),
			fmt.Sprintf("%.1f", 1e6*seconds/n), each(func(a pass) uint64 { return a.bytes }), each(func(a pass) uint64 { return a.allocations }),
			fmt.Sprintf("%.0f", megabytes/median(twoCores[i], func(a pass) float64 { return a.wall.Seconds() })))
	}
	return nil
}

func median[T any](of []T, figure func(T) float64) float64 {
	var values []float64
	for _, a := range of {
		values = append(values, figure(a))
	}
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

func measurePass(cores int, read func(textFile) (int64, error), file textFile) (pass, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, err := ownCPU()
	if err != nil {
		return pass{}, err
	}
	start := time.Now()
	records, err := read(file)
	if err != nil {
		return pass{}, err
	}
	wall := time.Since(start)
	end, err := ownCPU()
	runtime.ReadMemStats(&after)
	return pass{
		cpu: end - cpu, wall: wall, bytes: after.TotalAlloc - before.TotalAlloc, allocations: after.Mallocs - before.Mallocs, records: records,
	}, err
}

// onDisk is a file as feed reads it.
type onDisk struct {
	*os.File
	size int64
}

func (c onDisk) Size() int64 { return c.size }

func (f textFile) open(context.Context) (feed.Content, error) {
	file, err := os.Open(f.path)
	return onDisk{file, f.size}, err
}

// scan decodes every record and cuts it into cells.
func (f textFile) scan() (records int64, err error) {
	content, err := f.open(context.Background())
	if err != nil {
		return 0, err
	}
	defer content.Close()
	format := feed.Format{Encoding: f.encoding, Delimiter: ",", Quote: '"', Width: textColumns}
	err = feed.Scan(content, format, func(_ string, rec *feed.Record) error {
		if rec.Fault != nil {
			return errors.New(rec.Fault.Reason)
		}
		records++
		return nil
	})
	return records - 1, err
}

// read reads the feed into a sink.
func (f textFile) read(sink feed.Sink) (records int64, err error) {
	mapping := textMapping
	mapping.Encoding = f.encoding
	report, err := feed.Read(context.Background(), feed.Delivery{
		Partner: "text", Mapping: &mapping, Files: []feed.File{{Key: "text.csv", SHA256: f.encoding, Open: f.open}},
	}, sink)
	if err == nil && report.Counts.Unique != report.Counts.Records {
		err = fmt.Errorf("of %d records %d are postings", report.Counts.Records, report.Counts.Unique)
	}
	return report.Counts.Records, err
}

// extract reads the feed into nothing.
func (f textFile) extract() (int64, error) {
	return f.read(feed.Sink{})
}

// artefacts reads the feed into the artefacts of the stage, which are thrown away instead of committed.
func (f textFile) artefacts() (records int64, err error) {
	a, err := artifact.Begin(nil)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	postings, err1 := artifact.NewTable[nayose.Posting](a, "postings.parquet")
	mentions, err2 := artifact.NewTable[nayose.Mention](a, "mentions.parquet")
	deletions, err3 := artifact.NewTable[nayose.Deletion](a, "deletions.parquet")
	rejects, err4 := artifact.NewLines[nayose.Reject](a, "rejects.ndjson")
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return 0, err
	}
	records, err = f.read(feed.Sink{Posting: postings.Write, Mention: mentions.Write, Deletion: deletions.Write, Reject: rejects.Write})
	if err != nil {
		return 0, err
	}
	return records, errors.Join(postings.Close(), mentions.Close(), deletions.Close(), rejects.Close())
}
