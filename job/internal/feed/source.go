package feed

import (
	"regexp"
	"slices"
	"strings"

	"nayose/job/internal/feed/internal/cell"
)

// Source says of which columns of a file one of ours is made. In the config it is the partner's header, or several spellings of
// it, or one of these:
//
//	{join: [都道府県, 市区町村, [番地, 番地・建物]], with: " "}   # the cells one after another
//	{column: 勤務先, split: "／", part: 1}                        # a part of a cell
//	{column: 勤務先, match: '^.+?[／/](.+)$'}                     # what a pattern finds in a cell
//	{column: TEL, optional: true}                                 # a column that some files lack
type Source struct {
	// Column is the partner's header; several spellings where it changes between files. Width, case and spaces do not
	// matter. Exactly one column of each file must fit.
	Column Names `yaml:"column"`
	// Join are columns whose cells are put one after another, each a header or several spellings of it.
	Join []Names `yaml:"join"`
	// With stands between two joined cells; an empty cell leaves none.
	With string `yaml:"with"`
	// Split are the signs that cut a cell into parts, as they stand in the file.
	Split Names `yaml:"split"`
	// Part is the part that is meant: 1 is the first one, -1 the last. A cell without the sign is its first part and has no
	// other, so that -1 is never what 1 is.
	Part int `yaml:"part"`
	// Match is a regular expression (RE2) whose first group is what is meant; where it does not match there is nothing.
	Match string `yaml:"match"`
	// Optional says that a file may lack the column; of joined columns, any of them.
	Optional bool `yaml:"optional"`
}

// UnmarshalYAML reads a header, a list of spellings, or the whole.
func (s *Source) UnmarshalYAML(decode func(any) error) error {
	if decode(&s.Column) == nil {
		return nil
	}
	type whole Source // without this method
	*s = Source{}
	return decode((*whole)(s))
}

// Names is a list of names that may be written in YAML as one string.
type Names []string

// UnmarshalYAML reads a string or a list of strings.
func (n *Names) UnmarshalYAML(decode func(any) error) error {
	var one string
	if decode(&one) == nil {
		*n = Names{one}
		return nil
	}
	var many []string
	if err := decode(&many); err != nil {
		return err
	}
	*n = many
	return nil
}

// folded is the set of names in its canonical form.
func (n Names) folded() Names {
	set := Names{}
	for _, s := range n {
		if s = cell.Fold(s); s != "" {
			set = append(set, s)
		}
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// columns are the columns of the file that are read, each by its spellings.
func (s *Source) columns() []Names {
	if s.Join != nil {
		return s.Join
	}
	return []Names{s.Column}
}

// whole tells whether our column is a cell as it is.
func (s *Source) whole() bool { return len(s.columns()) == 1 && s.Split == nil && s.Match == "" }

// validate checks the source of our column name.
func (s *Source) validate(name string) error {
	noHeader := func(names Names) bool { return len(names.folded()) == 0 }
	if columns := s.columns(); len(columns) == 0 || slices.ContainsFunc(columns, noHeader) {
		return usage("name the partner's header", "columns: %s has no header", name)
	}
	switch {
	case s.Join != nil && s.Column != nil:
		return usage("keep one of the two", "columns: %s: column and join exclude each other", name)
	case s.Join != nil && (s.Split != nil || s.Match != ""):
		return usage("write column: and the header instead of join", "columns: %s: what is joined cannot be split or matched", name)
	case s.With != "" && s.Join == nil:
		return usage("write join: and the headers", "columns: %s: with has no join to stand in", name)
	case s.Split != nil && s.Match != "":
		return usage("keep one of the two", "columns: %s: split and match exclude each other", name)
	case s.Split != nil && (len(s.Split) == 0 || slices.Contains(s.Split, "")):
		return usage(`write the sign between the parts, such as split: "／"`, "columns: %s: split is empty", name)
	case s.Split != nil && s.Part == 0:
		return usage("write part: 1 for the first part, 2 for the second, -1 for the last", "columns: %s: split says no part", name)
	case s.Part != 0 && s.Split == nil:
		return usage(`write the sign between the parts, such as split: "／"`, "columns: %s: part has no split", name)
	case s.Optional && slices.ContainsFunc(required, func(c column) bool { return columnNames[c] == name }):
		return usage("take optional out", "columns: %s: every file must have it", name)
	}
	if s.Match == "" {
		return nil
	}
	pattern, err := regexp.Compile(s.Match)
	switch {
	case err != nil:
		return usage("docs/partners.md shows a pattern; its rules are those of RE2", "columns: %s: match: %v", name, err)
	case pattern.NumSubexp() == 0:
		return usage("put parentheses around what is meant", "columns: %s: match: %q has no group", name, s.Match)
	}
	return nil
}

// canonical is what the source means, without what does not matter to it.
func (s *Source) canonical() []any {
	columns := []Names{}
	for _, names := range s.columns() {
		columns = append(columns, names.folded())
	}
	with := s.With
	if len(columns) == 1 {
		with = ""
	}
	split := slices.Sorted(slices.Values(s.Split))
	return []any{columns, with, slices.Compact(split), s.Part, s.Match, s.Optional}
}

// maker makes one of our columns of a record's cells, by a source that is not just one whole cell.
type maker struct {
	cells []int // which; those that the file lacks are left out
	with  string
	split []string
	part  int
	match *regexp.Regexp
}

func newMaker(s *Source, cells []int) *maker {
	m := &maker{cells: cells, with: s.With, split: s.Split, part: s.Part}
	if s.Match != "" {
		m.match = regexp.MustCompile(s.Match) // Validate has seen it
	}
	return m
}

// make is the value of our column in a record.
func (m *maker) make(cells []string) string {
	switch {
	case m.split != nil && len(m.cells) > 0:
		return part(cell.Trim(cells[m.cells[0]]), m.split, m.part)
	case m.match != nil && len(m.cells) > 0:
		if found := m.match.FindStringSubmatch(cell.Trim(cells[m.cells[0]])); found != nil {
			return cell.Trim(found[1])
		}
		return ""
	}
	var parts []string
	for _, i := range m.cells {
		if text := cell.Trim(cells[i]); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, m.with)
}

// part is the n-th of the parts of a text that the signs separate, from 1, or from -1 backwards.
func part(text string, signs []string, n int) string {
	var parts []string
	sign := 0
	for {
		var i int
		if i, sign = firstOf(text, signs, sign); i < 0 {
			break
		}
		parts = append(parts, text[:i])
		text = text[i+len(signs[sign]):]
	}
	parts = append(parts, text)
	if n < 0 && len(parts) > 1 {
		n += len(parts) + 1
	}
	if n < 1 || n > len(parts) {
		return ""
	}
	return cell.Trim(parts[n-1])
}

// firstOf is where the first of the signs stands in the text, and which it is: the longest of several at one place. It looks for the
// one that was first before, and for others only as far as that: a sign that comes late, or never, is not looked for
// through the whole text for each part.
func firstOf(text string, signs []string, before int) (at, which int) {
	at, which = strings.Index(text, signs[before]), before
	for k, sign := range signs {
		near := text
		if at >= 0 {
			near = text[:min(len(text), at+len(sign))]
		}
		if i := strings.Index(near, sign); i >= 0 && (at < 0 || i < at || i == at && len(sign) > len(signs[which])) {
			at, which = i, k
		}
	}
	return at, which
}
