// Package feed reads what partners deliver: files of job postings, each partner's in its own columns, words, format
// and state of repair. It makes of them postings, the mentions of employers in them, deletions, and rejects; nothing else of
// nayose looks into a partner's file.
//
//	file ─ record ─▶ tables ─▶ records ─▶ layout ─▶ Posting and Mention, Deletion, or Reject
//	                                        ▲
//	                           Mapping × the table's header
//
// Package record takes a file apart into tables and records, and says where each lies. The layout is the mapping applied to a
// table's header: which cell is the company's name, which is the posting's salary. For example this mapping
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
// Every record comes out exactly once, as a posting, a deletion or a reject, and every byte of a file is accounted for: the
// Counts say so. A damaged record loses only itself. A file that is not what the mapping says (another encoding, a missing
// column) is an error before its first record, because then every record would be wrong.
//
// Package cell reads what the text of a cell means. Inspect and WriteRaw look at a file without a mapping; Inspect suggests one, by what
// package suggest guesses, and a PartnerReport tells the partner what to mend.
//
// In reading order: mapping.go and source.go, what the config says (digest.go names it); layout.go and posting.go, a record into a posting and its
// mention (hash.go, json.go, memo.go); reader.go, a delivery (seen.go and winners.go remember its ids, idshape.go watches them); fault.go and report.go,
// what was wrong and how much of it; partner_report.go. Beside that: inspect.go, with inspect_head.go, inspect_table.go and inspect_problems.go, and
// suggest.go with suggest_yaml.go; raw.go.
//
// What it costs (docs/benchmarks.md, Extract and Larger than memory): 5.9 µs of a core a record of 1.9 KB, 311 MB/s of UTF-8 and 250 of CP932, of which
// decoding and splitting is half. Memory does not grow with a file's bytes, only with ids: by 46 bytes a
// posting that has a mention of its own, and never more than 64 (TestMemory). 10 GB with a thousand ids were read in 8 MiB.
package feed

import (
	"context"
	"io"

	"nayose"
)

// Delivery is what is to be read: a partner's files, in the order in which they count, and the mapping that says what they mean.
type Delivery struct {
	Partner string
	Mapping *Mapping // that Validate has passed
	Files   []File

	// Approved says that a person lets the delivery through although it is empty.
	Approved bool
}

// File is one file of a delivery. Key and SHA256 (hexadecimal) are the object's, and go into rejects and lineage ids.
type File struct {
	Key, SHA256 string
	Open        func(context.Context) (Content, error) // called once, or twice where the last of equal ids wins
}

// Content is the bytes of a file. A packed file is not read from its start to its end.
type Content interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// Sink takes what Read makes of a delivery, in the order of its records. An error from it ends the reading. What no function is
// given for is read and counted, and goes nowhere.
type Sink struct {
	Posting  func(nayose.Posting) error
	Mention  func(nayose.Mention) error // each mention once a delivery, before the first posting that has it
	Deletion func(nayose.Deletion) error
	Reject   func(nayose.Reject) error
}

// whole is the sink with a function for everything.
func (s Sink) whole() Sink {
	s.Posting, s.Mention = orNowhere(s.Posting), orNowhere(s.Mention)
	s.Deletion, s.Reject = orNowhere(s.Deletion), orNowhere(s.Reject)
	return s
}

func orNowhere[T any](take func(T) error) func(T) error {
	if take == nil {
		return func(T) error { return nil }
	}
	return take
}

// Read reads a delivery. Each posting id counts once: of several records with one, the first, or where the mapping says
// so the last, and the others are rejects of kind duplicate. It holds no text in memory, only which posting ids and mentions it
// has seen.
//
// The error is of kind Contract where a file is not what the mapping says, Held where it holds no record, Integrity where it has
// changed while it was read. Errors of ctx, files and the sink come back wrapped.
func Read(ctx context.Context, d Delivery, sink Sink) (Report, error) {
	r := &reader{Delivery: d, sink: sink.whole(), winners: newWinners(d.Mapping.lastWins()), report: newReport()}
	if r.winners.last {
		if err := r.pass(ctx, r.note); err != nil {
			return Report{}, err
		}
		r.winners.again()
	}
	if err := r.pass(ctx, r.record); err != nil {
		return Report{}, err
	}
	return r.report.done(), r.winners.check(r.report.counts.Unique + r.report.counts.Deletions)
}
