package report

import "fmt"

// fewAnswers is how many answers a band needs before it says anything: of 20 that are all right, up to 16 % of the next may still be wrong.
const fewAnswers = 20

type precisionRow struct {
	Name  string           `json:"name"`
	From  float64          `json:"from"`
	To    float64          `json:"to"`
	Found []precisionFound `json:"found"`
}

type precisionFound struct {
	Source string  `json:"source"`
	Value  float64 `json:"value"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	Few    bool    `json:"few"`
	Text   string  `json:"text"`
}

// precision is how often the best candidate was right, by band; nil where nobody answered.
func precision(bands []Band) *figure {
	var rows []precisionRow
	var answered int64
	for _, b := range bands {
		if last := len(rows) - 1; last < 0 || rows[last].From != b.From || rows[last].To != b.To {
			rows = append(rows, precisionRow{Name: b.name(), From: b.From, To: b.To})
		}
		if b.Answered == 0 {
			continue
		}
		answered += b.Answered
		row := &rows[len(rows)-1]
		row.Found = append(row.Found, precisionFound{
			b.Source, b.Precision, b.Low, b.High, b.Answered < fewAnswers,
			fmt.Sprintf("%s of %s right (%s)", count(b.Right), count(b.Answered), b.Source),
		})
	}
	if answered == 0 {
		return nil
	}
	return &figure{
		ID: "precision-chart", Kind: "precision", Title: "How often the best candidate was right", Summary: precisionSummary(bands, answered),
		Data: rows, Table: precisionTable(bands),
	}
}

func (b *Band) name() string {
	return fmt.Sprintf("%.4g–%.4g%s%%", 100*b.From, 100*b.To, space)
}

// off tells whether the interval lies beside the band: then the model's probabilities are not what they say.
func (b *Band) off() string {
	switch {
	case b.Answered == 0:
		return "no answers"
	case b.Answered < fewAnswers:
		return "few answers"
	case b.High < b.From:
		return "worse than the model says"
	case b.Low > b.To:
		return "better than the model says"
	}
	return "as the model says"
}

func precisionSummary(bands []Band, answered int64) string {
	var few, judged int64
	var worse []string
	for i := range bands {
		switch bands[i].off() {
		case "no answers":
			continue
		case "few answers":
			few++
		case "worse than the model says":
			worse = append(worse, fmt.Sprintf("%s (%s)", bands[i].name(), bands[i].Source))
			fallthrough
		default:
			judged++
		}
	}
	text := fmt.Sprintf("From %s of people, with 95%s%% intervals.", plural(answered, "answer"), space)
	switch {
	case judged == 0:
	case len(worse) == 0:
		text += " Where there are enough of them, none speaks against the model."
	default:
		text += " The best candidate is right less often than the model says in " + list(worse) + "."
	}
	if few > 0 {
		text += fmt.Sprintf(" %s fewer than %d answers, which say little: grey and hollow.", hasFew(few), fewAnswers)
	}
	return text
}

func hasFew(n int64) string {
	if n == 1 {
		return "One mark has"
	}
	return count(n) + " marks have"
}

func precisionTable(bands []Band) table {
	t := table{
		Caption: "Answers of people by the probability of the best candidate",
		Head:    []string{"Probability", "From", "Answers", "Right", "Precision", "95 % interval", "What it says"},
	}
	for i := range bands {
		b := &bands[i]
		found, interval := unknown, unknown
		if b.Answered > 0 {
			found, interval = percent(b.Precision), percent(b.Low)+" – "+percent(b.High)
		}
		t.Rows = append(t.Rows, []cell{
			text(b.name()), text(b.Source), figures(count(b.Answered)), figures(count(b.Right)), figures(found), figures(interval), text(b.off()),
		})
	}
	return t
}
