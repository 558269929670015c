// Package nayose holds the words that the packages of this module share: what a posting, a mention, a company and a
// match are, how a week is written, and how an error says what an operator can do about it. It has no behaviour of
// its own beyond reading and writing these words, and depends on the standard library only.
//
//	partner files ─ feed ─▶ Posting, Mention, Reject ─ matcher ─▶ Match ─ loader ─▶ Postgres
//
// The struct tags name the columns of the Parquet artefacts in which these values travel between stages; an empty
// string or a zero number in an optional column is written as null. Ids are not compressed: nothing can be gained by it.
//
// For example, the record of a partner that a shop's job is open becomes
//
//	Posting{Lineage: 5f0c…, Partner: "carejob", PostingID: "A-1", MentionID: 9e21…, Title: "販売スタッフ"}
//	Mention{ID: 9e21…, Partner: "carejob", CompanyName: "㈱ｱｶﾈ 新宿店", Phone: "03-1234-5678"}
//	Match{MentionID: 9e21…, Outcome: Matched, CompanyID: "1234567890123", Probability: 0.997}
//
// nayose.go has these words, master.go those of the master, decision.go what people settle, week.go days and weeks, errors.go the kinds of
// errors, text.go how texts of others are written into a line. A value costs what it holds, and an id one SHA-256 over its parts.
package nayose

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"
)

// ID is a 128-bit identity: of a posting's record (its lineage) or of a mention. It is printed as a UUID.
type ID [16]byte

// NewID hashes parts to an ID: the first half of SHA-256 over each part preceded by its length, so that no two
// different lists of parts run together.
func NewID(parts ...string) ID {
	b := make([]byte, 0, 512) // on the stack: ids are made of every record and every mention
	for _, p := range parts {
		b = binary.BigEndian.AppendUint64(b, uint64(len(p)))
		b = append(b, p...)
	}
	sum := sha256.Sum256(b)
	return ID(sum[:16])
}

// String writes the ID in the 8-4-4-4-12 form of a UUID.
func (id ID) String() string {
	x := hex.EncodeToString(id[:])
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}

// MarshalText writes the ID as String does.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads 32 hexadecimal digits, with or without hyphens.
func (id *ID) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(strings.ReplaceAll(string(text), "-", ""))
	if err != nil || len(b) != len(id) {
		return fmt.Errorf("%q is not a 128-bit id", text)
	}
	*id = ID(b)
	return nil
}

// IDSum adds up IDs without regard to their order, so that two stages can tell that they saw the same records even
// where one record was lost and another doubled. It is the sum of the first eight bytes modulo 2⁶⁴.
type IDSum uint64

// Add counts one ID in.
func (s *IDSum) Add(id ID) { *s += IDSum(binary.BigEndian.Uint64(id[:8])) }

// MarshalText writes the sum as 16 hexadecimal digits: many readers of JSON would round a number of this size.
func (s IDSum) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%016x", uint64(s)), nil }

// UnmarshalText reads what MarshalText writes.
func (s *IDSum) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 16, 64)
	if err != nil {
		return fmt.Errorf("%q is not a sum of ids", text)
	}
	*s = IDSum(n)
	return nil
}

