// Package loader is all that nayose does with Postgres: its schema, the company master, the load of a delivery, and
// the ledger of what was loaded.
//
// A delivery is loaded in one transaction, so readers see the partner's old postings or the new ones, and a load that
// dies anywhere leaves nothing behind:
//
//	lock the partner → ledger: done, or superseded by something newer? → COPY to temporary tables
//	  → write what changed → expire what is gone → ledger row → the books must balance → commit
//
// What changes weekly lies apart from what changes rarely, since rewriting wide rows is what makes such loads slow:
//
//	posting        wide; written when its content hash changes
//	posting_state  narrow; first_seen, last_seen, expired_at, lineage id: one update a posting and delivery
//	mention        written once: its key is the hash of its content
//	match          one row a mention and generation; written when the answer changes
//
// People query the views (postings, active_postings …), which join these for the live generation.
//
// For example, postings A, B and C of partner hello in week 46, and A, B′ and D in week 47:
//
//	week 46: 3 inserted                                        3 active
//	week 47: 1 inserted (D), 1 updated (B), 1 unchanged (A),
//	         1 expired (C: expired_at = Monday of week 47)     3 + 1 + 0 − 1 = 3 active
//	week 47 again: already loaded, nothing written
//
// Dates in the data are Mondays of delivery weeks and never come from a clock, so the same deliveries in the same order
// give the same rows. Wall-clock times stand in the ledger only.
//
// Nothing depends on a session's state, so a transaction pooler may stand in between (but not for Migrate).
package loader
