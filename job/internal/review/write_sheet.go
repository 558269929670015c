package review

import (
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

const fontName = "Yu Gothic"

// sheet is the sheet of questions while it is written.
type sheet struct {
	*excelize.File
	name   string
	round  Round
	rows   int // questions
	links  int // hyperlinks that it has so far
	styles styles
}

// column is a column of the sheet; its letter follows from its place in columns.
type column struct {
	label  string
	width  float64 // in digits of the default font; a full-width letter takes two
	answer bool    // a person may write there
	hidden bool
}

// columns are those of the sheet: what stays in sight beside the answer first, the candidates, and what only machines read last.
var columns = func() []column {
	list := []column{
		{label: "求人数", width: 7},
		{label: labelName, width: 28},
		{label: labelChoice, width: 26, answer: true},
		{label: labelNumber, width: 16, answer: true},
		{label: labelNote, width: 20, answer: true},
		{label: labelFacts, width: 36},
		{label: "聞く理由", width: 18},
		{label: "検索", width: 7},
	}
	for i := range mostOptions {
		list = append(list, column{label: fmt.Sprintf("候補%d", i+1), width: 36}, column{label: fmt.Sprintf("候補%dの番号", i+1), width: 15})
	}
	list = append(list, column{label: labelBy, width: 12, answer: true}, column{label: labelKey, width: 9})
	for i := range mostOptions + 3 {
		list = append(list, column{label: fmt.Sprintf("選択肢%d", i+1), width: 20, hidden: true})
	}
	return list
}()

// frozen is how many columns stay in sight: postings, name and answer.
const frozen = 3

// at is the letter of the column with a label.
func at(label string) string {
	for i := range columns {
		if columns[i].label == label {
			return letter(i)
		}
	}
	panic("review: there is no column " + label)
}

// letter is that of column i, from 0.
func letter(i int) string {
	name, err := excelize.ColumnNumberToName(i + 1)
	if err != nil {
		panic(err) // there are a few dozen
	}
	return name
}

// last is the number of the last row; a sheet without questions has an empty one.
func (s *sheet) last() int { return max(s.rows+1, 2) }

// down is a column's range of questions.
func (s *sheet) down(column string) string { return fmt.Sprintf("%s2:%s%d", column, column, s.last()) }

// setUp says of the sheet all that is not in its cells but the links, which follow with the rows.
func (s *sheet) setUp() error {
	return errors.Join(s.validate(), s.colour(), s.filterAndPrint(), s.protect())
}

// validate lets a person choose from the row's own choices, and checks a number while it is typed: a warning only, since a team's
// own ids may be of another form.
func (s *sheet) validate() error {
	first, end := at("選択肢1"), letter(len(columns)-1)
	choice := excelize.NewDataValidation(true)
	choice.Sqref = s.down(at(labelChoice))
	choice.SetSqrefDropList(fmt.Sprintf("OFFSET($%s2,0,0,1,COUNTA($%s2:$%s2))", first, first, end))
	choice.SetError(excelize.DataValidationErrorStyleStop, "回答", "一覧から選んでください。")

	number := excelize.NewDataValidation(true)
	number.Sqref = s.down(at(labelNumber))
	number.Type, number.Formula1 = "custom", checkDigit(at(labelNumber)+"2")
	number.SetInput("法人番号", "「その他」を選んだときに、13桁の法人番号を入れてください。")
	number.SetError(excelize.DataValidationErrorStyleWarning, "法人番号", "正しい13桁の法人番号ではありません。")
	return errors.Join(s.AddDataValidation(s.name, choice), s.AddDataValidation(s.name, number))
}

// checkDigit asks whether a cell holds a corporate number: its first digit is 9 less the sum of the others, every second of them
// twice, modulo 9.
func checkDigit(cell string) string {
	var sum []string
	for digit := 2; digit <= 13; digit++ {
		sum = append(sum, fmt.Sprintf("%d*MID(%s,%d,1)", 2-digit%2, cell, digit))
	}
	return fmt.Sprintf("AND(LEN(%s)=13,1*LEFT(%[1]s,1)=9-MOD(%s,9))", cell, strings.Join(sum, "+"))
}

// colour shows which rows are answered, and where a number is still missing.
func (s *sheet) colour() error {
	choice, number := at(labelChoice), at(labelNumber)
	rule := func(cells, when, fill string) error {
		style, err := s.NewConditionalStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}})
		if err != nil {
			return err
		}
		return s.SetConditionalFormat(s.name, cells, []excelize.ConditionalFormatOptions{{Type: "formula", Criteria: when, Format: &style}})
	}
	return errors.Join(
		rule(fmt.Sprintf("A2:%s%d", choice, s.last()), fmt.Sprintf(`$%s2<>""`, choice), "E2EFDA"),
		rule(s.down(number), fmt.Sprintf(`AND($%s2="%s",$%s2="")`, choice, choiceOther, number), "F8CBAD"))
}

