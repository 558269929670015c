// Package loader is all that nayose does with Postgres: its schema, the company master, the load of a delivery, and
// the ledger of what was loaded.
//
// A delivery is loaded in one transaction, so readers see the partner's old postings or the new ones, and a load that
// dies anywhere leaves nothing behind:
//
//	lock the partner → ledger: done, stale, or superseded by something newer? → COPY keys and hashes to temporary tables
//	  → guards: unlike the last weeks? → COPY what is new, update what changed → expire what is gone → ledger row
//	  → the books must balance → commit
//
// The input is read again for what is new or has changed, so an unchanged week sends no wide row; what is remembered
// of the first reading is 8 bytes a row (keyed).
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
// A delta delivery says only what changed since the week before. What it holds is written as above; what expires is what
// it deletes, and deleting what is unknown or has expired does nothing:
//
//	week 48, a delta with B″ and the deletions of D and X:
//	         1 updated (B), 1 expired (D)                      3 + 0 + 0 − 1 = 2 active: A, B
//
// So deltas are loaded in sequence: one before which a week is missing is held. Another plan of the same week is laid on
// top of the first: it writes and deletes what it names, and takes nothing back that only the first one named. A person
// may give up a missing week by approving the delivery after it; if that week comes then, it is too late for it.
//
// A delivery whose files are those that were loaded last, under an earlier week's name, is stale: one row in the ledger, and
// nothing else is written, so that a partner who sends last week's file again does not make old postings look fresh. The
// same week with the same files is another matter: its mapping or model changed, or a person has put an older file back.
//
// What the guards compare with is in the ledger: each load writes its counts there, how probable the best candidates of its postings were (Scores)
// and how many answers of the live generation became others, counted before they did. What differs somewhat is loaded, and the ledger says so; what
// differs much is held.
//
// An approval lets one delivery past the guard, once: the ledger keeps it, and a load of the same delivery that would
// read something else (another model, say) needs another.
//
// What is erased, by its age or because somebody asked for it, goes with all that hangs on it: a posting with its state, a mention that no
// posting has any more with its matches in every generation and the workplaces that it proves. A ledger keeps how many rows of each
// delivery went, and the sum of their ids, so that the books of old weeks still balance. A posting that was erased on request is
// remembered by a hash; a load that meets it again erases it before it commits:
//
//	week 49: 1 inserted (C, which had been erased), 1 erased       2 + 1 + 0 − 0 − 1 = 2 active: A, B
//
// Dates in the data are Mondays of delivery weeks and never come from a clock, so the same deliveries in the same order
// give the same rows. Wall-clock times stand in the ledger only.
//
// The master is imported, a file in one transaction: COPY to a temporary table → compare with what is known → write what differs →
// ledger row → commit. company is what a company is now, one wide row each, and rewritten only where it says something else;
// company_history is what it was before.
//
// The registry publishes rows, each what happened to a company on a day and what it was from then on, and in a group all rows of a
// company that it publishes at once. The last row of the newest group is the company, all others are its history. A group whose first
// row is process 01 is the whole history: it makes void what was published before it; another group adds to it.
// Where one of its rows was published before (the same day, process, name and address), that is one row. For example:
//
//	published 08-03: 01 new, in Minato
//	published 08-04: 12 moved to Kita        now: Kita;  history: Minato
//	published 08-06: 12 moved to Minami,     now: Minami, closed;  history: Minato, Kita, Minami
//	                 of the same day; 21 closed
//	published 08-10: 01 new, in Minato       now: Minato;  history: none
//
// So what the master says depends on which groups it has seen, and not on their order: files may come late, or twice. A full
// file has the last row of each company's last group; its row is dated by that group (registry_on), not by the file, so that next
// month's full file of 5.8 million companies rewrites the few that changed.
//
// The registry outranks company files; these add phones, URLs, readings it lacks, and other names. Former names and addresses and
// aliases stand in tables of their own, with their sources, and are gathered in company's columns of that name. A file of workplaces or
// aliases is all that the sources it names have to say.
//
// Nothing depends on a session's state, so a transaction pooler may stand in between (but not for Migrate).
//
// In reading order, with the statements of more than a line in sql/:
//
//	a connection   db.go opens, begins and tries again, access.go holds the server to its certificate, errors.go tells what an error
//	               means, migrate.go applies migrations/
//	a load         load.go is all of it in order; consult.go asks the ledger (ledger.go), keyed.go and copy.go bring the rows, checks.go
//	               measures what guard.go holds (scores.go has one measure), books.go has the sums that must agree
//	erasure        erase.go; eraseAgain is what a load calls of it
//	generations    generations.go, rebuild.go makes one, finish.go ends that; live.go reads what readers see
//	the master     imports.go is what all imports share; companies.go, registry.go, workplaces.go; read_master.go reads it all again
//	people         decisions.go and audits.go are copies of what they settled and were asked; unmatched.go what the master lacks
//	doctor         verify.go lays what a load left beside what it read
//
// What it costs (docs/benchmarks.md, 2026-11-22, two cores): a first load of 100,000 postings of 1.8 KB takes 3.1 s, the same content in the next
// week 0.7, the same plan again one query; psql's \copy of the same rows into one table with the same indexes takes 1.8. Four fifths of
// the CPU are the server's; here lie 8 bytes a row (keyed) and the rows on their way. A registry of 5.8 million companies is imported into
// an empty master in 120 s and 37 MB, a day's changes in 0.1 to 0.3 s.
package loader