// Posting is one job advertisement of a partner, as extract understood it.
type Posting struct {
	Lineage   ID     `parquet:"lineage_id,uuid,uncompressed"` // hash of partner, file content and the record's position in it
	Partner   string `parquet:"partner,dict"`
	PostingID string `parquet:"posting_id"`
	MentionID ID     `parquet:"mention_id,uuid,uncompressed"` // who the employer is said to be: Mention.ID
	Content   ID     `parquet:"content_hash,uuid,uncompressed"`

	Title              string `parquet:"title,optional"`
	Description        string `parquet:"description,optional"`
	Occupation         string `parquet:"occupation,optional,dict"`           // one of Occupations, or empty
	OccupationText     string `parquet:"occupation_text,optional"`           // as the partner writes it
	EmploymentType     string `parquet:"employment_type,optional,dict"`      // one of EmploymentTypes, or empty
	EmploymentTypeText string `parquet:"employment_type_text,optional,dict"` // as the partner writes it
	SalaryUnit         string `parquet:"salary_unit,optional,dict"`          // hour, day, month, year, or empty
	SalaryMin          int64  `parquet:"salary_min,optional"`                // yen; 0 is unknown
	SalaryMax          int64  `parquet:"salary_max,optional"`                // yen; 0 is unknown
	SalaryText         string `parquet:"salary_text,optional"`
	Prefecture         string `parquet:"prefecture,optional,dict"` // full name, 東京都
	City               string `parquet:"city,optional,dict"`       // 札幌市東区, 神戸市中央区, 上川郡東神楽町
	PostedOn           Date   `parquet:"posted_on,optional,date"`
	ClosesOn           Date   `parquet:"closes_on,optional,date"`
	Extra              string `parquet:"extra,optional"` // JSON object of the columns that the mapping does not name
}

// PostingMention is what counting takes of a Posting, whose columns it has: a file of postings can be read as these.
type PostingMention struct {
	Lineage   ID `parquet:"lineage_id,uuid,uncompressed"`
	MentionID ID `parquet:"mention_id,uuid,uncompressed"`
}

// EmploymentTypes is the vocabulary of Posting.EmploymentType.
var EmploymentTypes = []string{
	"full_time", "contract", "part_time", "temporary", "temp_to_perm", "outsourcing", "internship", "other",
}

// Occupations is the vocabulary of Posting.Occupation: the fifteen major groups of the Japanese labour ministry's classification
// of occupations (厚生労働省編職業分類, 令和4年改定), in its order, and other.
var Occupations = []string{
	"management",    // 管理的職業
	"engineering",   // 研究・技術の職業
	"professional",  // 法務・経営・文化芸術等の専門的職業
	"medical",       // 医療・看護・保健の職業
	"education",     // 保育・教育の職業
	"clerical",      // 事務的職業
	"sales",         // 販売・営業の職業
	"care",          // 福祉・介護の職業
	"service",       // サービスの職業
	"security",      // 警備・保安の職業
	"agriculture",   // 農林漁業の職業
	"manufacturing", // 製造・修理・塗装・製図等の職業
	"transport",     // 配送・輸送・機械運転の職業
	"construction",  // 建設・土木・電気工事の職業
	"handling",      // 運搬・清掃・包装・選別等の職業
	"other",
}

// Mention is one way a partner describes an employer. Matching, evidence, review and decisions work on mentions; many
// postings share one.
type Mention struct {
	ID              ID     `parquet:"mention_id,uuid,uncompressed" json:"mention_id"`
	Partner         string `parquet:"partner,dict" json:"partner"`
	CompanyName     string `parquet:"company_name,optional" json:"company_name,omitempty"`
	CompanyNameKana string `parquet:"company_name_kana,optional" json:"company_name_kana,omitempty"`
	WorkplaceName   string `parquet:"workplace_name,optional" json:"workplace_name,omitempty"`
	Address         string `parquet:"address,optional" json:"address,omitempty"`
	Phone           string `parquet:"phone,optional" json:"phone,omitempty"`
	URL             string `parquet:"url,optional" json:"url,omitempty"`
	CorporateNumber string `parquet:"corporate_number,optional" json:"corporate_number,omitempty"`
}

// Key is the mention's identity: the hash of everything else in it.
func (m *Mention) Key() ID {
	return NewID(m.Partner, m.CompanyName, m.CompanyNameKana, m.WorkplaceName, m.Address, m.Phone, m.URL, m.CorporateNumber)
}

