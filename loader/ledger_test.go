package loader_test

import (
	"slices"
	"testing"

	"nayose"
)

// TestDeliveriesBetween: the weeks at both ends count, over the turn of a year, too.
func TestDeliveriesBetween(t *testing.T) {
	db, _, _ := fresh(t)
	weeks := []string{"2026-W51", "2026-W52", "2026-W53", "2027-W01", "2027-W02"}
	for _, week := range weeks {
		feed{week: week, postings: []string{"a cook toda"}}.load(t, db)
	}
	rows, err := db.DeliveriesBetween(t.Context(), nayose.Week{Year: 2026, Week: 52}, nayose.Week{Year: 2027, Week: 1})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rows {
		got = append(got, r.Week.String())
	}
	if want := weeks[1:4]; !slices.Equal(got, want) {
		t.Errorf("weeks %v, want %v", got, want)
	}
}
