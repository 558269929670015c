package review

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"nayose"
)

// writeRows writes the header and the questions.
func (s *sheet) writeRows(qs []Question) error {
	links := make([][]link, len(qs))
	for i := range qs {
		links[i] = linksOf(&qs[i])
		if err := s.setLinks(i+2, links[i]); err != nil {
			return err
		}
	}
	out, err := s.NewStreamWriter(s.name)
	if err != nil {
		return err
	}
	for i, c := range slices.Backward(columns) { // it puts each before those that it has, and Excel wants them in order
		if err := errors.Join(out.SetColWidth(i+1, i+1, c.width), out.SetColVisible(i+1, i+1, !c.hidden)); err != nil {
			return err
		}
	}
	err = out.SetPanes(&excelize.Panes{
		Freeze: true, XSplit: frozen, YSplit: 1, TopLeftCell: letter(frozen) + "2", ActivePane: "bottomLeft",
		Selection: []excelize.Selection{{SQRef: at(labelChoice) + "2", ActiveCell: at(labelChoice) + "2", Pane: "bottomLeft"}},
	})
	if err != nil {
		return err
	}
	if err := out.SetRow("A1", s.header(), excelize.RowOpts{Height: 30}); err != nil {
		return err
	}
	for i := range qs {
		cells := s.cells(&qs[i], links[i])
		if err := out.SetRow(fmt.Sprintf("A%d", i+2), cells, excelize.RowOpts{Height: height(cells)}); err != nil {
			return fmt.Errorf("row %d: %w", i+2, err)
		}
	}
	return out.Flush()
}

func (s *sheet) header() []any {
	var cells []any
	for _, c := range columns {
		style := s.styles.header
		if c.answer {
			style = s.styles.answerHeader
		}
		cells = append(cells, excelize.Cell{StyleID: style, Value: c.label})
	}
	return cells
}

// cells are a question's row, in the order of columns.
func (s *sheet) cells(q *Question, links []link) []any {
	st := &s.styles
	cell := func(style int, value any) excelize.Cell { return excelize.Cell{StyleID: style, Value: value} }
	why := q.Why
	if s.round.Audit {
		why = ""
	}
	row := []any{
		cell(st.postings, q.Postings), cell(st.text, named(&q.Mention)),
		cell(st.answer, nil), cell(st.answer, nil), cell(st.answer, nil),
		cell(st.text, facts(&q.Mention)), cell(st.text, shown(why)), s.linked(links[0]),
	}
	for i := range mostOptions {
		if i >= len(q.Options) {
			row = append(row, cell(st.text, nil), cell(st.text, nil))
			continue
		}
		row = append(row, cell(st.text, s.candidate(&q.Mention, &q.Options[i])), s.linked(links[i+1]))
	}
	row = append(row, cell(st.answer, shown(s.round.Reviewer)), cell(st.key, Key(s.round.Week, s.round.ID, q.Mention.ID)))
	for _, choice := range choices(q) {
		row = append(row, cell(st.key, choice))
	}
	return row
}

// choices are the texts of a question's dropdown.
func choices(q *Question) (texts []string) {
	for i := range min(len(q.Options), mostOptions) {
		texts = append(texts, choiceOf(i, &q.Options[i]))
	}
	return append(texts, choiceNone, choiceOther, choiceUnsure)
}

// The fonts of the pieces of a cell.
var (
	fontBold   = excelize.Font{Family: fontName, Size: 11, Bold: true, Color: "000000"}
	fontText   = excelize.Font{Family: fontName, Size: 10, Color: "000000"}
	fontLabel  = excelize.Font{Family: fontName, Size: 9, Color: "7F7F7F"}
	fontReason = excelize.Font{Family: fontName, Size: 10, Color: "1F4E79"}
	fontClosed = excelize.Font{Family: fontName, Size: 10, Bold: true, Color: "C00000"}
)

// rich is the content of a cell in pieces.
type rich []excelize.RichTextRun

func (r *rich) add(text string, font excelize.Font) {
	if text != "" {
		*r = append(*r, excelize.RichTextRun{Text: text, Font: &font})
	}
}

// line begins another line, unless it is the first.
func (r *rich) line() {
	if n := len(*r); n > 0 {
		(*r)[n-1].Text += "\n"
	}
}

