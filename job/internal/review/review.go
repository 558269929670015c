// Package review writes the workbook in which people settle what the machine should not decide, and reads it when it comes back.
//
// A row is a mention in doubt: how many postings wait for it, what the partner says, a dropdown for the answer, and beside it the
// companies that might be the one, each with what speaks for it, in words. Letters that differ from the mention's are red:
//
//	求人数 会社名                回答        法人番号 メモ 求人の情報          … 候補1                                候補2
//	12     （株）アカネ商店      [2 株式…▼]               所在地 札幌市東区…     株式会社アカネ物産                     株式会社アカネ商店
//	                                                       電話 011-711-1234      北海道札幌市中央区北一条1-1            北海道札幌市東区北七条東2-2
//	                                                                              1% 名前が似ている・同じ都道府県        78% 同じ名前・町名と最初の番号が同じ; 電話が一致
//
//	err := review.Write(w, review.Round{ID: id, Week: week, Made: now}, questions)
//
// Nothing in it is a formula, whatever a partner sends: every cell is a number, or a text that is typed as one. Only the columns of
// the answer can be written to; there is no password. The texts of a row's dropdown stand at its end, in hidden columns, so that a row
// that is sorted or copied takes its choices along. The same round and questions give the same bytes.
//
// What comes back is read whatever a spreadsheet made of it (docs/formats.md), each row for itself: an answer, a fault, or nothing yet. Check then
// holds an answer against what the row asked.
//
// In reading order: labels.go; write.go, with write_sheet.go, write_rows.go and its texts (write_words.go, write_marks.go, write_links.go) and write_help.go;
// read.go, with read_file.go and read_row.go; check.go; listed.go, the workbook of rows that were not taken. A round of 2,000 questions, the
// most there are, has 1.2 MB, and is held in memory; the largest file that is let in takes a second (read_file.go).
package review
