package artifact

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// oldAndNew is a store with places that are old, young, and both; with files of attempts and with what is no place.
func oldAndNew() (m *memory, before time.Time) {
	before = time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	old, young := before.Add(-time.Second), before
	m = newMemory()
	m.written = map[string]time.Time{}
	for key, at := range map[string]time.Time{
		"stages/extract/old/manifest.json":       old,
		"stages/extract/old/a1/postings.parquet": old,
		"stages/extract/old/a2/postings.parquet": old, // of an attempt that came to nothing
		"stages/match/failed/a1/matches.parquet": old,
		"stages/match/both/manifest.json":        old,
		"stages/match/both/a2/matches.parquet":   young,
		"stages/match/young/manifest.json":       young,
		"stages/stray":                           old,
		"masters/old/manifest.json":              old,
		"plans/2026-W01/p/1.json":                old,
	} {
		m.objects[key], m.written[key] = []byte("x"), at
	}
	return m, before
}

var left = []string{
	"masters/old/manifest.json", "plans/2026-W01/p/1.json", "stages/match/both/a2/matches.parquet", "stages/match/both/manifest.json",
	"stages/match/young/manifest.json", "stages/stray",
}

func TestEraseOld(t *testing.T) {
	m, before := oldAndNew()
	places, objects, err := EraseOld(t.Context(), m, before)
	if places != 2 || objects != 4 || err != nil {
		t.Errorf("EraseOld() = %d, %d, %v, want 2 places of 4 objects", places, objects, err)
	}
	if diff := cmp.Diff(left, slices.Sorted(maps.Keys(m.objects))); diff != "" {
		t.Errorf("what is left (-want +got):\n%s", diff)
	}
}

// Wherever it dies, no manifest names what is gone, and the next call ends the same.
func TestEraseOldCrash(t *testing.T) {
	for crash := 1; crash <= 4; crash++ {
		m, before := oldAndNew()
		m.fault = func(op int, _ bool) fault {
			if op == crash {
				return refused
			}
			return none
		}
		if _, _, err := EraseOld(t.Context(), m, before); !errors.Is(err, errInjected) {
			t.Fatalf("crash %d: %v, want the injected fault", crash, err)
		}
		_, manifest := m.objects["stages/extract/old/manifest.json"]
		for _, key := range []string{"stages/extract/old/a1/postings.parquet", "stages/extract/old/a2/postings.parquet"} {
			if _, ok := m.objects[key]; manifest && !ok {
				t.Errorf("crash %d: the manifest stands, and %s is gone", crash, key)
			}
		}
		m.fault = nil
		if _, _, err := EraseOld(t.Context(), m, before); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(left, slices.Sorted(maps.Keys(m.objects))); diff != "" {
			t.Errorf("crash %d: what is left (-want +got):\n%s", crash, diff)
		}
	}
}

func TestErase(t *testing.T) {
	m, _ := oldAndNew()
	if n, err := Erase(t.Context(), m, Place{Stage: "match", Digest: "both"}); n != 2 || err != nil {
		t.Errorf("Erase() = %d, %v, want 2 objects", n, err)
	}
	if n, err := Erase(t.Context(), m, Place{Stage: "match", Digest: "both"}); n != 0 || err != nil || len(m.objects) != 8 {
		t.Errorf("Erase() again = %d, %v, with %d objects left, want 0 and 8", n, err, len(m.objects))
	}
}
