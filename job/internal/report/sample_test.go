package report

import (
	"fmt"
	"math"
	"time"

	"nayose"
)

// partnersOf are names of partners that nobody has.
var partnersOf = []string{
	"minato", "kaede", "suzume", "yamabiko", "hibari", "tsubaki", "akatsuki", "komorebi", "hotaru", "nagisa", "asagiri", "long-partner-name-of-a-feed",
}

// sampleWeek makes a week of so many partners, with so many weeks in the ledger. Equal numbers give equal weeks; the companies are invented.
func sampleWeek(partners, weeks int) Week {
	week := nayose.Week{Year: 2026, Week: 47}
	r := Week{
		Week: week, Made: time.Date(2026, 11, 22, 21, 4, 0, 0, time.UTC), Code: "0.1.0 (4f2c9d1e7ab0)", Model: "sha256:9c1e77ab20f4", Matched: 0.9, Unmatched: 0.9,
		Bands: sampleBands(), Missing: sampleMissing(),
		Unknown: []string{"how long the survey of suzume took: the stage was done by an older version"},
	}
	for i := range partners {
		r.Deliveries = append(r.Deliveries, sampleDelivery(i))
		at := week
		for range weeks - 1 {
			at = at.Last()
		}
		for k := range weeks {
			if p := samplePoint(&r.Deliveries[i], i, weeks-1-k); i != 3 || k != 2 {
				p.Week = at
				r.Trend = append(r.Trend, p)
			}
			at = at.Next()
		}
	}
	return r
}

func sampleDelivery(i int) Delivery {
	n := int64(24310 / (1 + 3*i))
	d := Delivery{
		Partner: partnersOf[i], Plan: 1 + i%2, State: "loaded",
		Rejected: n / 90, Duplicates: n / 200, Review: n / 14, Unmatched: n / 9, Matched: n * 7 / 10,
	}
	if i%4 == 2 {
		d.Deletions = n / 20
	}
	d.Records = d.Rejected + d.Duplicates + d.Deletions + d.Matched + d.Review + d.Unmatched
	d.Reasons = []Reason{{"電話番号", "phone_invalid", d.Rejected * 2 / 3}, {"", "row_short", d.Rejected - d.Rejected*2/3}}
	d.Scores = sampleScores(&d)
	d.Stages = []Stage{
		{"extract", float64(n) / 4100, d.Records, 0},
		{"survey", float64(n) / 9000, d.postings(), 0},
		{"match", float64(n) / 1350, d.postings(), 4},
		{"load", float64(n) / 2900, d.postings(), 0},
	}
	d.Figures = []Figure{
		{"shrink", 0.98 - 0.01*float64(i), 0.7, 0.5},
		{"grow", 1.04, 2, 3},
		{"expire", 0.071 + 0.03*float64(i), 0.3, 0.5},
		{"renumber", 0, 0.1, 0.2},
		{"match_drop", 0.012 + 0.035*float64(i%3), 0.05, 0.1},
		{"review_rise", 0.004, 0.05, 0.1},
		{"reject_rise", -0.003, 0.02, 0.05},
		{"score_shift", 0.021, 0.1, 0},
		{"flip", 0.004 * float64(1+i%4), 0.02, 0.1},
	}
	if i == 1 {
		d.State, d.Held = "held", "6,102 postings, fewer than 50 % of 13,480, the median of the last 4 weeks"
		d.Next = "compare it with the week before: nayose status --week 2026-W47 --html FILE.html; if it is right, nayose approve --week 2026-W47 --partner kaede lets it through once; nothing was loaded"
		d.Figures[0].Value = 0.4527
	}
	if i == 2 {
		d.Warned = "the share in review rose by 6.1 points, and from 5.0 on it is told"
		d.Passed = "54.0 % of the active postings would expire; approved by Tanaka: a branch has closed"
	}
	if i < 3 {
		d.Samples = sampleMentions(d.Partner)
	}
	return d
}

func sampleScores(d *Delivery) Scores {
	var matched, review, unmatched [20]int64
	spread := func(bands *[20]int64, sum int64, weight func(b int) float64) {
		all, best, left := 0.0, 0, sum
		for b := range bands {
			if all += weight(b); weight(b) > weight(best) {
				best = b
			}
		}
		for b := range bands {
			bands[b] = int64(float64(sum) * weight(b) / all)
			left -= bands[b]
		}
		bands[best] += left
	}
	spread(&matched, d.Matched, func(b int) float64 { return math.Pow(float64(b)/19, 40) * float64(b/18) })
	spread(&review, d.Review, func(b int) float64 { return 1 + 3*math.Abs(float64(b)-9)/9 })
	spread(&unmatched, d.Unmatched, func(b int) float64 { return map[bool]float64{true: 1 / float64(1+8*b), false: 0}[b < 2] })
	return Scores{nayose.Matched: matched, nayose.Review: review, nayose.Unmatched: unmatched}
}

