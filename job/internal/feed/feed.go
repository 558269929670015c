// Package feed reads what partners deliver: files of job postings, each partner's in its own columns, words, encoding
// and state of repair. It makes of them postings, the mentions of employers in them, and rejects; nothing else of
// nayose looks into a partner's file.
//
//	bytes ─ splitter ─▶ records ─ decode ─▶ cells ─ layout ─▶ Posting, Mention or Reject
//	                                                  ▲
//	                                  Mapping × the file's header
//
// A file is read as a stream. The splitter cuts the bytes into records and knows where each one lies; only then are the
// cells decoded, so that a byte that does not decode costs one record. The layout is the mapping applied to the file's
// header: which cell is the company's name, which is the posting's salary. For example this mapping
//
//	columns:
//	  posting_id: 管理番号
//	  company_name: [会社名, 企業名]
//	  salary: 給与
//
// makes of this file
//
//	管理番号,会社名,給与,備考
//	A-1,株式会社サンプル,"時給1,350円～1,690円",駅近
//
// the mention {company name 株式会社サンプル} and the posting {posting id A-1, salary 1350 to 1690 yen an hour, extra
// {"備考":"駅近"}}.
//
// Every record comes out exactly once, as a posting or as a reject, and the Counts say so. A damaged record loses only
// itself: see splitter for how its neighbours are kept. A file that is not what the mapping says (another encoding, a
// missing column) is an error before its first record, because then every record would be wrong.
package feed

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"nayose"
)

// Sink takes what a Reader makes of a delivery, in the order of its records. An error from it ends the reading.
type Sink struct {
	Posting func(nayose.Posting) error
	Mention func(nayose.Mention) error // each mention once a delivery, before the first posting that has it
	Reject  func(nayose.Reject) error
}

// Reader reads the files of one delivery. It remembers no text, only which posting ids and which mentions it has seen.
type Reader struct {
	partner  string
	mapping  *Mapping
	sink     Sink
	counts   nayose.ExtractCounts
	postings seen
	mentions seen
	extra    []string
}

// seen is a set of hashes, cut to 80 bits so that two sets stay below 64 bytes a posting: 47 where they have just grown and
// every posting has its own mention; whole ids would take 80. Among ten million postings, the chance that one is taken
// for the duplicate of another is 4 in 10¹¹.
type seen map[[10]byte]struct{}

// add puts id in, and tells whether it is new.
func (s seen) add(id nayose.ID) bool {
	n := len(s)
	s[[10]byte(id[:10])] = struct{}{}
	return len(s) > n
}

// NewReader makes the Reader of one delivery of a partner, by a mapping that Validate has passed.
func NewReader(partner string, m *Mapping, sink Sink) *Reader {
	return &Reader{
		partner:  partner,
		mapping:  m,
		sink:     sink,
		postings: seen{},
		mentions: seen{},
	}
}

// Counts are the books so far: each record is exactly one of rejected, duplicate and unique.
func (r *Reader) Counts() nayose.ExtractCounts { return r.counts }

// ExtraColumns are the headers that the mapping does not name, in the order of their first appearance. Their cells are
// kept in Posting.Extra.
func (r *Reader) ExtraColumns() []string { return slices.Clone(r.extra) }

// File reads one file of the delivery: key and sha256 (hexadecimal) are the object's, and go into rejects and lineage
// ids. Files are read in the delivery's order: of two postings with one id, the first is kept.
//
// The error is of kind Contract where the file is not what the mapping says, Held where it holds no record. Errors of
// ctx, src and the sink come back wrapped.
func (r *Reader) File(ctx context.Context, key, sha256 string, src io.Reader) error {
	if err := r.file(ctx, key, sha256, src); err != nil {
		return fmt.Errorf("read %s: %w", key, err)
	}
	return nil
}

func (r *Reader) file(ctx context.Context, key, sha256 string, src io.Reader) error {
	f, err := openFile(r.mapping, key, sha256, src)
	if err != nil {
		return err
	}
	for _, name := range f.layout.unknown() {
		if !slices.Contains(r.extra, name) {
			r.extra = append(r.extra, name)
		}
	}
	before := r.counts.Records
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		rec, err := f.split.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if err := r.record(f, rec); err != nil {
			return err
		}
	}
	if r.counts.Records == before {
		return emptyDelivery("it has a header and no record")
	}
	return nil
}

func emptyDelivery(why string) error {
	return nayose.Fault(nayose.Held, fmt.Errorf("an empty delivery: %s", why),
		"ask the partner for the file; an empty one would expire every posting of theirs")
}

