package main

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"nayose"
	"nayose/job/internal/eval"
	"nayose/job/internal/feed"
	"nayose/job/internal/program"
	"nayose/job/internal/sampling"
)

// knownNames is how many of the postings that come bear a name that the week before had.
const knownNames = 0.75

// continued is weeks 46 and 47 of the real feeds as they are, and six more. The feeds' postings are kaigo's rows, which say the truth. As
// weeks 46 and 47 use up the rows, what comes later is made: for three in four another workplace of an employer of the
// feed, at the place of another mention of the city, for the fourth a row of edinet or rs as the partner's new employer.
func continued(dir string, gold []eval.Set) (world, error) {
	w := world{
		name: "real",
		about: fmt.Sprintf("Weeks 46 and 47 of two real feeds as they are, a posting a mention, and six more. From week 48 on %g %% of the postings go a week "+
			"and %g %% come, as from 46 to 47, and %g %% are written anew. Of those that come %g %% are made, another workplace of an employer "+
			"of the feed at the place of another mention of the city, and the others rows of edinet and rs. The truth is kaigo's, by posting id.",
			100*goneShare, 100*newShare, 100*anewShare, 100*knownNames),
	}
	truth := map[string]string{}
	var newcomers []eval.Posting
	for _, s := range gold {
		for _, p := range s.Postings {
			switch s.Name {
			case "kaigo":
				truth[p.ID] = p.Truth
			case "edinet", "rs":
				newcomers = append(newcomers, p)
			}
		}
	}
	slices.SortFunc(newcomers, func(a, b eval.Posting) int {
		return cmp.Compare(sampling.Chance("newcomer", a.ID), sampling.Chance("newcomer", b.ID))
	})
	partners := slices.Sorted(maps.Keys(program.Partners))
	for i, partner := range partners {
		lives, err := livesOf(filepath.Join(dir, "feeds"), partner, truth)
		if err != nil {
			return w, err
		}
		share := len(newcomers) / len(partners)
		w.lives = append(w.lives, lives...)
		w.lives = append(w.lives, comers(lives, newcomers[i*share:(i+1)*share])...)
	}
	return w, nil
}

// livesOf are the postings of a partner's two weeks, by their ids.
func livesOf(dir, partner string, truth map[string]string) ([]life, error) {
	before, err := mentionsOf(dir, "2026-W46", partner)
	if err != nil {
		return nil, err
	}
	after, err := mentionsOf(dir, "2026-W47", partner)
	if err != nil {
		return nil, err
	}
	all := maps.Clone(before)
	maps.Copy(all, after)
	var lives []life
	for _, id := range slices.Sorted(maps.Keys(all)) {
		right, ok := truth[id]
		if !ok {
			return nil, fmt.Errorf("%s: posting %s is no row of kaigo", partner, id)
		}
		l := life{id: partner + " " + id, partner: partner, mention: all[id], truth: right, postings: 1, known: 1}
		if _, early := before[id]; !early {
			l.comes = 1
		}
		if _, late := after[id]; !late {
			l.known, l.goes = 0, true
		}
		lives = append(lives, l)
	}
	return lives, nil
}

// mentionsOf reads what a partner delivered in a week: the mention of each posting id.
func mentionsOf(dir, week, partner string) (map[string]nayose.Mention, error) {
	mentions, byPosting := map[nayose.ID]nayose.Mention{}, map[string]nayose.Mention{}
	err := program.ReadFeed(dir, week, partner, feed.Sink{
		Mention: func(m nayose.Mention) error { mentions[m.ID] = m; return nil },
		Posting: func(p nayose.Posting) error { byPosting[p.PostingID] = mentions[p.MentionID]; return nil },
	})
	return byPosting, err
}

// comers are the lives of a partner that come after week 47, as many each week as its share of what the partner has.
func comers(lives []life, newcomers []eval.Posting) (more []life) {
	near := map[string][]*life{} // by town or city
	for i := range lives {
		l := &lives[i]
		near[area(l.mention.Address)] = append(near[area(l.mention.Address)], l)
	}
	partner, n, next := lives[0].partner, int(newShare*float64(deliveredIn(lives, 1))), 0
	for week := 2; week < weeks; week++ {
		for i := range n {
			id := fmt.Sprint(partner, " comes ", week, " ", i)
			l := life{id: id, partner: partner, comes: week, postings: 1}
			if sampling.Chance("comer", id) < knownNames {
				of := &lives[int(sampling.Chance("employer", id)*float64(len(lives)))]
				places := near[area(of.mention.Address)]
				place := places[int(sampling.Chance("place", id)*float64(len(places)))]
				l.mention, l.truth = elsewhere(of.mention, &place.mention, id), of.truth
			} else {
				p := &newcomers[next%len(newcomers)]
				next++
				l.mention, l.truth = p.Mention, p.Truth
			}
			more = append(more, l)
		}
	}
	return more
}

func deliveredIn(lives []life, week int) (n int) {
	for i := range lives {
		if _, postings, _ := lives[i].in(week); postings > 0 {
			n++
		}
	}
	return n
}

// elsewhere is the employer of a mention at the place of another: it keeps name, site, and what it calls its workplaces.
func elsewhere(m nayose.Mention, at *nayose.Mention, seed string) nayose.Mention {
	here, there := area(m.Address), area(at.Address)+[]string{"東", "西", "南", "北"}[int(4*sampling.Chance("quarter", seed))]
	if name, workplace, inOne := strings.Cut(m.CompanyName, "　"); inOne {
		m.CompanyName = name + "　" + moved(workplace, here, there)
	} else {
		m.WorkplaceName = moved(m.WorkplaceName, here, there)
	}
	m.Address, m.Phone = otherNumber(at.Address, seed), nextTo(at.Phone, seed)
	return m
}

// moved is the name of a workplace at another place: ツクイ函館西 of ツクイ札幌東.
func moved(workplace, here, there string) string {
	if brand, _, ok := strings.Cut(workplace, here); ok && here != "" && brand != "" {
		return brand + there
	}
	return workplace + there
}

// otherNumber is an address with another house number: its last digits.
func otherNumber(address, seed string) string {
	before := strings.TrimRight(address, "0123456789")
	if before == address {
		return address + fmt.Sprint(1+int(30*sampling.Chance("number", seed)))
	}
	return before + fmt.Sprint(1+int(30*sampling.Chance("number", seed)))
}
