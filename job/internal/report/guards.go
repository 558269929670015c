package report

import (
	"fmt"
	"html/template"
	"strings"
)

// guardWords say what a guard measures and how to write that. One that is not among them is written as it is.
var guardWords = map[string]struct {
	what  string
	write func(float64) string
}{
	"shrink":     {"fewer postings than usual", times},
	"grow":       {"more postings than usual", times},
	"expire":     {"active postings that expire", percent},
	"renumber":   {"active postings that come again under other ids", percent},
	"match_drop": {"fall of the share that is matched", percent},
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

func (f *Figure) what() string { return guardWords[f.Guard].what }

// below tells whether the guard minds what is less than its limit, and not more.
func (f *Figure) below() bool { return f.Guard == "shrink" || f.Limit > 0 && f.Warn > f.Limit }

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
	if first == 0 {
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

// verdicts in words. Each has a sign of its own, so that none is told by its colour.
var verdicts = map[string]string{
	"over": "■ beyond the limit", "warned": "▲ warns", "near": "△ near", "within": "✓ within", "free": "no limit",
}

func guardsTable(ds []Delivery) table {
	t := table{
		Caption: "What the guards measured, beside their limits",
		Head:    []string{"Partner", "Guard", "Measured", "Warns from", "Holds from", "Verdict"},
	}
	for _, d := range ds {
		for _, f := range d.Figures {
			guard := f.Guard
			if what := f.what(); what != "" {
				guard += ": " + what
			}
			value := figures(f.write(f.Value))
			value.Meter = f.meter()
			verdict := cell{Text: verdicts[f.verdict()], Kind: "verdict " + f.verdict()}
			t.Rows = append(t.Rows, []cell{
				text(d.Partner), text(guard), value, figures(f.limit(f.Warn)), figures(f.limit(f.Limit)), verdict,
			})
		}
	}
	return t
}

// nearLimit says which figures a person should look at.
func nearLimit(ds []Delivery) string {
	var over, warned, near []string
	all := 0
	for _, d := range ds {
		for i := range d.Figures {
			name := d.Figures[i].Guard + " of " + d.Partner
			all++
			switch d.Figures[i].verdict() {
			case "over":
				over = append(over, name)
			case "warned":
				warned = append(warned, name)
			case "near":
				near = append(near, name)
			}
		}
	}
	var parts []string
	for _, group := range []struct {
		names []string
		what  string
	}{{over, "beyond the limit"}, {warned, "beyond where it warns"}, {near, "near a limit"}} {
		if len(group.names) > 0 {
			parts = append(parts, capital(group.what)+": "+list(group.names)+".")
		}
	}
	if len(parts) == 0 && all > 0 {
		return "All are well within their limits."
	}
	return strings.Join(parts, " ")
}

// meter draws the value as a bar, and its limits as lines across it.
func (f *Figure) meter() template.HTML {
	end := max(f.Value, f.Warn, f.Limit) * 1.15
	if end <= 0 {
		return ""
	}
	var b strings.Builder
	at := func(x float64) float64 { return 100 * min(max(x, 0), end) / end }
	fmt.Fprintf(&b, `<svg class="meter %s" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">`, f.verdict())
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
