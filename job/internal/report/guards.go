package report

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
)

// guardWords say what a guard measures and how to write that. One that is not among them is written as it is.
var guardWords = map[string]struct {
	what  string
	write func(float64) string
}{
	"shrink":      {"fewer postings than usual", times},
	"grow":        {"more postings than usual", times},
	"expire":      {"active postings that expire", percent},
	"renumber":    {"expire and come again under other ids", percent},
	"match_drop":  {"fall of the matched share", percent},
	"review_rise": {"rise of the share in review", percent},
	"reject_rise": {"rise of the rejected share", percent},
	"score_shift": {"shift of the probabilities", percent},
	"flip":        {"known mentions with another answer", percent},
}

func times(x float64) string { return "×" + space + number(x) }

func (f *Figure) write(x float64) string {
	if w, ok := guardWords[f.Guard]; ok {
		return w.write(x)
	}
	return number(x)
}

// limit writes one that may be 0, which never warns or holds.
func (f *Figure) limit(x float64) string {
	if x == 0 {
		return "never"
	}
	return f.write(x)
}

// below tells whether the guard minds what is less than its limit, and not more.
func (f *Figure) below() bool { return f.Guard == "shrink" }

// beyond tells whether the value lies past a limit of which 0 is none.
func (f *Figure) beyond(limit float64) bool {
	switch {
	case limit == 0:
		return false
	case f.below():
		return f.Value < limit
	}
	return f.Value > limit
}

// nearness is where a fifth of the way to a limit is left.
const nearness = 0.8

// verdict is where the value lies beside its limits: over, warned, near, within, or free where there is none.
func (f *Figure) verdict() string {
	first := f.Warn
	if first == 0 || f.Limit != 0 && (f.Limit > first) == f.below() { // a limit of the partner's own may lie before the usual warning
		first = f.Limit
	}
	near := first * nearness
	if f.below() {
		near = first / nearness
	}
	switch {
	case first == 0:
		return "free"
	case f.beyond(f.Limit):
		return "over"
	case f.beyond(f.Warn):
		return "warned"
	case f.beyond(near):
		return "near"
	}
	return "within"
}

// verdict is that of one of the delivery's figures: few where it lies beyond a limit, and load said nothing, since it concerned too few
// postings.
func (d *Delivery) verdict(f *Figure) string {
	v := f.verdict()
	if d.Held+d.Warned+d.Passed == "" && (v == "over" || v == "warned") {
		return "few"
	}
	return v
}

// verdicts in words, what needs a person most first. Each has a sign of its own, so that none is told by its colour.
var verdicts = []struct {
	key, words string
	calm       bool
}{
	{"over", "■ beyond the limit", false},
	{"warned", "▲ warns", false},
	{"near", "△ near", false},
	{"few", "△ beyond, of few", false},
	{"within", "✓ within", true},
	{"free", "no limit", true},
}

// manyFigures is from how many on those within their limits stand apart, so that they do not hide the others.
const manyFigures = 13

// guardsTables are the figures to look at, and the others.
func guardsTables(ds []Delivery) (look, others table) {
	head := []string{"Partner", "Guard", "Verdict", "Measured", "Beside the limits", "Warns from", "Holds from"}
	look = table{Caption: "What the guards measured, beside their limits", Head: head}
	others = table{Caption: "What the guards measured within their limits", Head: head}
	for _, v := range verdicts {
		for _, d := range ds {
			for _, f := range d.Figures {
				switch {
				case d.verdict(&f) != v.key:
				case v.calm:
					others.Rows = append(others.Rows, f.row(d.Partner, v.key, v.words))
				default:
					look.Rows = append(look.Rows, f.row(d.Partner, v.key, v.words))
				}
			}
		}
	}
	if len(look.Rows)+len(others.Rows) < manyFigures {
		look.Rows, others.Rows = append(look.Rows, others.Rows...), nil
	}
	return look, others
}

func (f *Figure) row(partner, verdict, words string) []cell {
	guard := f.Guard
	if what := guardWords[f.Guard].what; what != "" {
		guard += ": " + what
	}
	return []cell{
		text(partner), text(guard),
		{Text: words, Kind: "verdict " + verdict},
		figures(f.write(f.Value)),
		{Kind: "meter", Meter: f.meter(verdict)},
		figures(f.limit(f.Warn)), figures(f.limit(f.Limit)),
	}
}

// nearLimit says which figures a person should look at.
func nearLimit(ds []Delivery) string {
	names := map[string][]string{}
	for _, d := range ds {
		for _, f := range d.Figures {
			v := d.verdict(&f)
			names[v] = append(names[v], f.Guard+" of "+d.Partner)
		}
	}
	var parts []string
	for _, group := range []struct{ verdict, words string }{
		{"over", "Beyond the limit: "},
		{"warned", "Beyond where it warns: "},
		{"near", "Near a limit: "},
		{"few", "Beyond a limit, but of too few postings to matter: "},
	} {
		if which := names[group.verdict]; len(which) > 0 {
			parts = append(parts, group.words+some(which)+".")
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "All are well within their limits.")
	} else {
		parts = append(parts, "The others are within their limits.")
	}
	if slices.ContainsFunc(ds, func(d Delivery) bool { return d.Held != "" && len(d.Figures) == 0 }) {
		parts = append(parts, "Of a held delivery the reason above says what was measured.")
	}
	return strings.Join(parts, " ")
}

// meter draws the value as a bar, and its limits as lines across it.
func (f *Figure) meter(verdict string) template.HTML {
	end := max(f.Value, f.Warn, f.Limit) * 1.15
	if end <= 0 {
		return ""
	}
	var b strings.Builder
	at := func(x float64) float64 { return 100 * min(max(x, 0), end) / end }
	fmt.Fprintf(&b, `<svg class="meter %s" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">`, verdict)
	fmt.Fprintf(&b, `<rect class="track" width="100" height="10"/><rect class="bar" y="2" width="%.2f" height="6"/>`, at(f.Value))
	for _, limit := range []struct {
		class string
		at    float64
	}{{"warn", f.Warn}, {"limit", f.Limit}} {
		if limit.at > 0 {
			fmt.Fprintf(&b, `<line class="%s" x1="%.2f" x2="%.2f" y1="0" y2="10"/>`, limit.class, at(limit.at), at(limit.at))
		}
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// meter draws a share of the most.
func meter(x, most float64) template.HTML {
	if most <= 0 {
		return ""
	}
	return template.HTML(fmt.Sprintf(`<svg class="meter" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">`+
		`<rect class="bar" y="2" width="%.2f" height="6"/></svg>`, 100*x/most))
}