// record books one record and hands on what it is.
func (r *Reader) record(f *file, rec *record) error {
	lineage := nayose.NewID("record", r.partner, f.sha256, strconv.FormatInt(rec.offset, 10))
	r.counts.Records++
	r.counts.RecordsSum.Add(lineage)

	p, m, fault := f.posting(r.partner, rec)
	if fault != nil {
		r.counts.Rejected++
		r.counts.RejectedSum.Add(lineage)
		return r.sink.Reject(f.reject(nayose.RejectBad, lineage, rec, *fault))
	}
	if !r.postings.add(nayose.NewID(p.PostingID)) {
		r.counts.Duplicates++
		r.counts.DuplicatesSum.Add(lineage)
		again := faultf(f.layout.headerOf(postingID), CodeDuplicate, "posting id %s stood earlier in this delivery", p.PostingID)
		return r.sink.Reject(f.reject(nayose.RejectDuplicate, lineage, rec, *again))
	}
	r.counts.Unique++
	r.counts.UniqueSum.Add(lineage)
	if r.mentions.add(m.ID) {
		r.counts.Mentions++
		if err := r.sink.Mention(m); err != nil {
			return err
		}
	}
	p.Lineage = lineage
	return r.sink.Posting(p)
}

// file is a delivered file whose encoding and header are known.
type file struct {
	key, sha256 string
	encoding    string
	decode      decoder
	split       *splitter
	layout      *layout

	text  []byte // the cells of the record at hand, decoded and laid end to end
	ends  []int
	cells []string
}

// openFile finds out a file's encoding and reads its header.
func openFile(m *Mapping, key, sha256 string, src io.Reader) (*file, error) {
	f := &file{key: key, sha256: sha256, split: newSplitter(src, cmp.Or(m.delimiter(), ",")[0])}
	sample, err := f.split.peek()
	if err != nil {
		return nil, err
	}
	encoding, bom, err := detect(sample, m.encoding())
	if err != nil {
		return nil, err
	}
	f.split.skip(bom)
	f.encoding, f.decode = encoding, newDecoder(encoding)
	header, err := f.header()
	if err != nil {
		return nil, err
	}
	f.split.width = len(header)
	f.layout, err = newLayout(m, header)
	return f, err
}

// header reads the first record as a header.
func (f *file) header() ([]string, error) {
	rec, err := f.split.next()
	if err == io.EOF {
		return nil, emptyDelivery("the file has no line")
	}
	if err != nil {
		return nil, err
	}
	fault := rec.damage()
	if fault == nil {
		fault = f.decodeCells(rec)
	}
	if fault != nil {
		return nil, nayose.Fault(nayose.Contract, fmt.Errorf("the header, line %d: %s", rec.line, fault.reason), "")
	}
	header := make([]string, len(f.cells))
	for i, c := range f.cells {
		header[i] = strings.TrimSpace(c)
	}
	return header, nil
}

// posting reads a record, or says what is wrong with it.
func (f *file) posting(partner string, rec *record) (nayose.Posting, nayose.Mention, *fault) {
	if bad := rec.damage(); bad != nil {
		return nayose.Posting{}, nayose.Mention{}, bad
	}
	if bad := f.decodeCells(rec); bad != nil {
		return nayose.Posting{}, nayose.Mention{}, bad
	}
	if f.layout.isHeader(f.cells) {
		return nayose.Posting{}, nayose.Mention{}, faultf("", CodeHeaderAgain, "the header stands here again")
	}
	return f.layout.read(partner, f.cells)
}

// decodeCells decodes a record's cells into f.cells, which share one string: one allocation a record.
func (f *file) decodeCells(rec *record) *fault {
	if f.encoding == encodingCP932 && looksUTF8(rec.raw) {
		return faultf("", CodeEncoding, "the record is UTF-8, the file CP932")
	}
	f.text, f.ends = f.text[:0], f.ends[:0]
	for i, cell := range rec.cells {
		var err error
		if f.text, err = f.decode(f.text, cell); err != nil {
			return faultf(f.columnName(i), CodeEncoding, "%v", err)
		}
		f.ends = append(f.ends, len(f.text))
	}
	f.cells = f.cells[:0]
	all, start := string(f.text), 0
	for _, end := range f.ends {
		f.cells = append(f.cells, all[start:end])
		start = end
	}
	return nil
}

// columnName is the file's name of column i, also while the header itself is read.
func (f *file) columnName(i int) string {
	if f.layout == nil {
		return ""
	}
	return f.layout.name(i)
}

func (f *file) reject(kind string, lineage nayose.ID, rec *record, why fault) nayose.Reject {
	return nayose.Reject{
		Lineage: lineage, Kind: kind, File: f.key, Line: rec.line, Offset: rec.offset,
		Column: why.column, Reason: why.reason, Raw: f.readable(rec.raw),
	}
}

// maxRaw is how many bytes of a record a reject shows: enough to find and mend it. A record of 14 cells with a long
// description has about 1 KiB.
const maxRaw = 4 << 10

// readable is a record's raw bytes for a person: as text where they decode, quoted as Go does where they do not.
func (f *file) readable(raw []byte) string {
	var s string
	if text, err := f.decode(nil, raw); err == nil && !strings.ContainsRune(string(text), 0) {
		s = string(text)
	} else {
		s = strconv.Quote(string(raw[:min(len(raw), maxRaw+1)]))
	}
	if len(s) <= maxRaw {
		return s
	}
	cut := maxRaw
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return fmt.Sprintf("%s… (cut; the record has %d bytes)", s[:cut], len(raw))
}
