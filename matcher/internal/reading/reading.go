// Package reading reads what was typed: names, addresses, telephone numbers, URLs and corporate numbers, as partners,
// registries and people type them. Whoever types the name of 株式会社アカネ does it in their own way: ㈱ｱｶﾈ, with the
// branch behind it, or the job on offer in front. This package knows these ways, and makes of each text what can be
// looked up and compared. It knows no company and decides nothing; that is matcher's.
//
// A text goes through three writings, each made of the one before (text.go):
//
//   - Clean: one width, case, dash, bracket and blank, and 新字体 for 旧字体 (variants.go). Every rule reads this one.
//   - strict: a name without blanks and symbols, which is its identity as written.
//   - loose: what typists mix up made one, as キヤノン and キャノン. It is the key that names are looked up by.
//
// A Reader does this and owns the memory of what it makes (reader.go). Most of it is never made: a text that is clean
// already, a name that is its own key and whatever is a part of another text share that one's memory. What every rune
// is, two tables tell (runes.go), and lists of words lie by their first runes or last bytes (words.go).
//
// A registered name is parted from its legal form (forms.go). A name that somebody typed is read in several ways, each a
// Wording, since it may hold a workplace, a branch, an agency's client or decoration (names.go), or name nobody
// (withheld.go). Names in kana may spell out letters (letters.go). Addresses are taken apart (address.go), telephone and
// corporate numbers made plain (identifiers.go), and domains found (domain.go, hosts.go). Both sides of a comparison are
// read by the same rules, so that a rule that errs errs alike on both.
//
// Nothing here fails: what cannot be read is empty. No more than the first 600 bytes of a text are looked at, so a hostile
// one costs no more than a long honest one. A Reader is for one goroutine at a time; all else is safe for concurrent use.
//
// For example, a posting of 急募！㈱ｱｶﾈ　新宿店 in 新宿区新宿三丁目１番１３号, ＴＥＬ０３（１２３４）５６７８:
//
//	Clean("急募！㈱ｱｶﾈ　新宿店")              = "急募!(株)アカネ 新宿店"
//	Wordings of that                   = アカネ新宿店 (株式会社, Whole), アカネ (株式会社, Part), 新宿店 (Word)
//	Address("", "新宿区新宿三丁目１番１３号")   = {-, 新宿区, 新宿, [3 1 13]}
//	Phone("ＴＥＬ０３（１２３４）５６７８")          = "0312345678"
//
// The second wording has the key and the form of Registered("株式会社アカネ"), which is how the company is found.
//
// What it costs: 4.5 µs of one core to read a mention, nothing of it allocated by a Reader that is warm (BenchmarkMention; matcher's page has the machine); the
// tables of runes are 256 KB, made in some 8 ms when a process starts (runes.go).
package reading
