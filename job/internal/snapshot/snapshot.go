// Package snapshot knows what a snapshot of the master is made of, and how two of them differ. It works on streams of
// companies, workplaces and aliases, wherever these lie.
//
// Aliases are gathered first and join the companies as these pass:
//
//	1234567890123,アカネの里,trade  +  1234567890123,株式会社アカネ  →  1234567890123,株式会社アカネ with the alias アカネの里
//
// Compare tells two snapshots apart in memory that is bounded by the old one, 32 bytes a company, in whatever order the companies come:
//
//	old: 1 株式会社アカネ, 2 株式会社アオイ      new: 2 株式会社あおい, 3 株式会社ミドリ
//	→ 1 is gone, 2 is renamed, 3 is new; a match of last week whose company is 1 or 2 is touched
//
// Which companies differ, and in what, Differences then finds in the snapshots, of which it never holds more than a part.
//
// In reading order: aliases.go, compare.go, touched.go, differences.go. Two snapshots of 5.8 million companies, all of them renamed and the changes
// listed, took 41 s and 432 MB of heap (docs/benchmarks.md, The master); aliases take some 200 bytes a company that has any.
package snapshot
