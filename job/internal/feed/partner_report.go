package feed

import (
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"nayose"
)

// PartnerReport is what a partner is told about a delivery.
type PartnerReport struct {
	Partner string
	Week    nayose.Week // zero where the files are of no week
	Counts  nayose.ExtractCounts
	Refused string                          // why no record was read, in words; empty where they were
	Rejects iter.Seq2[nayose.Reject, error] // in any order

	// Most is how many bytes the rejects' rows have in all; 0 for as many as there are.
	Most int
}

// maxReportRows is how many rejects a report has: a spreadsheet takes 1,048,576 rows.
const maxReportRows = 1_000_000

// Write writes the report row by row, in Japanese. The first row says of what it is, the next one is the header, and then comes a row a
// reject: the file, the line, the column, what is wrong, how to mend it, and the record.
func (r *PartnerReport) Write(row func(cells ...string) error) error {
	if err := errors.Join(row(r.heading()), row("ファイル", "行", "項目", "内容", "直し方", "元のデータ")); err != nil {
		return err
	}
	if r.Refused != "" {
		return row("（全体）", "", "", "ファイルを読み込めませんでした。（"+r.Refused+"）",
			"ファイルの形式、文字コード、見出し行を、取り決めたとおりにして、もう一度お送りください。", "")
	}
	n, size := int64(0), 0
	for reject, err := range r.Rejects {
		if err != nil {
			return err
		}
		told := adviceFor(reject.Code)
		column := reject.Column
		if column == "" {
			column = "（行全体）"
		}
		cells := []string{reject.File, strconv.FormatInt(reject.Line, 10), column, told.what, told.mend, reject.Raw}
		size += len(strings.Join(cells, ","))
		if n == maxReportRows || r.Most > 0 && size > r.Most {
			return row("", "", "", fmt.Sprintf("問題のある行が多いため、最初の%s件だけを載せています。", thousands(n)), "", "")
		}
		if err := row(cells...); err != nil {
			return err
		}
		n++
	}
	return nil
}

// heading says of which delivery the report is, and what became of it.
func (r *PartnerReport) heading() string {
	text := "求人データの確認結果　提携先: " + r.Partner
	if (r.Week != nayose.Week{}) {
		monday := r.Week.Monday().Time()
		text += fmt.Sprintf("　週: %s（%s〜%s）", r.Week, monday.Format("2006/1/2"), monday.AddDate(0, 0, 6).Format("1/2"))
	}
	if r.Refused != "" {
		return text + "　読み込めませんでした"
	}
	c := &r.Counts
	text += fmt.Sprintf("　全%s件: 正常%s件、取り込めない行%s件、番号の重複%s件",
		thousands(c.Records), thousands(c.Unique), thousands(c.Rejected), thousands(c.Duplicates))
	if c.Deletions > 0 {
		text += "、削除" + thousands(c.Deletions) + "件"
	}
	return text
}

// thousands writes a count as 12,345.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// advice is a fault in the partner's language: what is wrong, and how to mend it.
type advice struct{ what, mend string }

func adviceFor(code string) advice {
	if told, ok := advices[code]; ok {
		return told
	}
	return advice{"この行は取り込めませんでした。（" + code + "）", "元のデータをご確認ください。"}
}

var advices = map[string]advice{
	codeIDEmpty: {
		"求人の番号（ID）が空です。",
		"求人ごとに番号を入れてください。同じ求人の番号は、毎週変えないでください。",
	},
	codeIDSpoilt: {
		"求人の番号（ID）が、表計算ソフトによって別の値（1.23E+12、10月4日、12.0 など）に変わっています。",
		"Excelで開いて保存し直さずに、元のシステムから出力したファイルをそのままお送りください。Excelで編集するときは、列の書式を「文字列」にしてください。",
	},
	codeTooLong: {
		"値、または行全体が長すぎます。",
		"値を短くしてください。行全体が長いときは、引用符（\"）の閉じ忘れがないかご確認ください。",
	},
	codeDate: {
		"日付として読めません。",
		"2026-10-04、2026/10/4、2026年10月4日 のような、実在する日付にしてください。日付がなければ空にしてください。",
	},
	codeAmount: {
		"金額として読めません。",
		"250000 または 250,000円 のように、数字で書いてください。金額がなければ空にしてください。",
	},
	codeImplausible: {
		"給与の金額が、その単位（時給、日給、月給、年収）ではありえない値です。",
		"金額の桁と、給与の単位をご確認ください。万円単位の数字を、円の欄に入れていないかもご確認ください。",
	},
	codeSalaryRange: {
		"給与の下限が上限を上回っています。",
		"下限と上限の値をご確認ください。",
	},
	codeDeletionWord: {
		"削除を表す列の値が、削除するのかしないのか読み取れません。",
		"取り決めた値（削除するときは 1、しないときは 0 または空、など）にしてください。",
	},
	codeCellCount: {
		"列の数が、見出し行と合いません。",
		"値の中にカンマなどの区切り文字や改行があれば、その値を引用符（\"）で囲んでください。列の抜けや余りがないかもご確認ください。",
	},
	codeQuote: {
		"引用符（\"）の使い方が正しくありません。閉じていないか、値の途中にあります。",
		"引用符を含む値は全体を引用符で囲み、値の中の引用符は二つ重ねて（\"\"）書いてください。",
	},
	codeEncoding: {
		"文字コードに合わない文字、外字、または文字化けがあります。",
		"ファイル全体を一つの文字コード（UTF-8 など）で出力してください。外字や機種に固有の文字は、ふつうの文字に置き換えてください。",
	},
	codeNUL: {
		"文字ではない値（NUL）が含まれています。",
		"出力したシステムで、この値を取り除いてください。",
	},
	codeHeaderAgain: {
		"見出し行が、データの途中にもう一度あります。",
		"見出し行は、ファイルの先頭に一度だけ入れてください。",
	},
	codeDuplicate: {
		"同じ番号（ID）の求人が、この納品の中にほかにもあります。一つだけを取り込みました。",
		"番号を求人ごとに変えるか、同じ求人を一つだけにしてください。",
	},
	codeCell: {
		"セルの値が壊れているか、計算されていません。",
		"Excelでブックを開いて再計算し、保存してからお送りください。数式は値に置き換えてください。",
	},
}
