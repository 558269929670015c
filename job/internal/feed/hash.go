package feed

import (
	"encoding/binary"
	"strconv"

	"github.com/cespare/xxhash/v2"

	"nayose"
)

// content is the hash of all that a posting says, and of none of what only tells where it stood. Nobody gains by a posting that looks
// unchanged, so it need not be cryptographic: XXH64, twice, takes a tenth of the time of SHA-256, which was most of reading a
// long text.
func content(p *nayose.Posting) nayose.ID {
	return make(parts, 0, 4<<10).
		text(string(p.MentionID[:]), p.Title, p.Description, p.Occupation, p.OccupationText, p.EmploymentType, p.EmploymentTypeText, p.SalaryUnit).
		number(p.SalaryMin).number(p.SalaryMax).text(p.SalaryText, p.Prefecture, p.City).
		number(int64(p.PostedOn)).number(int64(p.ClosesOn)).text(p.Extra).id()
}

// ContentHash is what Posting.Content should be.
func ContentHash(p *nayose.Posting) nayose.ID { return content(p) }

// parts is what a hash is taken of, each part behind its length.
type parts []byte

func (b parts) text(texts ...string) parts {
	for _, s := range texts {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

// number is text of the number's decimal digits.
func (b parts) number(n int64) parts {
	var digits [20]byte
	s := strconv.AppendInt(digits[:0], n, 10)
	b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
	return append(b, s...)
}

// id is XXH64 with the seeds 0 and 1.
func (b parts) id() (id nayose.ID) {
	var second xxhash.Digest
	second.ResetWithSeed(1)
	_, _ = second.Write(b) // it never fails
	binary.BigEndian.PutUint64(id[:8], xxhash.Sum64(b))
	binary.BigEndian.PutUint64(id[8:], second.Sum64())
	return id
}

// hash is an id cut to 80 bits, so that the two sets of a delivery stay below 64 bytes a posting: 46 where they have just grown
// and every posting has its own mention; whole ids would take 73. Among ten million postings, the chance that one is taken
// for the duplicate of another is 4 in 10¹¹.
type hash [10]byte

func hashOf(id nayose.ID) hash { return hash(id[:10]) }

// hashOfText is the hash of a posting id.
func hashOfText(id string) hash { return hashOf(make(parts, 0, 512).text(id).id()) }
