package matcher

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestSimilar holds what the search for names finds against laying a name beside every name, where nothing is too common to be
// read: the names that share three quarters of its pairs' weight are among both.
func TestSimilar(t *testing.T) {
	m := newTestMatcher(t, town)
	for _, c := range []struct{ name, want string }{
		{"株式会社アカネ介護サービス", "アカネ介護サビス"},
		{"アカネ介護サーピス", "アカネ介護サビス"},
		{"アカネ介護サービス札幌営業所", "アカネ介護サビス"},
		{"(株)アシスト", "アシスト"},
	} {
		for how, similar := range map[string]func(string, int) []string{"search": m.Similar, "all": m.SimilarOfAll} {
			if got := similar(c.name, 5); len(got) == 0 || got[0] != c.want {
				t.Errorf("%s: likest to %s is %q, want %s first", how, c.name, got, c.want)
			}
		}
	}
	if got := m.Similar("非公開", 5); len(got) > 0 {
		t.Errorf("a name that is withheld is like %q", got)
	}
}

// TestSimilarFindsWhatAllDoes mistypes names: what is likest of all names is among those that the search finds.
func TestSimilarFindsWhatAllDoes(t *testing.T) {
	m := newTestMatcher(t, town)
	rapid.Check(t, func(t *rapid.T) {
		letters := []rune(rapid.SampledFrom([]string{"アカネ介護サービス", "アシスト", "札幌中央病院", "みずほ福祉会"}).Draw(t, "name"))
		letters[rapid.IntRange(0, len(letters)-1).Draw(t, "at")] = rapid.SampledFrom([]rune("アカ介護新")).Draw(t, "letter")
		name := string(letters) + rapid.SampledFrom([]string{"", "新宿店", "本部"}).Draw(t, "tail")
		all, found := m.SimilarOfAll(name, 3), m.Similar(name, 40)
		if len(all) > 0 && !slices.Contains(found, all[0]) {
			t.Fatalf("%s is likest to %q, and the search finds %s", name, all[0], strings.Join(found, ", "))
		}
	})
}
