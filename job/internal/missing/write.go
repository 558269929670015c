package missing

import (
	"fmt"
	"strconv"
	"strings"
)

// The columns of the list: first those by which nayose master import knows a company, then what helps to find out who it is.
var columns = []string{
	"company_id", "name", "prefecture", "address", "phone", "url",
	"postings", "mentions", "same_name", "partners", "first_seen", "other_names", "workplaces", "prefectures", "other_addresses",
	"nearest_id", "nearest_name", "nearest_probability", "nearest_why",
}

// Write writes a list row by row, its columns' names first.
func Write(list []Employer, row func(cells ...string) error) error {
	if err := row(columns...); err != nil {
		return err
	}
	for i := range list {
		if err := row(list[i].cells()...); err != nil {
			return err
		}
	}
	return nil
}

func (e *Employer) cells() []string {
	cells := []string{
		e.CompanyID, e.Name, e.Prefecture, e.Address, e.Phone, e.URL,
		strconv.FormatInt(e.Postings, 10), strconv.Itoa(e.Mentions), strconv.Itoa(e.SameName), joined(e.Partners), e.FirstSeen,
		joined(e.OtherNames), joined(e.Workplaces), joined(e.Prefectures), joined(e.OtherAddresses), "", "", "", "",
	}
	if n := e.Nearest; n != nil {
		copy(cells[len(cells)-4:], []string{n.CompanyID, n.Name, strconv.FormatFloat(n.Probability, 'f', 2, 64), n.why()})
	}
	return cells
}

func (n *Nearest) why() string {
	var why []string
	for _, e := range n.Evidence {
		why = append(why, fmt.Sprintf("%s: %s %+.1f", e.Comparison, e.Level, e.Bits))
	}
	return strings.Join(why, ", ")
}

func joined(values []string) string { return strings.Join(values, "|") }
