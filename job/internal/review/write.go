package review

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"

	"nayose"
)

// Round is what one workbook asks.
type Round struct {
	ID       string // 32 hex digits
	Week     nayose.Week
	Made     time.Time
	Reviewer string   // whom it is for; may be empty
	Audit    bool     // drawn at random, and blind: neither probabilities nor reasons are shown
	Partners []string // whose mentions it has
}

// Question is a row of the workbook: a mention, and the companies that might be its employer.
type Question struct {
	Mention  nayose.Mention
	Postings int64 // that wait for the answer
	Outcome  nayose.Outcome
	Options  []Option // best first; the first five are shown
	Why      string   // why it is asked, in Japanese; may be empty
}

// Option is a company that might be the employer.
type Option struct {
	Company     nayose.Company
	Probability float64
	Evidence    []nayose.Evidence
}

// Write writes the workbook of a round, its questions in the order given.
func Write(w io.Writer, r Round, qs []Question) error {
	if err := write(w, r, qs); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

func write(w io.Writer, r Round, qs []Question) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	s := sheet{File: f, name: sheetName, round: r, rows: len(qs)}
	// What is said of a sheet after its rows are written is lost: they come last.
	if err := errors.Join(f.SetSheetName("Sheet1", sheetName), s.describe(), s.makeStyles()); err != nil {
		return err
	}
	if err := errors.Join(s.writeHelp(), s.setUp()); err != nil {
		return err
	}
	if err := s.writeRows(qs); err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}

// describe names the workbook.
func (s *sheet) describe() error {
	made := s.round.Made.UTC().Format(time.RFC3339)
	return errors.Join(
		s.SetDocProps(&excelize.DocProperties{
			Title: fmt.Sprintf("nayose %s", s.round.Week), Identifier: s.round.ID, Creator: "nayose", LastModifiedBy: "nayose",
			Created: made, Modified: made, Language: "ja-JP",
		}),
		s.SetDefaultFont(fontName))
}
