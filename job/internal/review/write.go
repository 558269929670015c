// Package review writes the workbook in which people settle what the machine should not decide.
//
// A row is a mention in doubt: how many postings wait for it, what the partner says, a dropdown for the answer, and beside it the
// companies that might be the one, each with what speaks for it, in words. Letters that differ from the mention's are red:
//
//	求人数 会社名                回答        法人番号 メモ 求人の情報          … 候補1                                候補2
//	12     （株）アカネ商店      [2 株式…▼]               所在地 札幌市東区…     株式会社アカネ物産                     株式会社アカネ商店
//	                                                       電話 011-711-1234      北海道札幌市中央区北一条1-1            北海道札幌市東区北七条東2-2
//	                                                                              1% 名前が似ている・同じ都道府県        78% 同じ名前・町名と最初の番号が同じ; 電話が一致
//
//	err := review.Write(w, review.Round{ID: id, Week: week, Made: now}, questions)
//
// Nothing in it is a formula, whatever a partner sends: every cell is a number, or a text that is typed as one. Only the columns of
// the answer can be written to; there is no password. The texts of a row's dropdown stand at its end, in hidden columns, so that a row
// that is sorted or copied takes its choices along. The same round and questions give the same bytes.
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
