package drift

import (
	"fmt"

	"nayose"
)

// Gaps are what one side answers and the other does not. Where all is well it is 0.
type Gaps struct {
	Mentions struct {
		Live   int64 `json:"live"`
		Shadow int64 `json:"shadow"`
	} `json:"mentions"`
	Postings struct {
		Live   int64 `json:"live"`
		Shadow int64 `json:"shadow"`
	} `json:"postings"`

	// Postings that readers see an answer for, counted by the view, and those that the shadow answers about, with the control sums of their
	// lineage ids.
	Seen      int64        `json:"seen"`
	SeenSum   nayose.IDSum `json:"seen_sum"`
	Shadowed  int64        `json:"shadowed"`
	ShadowSum nayose.IDSum `json:"shadowed_sum"`
}

// Count looks for what one side lacks of a mention.
func (g *Gaps) Count(p *Pair) {
	n := int64(len(p.Postings))
	if p.Live == nil {
		g.Mentions.Live++
		g.Postings.Live += n
	}
	if p.Now == nil {
		g.Mentions.Shadow++
		g.Postings.Shadow += n
		return
	}
	g.Shadowed += n
	for _, lineage := range p.Postings {
		g.ShadowSum.Add(lineage)
	}
}

// Expect adds so many postings that readers see, and the sum of their lineage ids.
func (g *Gaps) Expect(postings int64, lineages nayose.IDSum) {
	g.Seen += postings
	g.SeenSum += lineages
}

// Fault is an error of kind Integrity where something is missing.
func (g *Gaps) Fault() error {
	switch {
	case g.Mentions.Live+g.Mentions.Shadow+g.Postings.Live+g.Postings.Shadow > 0 || g.Seen != g.Shadowed:
		return nayose.Fault(nayose.Integrity, fmt.Errorf(
			"of %s that readers see the shadow answers about %d: the live generation lacks %s and %s, the shadow %d and %d",
			nayose.Count(g.Seen, "posting"), g.Shadowed, nayose.Count(g.Postings.Live, "posting"), nayose.Count(g.Mentions.Live, "mention"), g.Postings.Shadow, g.Mentions.Shadow), "nayose doctor --week W looks for what was changed by hand")
	case g.SeenSum != g.ShadowSum:
		return nayose.Fault(nayose.Integrity, fmt.Errorf("the lineage ids of the %d postings that readers see are not those that the shadow answers about", g.Seen), "")
	}
	return nil
}
