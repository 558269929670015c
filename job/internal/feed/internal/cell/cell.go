// Package cell reads what the text of one cell of a Japanese job feed means: a date, pay, an amount, a place, an occupation, an
// employment type. It knows how people in Japan write these, and nothing about the file: neither columns nor mappings.
//
//	cell.Date("令和8年10月4日（日）", nil)         // 2026-10-04
//	cell.Salary("時給1,350円～1,690円", "")        // Pay{"hour", 1350, 1690}
//	cell.Yen("25", 10_000)                        // 250000, in a column of 万円
//	cell.Place("北海道札幌市東区北24条東21丁目")      // 北海道, 札幌市東区
//	cell.Occupation("【急募】訪問介護員", nil)        // care
//
// A cell is taken as a person wrote it, in any width and with spaces anywhere: Fold is what makes texts comparable. What cannot be
// read is an error where a wrong value would be worse than none (Date, Yen), and unknown where people write freely (Salary, Place).
// Nothing here keeps state; whoever reads the same words again and again remembers what they meant.
//
// In reading order: fold.go; words.go, what stands in a column of a few words; date.go, salary.go, place.go, occupation.go; id.go; looks.go, by which a
// column's meaning is guessed. A call goes through its cell once or a few times, and holds nothing beside it; the tables of words are made once.
package cell
