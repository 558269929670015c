package eval

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"nayose"
)

// Posting is a posting whose company is known.
type Posting struct {
	ID       string
	Mention  nayose.Mention // without a partner
	Truth    string         // the right company's id; empty where the right answer is "none"
	Stratum  string         // how the name differs from the registered one; may be empty
	Coverage string         // how complete the master is there: full, thin, unknown; may be empty

	// Of a decision only, whose mention has a partner.
	Weight float64 // how many it stands for; 0 is one
	Asked  bool    // a person was asked because the answer was in doubt
}

var columns = []struct {
	name  string
	field func(*Posting) *string
}{
	{"posting_id", func(p *Posting) *string { return &p.ID }},
	{"company_name", func(p *Posting) *string { return &p.Mention.CompanyName }},
	{"company_name_kana", func(p *Posting) *string { return &p.Mention.CompanyNameKana }},
	{"workplace_name", func(p *Posting) *string { return &p.Mention.WorkplaceName }},
	{"address", func(p *Posting) *string { return &p.Mention.Address }},
	{"phone", func(p *Posting) *string { return &p.Mention.Phone }},
	{"url", func(p *Posting) *string { return &p.Mention.URL }},
	{"corporate_number", func(p *Posting) *string { return &p.Mention.CorporateNumber }},
	{"true_company_id", func(p *Posting) *string { return &p.Truth }},
	{"stratum", func(p *Posting) *string { return &p.Stratum }},
	{"coverage", func(p *Posting) *string { return &p.Coverage }},
}

// ReadPostings reads labelled postings from CSV with a header, plain or gzip. Missing columns are empty, unknown ones
// ignored. A file without posting_id, without rows, with a posting id twice, that is not UTF-8 or no CSV is an error of kind
// nayose.Contract.
func ReadPostings(r io.Reader) ([]Posting, error) {
	plain, err := unzip(r)
	if err != nil {
		return nil, err
	}
	rows := csv.NewReader(plain)
	header, err := rows.Read()
	if err != nil {
		return nil, contract(fmt.Errorf("read the header of the postings: %w", err))
	}
	if !slices.Contains(header, "posting_id") {
		return nil, contract(fmt.Errorf("the postings have no column posting_id, only %s", strings.Join(header, ", ")))
	}
	var postings []Posting
	seen := map[string]bool{}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, contract(fmt.Errorf("read postings: %w", err))
		}
		if !utf8.ValidString(strings.Join(row, "")) {
			line, _ := rows.FieldPos(0)
			return nil, nayose.Fault(nayose.Contract, fmt.Errorf("read postings: line %d: bytes stand in it that are not UTF-8", line), nayose.SaveAsUTF8)
		}
		p := newPosting(header, row)
		if seen[p.ID] {
			return nil, contract(fmt.Errorf("posting id %q stands twice", p.ID))
		}
		seen[p.ID] = true
		postings = append(postings, p)
	}
	if len(postings) == 0 {
		return nil, contract(errors.New("there are no postings"))
	}
	return postings, nil
}

func newPosting(header, row []string) (p Posting) {
	for _, c := range columns {
		if i := slices.Index(header, c.name); i >= 0 {
			*c.field(&p) = row[i]
		}
	}
	p.Mention.ID = p.Mention.Key()
	return p
}

// unzip is r's content without gzip, where it is compressed, and without a byte order mark.
func unzip(r io.Reader) (io.Reader, error) {
	b := bufio.NewReader(r)
	if magic, _ := b.Peek(2); string(magic) == "\x1f\x8b" {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, contract(fmt.Errorf("read postings: %w", err))
		}
		b = bufio.NewReader(z)
	}
	if bom, _ := b.Peek(3); string(bom) == "\xef\xbb\xbf" {
		_, err := b.Discard(3)
		return b, err
	}
	return b, nil
}

func contract(err error) error {
	return nayose.Fault(nayose.Contract, err, "postings are a CSV in UTF-8 with at least the column posting_id")
}
