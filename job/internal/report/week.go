package report

import (
	"time"

	"nayose"
)

// Week is what the report of a week shows. What is not known is left empty, and the report says so.
type Week struct {
	Week       nayose.Week
	Made       time.Time
	Code       string     // version and commit of nayose
	Model      string     // digest
	Matched    float64    // the probability from which the model matches: the threshold
	Unmatched  float64    // the probability of "none of them" from which it answers that nobody of the master is meant; 0 where it is no single number
	Deliveries []Delivery // by partner
	Trend      []Point    // by partner and week, the week of the report last
	Bands      []Band     // from the lowest probability on
	Missing    []Employer // those of the most postings first
	Nameless   int64      // active postings that no company was found for and that name nobody
	Unknown    []string   // what could not be found out, and why, in words
}

// Delivery is what became of a partner's delivery.
type Delivery struct {
	Partner string
	Plan    int    // 0 where none is frozen
	State   string // as nayose status says it
	Held    string // why it is held; empty where it is not
	Warned  string // in what it differs from the weeks before it without being held; empty for nothing
	Passed  string // what an approval let through, and whose it was; empty for nothing
	Next    string // what to do; empty for nothing

	Records, Rejected, Duplicates, Deletions int64 // Records are the sum of the other three and of Matched + Review + Unmatched, once it is matched
	Matched, Review, Unmatched               int64 // postings

	Reasons []Reason // why records were rejected, the most frequent first
	Scores  Scores   // postings by the probability of their best candidate
	Stages  []Stage
	Figures []Figure // what the guards measured
	Samples []Sample
}

// Scores are postings by outcome and by the probability of the best candidate, in twenty bands of 0.05; what has no candidate stands in the first.
type Scores map[nayose.Outcome][scoreBands]int64

// Reason is why records were rejected.
type Reason struct {
	Column, Code string
	Records      int64
}

// Stage is a step of the delivery that was done: extract, survey, match (of all shards) or load.
type Stage struct {
	Name    string
	Seconds float64
	Rows    int64 // records, mentions or postings, as the stage counts
	Shards  int   // that it was done in; 0 for none
}

// Figure is what a guard measured.
type Figure struct {
	Guard       string
	Value       float64
	Warn, Limit float64 // from where on it warns and holds; 0 for never
}

// Point is a week of a partner in the ledger: what its last load left, and what all its loads did.
type Point struct {
	Week                       nayose.Week
	Partner                    string
	Records, Rejected          int64
	Matched, Review, Unmatched int64
	Inserted, Expired          int64 // by all loads of the week
	Active                     int64
	Flipped                    float64 // share of the mentions known before whose answer changed; below 0 where it was not measured
}

// Band is how often people found the best candidate right where its probability lay in the band.
type Band struct {
	From, To        float64
	Answered, Right int64   // by decisions
	Precision       float64 // of the band, with its 95 % interval
	Low, High       float64
	Source          string // "decisions" or "audits"
}

// Employer is one that postings name and the master lacks.
type Employer struct {
	Name, Address string
	Postings      int64
	Partners      []string
}

// Sample is a mention with its answer and why.
type Sample struct {
	Lineage nayose.ID // of one of its postings
	Mention nayose.Mention
	Match   nayose.Match
	Company string // name of the best candidate
	Second  string // of the runner-up; empty for none
}
