package matcher

import (
	"fmt"

	"nayose"
	"nayose/matcher/internal/reading"
)

// completeness is how likely the employer of a delivery's mention is missing from the master, by prefecture (0 where a
// mention names none). No label is needed for it: in a region whose companies the master lacks, more mentions find
// nothing but poor candidates.
type completeness [48]float64

// A sighting is what one mention says about the master: where it is, and how many times likelier its candidates make
// its look than "none of them" would, were both as likely before.
type sighting struct {
	names bool // it names somebody
	pref  uint8
	odds  float64
}

// regionTrust and deliveryTrust are how many mentions a prefecture's share must have to outweigh the delivery's, and the
// delivery's to outweigh the model's.
const (
	regionTrust   = 5
	deliveryTrust = 10
	shareRounds   = 30
)

// estimate finds the shares of missing employers under which the sightings are likeliest, by expectation maximisation
// (Saerens, Latinne and Decaestecker 2002: adjusting a classifier to new priors), a prefecture's share being drawn to
// the delivery's and the delivery's to the model's.
func estimate(seen []sighting, model float64) completeness {
	all := likeliest(seen, model, deliveryTrust)
	var by [48][]sighting
	for _, s := range seen {
		by[s.pref] = append(by[s.pref], s)
	}
	var c completeness
	for pref, some := range by {
		c[pref] = likeliest(some, all, regionTrust)
	}
	return c
}

func likeliest(seen []sighting, prior, trust float64) float64 {
	share := prior
	for range shareRounds {
		missing := prior * trust
		for _, s := range seen {
			missing += share / (share + (1-share)*s.odds)
		}
		share = min(max(missing/(float64(len(seen))+trust), 0.005), 0.995)
	}
	return share
}

// regionName is the name by which a survey knows a prefecture's share.
func regionName(pref int) string {
	if pref == 0 {
		return ""
	}
	return reading.Prefectures[pref-1]
}

// shares are the estimate as a survey tells it.
func (c *completeness) shares() map[string]float64 {
	by := make(map[string]float64, len(c))
	for pref, share := range c {
		by[regionName(pref)] = share
	}
	return by
}

// completenessOf is the estimate that a survey tells.
func completenessOf(shares map[string]float64) (c completeness, err error) {
	for pref := range c {
		share := shares[regionName(pref)]
		if !(share > 0 && share < 1) {
			return c, nayose.Fault(nayose.Integrity, fmt.Errorf("the survey says that the master lacks %v of %q", share, regionName(pref)), "")
		}
		c[pref] = share
	}
	return c, nil
}
