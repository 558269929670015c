package report

import (
	"fmt"
	"html/template"
	"math"

	"nayose"
)

// samples are those of a partner.
type samples struct {
	Partner string
	List    []sample
}

// sample is a mention with its answer, and how the answer's weight comes about.
type sample struct {
	Sample
	Probability string
	Fields      []field
	Falls       []fall
}

type field struct{ Name, Value string }

// fall is a line of a waterfall.
type fall struct {
	What, Level string // comparison and what was seen
	Bits        string
	Data        bool // Level is a company's name
	Result      bool
	Bar         template.HTML
}

func samplesOf(ds []Delivery) (list []samples) {
	for _, d := range ds {
		of := samples{Partner: d.Partner}
		for _, s := range d.Samples {
			of.List = append(of.List, sample{
				Sample: s, Probability: fmt.Sprintf("%.4f", s.Match.Probability), Fields: fieldsOf(&s.Mention), Falls: falls(&s),
			})
		}
		if len(of.List) > 0 {
			list = append(list, of)
		}
	}
	return list
}

// Name is what the sample is called: by what the partner wrote.
func (s sample) Name() string {
	for _, f := range s.Fields {
		return f.Value
	}
	return s.Mention.ID.String()
}

// fieldsOf are those of a mention that say something.
func fieldsOf(m *nayose.Mention) (list []field) {
	for _, f := range []field{
		{"Name", m.CompanyName},
		{"Reading", m.CompanyNameKana},
		{"Workplace", m.WorkplaceName},
		{"Address", m.Address},
		{"Phone", m.Phone},
		{"URL", m.URL},
		{"Number", m.CorporateNumber},
	} {
		if f.Value != "" {
			list = append(list, f)
		}
	}
	return list
}

// falls are the best candidate's comparisons and their sum, and what stands against it: p = 2^sum / Σ 2^bits of all that compete.
func falls(s *Sample) (list []fall) {
	m := &s.Match
	if len(m.Candidates) == 0 {
		return nil
	}
	best := &m.Candidates[0]
	steps := []step{}
	add := func(f fall, from, to float64, class string) {
		list, steps = append(list, f), append(steps, step{from, to, class})
	}
	sum := 0.0
	for _, e := range best.Evidence {
		class := "for"
		if e.Bits < 0 {
			class = "against"
		}
		add(fall{What: e.Comparison, Level: e.Level, Bits: bits(e.Bits)}, sum, sum+e.Bits, class)
		sum += e.Bits
	}
	rest := func(what, level string, isData bool, to float64, class string) {
		add(fall{What: what, Level: level, Data: isData, Bits: bits(to), Result: true}, 0, to, class)
	}
	rest("sum", s.Company, true, sum, "sum")
	rest("none of them", percent(1/(1+math.Exp2(-m.NoneBits)))+" of such employers are not in the master", false, m.NoneBits, "rival")
	if len(m.Candidates) > 1 {
		rest("runner-up", s.Second, true, m.Candidates[1].Weight(), "rival")
	}
	if n := max(len(m.Candidates)-2, 0) + int(m.OtherCandidates); n > 0 {
		rest("others", plural(int64(n), "further candidate")+" together", false, others(m), "rival")
	}
	for i, bar := range waterfall(steps) {
		list[i].Bar = bar
	}
	return list
}

// others is log₂ of the sum of 2^bits of all candidates but the first two.
func others(m *nayose.Match) float64 {
	all := 0.0
	for i := 2; i < len(m.Candidates); i++ {
		all += math.Exp2(m.Candidates[i].Weight())
	}
	if m.OtherCandidates > 0 {
		all += math.Exp2(m.OtherBits)
	}
	return math.Log2(all)
}

// step is a bar of a waterfall, in bits.
type step struct {
	from, to float64
	class    string
}

// waterfall draws the steps on one scale, on which the line is 0.
func waterfall(steps []step) (bars []template.HTML) {
	low, high := -1.0, 1.0
	for _, s := range steps {
		low, high = min(low, s.from, s.to), max(high, s.from, s.to)
	}
	at := func(b float64) float64 { return 200 * (b - low) / (high - low) }
	for _, s := range steps {
		from, to := at(min(s.from, s.to)), at(max(s.from, s.to))
		bars = append(bars, template.HTML(fmt.Sprintf(
			`<svg class="fall" viewBox="0 0 200 12" preserveAspectRatio="none" aria-hidden="true"><line class="zero" x1="%.2f" x2="%.2f" y1="0" y2="12"/>`+
				`<rect class="%s" x="%.2f" y="3" width="%.2f" height="6"/></svg>`, at(0), at(0), s.class, from, max(to-from, 0.8))))
	}
	return bars
}