func samplePoint(d *Delivery, i, ago int) Point {
	swing := 1 + 0.04*math.Sin(float64(3*ago+5*i))
	scale := func(n int64, by float64) int64 { return int64(float64(n) * by) }
	p := Point{
		Partner: d.Partner, Rejected: scale(d.Rejected, swing*swing), Matched: scale(d.Matched, swing*(1+0.01*float64(ago%3))),
		Review: scale(d.Review, 2-swing), Unmatched: scale(d.Unmatched, 1+0.02*float64(ago)),
		Inserted: d.Records / 12, Expired: d.Records / 15, Active: d.Matched, Flipped: 0.004 * float64(1+(ago+i)%4),
	}
	if ago > 6 {
		p.Flipped = -1
	}
	p.Records = p.Rejected + d.Duplicates + d.Deletions + p.Matched + p.Review + p.Unmatched
	return p
}

func sampleBands() (bands []Band) {
	edges := []float64{0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 1}
	for i := range len(edges) - 1 {
		from, to := edges[i], edges[i+1]
		for k, answered := range []int64{int64(12 + 31*i), int64(i * i * 3)} {
			b := Band{From: from, To: to, Answered: answered, Source: []string{"decisions", "audits"}[k]}
			if answered > 0 {
				b.Right = int64(float64(answered) * (from + to) / 2)
				if i == 4 && k == 0 {
					b.Right = int64(float64(answered) * 0.7)
				}
				b.Precision = float64(b.Right) / float64(answered)
				b.Low, b.High = wilson(b.Precision, z2/float64(answered))
			}
			bands = append(bands, b)
		}
	}
	return bands
}

func sampleMissing() (list []Employer) {
	for i, name := range []string{
		"合同会社ひかり介護サービス", "ほしぞら運輸㈱", "医療法人社団あおば会", "カフェ・ド・ミナモ", "有限会社山ノ井精密", "株式会社つきかげデザイン", "そよかぜ保育園", "㈱北斗ヶ丘フーズ",
	} {
		list = append(list, Employer{name, fmt.Sprintf("神奈川県川崎市麻生区架空台%d-%d", i+1, 3*i+2), int64(212 / (i + 1)), partnersOf[:1+i%3]})
	}
	return list
}

func sampleMentions(partner string) []Sample {
	mention := func(m nayose.Mention) nayose.Mention {
		m.Partner = partner
		m.ID = m.Key()
		return m
	}
	evidence := func(name, form, address, phone float64) (list []nayose.Evidence) {
		for _, e := range []nayose.Evidence{
			{Comparison: "name", Level: "same", Bits: name},
			{Comparison: "form", Level: "same, other side", Bits: form},
			{Comparison: "address", Level: "same block", Bits: address},
			{Comparison: "phone", Level: "same", Bits: phone},
			{Comparison: "namesakes", Level: "about 4 companies of this name to be expected", Bits: -0.9},
		} {
			if e.Bits != 0 {
				list = append(list, e)
			}
		}
		return list
	}
	return []Sample{
		{
			Lineage: nayose.NewID(partner, "1"), Company: "株式会社みなと製菓", Second: "みなと製菓販売株式会社",
			Mention: mention(nayose.Mention{
				CompanyName: "みなと製菓㈱", WorkplaceName: "みなと製菓 磯浜工場", Address: "千葉県船橋市磯浜町2-14-5", Phone: "047-000-1234",
			}),
			Match: nayose.Match{
				Outcome: nayose.Matched, CompanyID: "9040001000017", Probability: 0.9987, NoneBits: -2.1,
				Candidates: []nayose.Candidate{
					{CompanyID: "9040001000017", Probability: 0.9987, Evidence: evidence(-2.5, -2, 7.9, 11.6)},
					{CompanyID: "8040001000026", Probability: 0.0009, Evidence: evidence(-19.5, -2, 7.9, 11.6)},
				},
				OtherCandidates: 3, OtherBits: -6.2,
			},
		},
		{
			Lineage: nayose.NewID(partner, "2"), Company: "山桜建設株式会社", Second: "株式会社山桜建設",
			Mention: mention(nayose.Mention{CompanyName: "山桜建設", Address: "長野県松本市架空1丁目"}),
			Match: nayose.Match{
				Outcome: nayose.Review, CompanyID: "5100001000033", Probability: 0.4812, NoneBits: -1.4,
				Candidates: []nayose.Candidate{
					{CompanyID: "5100001000033", Probability: 0.4812, Evidence: evidence(-2.5, 0.8, 4.5, 0)},
					{CompanyID: "6100001000041", Probability: 0.3377, Evidence: evidence(-2.5, 0.8, 4, 0)},
				},
			},
		},
		{
			Lineage: nayose.NewID(partner, "3"),
			Mention: mention(nayose.Mention{CompanyName: "非公開", Address: "東京都"}),
			Match:   nayose.Match{Outcome: nayose.Unmatched, Note: "the mention names nobody"},
		},
	}
}
