package loader

import "nayose"

// What the ledger says of a delivery before it is loaded: done, stale, superseded, out of sequence, or to be loaded.

// verdict is what the ledger says about a delivery.
type verdict struct {
	state   State
	by      string
	found   *DeliveryRow   // the row that settles a delivery which needs nothing more; else nil
	missing nayose.Week    // of a delta feed: the first week before the delivery's that has not come; else zero
	spent   bool           // the delivery's approval has let another load through, of an earlier plan
	latest  *DeliveryRow   // loaded last; nil for none
	past    []*DeliveryRow // what the guards compare the delivery with, newest first
}

// consult judges a delivery by the partner's ledger, oldest week first. Within a week the last row counts: a plan may
// return to what an earlier one read, and is loaded again then.
func consult(ledger []DeliveryRow, d Delivery) verdict {
	var latest, same *DeliveryRow
	for i := range ledger {
		row := &ledger[i]
		if row.State == Loaded {
			latest = row
		}
		if row.Week == d.Week && row.Digest == d.Digest {
			same = row
		}
	}
	v := verdict{state: Loaded, spent: d.spent(ledger), latest: latest, past: d.past(ledger)}
	if latest == nil {
		return v
	}
	newer := latest.newer(d)
	// The same week again is a person's doing: another mapping, another model, or the way back to last week's file.
	stale := !newer && latest.Week != d.Week && d.Files != "" && latest.Files == d.Files
	switch {
	case same == latest, newer && same != nil && same.State == Loaded, (newer || stale) && same != nil && same.State == Stale:
		v.state, v.by, v.found = Already, same.By, same
	case newer && same != nil:
		v.state, v.by, v.found = Superseded, same.By, same
	case newer && latest.Week == d.Week:
		v.state, v.by = Superseded, latest.name()
	case newer:
		v.state, v.by = Superseded, latest.Week.String()
	case stale:
		v.state, v.by = Stale, latest.Week.String()
		v.missing = d.missing(ledger)
	default:
		v.missing = d.missing(ledger)
	}
	return v
}

// newer says whether the loaded row is of a later week or plan than d.
func (r *DeliveryRow) newer(d Delivery) bool {
	if r.Week == d.Week {
		return r.Plan > d.Plan
	}
	return r.Week.Monday() > d.Week.Monday()
}

// missing is the first week that a delta, which says what changed since the week before, cannot do without; zero for none.
// A delta on top of another one of its own week is a corrected plan.
func (d Delivery) missing(ledger []DeliveryRow) nayose.Week {
	var reached *DeliveryRow
	for i := range ledger {
		row := &ledger[i]
		if row.State != Superseded && row.Week.Monday() <= d.Week.Monday() {
			reached = row
		}
	}
	if d.Snapshot || reached == nil || reached.Week == d.Week || reached.Week.Next() == d.Week {
		return nayose.Week{}
	}
	return reached.Week.Next()
}

// spent says whether the delivery's approval let an earlier load through that read something else.
func (d Delivery) spent(ledger []DeliveryRow) bool {
	for _, row := range ledger {
		if row.State == Loaded && row.Week == d.Week && row.Digest != d.Digest && row.Approval != nil && d.Approval != nil &&
			row.Approval.Delivery == d.Approval.Delivery && row.Approval.Number == d.Approval.Number {
			return true
		}
	}
	return false
}
