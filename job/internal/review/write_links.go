package review

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/xuri/excelize/v2"
)

// link is a text that leads somewhere. Where it leads is built here: what a partner sends is never an address.
type link struct {
	text, to string
	live     bool // it is a hyperlink; else its address is shown
}

// linksOf are a question's links: the search for the employer, and one for each candidate shown.
func linksOf(q *Question) []link {
	m := &q.Mention
	list := []link{{text: "検索", to: searchFor(m.CompanyName, m.WorkplaceName, m.Address)}}
	for i := range min(len(q.Options), mostOptions) {
		c := &q.Options[i].Company
		to := searchFor(c.Name, c.Address)
		if isNumber(c.ID) {
			to = "https://www.houjin-bangou.nta.go.jp/henkorireki-johoto.html?selHouzinNo=" + c.ID
		}
		list = append(list, link{text: shown(c.ID), to: to})
	}
	return list
}

// isNumber tells whether an id has the form of a corporate number.
func isNumber(id string) bool { return len(id) == 13 && strings.Trim(id, "0123456789") == "" }

// searchFor is a web search for some words. An address in a workbook may have about 2,000 characters.
func searchFor(words ...string) string {
	query := []rune(shown(strings.Join(words, " ")))
	return "https://www.google.com/search?q=" + url.QueryEscape(string(query[:min(len(query), 120)]))
}

// setLinks makes the links of a row. Beyond what a sheet can have they stand as text.
func (s *sheet) setLinks(row int, links []link) error {
	for i := range links {
		if s.links == excelize.TotalSheetHyperlinks {
			return nil
		}
		s.links++
		links[i].live = true
		if err := s.SetCellHyperLink(s.name, fmt.Sprintf("%s%d", linkColumn(i), row), links[i].to, "External"); err != nil {
			return err
		}
	}
	return nil
}

// linkColumn is where link i of a row stands.
func linkColumn(i int) string {
	if i == 0 {
		return at("検索")
	}
	return at(fmt.Sprintf("候補%dの番号", i))
}

// linked is the cell of a link.
func (s *sheet) linked(l link) excelize.Cell {
	if !l.live {
		return excelize.Cell{StyleID: s.styles.text, Value: l.to}
	}
	return excelize.Cell{StyleID: s.styles.link, Value: l.text}
}