func (s *sheet) filterAndPrint() error {
	landscape, a3, one, any, zoom := "landscape", 8, 1, 0, 85.0
	yes, margin := true, 0.4
	printed := fmt.Sprintf("'%s'!$A$1:$%s$%d", s.name, at(labelBy), s.last())
	return errors.Join(
		s.AutoFilter(s.name, fmt.Sprintf("A1:%s%d", at(labelKey), s.last()), nil),
		s.SetSheetView(s.name, 0, &excelize.ViewOptions{ZoomScale: &zoom}),
		s.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &yes}),
		s.SetPageLayout(s.name, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a3, FitToWidth: &one, FitToHeight: &any}),
		s.SetPageMargins(s.name, &excelize.PageLayoutMarginsOptions{Left: &margin, Right: &margin, Top: &margin, Bottom: &margin}),
		s.SetHeaderFooter(s.name, &excelize.HeaderFooterOptions{OddFooter: "&L" + s.round.Week.String() + "&R&P / &N"}),
		s.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", Scope: s.name, RefersTo: printed}),
		s.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: s.name, RefersTo: fmt.Sprintf("'%s'!$1:$1", s.name)}))
}

// protect keeps stray clicks out; there is no password, so that a person who must can lift it.
func (s *sheet) protect() error {
	return errors.Join(
		s.ProtectSheet(s.name, &excelize.SheetProtectionOptions{
			SelectLockedCells: true, SelectUnlockedCells: true, AutoFilter: true, Sort: true, FormatColumns: true, FormatRows: true,
		}),
		s.ProtectSheet(helpName, &excelize.SheetProtectionOptions{SelectLockedCells: true, SelectUnlockedCells: true}))
}

// styles are the numbers of the styles of cells.
type styles struct{ header, answerHeader, postings, text, link, key, answer, plain int }

func (s *sheet) makeStyles() (err error) {
	var border []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		border = append(border, excelize.Border{Type: side, Color: "D0D0D0", Style: 1})
	}
	const asText = 49
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	font := func(colour string, f excelize.Font) *excelize.Font {
		f.Family, f.Color = fontName, colour
		return &f
	}
	fill := func(colour string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	}
	header := excelize.Style{
		Font: font("FFFFFF", excelize.Font{Size: 10, Bold: true}), Fill: fill("1F3864"), Border: border,
		Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true},
	}
	answerHeader := header
	answerHeader.Fill = fill("C55A11")
	text := excelize.Style{Font: font("000000", excelize.Font{Size: 10}), Border: border, Alignment: top, NumFmt: asText}
	postings := text
	postings.Alignment, postings.NumFmt = &excelize.Alignment{Horizontal: "right", Vertical: "top"}, 3
	link := text
	link.Font = font("0563C1", excelize.Font{Size: 10, Underline: "single"})
	key := text
	key.Font, key.Alignment = font("BFBFBF", excelize.Font{Size: 8}), &excelize.Alignment{Vertical: "top"}
	answer := text
	answer.Fill, answer.Protection = fill("FFF9E5"), &excelize.Protection{Locked: false}
	plain := text
	plain.Border = nil
	for _, one := range []struct {
		number *int
		style  *excelize.Style
	}{
		{&s.styles.header, &header},
		{&s.styles.answerHeader, &answerHeader},
		{&s.styles.postings, &postings},
		{&s.styles.text, &text},
		{&s.styles.link, &link},
		{&s.styles.key, &key},
		{&s.styles.answer, &answer},
		{&s.styles.plain, &plain},
	} {
		if *one.number, err = s.NewStyle(one.style); err != nil {
			return err
		}
	}
	return nil
}
