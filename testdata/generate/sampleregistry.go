package main

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"

	"nayose"
)

// A sample is some companies of the corpus as the registry publishes them, with a past where the master says so, and what
// happens to them on three days: each process once at least.
type sample struct {
	dice
	world     *world
	companies []*company
	histories []*history
}

// sampleRegistry adds the registry's files to those of the corpus. The archive is not compressed, so that its bytes hang on no library.
func sampleRegistry(w *world, files map[string][]byte) error {
	s := &sample{dice: newDice("registry"), world: w}
	plain := s.pick(20, func(c *company) bool {
		return c.ClosedOn == 0 && c.FormerNames == "" && c.FormerAddresses == "" && !c.heir
	})
	formerly := s.pick(6, func(c *company) bool { return c.FormerNames != "" })
	movers := s.pick(4, func(c *company) bool { return c.FormerAddresses != "" })
	gone := s.pick(4, func(c *company) bool { return c.SuccessorID != "" })
	for _, h := range gone {
		s.pick(1, func(c *company) bool { return c.Company.ID == h.last().SuccessorID })
	}
	ended := s.pick(1, func(c *company) bool { return c.ClosedOn != 0 && c.SuccessorID == "" })
	foreign := s.add(w.absent[0])
	foreign.goAbroad(s.dice, w.absent[0])

	var archive, full bytes.Buffer
	full.Write(newRegistryFile(nil).csv(s.rows(history.latest)))
	err := writeArchive(&archive, fullName(asOf), zip.Store, asOf, func(w io.Writer) error {
		_, err := full.WriteTo(w)
		return err
	})
	files["registry/"+fullName(asOf)+".zip"] = archive.Bytes()
	days := slices.Collect(weekdays(3))
	for i, happen := range []func(on nayose.Date){
		func(on nayose.Date) {
			s.add(w.absent[1]) // which is founded now
			*s.histories[len(s.histories)-1] = founded(s.dice, w.absent[1], on)
			*plain[0] = plain[0].moved(s.dice, on, newAddress(s.dice, one(s.dice, places)))
			*plain[1] = plain[1].renamed(on, w.absent[2])
			*plain[2] = plain[2].ended(on, liquidated)
			*formerly[0] = formerly[0].corrected(on, nil)
			*plain[3] = plain[3].corrected(on, func(r *nayose.Registration) { r.Unlisted = true })
		},
		func(on nayose.Date) {
			*plain[4], *plain[5] = merged(*plain[4], *plain[5], on)
			*foreign = foreign.then(abroad, on, func(r *nayose.Registration) { r.Overseas = foreignAddress(s.dice) })
			*ended[0] = ended[0].revived(on)
			*movers[0] = movers[0].corrected(on, func(r *nayose.Registration) { r.NameEnglish = "Corrected Inc." })
			*plain[10] = plain[10].moved(s.dice, on, newAddress(s.dice, one(s.dice, places))).renamed(on, w.absent[3])
		},
		func(on nayose.Date) {
			*plain[4], *plain[5] = plain[4].revived(on), plain[5].then(unmerging, on, nil)
			*plain[7] = plain[7].then(forfeiting, on, nil)
			*plain[8] = plain[8].then(deleting, on, nil)
			*plain[9] = plain[9].ended(on, byRegistry)
			*plain[0] = plain[0].moved(s.dice, on, newAddress(s.dice, one(s.dice, places)))
			*plain[1] = plain[1].corrected(on, nil)
		},
	} {
		happen(days[i])
		files["registry/"+changeName(days[i])] = newRegistryFile(cp932{}).csv(s.rows(func(h history) []nayose.Registration { return h.on(days[i]) }))
	}
	return err
}

// pick takes the first n companies of the master that suit.
func (s *sample) pick(n int, suits func(*company) bool) (picked []*history) {
	for _, c := range s.world.master {
		if len(picked) < n && suits(c) && !slices.Contains(s.companies, c) {
			picked = append(picked, s.add(c))
		}
	}
	return picked
}

// add gives a company the past that the master tells of it.
func (s *sample) add(c *company) *history {
	h := founded(s.dice, c, birthday+46)
	now := h[0]
	names := strings.Split(strings.TrimPrefix(c.FormerNames+"|"+now.Name, "|"), "|")
	h[0].Name = names[0]
	if c.FormerAddresses != "" {
		h[0].Street = strings.TrimPrefix(c.FormerAddresses, now.Prefecture+now.City)
		h = h.then(moving, nayose.NewDate(2018, 4, 2), func(r *nayose.Registration) { r.Street = now.Street })
	}
	for i, name := range names[1:] {
		h = h.then(renaming, nayose.NewDate(2019+i, 7, 1), func(r *nayose.Registration) { r.Name = name })
	}
	if c.ClosedOn != 0 {
		h = h.ended(c.ClosedOn+7, liquidated)
		h.last().ChangedOn, h.last().ClosedOn, h.last().SuccessorID = c.ClosedOn, c.ClosedOn, c.SuccessorID
		if c.SuccessorID != "" {
			h.last().ClosedFor = mergedAway
		}
	}
	s.companies, s.histories = append(s.companies, c), append(s.histories, &h)
	return &h
}

// rows are some of those of each company.
func (s *sample) rows(of func(history) []nayose.Registration) (rows []nayose.Registration) {
	for _, h := range s.histories {
		rows = append(rows, of(*h)...)
	}
	return rows
}