// Reject is a record that extract did not let through, with everything a person needs to find and mend it.
type Reject struct {
	Lineage ID     `json:"lineage_id"`
	Kind    string `json:"kind"`   // RejectBad or RejectDuplicate
	File    string `json:"file"`   // the object's key
	Line    int64  `json:"line"`   // line of the file on which the record starts, from 1
	Offset  int64  `json:"offset"` // byte offset of the record in the file
	Column  string `json:"column,omitempty"`
	Code    string `json:"code,omitempty"` // machine-readable kind of Reason
	Reason  string `json:"reason"`
	Raw     string `json:"raw"` // the record's own bytes: as UTF-8 where they decode, else Go-quoted
}

// The kinds of Reject.
const (
	RejectBad       = "rejected"  // the record is damaged or breaks the mapping
	RejectDuplicate = "duplicate" // its posting id stood earlier in the delivery
)

// Deletion is a record of a delta feed that takes a posting back.
type Deletion struct {
	Lineage   ID     `parquet:"lineage_id,uuid,uncompressed"`
	Partner   string `parquet:"partner,dict"`
	PostingID string `parquet:"posting_id"`
}

// ExtractCounts are the books of one extract: Records = Rejected + Duplicates + Deletions + Unique, and the same for the sums
// of lineage ids.
type ExtractCounts struct {
	Records    int64 `json:"records"`
	Rejected   int64 `json:"rejected"`
	Duplicates int64 `json:"duplicates"`
	Deletions  int64 `json:"deletions"`
	Unique     int64 `json:"unique"`
	Mentions   int64 `json:"mentions"`

	RecordsSum    IDSum `json:"records_sum"`
	RejectedSum   IDSum `json:"rejected_sum"`
	DuplicatesSum IDSum `json:"duplicates_sum"`
	DeletionsSum  IDSum `json:"deletions_sum"`
	UniqueSum     IDSum `json:"unique_sum"`

	Bytes ByteCounts `json:"bytes"`
}

// ByteCounts say where every byte of a delivery's files went, unpacked: Files = Marks + Headers + Records + Rejected + Blank.
// The rows of workbooks are not counted in bytes.
type ByteCounts struct {
	Files    int64 `json:"files"`    // all
	Marks    int64 `json:"marks"`    // byte order marks
	Headers  int64 `json:"headers"`  // header records
	Records  int64 `json:"records"`  // of postings and deletions, duplicates included
	Rejected int64 `json:"rejected"` // of records that are rejected
	Blank    int64 `json:"blank"`    // line ends, and lines without content
}

// Balance is an error of kind Integrity where the books do not add up.
func (c *ExtractCounts) Balance() error {
	b := &c.Bytes
	switch {
	case c.Records != c.Rejected+c.Duplicates+c.Deletions+c.Unique:
		return Fault(Integrity, fmt.Errorf("the books do not balance: %d records are not %d rejected + %d duplicates + %d deletions + %d unique",
			c.Records, c.Rejected, c.Duplicates, c.Deletions, c.Unique), "")
	case c.RecordsSum != c.RejectedSum+c.DuplicatesSum+c.DeletionsSum+c.UniqueSum:
		return Fault(Integrity, fmt.Errorf("the books do not balance: the lineage ids of the %d records are not those of what became of them",
			c.Records), "")
	case b.Files != b.Marks+b.Headers+b.Records+b.Rejected+b.Blank:
		return Fault(Integrity, fmt.Errorf("the books do not balance: of %d bytes %d are accounted for",
			b.Files, b.Marks+b.Headers+b.Records+b.Rejected+b.Blank), "")
	}
	return nil
}

// Approval lets one delivery through that a guard holds. It is an object of its own, which the plan names and the ledger keeps;
// it counts for no other delivery, and once.
type Approval struct {
	Week     Week      `json:"week"`
	Partner  string    `json:"partner"`
	Delivery string    `json:"delivery"` // digest of the delivery's files and mapping: extract's place
	Number   int       `json:"number"`   // of this delivery's approvals, from 1
	By       string    `json:"by"`       // who lets it through
	Why      string    `json:"why"`
	At       time.Time `json:"at"`
}