// compared adds a text, what differs from another red and bold; see marks.
func (r *rich) compared(text, other []string, font excelize.Font) {
	differs := font
	differs.Color, differs.Bold = "C00000", true
	for _, piece := range marks(text, other) {
		if piece.differs {
			r.add(piece.text, differs)
		} else {
			r.add(piece.text, font)
		}
	}
}

// value is the content as excelize takes it.
func (r rich) value() any {
	if len(r) == 0 {
		return nil
	}
	return []excelize.RichTextRun(r)
}

// named is what a mention calls the employer, with its reading.
func named(m *nayose.Mention) any {
	var r rich
	r.add(shown(m.CompanyName), fontBold)
	if m.CompanyNameKana != "" {
		r.line()
		r.add(shown(m.CompanyNameKana), fontLabel)
	}
	return r.value()
}

// facts are what else the partner says of the employer.
func facts(m *nayose.Mention) any {
	var r rich
	for _, f := range []struct{ label, text string }{
		{"勤務先", m.WorkplaceName}, {"所在地", m.Address}, {"電話", m.Phone}, {"URL", m.URL}, {"法人番号", m.CorporateNumber}, {"提供元", m.Partner},
	} {
		if text := shown(f.text); text != "" {
			r.line()
			r.add(f.label+" ", fontLabel)
			r.add(text, fontText)
		}
	}
	return r.value()
}

// candidate is a company beside a mention: name, address, whether it is closed, and why it might be the one.
func (s *sheet) candidate(m *nayose.Mention, o *Option) any {
	var r rich
	name := shown(m.CompanyName)
	if name == "" {
		name = shown(m.WorkplaceName)
	}
	r.compared(letters(shown(o.Company.Name)), letters(spellOut.Replace(name)), fontBold)
	r.line()
	r.compared(parts(shown(o.Company.Address)), parts(shown(m.Address)), fontText)
	if o.Company.ClosedOn != 0 {
		r.line()
		r.add(o.Company.ClosedOn.String()+" 閉鎖", fontClosed)
	}
	if s.round.Audit {
		return r.value()
	}
	r.line()
	r.add(strings.TrimSpace(percent(o.Probability)+" "+reasons(o.Evidence)), fontReason)
	if also := otherName(o); also != "" {
		r.line()
		r.add(also, fontLabel)
	}
	return r.value()
}

// percent is a probability as people read it, never 0 % and never 100 %.
func percent(p float64) string {
	switch {
	case p < 0.01:
		return "1%未満"
	case p > 0.99:
		return "99%超"
	}
	return fmt.Sprintf("%.0f%%", 100*p)
}

// otherName is the name by which a company was found, where it is not the registered one.
func otherName(o *Option) string {
	for _, by := range []struct{ level, label, names string }{
		{"former name", "旧商号", o.Company.FormerNames},
		{"alias", "別名", o.Company.Aliases},
		{"English name", "英語名", o.Company.NameEnglish},
		{"reading", "フリガナ", o.Company.NameKana},
	} {
		found := slices.ContainsFunc(o.Evidence, func(e nayose.Evidence) bool { return e.Comparison == "name" && e.Level == by.level })
		if found && by.names != "" {
			return by.label + " " + shown(strings.ReplaceAll(by.names, "|", "、"))
		}
	}
	return ""
}

// height is what a row needs in points: spreadsheets that open a file do not all measure it themselves.
func height(row []any) float64 {
	lines := 1.0
	for i, c := range row {
		if !columns[i].hidden && columns[i].label != labelKey {
			lines = max(lines, linesOf(textOf(c.(excelize.Cell).Value), columns[i].width))
		}
	}
	return min(16.5*lines+4, 409)
}

// linesOf is on how many lines a text stands in a column, which keeps a little free at its sides.
func linesOf(text string, width float64) (lines float64) {
	for line := range strings.SplitSeq(text, "\n") {
		lines += max(1, math.Ceil(widthOf(line)/(width-1.5)))
	}
	return lines
}

// widthOf is the width of a text in digits of the default font, of which a letter as wide as high takes nearly two.
func widthOf(text string) (width float64) {
	for _, r := range text {
		if width++; r >= 0x1100 && (r < 0xFF61 || r > 0xFF9F) {
			width += 0.8
		}
	}
	return width
}

// textOf is the text of a cell's value.
func textOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []excelize.RichTextRun:
		var text strings.Builder
		for _, run := range v {
			text.WriteString(run.Text)
		}
		return text.String()
	}
	return ""
}
