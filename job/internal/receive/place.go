package receive

import (
	"regexp"
	"strconv"

	"nayose"
)

// Weeks around this one that are open: an upload that is late, one that is early, and a report that is read later.
const (
	weeksBack  = 4
	weeksAhead = 1
)

// digits is a file's number as it is written, without leading zeros or signs.
var digits = regexp.MustCompile(`^[1-9][0-9]{0,3}$`)

// locate finds the partner's own place that the path names. Another's is as one that there is not.
func (s *Service) locate(c *call) error {
	if c.PathValue("partner") != c.partner.ID {
		return noSuchPath
	}
	first, last := s.weeks()
	week, ok := s.week(c.PathValue("week"))
	if !ok {
		return closedWeek(first, last)
	}
	c.week = week
	if text := c.PathValue("number"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || !digits.MatchString(text) || n > c.partner.most() {
			return noSuchFile(c.partner.most())
		}
		c.number = n
	}
	return nil
}

// week is the open week of that label.
func (s *Service) week(label string) (nayose.Week, bool) {
	first, last := s.weeks()
	for w := first; ; w = w.Next() {
		if w.String() == label {
			return w, true
		}
		if w == last {
			return nayose.Week{}, false
		}
	}
}

// weeks are the first and the last open week.
func (s *Service) weeks() (first, last nayose.Week) {
	first = nayose.WeekOf(s.Today().Time())
	last = first
	for range weeksBack {
		first = first.Last()
	}
	for range weeksAhead {
		last = last.Next()
	}
	return first, last
}

// most is how many files a delivery of the partner may have.
func (p *Partner) most() int {
	if p.Files > 0 {
		return p.Files
	}
	return MaxFiles
}

// key is the object's key of the file that a call is about.
func (c *call) key() string { return c.partner.Place(c.week, c.number) }

// marker is the key of the marker that completes the call's delivery; empty where it needs none.
func (c *call) marker() string { return c.partner.Marker(c.week) }