// MatchCounts are the books of one match: Mentions = Matched + Review + Unmatched.
type MatchCounts struct {
	Mentions  int64 `json:"mentions"`
	Matched   int64 `json:"matched"`
	Review    int64 `json:"review"`
	Unmatched int64 `json:"unmatched"`
}

// Add counts one answer.
func (c *MatchCounts) Add(o Outcome) {
	c.Mentions++
	switch o {
	case Matched:
		c.Matched++
	case Review:
		c.Review++
	default:
		c.Unmatched++
	}
}

// Survey is what the mentions of a delivery say together before any is answered.
type Survey struct {
	Mentions int64 `json:"mentions"`
	Groups   int64 `json:"groups"`  // employers that are mentioned in two ways or more, which then speak for each other
	Grouped  int64 `json:"grouped"` // the mentions of these
	Sighted  int64 `json:"sighted"` // the mentions that Missing is estimated from
	// Missing is the estimated share of employers that the master lacks, to three decimals; MissingBy has it exactly, by the
	// prefecture of the mention's address: each of the 47, and "" for an address that names none.
	Missing   float64            `json:"missing"`
	MissingBy map[string]float64 `json:"missing_by"`
}

// GroupMember says in which group a mention is: row i of a survey's members is about row i of the mentions.
type GroupMember struct {
	Group int32 `parquet:"group,optional"` // from 1; 0 where no other mention names its employer
}

// GroupPlace is one of the places of a group's mentions, in the words in which the master knows it: what the master does not
// know of it is left out.
type GroupPlace struct {
	Group      int32   `parquet:"group"`
	Prefecture string  `parquet:"prefecture,optional,dict"`
	City       string  `parquet:"city,optional,dict"`
	Town       string  `parquet:"town,optional"`
	Numbers    []int32 `parquet:"numbers,list"` // 丁目, 番, 号, as many as are written
}

// Outcome is what the matcher answers about a mention.
type Outcome string

// The outcomes of a mention.
const (
	Matched   Outcome = "matched"   // CompanyID is the employer
	Review    Outcome = "review"    // a person should choose among the candidates
	Unmatched Outcome = "unmatched" // the employer is not in the master
)

// Match is the matcher's answer about one mention.
type Match struct {
	MentionID   ID          `parquet:"mention_id,uuid" json:"mention_id"`
	Outcome     Outcome     `parquet:"outcome,dict" json:"outcome"`
	CompanyID   string      `parquet:"company_id,optional" json:"company_id"` // the best candidate's, whatever the outcome
	Probability float64     `parquet:"probability" json:"probability"`        // that CompanyID is right; 0 without candidates
	Candidates  []Candidate `parquet:"candidates,list" json:"candidates"`     // best first, at most 10, each with one chance in a million or more
	NoneBits    float64     `parquet:"none_bits" json:"none_bits"`            // weight of "none of them", on the candidates' scale
	Note        string      `parquet:"note,optional" json:"note,omitempty"`   // why there is no candidate, in words

	OtherCandidates int32   `parquet:"other_candidates" json:"other_candidates"` // how many more there are than Candidates shows
	OtherBits       float64 `parquet:"other_bits" json:"other_bits"`             // log₂ of the sum of 2^weight of these
}

// None is the probability that the employer is none of the candidates, of which the first's says how large the whole is.
func (m *Match) None() float64 {
	if len(m.Candidates) == 0 {
		return 1
	}
	best := &m.Candidates[0]
	return best.Probability * math.Exp2(m.NoneBits-best.Weight())
}

// Candidate is a company that might be the one. Its weight is the sum of its evidence; its probability is
// 2^weight over the sum of 2^weight of all candidates, of 2^OtherBits where there are more than shown, and of 2^NoneBits.
type Candidate struct {
	CompanyID   string     `parquet:"company_id" json:"company_id"`
	Probability float64    `parquet:"probability" json:"probability"`
	Evidence    []Evidence `parquet:"evidence,list" json:"evidence"`
}

