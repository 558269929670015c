package matcher

// completeness is how likely the employer of a delivery's mention is missing from the master, by prefecture (0 where a
// mention names none). No label is needed for it: in a region whose companies the master lacks, more mentions find
// nothing but poor candidates.
type completeness [48]float64

// A sighting is what one mention says about the master: where it is, and how many times likelier its candidates make
// its look than "none of them" would, were both as likely before.
type sighting struct {
	pref uint8
	odds float64
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
