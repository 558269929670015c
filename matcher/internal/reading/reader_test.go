package reading

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestReadingAllocatesNothing(t *testing.T) {
	r := new(Reader)
	for i := range typicalMentions {
		x := &typicalMentions[i]
		if n := testing.AllocsPerRun(10, func() { r.readMention(x) }); n != 0 {
			t.Errorf("reading %+v allocates %v times, want 0", *x, n)
		}
	}
	for i := range typicalCompanies {
		x := &typicalCompanies[i]
		if n := testing.AllocsPerRun(10, func() { r.readCompany(x) }); n != 0 {
			t.Errorf("reading %+v allocates %v times, want 0", *x, n)
		}
	}
}

// TestReaderKeeps holds that what a Reader has returned stays good while it reads more than a chunk or two.
func TestReaderKeeps(t *testing.T) {
	type read struct {
		name     string
		wordings []Wording
		place    Place
	}
	r, fresh := new(Reader), new(Reader)
	var all []read
	for i := range 2000 {
		name := fmt.Sprintf("㈱ｱｶﾈｻｰﾋﾞｽ%d　新宿店", i)
		all = append(all, read{name, r.Wordings(r.Clean(name)), r.Address("", fmt.Sprintf("新宿区　自由が丘%d-1", i))})
	}
	for i, x := range all {
		fresh.Reset()
		if want := fresh.Wordings(fresh.Clean(x.name)); !slices.Equal(x.wordings, want) {
			t.Errorf("%q was read as %v, and is %v now", x.name, want, x.wordings)
		}
		if x.place.City != "新宿区" || x.place.Town != "自由ケ丘" || !slices.Equal(x.place.Numbers, []uint16{uint16(i), 1}) {
			t.Errorf("the address of %q is %v now", x.name, x.place)
		}
	}
}

func TestReplace(t *testing.T) {
	r := new(Reader)
	abc := newReplacer("ab", "x", "a", "", "店", "shop")
	for in, want := range map[string]string{"": "", "ab": "x", "aab": "x", "b店店a": "bshopshop", "bb": "bb", "aaa": ""} {
		if got := r.replace(abc, in); got != want {
			t.Errorf("replace(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestMarks holds that what is looked for only where a rune marks it has such a rune.
func TestMarks(t *testing.T) {
	for _, c := range []struct {
		marks string
		words []string
	}{
		{employerMarks, slices.Concat(agencyLabels, clientLabels, siteLabels, []string{"内"})},
		{withheldMarks, append(listed(withheldParts[:]), masks...)},
		{townMarks, append(listed(turns[:]), listed(noAza.olds[:])...)},
	} {
		for _, word := range c.words {
			if !strings.ContainsAny(word, c.marks) {
				t.Errorf("%q has none of the marks %q", word, c.marks)
			}
		}
	}
}

func listed(entries [][]entry) (words []string) {
	for _, e := range slices.Concat(entries...) {
		words = append(words, e.word)
	}
	return words
}