// Weight is the sum of the candidate's evidence.
func (c *Candidate) Weight() (bits float64) {
	for _, e := range c.Evidence {
		bits += e.Bits
	}
	return bits
}

// Evidence is one comparison of a mention with a candidate.
type Evidence struct {
	Comparison string  `parquet:"comparison,dict" json:"comparison"` // name, address, phone …
	Level      string  `parquet:"level,dict" json:"level"`           // what was seen
	Bits       float64 `parquet:"bits" json:"bits"`                  // log₂ weight that it adds (positive) or takes
}

// Answer is a Match without its reasons, by which answers are compared; a file of matches can be read as answers.
type Answer struct {
	MentionID   ID       `parquet:"mention_id,uuid"`
	Outcome     Outcome  `parquet:"outcome,dict"`
	CompanyID   string   `parquet:"company_id,optional"`
	Probability float64  `parquet:"probability"`
	Candidates  []Chance `parquet:"candidates,list"`
}

// Chance is a Candidate without its evidence.
type Chance struct {
	CompanyID   string  `parquet:"company_id"`
	Probability float64 `parquet:"probability"`
}

// Object is one version of one object of the store.
type Object struct {
	Key     string `json:"key"`
	Version string `json:"version,omitempty"` // the store's version id; empty where the store keeps none
	ETag    string `json:"etag,omitempty"`
	Size    int64  `json:"size"`

	// Modified is when the object was written, by the store's clock. Only Stat and List tell it; it is no part of the version, and stands
	// in no plan and no manifest.
	Modified time.Time `json:"-"`
}

// Store is the object store as the stages use it: they look at a key, read exactly the version they looked at, and
// create objects that nobody overwrites. Nothing learns state by a list and nothing is renamed; List and Delete are for erasing
// what is too old.
type Store interface {
	// Stat describes the object that now stands at key. The error is fs.ErrNotExist where there is none.
	Stat(ctx context.Context, key string) (Object, error)
	// Open reads the very object that Stat described; the caller closes it. The error is ErrChanged where another
	// stands in its place, fs.ErrNotExist where it is gone. A read that ends early is an error, never a short file.
	Open(ctx context.Context, o Object) (io.ReadCloser, error)
	// Create puts body at key if nothing stands there, whole or not at all. The error is fs.ErrExist where something
	// does, be it our own object whose acknowledgement was lost: the caller reads back and compares.
	Create(ctx context.Context, key string, body io.ReadSeeker) (Object, error)
	// List names the objects whose keys begin with prefix and a slash, in no particular order: their keys, sizes and times, but no version, so
	// that none of them can be opened. Objects that come or go meanwhile may be among them or not. An error is the last thing.
	List(ctx context.Context, prefix string) iter.Seq2[Object, error]
	// Delete removes the object that now stands at key. That there is none is no error.
	Delete(ctx context.Context, key string) error
	// String names the store in messages, without secrets.
	String() string
}

// Uploads is what a Store may have besides, as S3 has and a directory has not: others, who have no credentials of their own, write
// objects straight to it.
type Uploads interface {
	// SignCreate is a request by PUT that creates exactly this content at key if nothing stands there: its URL, and the headers that
	// it must have. Whoever has it may send it, as often as they like and as long as it is valid. Nothing is asked of the store.
	SignCreate(ctx context.Context, key string, content Content, valid time.Duration) (url string, headers map[string]string, err error)
	// Sum is the SHA-256 that the store itself took of the object when it was written. The error is fs.ErrNotExist where it took none, or
	// where the object is gone, and ErrChanged where another stands in its place.
	Sum(ctx context.Context, o Object) ([sha256.Size]byte, error)
}

// Content is what an object holds, in brief.
type Content struct {
	Size   int64
	SHA256 [sha256.Size]byte
}
