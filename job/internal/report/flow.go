package report

import "fmt"

// flowData are the links of the flow, from a partner to a fate, and the ends of them.
type flowData struct {
	Partners []flowNode `json:"partners"`
	Fates    []flowNode `json:"fates"`
	Links    []flowLink `json:"links"`
}

type flowNode struct {
	Key     string `json:"key"` // what gives it its colour; empty for a partner
	Name    string `json:"name"`
	Records int64  `json:"records"`
	Count   string `json:"count"`
}

type flowLink struct {
	From    int    `json:"from"` // index of a partner
	To      int    `json:"to"`   // index of a fate
	Records int64  `json:"records"`
	Count   string `json:"count"`
}

// flow is what became of the records of each partner; nil where none was read.
func flow(ds []Delivery) *figure {
	sum := total(ds)
	if sum.Records == 0 {
		return nil
	}
	var d flowData
	index := map[int]int{} // of a fate among those that occur
	for k, n := range sum.became() {
		if n > 0 {
			index[k] = len(d.Fates)
			d.Fates = append(d.Fates, flowNode{fates[k].Key, fates[k].Name, n, count(n)})
		}
	}
	for i := range ds {
		if ds[i].Records == 0 {
			continue
		}
		for k, n := range ds[i].became() {
			if n > 0 {
				d.Links = append(d.Links, flowLink{len(d.Partners), index[k], n, count(n)})
			}
		}
		d.Partners = append(d.Partners, flowNode{"", ds[i].Partner, ds[i].Records, count(ds[i].Records)})
	}
	return &figure{
		ID: "flow-chart", Kind: "flow", Title: "From records to outcomes, by partner", Summary: flowSummary(ds, &sum), Data: d, Table: flowTable(ds),
	}
}

// flowSummary names the largest delivery, and that of which the least is matched.
func flowSummary(ds []Delivery, sum *Delivery) string {
	largest, least := ds[0], -1
	rate := func(d *Delivery) float64 { return float64(d.Matched) / float64(d.postings()) }
	for i := range ds {
		if ds[i].Records > largest.Records {
			largest = ds[i]
		}
		if ds[i].postings() > 0 && (least < 0 || rate(&ds[i]) < rate(&ds[least])) {
			least = i
		}
	}
	text := fmt.Sprintf("%s of %s.", plural(sum.Records, "record"), plural(int64(len(ds)), "partner"))
	if len(ds) > 1 {
		text += fmt.Sprintf(" The largest delivery is that of %s, %s of all.", largest.Partner, share(largest.Records, sum.Records))
	}
	if least < 0 {
		return text + " None of them is matched yet."
	}
	text += fmt.Sprintf(" Of all postings %s are matched", share(sum.Matched, sum.postings()))
	if len(ds) > 1 {
		text += fmt.Sprintf(", of those of %s the least, %s", ds[least].Partner, percent(rate(&ds[least])))
	}
	return text + "."
}

func flowTable(ds []Delivery) table {
	t := table{Caption: "What became of the records of each partner", Head: []string{"Partner", "Records"}}
	for _, f := range fates {
		t.Head = append(t.Head, capital(f.Name))
	}
	row := func(name string, d *Delivery) {
		t.Rows = append(t.Rows, append([]cell{text(name), figures(count(d.Records))}, counts(d.became()...)...))
	}
	for i := range ds {
		row(ds[i].Partner, &ds[i])
	}
	if len(ds) > 1 {
		sum := total(ds)
		row("All", &sum)
	}
	return t
}
