package review

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"nayose"
)

// Listed is a row that came back and was not taken, or that was taken and should be looked at.
type Listed struct {
	RowFault
	Mention *nayose.Mention // what the row asked about; nil where its key does not tell
	By      string          // who answered; may be empty
	Taken   bool
}

// WriteListed writes a workbook of rows that were listed: what stood there, and why it was not taken. It has the columns of the
// answer, empty, so that a row can be answered anew in it and come back; nothing of it is an answer as it is. The same rows give the
// same bytes.
func WriteListed(w io.Writer, file string, rows []Listed) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	s := sheet{File: f}
	if err := errors.Join(f.SetSheetName("Sheet1", listName), s.makeStyles()); err != nil {
		return err
	}
	yes, one, free, landscape, a4 := true, 1, 0, "landscape", 9
	err = errors.Join(
		f.SetSheetProps(listName, &excelize.SheetPropsOptions{FitToPage: &yes}),
		f.SetPageLayout(listName, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &one, FitToHeight: &free}))
	if err != nil {
		return err
	}
	out, err := f.NewStreamWriter(listName)
	if err != nil {
		return err
	}
	var head []any
	for i, c := range listColumns {
		err = errors.Join(err, out.SetColWidth(i+1, i+1, c.width))
		head = append(head, excelize.Cell{StyleID: s.styles.header, Value: c.label})
	}
	err = errors.Join(err,
		out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}), out.SetRow("A1", head))
	for i := range rows {
		err = errors.Join(err, out.SetRow(fmt.Sprintf("A%d", i+2), s.listed(file, &rows[i])))
	}
	if err = errors.Join(err, out.Flush()); err != nil {
		return fmt.Errorf("write list of rows: %w", err)
	}
	_, err = f.WriteTo(w)
	return err
}

const listName = "未反映"

// listColumns are those of the list. What stood in a row is under a label of its own, so that no answer is taken by mistake.
var listColumns = []column{
	{label: "ファイル", width: 20},
	{label: "行", width: 10},
	{label: "状態", width: 10},
	{label: "理由", width: 40},
	{label: "書かれていた内容", width: 36},
	{label: labelName, width: 28},
	{label: labelFacts, width: 36},
	{label: labelChoice, width: 26, answer: true},
	{label: labelNumber, width: 16, answer: true},
	{label: labelNote, width: 20, answer: true},
	{label: labelBy, width: 12, answer: true},
	{label: labelKey, width: 9},
}

// listed are the cells of a row, in the order of listColumns.
func (s *sheet) listed(file string, l *Listed) []any {
	state := "未反映"
	if l.Taken {
		state = "反映済み"
	}
	values := []any{shown(file), l.Place.String(), state, l.Reason, l.Said, nil, nil, nil, nil, nil, shown(l.By), shown(l.Key)}
	if l.Mention != nil {
		values[5], values[6] = named(l.Mention), facts(l.Mention)
	}
	cells := make([]any, len(values))
	for i, value := range values {
		style := s.styles.text
		if listColumns[i].answer {
			style = s.styles.answer
		}
		cells[i] = excelize.Cell{StyleID: style, Value: value}
	}
	return cells
}

// Compare puts places in the order in which they are looked up.
func (p Place) Compare(q Place) int {
	return cmp.Or(cmp.Compare(p.Sheet, q.Sheet), cmp.Compare(p.Row, q.Row))
}

// String writes the place as a reviewer finds it: レビュー 12.
func (p Place) String() string {
	if p.Sheet == "" {
		return fmt.Sprint(p.Row)
	}
	return fmt.Sprintf("%s %d", shown(p.Sheet), p.Row)
}
