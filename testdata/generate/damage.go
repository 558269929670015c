package main

import (
	"bytes"
	"fmt"
	"slices"
)

// delivery is a partner's file of one week, and what tests know about it.
type delivery struct {
	content []byte
	truth   [][]string // rows of truth.csv, one for each posting that is delivered whole
	damages [][]string // rows of damage.csv
	partner *partner
	week    string
}

// damage is what can be wrong with one record. It makes the bytes of a broken record from the row of a sound one.
type damage struct {
	kind   string
	mangle func(*partner, []string) ([]byte, error)
}

// damages are put into every file, spread evenly. All but the duplicates bear a posting id of their own.
var damages = []damage{
	{"ragged_short", func(p *partner, row []string) ([]byte, error) { return p.encode(row[:6]) }},
	{"ragged_long", func(p *partner, row []string) ([]byte, error) { return p.encode(append(row, "余分")) }},
	{"unbalanced_quote", func(p *partner, row []string) ([]byte, error) { return p.insert(row, `"`) }},
	{"bad_bytes", func(p *partner, row []string) ([]byte, error) { return p.insert(row, p.badBytes) }},
	{"nul", func(p *partner, row []string) ([]byte, error) { return p.insert(row, "\x00") }},
	{"bad_date", func(p *partner, row []string) ([]byte, error) { return p.encode(with(row, p.dateColumn, p.badDate)) }},
	{"duplicate_same", func(p *partner, row []string) ([]byte, error) { return p.encode(row) }},
	{"duplicate_changed", func(p *partner, row []string) ([]byte, error) {
		return p.encode(with(row, len(row)-1, "再掲載です。"))
	}},
}

// insert writes a row and puts stray bytes at the beginning of its second field.
func (p *partner) insert(row []string, stray string) ([]byte, error) {
	line, err := p.encode(row)
	if err != nil {
		return nil, err
	}
	at := bytes.IndexByte(line, ',') + 1
	if line[at] == '"' {
		at++
	}
	return slices.Insert(line, at, []byte(stray)...), nil
}

// with is row with one field changed.
func with(row []string, column int, value string) []string {
	row = slices.Clone(row)
	row[column] = value
	return row
}

// deliver writes the partner's file of a week: the postings of that week in the order of their ids, damage in between.
func (p *partner) deliver(week int, postings []*posting) (*delivery, error) {
	due := slices.DeleteFunc(slices.Clone(postings), func(o *posting) bool { return !o.weeks[week] })
	slices.SortFunc(due, func(a, b *posting) int { return bytes.Compare([]byte(a.id), []byte(b.id)) })
	d := &delivery{content: []byte(p.head), partner: p, week: p.weeks[week]}
	if err := d.add(p.header); err != nil {
		return nil, err
	}
	every := len(due) / (len(damages) + 1)
	for i, o := range due {
		if err := d.add(p.row(o.in(week))); err != nil {
			return nil, err
		}
		d.truth = append(d.truth, []string{p.name, d.week, o.id, o.truth, o.kind})
		if n := (i + 1) / every; (i+1)%every == 0 && n <= len(damages) {
			if err := d.damage(damages[n-1], n, p.row(due[i-1].in(week))); err != nil {
				return nil, err
			}
		}
	}
	return d, nil
}

// add writes a sound record.
func (d *delivery) add(row []string) error {
	line, err := d.partner.encode(row)
	d.content = append(d.content, line...)
	return err
}

// damage writes a broken one, and the line on which it begins.
func (d *delivery) damage(what damage, n int, row []string) error {
	if what.kind != "duplicate_same" && what.kind != "duplicate_changed" {
		row = with(row, 0, fmt.Sprintf(d.partner.idFormat, 990_000+n))
	}
	line, err := what.mangle(d.partner, row)
	if err != nil {
		return err
	}
	d.damages = append(d.damages, []string{
		d.partner.name, d.week, fmt.Sprint(bytes.Count(d.content, []byte("\n")) + 1), what.kind,
	})
	d.content = append(d.content, line...)
	return nil
}
