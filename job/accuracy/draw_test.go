package main

import (
	"fmt"
	"maps"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nayose"
	"nayose/job/internal/eval"
)

func posting(id, name, truth string) eval.Posting {
	return eval.Posting{ID: id, Mention: nayose.Mention{CompanyName: name}, Truth: truth}
}

// invented are companies in four prefectures of 40, 30, 20 and 10 of a hundred; each tenth has none.
func invented(n int) map[string]string {
	homes := map[string]string{}
	for i := range n {
		prefecture := []string{"甲県", "甲県", "甲県", "甲県", "乙県", "乙県", "乙県", "丙県", "丙県", "丁県"}[i%10]
		if i%100 >= 90 {
			prefecture = ""
		}
		homes[fmt.Sprintf("%013d", i)] = prefecture
	}
	return homes
}

func TestFoldOf(t *testing.T) {
	for _, c := range []struct {
		about string
		a, b  eval.Posting
	}{
		{"a company in two files", posting("kaigo1", "株式会社アカネ", "1"), posting("est7", "アカネ北", "1")},
		{"none, the name in another width", posting("a", "株式会社ＡＢＣ", ""), posting("b", "株式会社ABC", "")},
		{"none, the name with spaces", posting("a", "株式会社 アカネ", ""), posting("b", "株式会社\u3000アカネ ", "")},
		{"none, the name in half-width kana", posting("a", "ｱｶﾈ㈱", ""), posting("b", "アカネ(株)", "")},
	} {
		for i := range 20 { // one pair might agree by chance
			a, b := c.a, c.b
			if a.Truth != "" {
				a.Truth, b.Truth = fmt.Sprint(i), fmt.Sprint(i)
			} else {
				a.Mention.CompanyName += fmt.Sprint(i)
				b.Mention.CompanyName += fmt.Sprint(i)
			}
			if foldOf(&a) != foldOf(&b) {
				t.Errorf("%s: %v lies in fold %d, %v in fold %d", c.about, a, foldOf(&a), b, foldOf(&b))
			}
		}
	}
	sizes := make([]int, foldCount)
	for i := range 5000 {
		p := posting("a", "ア", fmt.Sprint(i))
		if i%2 == 0 {
			p = posting("a", fmt.Sprint("ア", i), "")
		}
		sizes[foldOf(&p)]++
	}
	for k, n := range sizes {
		if n < 900 || n > 1100 {
			t.Errorf("fold %d has %d of 5000 employers", k, n)
		}
	}
}

// TestShares: what is drawn for a share is about that share, the same each time, and among what a larger share draws.
func TestShares(t *testing.T) {
	homes := invented(10_000)
	for about, drawn := range map[string]func(share float64) map[string]bool{
		"postings": func(share float64) map[string]bool {
			return keys(homes, func(id string) bool { return sampled(&eval.Posting{ID: id}, share) })
		},
		"others": func(share float64) map[string]bool {
			return keys(homes, func(id string) bool { return thinned(id, share) })
		},
		"deleted": func(share float64) map[string]bool { return atRandom(homes, share) },
	} {
		smaller := map[string]bool{}
		for _, share := range []float64{0, 0.03, 0.3, 0.5, 1} {
			got := drawn(share)
			if n := float64(len(got)) / 10_000; math.Abs(n-share) > 0.02 || (share == 0 || share == 1) && n != share {
				t.Errorf("%s: %v of all are drawn, want %v", about, n, share)
			}
			if !maps.Equal(got, drawn(share)) {
				t.Errorf("%s: two draws of %v differ", about, share)
			}
			for id := range smaller {
				if !got[id] {
					t.Errorf("%s: %s is drawn for a smaller share than %v only", about, id, share)
				}
			}
			smaller = got
		}
	}
}

func keys(homes map[string]string, drawn func(id string) bool) map[string]bool {
	all := map[string]bool{}
	for id := range homes {
		if drawn(id) {
			all[id] = true
		}
	}
	return all
}

func TestByBlock(t *testing.T) {
	homes := invented(1000) // 360, 270, 180, 90 and 100 without a prefecture
	for _, c := range []struct {
		share      float64
		least, top int
	}{{0, 0, 0}, {0.05, 0, 0}, {0.2, 90, 200}, {0.5, 360, 500}, {1, 900, 900}} {
		drawn := byBlock(homes, c.share)
		if n := len(drawn); n < c.least || n > c.top {
			t.Errorf("of a share of %v, %d of 1000 are drawn, want %d to %d", c.share, n, c.least, c.top)
		}
		in := map[string]map[bool]int{}
		for id, prefecture := range homes {
			if in[prefecture] == nil {
				in[prefecture] = map[bool]int{}
			}
			in[prefecture][drawn[id]]++
		}
		for prefecture, n := range in {
			if n[true] > 0 && (n[false] > 0 || prefecture == "") {
				t.Errorf("of a share of %v, %d of %q are drawn and %d are not", c.share, n[true], prefecture, n[false])
			}
		}
		if !maps.Equal(drawn, byBlock(homes, c.share)) {
			t.Errorf("two draws of %v differ", c.share)
		}
	}
}

func TestLackKeeps(t *testing.T) {
	homes := invented(1000)
	deleted := map[string]bool{"0000000000001": true}
	l := lack{others: 0.25}
	others := 0
	for i := range 2000 { // the second thousand are nobody's answer
		id := fmt.Sprintf("%013d", i)
		kept := l.keeps(id, homes, deleted)
		if i < 1000 && kept == deleted[id] {
			t.Errorf("company %s, an answer: kept %v, deleted %v", id, kept, deleted[id])
		}
		if i >= 1000 && kept {
			others++
		}
	}
	if others < 200 || others > 300 {
		t.Errorf("%d of 1000 others are kept, want about 250", others)
	}
}

func TestLacks(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range lacks() {
		seen[fmt.Sprint(l.others, l.deleted, l.how)] = true
	}
	if len(seen) != 3*(1+3*2) {
		t.Errorf("%d different masters are measured: %v", len(seen), seen)
	}
}

func TestWithout(t *testing.T) {
	sets := []eval.Set{{Name: "a", Postings: []eval.Posting{posting("1", "ア", "x"), posting("2", "イ", "y"), posting("3", "ウ", "")}}}
	got := without(sets, map[string]bool{"x": true})
	want := []eval.Set{{Name: "a", Postings: []eval.Posting{posting("1", "ア", ""), posting("2", "イ", "y"), posting("3", "ウ", "")}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("without x (-want +got):\n%s", diff)
	}
	if sets[0].Postings[0].Truth != "x" {
		t.Error("without changed what it was given")
	}
}
