package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"nayose/job/internal/eval"
	"nayose/job/internal/sampling"
)

// foldOf is the fold that a posting is scored in, from 0. All postings of a company lie in one, whatever their file, and
// so do those of an employer that the master lacks, as far as its name tells.
func foldOf(p *eval.Posting) int {
	return int(sampling.Chance("fold", cmp.Or(p.Truth, "none "+plain(p.Mention.CompanyName))) * foldCount)
}

const foldCount = 5

// plain is a name without what typists vary most, width and spaces.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, norm.NFKC.String(name))
}

// sampled tells whether a posting is in a delivery of this share of its file.
func sampled(p *eval.Posting, share float64) bool { return sampling.Chance("delivery", p.ID) < share }

// thinned tells whether a company that is nobody's answer stays in a master of this share of them.
func thinned(id string, share float64) bool { return sampling.Chance("master", id) < share }

// atRandom draws about this share of the companies.
func atRandom(homes map[string]string, share float64) map[string]bool {
	drawn := map[string]bool{}
	for id := range homes {
		if sampling.Chance("deletion", id) < share {
			drawn[id] = true
		}
	}
	return drawn
}

// byBlock draws the companies of whole prefectures: in an order of their own, each that this share of all companies has
// room for. A company whose prefecture is unknown is never drawn.
func byBlock(homes map[string]string, share float64) map[string]bool {
	residents := map[string][]string{}
	for id, prefecture := range homes {
		if prefecture != "" {
			residents[prefecture] = append(residents[prefecture], id)
		}
	}
	drawn, room := map[string]bool{}, int(share*float64(len(homes)))
	for _, prefecture := range slices.SortedFunc(maps.Keys(residents), func(a, b string) int {
		return cmp.Compare(sampling.Chance("block", a), sampling.Chance("block", b))
	}) {
		if len(drawn)+len(residents[prefecture]) > room {
			continue
		}
		for _, id := range residents[prefecture] {
			drawn[id] = true
		}
	}
	return drawn
}

// without is the sets as they are when these companies are not in the master: the answer to their postings is "none".
func without(sets []eval.Set, deleted map[string]bool) []eval.Set {
	changed := make([]eval.Set, len(sets))
	for i, s := range sets {
		changed[i] = s
		changed[i].Postings = slices.Clone(s.Postings)
		for j := range changed[i].Postings {
			if p := &changed[i].Postings[j]; deleted[p.Truth] {
				p.Truth = ""
			}
		}
	}
	return changed
}
