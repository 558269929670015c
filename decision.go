package nayose

import "time"

// The words of decisions: what people settle about mentions, in the order in which they settled it.

// Choice is what a person answered about a mention.
type Choice string

// The choices.
const (
	ChoseCompany Choice = "company"    // CompanyID is the employer, shown or not
	ChoseNone    Choice = "none"       // the employer is none of the companies shown
	ChoseUnsure  Choice = "unsure"     // the person could not tell: the mention stays in review
	TakenBack    Choice = "taken_back" // what was settled before about the mention counts no longer
)

// Decision is what a person settled about one mention. Of a mention's decisions the last one counts. It says all that the person
// was shown, so that the matcher sees when the facts under it have become others, and a reader of the log can judge it.
type Decision struct {
	Mention   Mention   `json:"mention"`
	Choice    Choice    `json:"choice"`
	CompanyID string    `json:"company_id,omitempty"` // of ChoseCompany
	Shown     []Shown   `json:"shown,omitempty"`      // best first; of a company that was not shown, but chosen, the last one
	By        string    `json:"by"`                   // who settled it
	At        time.Time `json:"at"`                   // when the workbook came back
	Note      string    `json:"note,omitempty"`       // in the person's words
	Round     string    `json:"round,omitempty"`      // the workbook that asked: 2026-W47/ and 32 hex digits
	Source    string    `json:"source,omitempty"`     // the file that brought it
	Audit     bool      `json:"audit,omitempty"`      // drawn at random, and answered without seeing the matcher's answer
}

// LogPin names the log of decisions as it was when it had so many entries; the zero value, an empty one.
type LogPin struct {
	Entries int    `json:"entries"`
	Digest  string `json:"digest"` // of the last of them
}

// Shown is a company as a person saw it when they decided, by Company.Shown.
type Shown struct {
	CompanyID   string  `json:"company_id"`
	Name        string  `json:"name"`
	Address     string  `json:"address,omitempty"`
	ClosedOn    Date    `json:"closed_on,omitempty"`
	Probability float64 `json:"probability,omitempty"` // 0 for one that was chosen without being a candidate
}
