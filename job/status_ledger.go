package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"nayose"
	"nayose/job/internal/terminal"
	"nayose/loader"
)

// ledger shows every delivery that Postgres knows of, those that are held, and the generations that rebuilds made.
func (j *job) ledger(ctx context.Context, asJSON bool) error {
	deliveries, err := j.ledgerRows(ctx, nil)
	var generations []loader.Generation
	if err == nil {
		generations, err = j.db.Generations(ctx)
	}
	held, heldErr := j.recentHolds(ctx, deliveries)
	if err != nil && len(held) == 0 {
		return errors.Join(err, heldErr)
	}
	list := slices.Clone(held)
	for _, r := range deliveries {
		var s status
		s.addLoad(r)
		list = append(list, s)
	}
	slices.SortStableFunc(list, func(a, b status) int {
		return cmp.Or(cmp.Compare(a.Week.Monday(), b.Week.Monday()), cmp.Compare(a.Partner, b.Partner), cmp.Compare(a.Plan, b.Plan))
	})
	if asJSON {
		return errors.Join(err, heldErr, writeJSON(j.out, list))
	}
	summaries := make([]summary, len(list))
	for i := range list {
		summaries[i] = list[i].summary
		summaries[i].State = list[i].marked()
	}
	text := j.summaryTable(summaries) + statusNotes(held)
	if g := generationsText(generations); g != "" {
		text += "\n" + g
	}
	_, writeErr := io.WriteString(j.out, text)
	return errors.Join(err, heldErr, writeErr)
}

// recentWeeks is how many weeks back recentHolds looks.
const recentWeeks = 4

// recentHolds are the deliveries that are held, of the config's partners: in the last weeks up to now, in the last ones that were loaded, and
// in the one after them. Each is looked at by its name, since nothing is learnt by a list.
func (j *job) recentHolds(ctx context.Context, loads []loader.DeliveryRow) (list []status, err error) {
	weeks := map[nayose.Week]bool{}
	now := nayose.WeekOf(nayose.Today().Time())
	for range recentWeeks {
		weeks[now] = true
		now = now.Last()
	}
	if n := len(loads); n > 0 {
		last := loads[n-1].Week
		weeks[last.Next()] = true
		for range recentWeeks {
			weeks[last] = true
			last = last.Last()
		}
	}
	for _, week := range slices.SortedFunc(maps.Keys(weeks), func(a, b nayose.Week) int { return cmp.Compare(a.Monday(), b.Monday()) }) {
		for _, partner := range j.cfg.partnerIDs() {
			h, readErr := j.lastHold(ctx, week, partner)
			loaded := slices.ContainsFunc(loads, func(r loader.DeliveryRow) bool {
				return r.Week == week && r.Partner == partner && r.Plan >= h.Plan
			})
			s := status{summary: summary{Partner: partner, Week: week, Plan: h.Plan}}
			if s.addHold(&h, loaded); s.Held != nil {
				s.Next = s.Held.next(runCommandOf(week, partner))
				list = append(list, s)
			}
			if readErr != nil {
				err = errors.Join(err, fmt.Errorf("%s %s: %w", partner, week, readErr))
			}
		}
	}
	return list, err
}

// generationsText has a row for each generation, once there was a rebuild. Neither the first, which only loads write to, nor one that is
// not complete has been counted.
func generationsText(all []loader.Generation) string {
	if len(all) < 2 {
		return ""
	}
	rows := [][]string{{"generation", "state", "mentions", "drift"}}
	for i := range all {
		g := &all[i]
		mentions, drift := "-", "-"
		if g.Mentions > 0 {
			mentions = fmt.Sprint(g.Mentions)
		}
		if g.Drift.Compared > 0 {
			drift = ratio(g.Drift.Share()).String()
		}
		rows = append(rows, []string{fmt.Sprint(g.Number), string(g.State), mentions, drift})
	}
	return terminal.Table(rows)
}
