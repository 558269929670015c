package main

import (
	"fmt"

	"golang.org/x/text/width"
)

// address is a place down to the door.
type address struct {
	place
	town             string
	chome, ban, door int
	building         string
}

// newAddress is an address somewhere in p.
func newAddress(d dice, p place) address {
	a := address{place: p, town: one(d, towns), chome: d.between(1, 9), ban: d.between(1, 40), door: d.between(1, 30)}
	if d.percent(12) {
		a.building = one(d, buildings)
	}
	return a
}

// registered is the address as the registry writes it, in wide digits.
func (a address) registered() string {
	return a.prefecture + a.city + a.town + width.Widen.String(fmt.Sprintf("%d丁目%d番%d号", a.chome, a.ban, a.door)) + a.building
}

// typed is the address as somebody at a partner types it.
func (a address) typed(d dice) string {
	var s string
	switch d.IntN(6) {
	case 0:
		s = a.city + a.town + fmt.Sprintf("%d-%d-%d", a.chome, a.ban, a.door)
	case 1:
		s = a.prefecture + a.city + a.town + fmt.Sprintf("%d丁目%d-%d", a.chome, a.ban, a.door)
	case 2:
		s = a.prefecture + a.city + a.town + width.Widen.String(fmt.Sprintf("%d-%d-%d", a.chome, a.ban, a.door))
	case 3:
		s = a.prefecture + " " + a.city + a.town + fmt.Sprintf("%d丁目%d番%d号", a.chome, a.ban, a.door)
	default:
		s = a.prefecture + a.city + a.town + fmt.Sprintf("%d-%d-%d", a.chome, a.ban, a.door)
	}
	if a.building != "" && d.percent(60) {
		s += " " + width.Fold.String(a.building)
	}
	return s
}

// newPhone is a telephone number in p, with hyphens. Its exchange begins with 1, which is given to nobody.
func newPhone(d dice, p place) string {
	exchange := 6 - len(p.area) // area code and exchange are six digits together
	n := "1"
	for range exchange - 1 {
		n += fmt.Sprint(d.IntN(10))
	}
	return fmt.Sprintf("%s-%s-%04d", p.area, n, d.IntN(10000))
}
