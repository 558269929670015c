package feed

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"nayose"
)

// yaml writes the suggested mapping as lines that stand below `partners: NAME:` in the config, each with the reason behind it, and
// as comments what was left out.
func (s *suggestion) yaml() string {
	var lines [][2]string // text and comment
	add := func(text, comment string) { lines = append(lines, [2]string{text, comment}) }
	m := &s.mapping
	for _, setting := range [][2]string{
		{"encoding", m.Encoding}, {"delimiter", m.Delimiter}, {"quote", m.Quote}, {"escape", m.Escape}, {"feed", m.Feed}, {"duplicates", m.Duplicates},
	} {
		if setting[1] != "" {
			add("    "+setting[0]+": "+yamlString(setting[1]), "")
		}
	}
	if m.BareQuotes {
		add("    bare_quotes: true", "")
	}
	if m.SkipRows > 0 {
		add("    skip_rows: "+strconv.Itoa(m.SkipRows), "")
	}
	add("    columns:", "")
	for _, name := range columnNames {
		if source, ok := m.Columns[name]; ok {
			add("      "+name+": "+yamlSource(&source), s.why(name, &source))
		}
	}
	for _, table := range []struct {
		key   string
		pairs map[string]string
	}{{"constants", m.Constants}, {"scale", m.Scale}} {
		if len(table.pairs) == 0 {
			continue
		}
		add("    "+table.key+":", "")
		for _, key := range slices.Sorted(maps.Keys(table.pairs)) {
			add("      "+key+": "+yamlString(table.pairs[key]), "")
		}
	}
	if m.DateFormats != nil {
		add("    date_formats: "+yamlList(m.DateFormats), "")
	}
	for _, note := range s.notes {
		add("    # "+nayose.OneLine(note), "")
	}
	for _, g := range s.guesses {
		if g.Column == "" {
			add("    # kept in extra: "+nayose.OneLine(g.Header), g.Reason)
		}
	}
	return aligned(lines)
}

// why is the comment behind a column.
func (s *suggestion) why(name string, source *Source) string {
	if !source.whole() {
		return "several columns make it up"
	}
	for _, g := range s.guesses {
		if g.Column == name && slices.Contains(source.Column, g.Header) {
			return g.Confidence + ": " + g.Reason
		}
	}
	return ""
}

// aligned lays out lines with their comments in one column.
func aligned(lines [][2]string) string {
	widest := 0
	for _, line := range lines {
		if line[1] != "" && !strings.HasPrefix(line[0], "    #") {
			widest = max(widest, places(line[0]))
		}
	}
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(line[0])
		switch {
		case line[1] == "":
		case strings.HasPrefix(line[0], "    #"):
			b.WriteString(" (" + nayose.OneLine(line[1]) + ")")
		default:
			b.WriteString(strings.Repeat(" ", widest-places(line[0])) + "  # " + nayose.OneLine(line[1]))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// places is how wide a text is: kanji and kana are two wide each.
func places(s string) (n int) {
	for _, r := range s {
		if n++; r >= 0x2E80 && r < 0xFF61 || r > 0xFFDC {
			n++
		}
	}
	return n
}

func yamlSource(s *Source) string {
	if s.Join == nil {
		return yamlNames(s.Column)
	}
	var parts []string
	for _, names := range s.Join {
		parts = append(parts, yamlNames(names))
	}
	text := "{join: [" + strings.Join(parts, ", ") + "]"
	if s.With != "" {
		text += ", with: " + yamlString(s.With)
	}
	return text + "}"
}

// yamlNames writes one name as it is, several as a list.
func yamlNames(names []string) string {
	if len(names) == 1 {
		return yamlString(names[0])
	}
	return yamlList(names)
}

func yamlList(texts []string) string {
	var quoted []string
	for _, text := range texts {
		quoted = append(quoted, yamlString(text))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// yamlString writes a text as YAML: plain where nothing in it could be taken for anything else.
func yamlString(s string) string {
	first, _ := utf8.DecodeRuneInString(s)
	plain := unicode.IsLetter(first) && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("（）・／＿_-", r)
	})
	if plain && !slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}, strings.ToLower(s)) {
		return s
	}
	return string(appendJSON(nil, s))
}
