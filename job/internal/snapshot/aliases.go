package snapshot

import (
	"iter"
	"slices"
	"strings"

	"nayose"
)

// Aliases are the other names of a master's companies. They are held in memory, in some 200 bytes a company that has any.
type Aliases struct {
	of     map[string]names
	joined int
}

// names are a company's, separated by |.
type names struct{ aliases, former string }

// Gather reads all aliases.
func Gather(aliases iter.Seq2[nayose.Alias, error]) (*Aliases, error) {
	a := &Aliases{of: map[string]names{}}
	for alias, err := range aliases {
		if err != nil {
			return nil, err
		}
		n := a.of[alias.CompanyID]
		alias.Name = strings.ReplaceAll(alias.Name, "|", "｜") // one name stays one
		if alias.Kind == "former" {
			n.former = with(n.former, alias.Name)
		} else {
			n.aliases = with(n.aliases, alias.Name)
		}
		a.of[strings.Clone(alias.CompanyID)] = n
	}
	return a, nil
}

// Join yields the companies with their aliases: those of kind former among the former names, all others among the aliases. A name that
// the company bears already in one of its ways is not said twice.
func (a *Aliases) Join(companies iter.Seq2[nayose.Company, error]) iter.Seq2[nayose.Company, error] {
	return func(yield func(nayose.Company, error) bool) {
		for c, err := range companies {
			if n, ok := a.of[c.ID]; ok && err == nil {
				a.joined++
				c.FormerNames = with(c.FormerNames, n.former, c.Name)
				c.Aliases = with(c.Aliases, n.aliases, c.Name, c.NameEnglish)
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

// Strangers is how many companies have aliases and were not among those that passed Join.
func (a *Aliases) Strangers() int { return len(a.of) - a.joined }

// with is a list of names with more of them, but for those that it has and those of known.
func with(list, more string, known ...string) string {
	have := append(strings.Split(list, "|"), known...) // "" is one of them, or harmless
	for name := range strings.SplitSeq(more, "|") {
		if name == "" || slices.Contains(have, name) {
			continue
		}
		have = append(have, name)
		list = strings.TrimPrefix(list+"|"+name, "|")
	}
	return list
}
