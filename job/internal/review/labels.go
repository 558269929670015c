package review

import (
	"fmt"

	"nayose"
)

// The words of the workbook by which it is read again, too. A reviewer may move and hide columns: what counts is the header.
const (
	sheetName = "レビュー"
	helpName  = "使い方"

	labelChoice = "回答"
	labelNumber = "法人番号"
	labelNote   = "メモ"
	labelBy     = "回答者"
	labelKey    = "キー"
	labelName   = "会社名"
	labelFacts  = "求人の情報"

	choiceNone   = "該当なし"
	choiceOther  = "その他"
	choiceUnsure = "わからない"
)

// mostOptions is how many candidates stand beside a mention.
const mostOptions = 5

// Key says where a row belongs: the week, the round and the mention. A row that was copied into another file still has it.
func Key(week nayose.Week, round string, mention nayose.ID) string {
	return fmt.Sprintf("%s %s %s", week, round, mention)
}

// choiceOf is the text of the dropdown for option i, from 0.
func choiceOf(i int, o *Option) string { return fmt.Sprintf("%d %s", i+1, shown(o.Company.Name)) }
