package review

import (
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

const helpText = `# 使い方
この表は、求人の会社が台帳のどの会社かを人が決めるためのものです。
上の行ほど、決めると多くの求人に効きます。上から順に、できるところまでで構いません。

1. 「会社名」「求人の情報」と「候補1」から「候補5」を見比べます。候補のうち、求人の表記と違う文字は赤で示します。
2. 「回答」の一覧から選びます。
3. 保存して、そのまま返します。空欄の行は「まだ答えていない」ものとして扱います。途中まででも返せます。

## 回答の選び方
「1 …」から「5 …」: その候補が、求人の会社です。
該当なし: どの候補も、求人の会社ではありません。
その他: 候補にない会社です。「法人番号」に13桁の法人番号を入れてください。
わからない: 調べても決められません。ほかに聞くことがなくなるまで、もう聞きません。
「メモ」には何を書いても構いません。「回答者」には、答えた人の名前を入れます。

## 調べ方
「検索」は求人の会社名と所在地でのウェブ検索、「候補の番号」は国税庁の法人番号公表サイトのその会社のページです。
% は、その候補が正しいと機械が見る確率です。後ろの言葉は、その理由です。
支店や施設の所在地は、登記上の本店と違うのが普通です。派遣や紹介の求人では、雇い主になる会社を選びます。

## ご注意
黄色の列だけに書けます。右端の灰色の「キー」は、どの求人への回答かを示すものです。消したり書き換えたりしないでください。
絞り込みは自由です。並べ替えたいときは、先に「校閲」の「シート保護の解除」をしてください(パスワードはありません)。
行を消しても、列を隠したり動かしたりしても読み取れます。CSVで保存しても構いません。

# How to use this sheet
Each row is one way in which a partner writes an employer. Say which company it is. Rows come in the order of what an answer is worth:
start at the top, and stop where you like. Letters of a candidate that differ from the partner's are red.

1. Compare 会社名 (name) and 求人の情報 (what the partner says) with 候補1 … 候補5 (candidates).
2. Choose in 回答 (answer).
3. Save the file and send it back. Empty rows count as not answered.

"1 …" to "5 …": this candidate is the employer.
該当なし: none of the candidates is.
その他: another company; put its 13-digit corporate number into 法人番号.
わからない: cannot tell. It is not asked again until nothing else is left.
メモ is for notes, 回答者 for who answered. Only the yellow columns can be written to. Leave キー as it is.
Filter as you like; to sort, first unprotect the sheet (there is no password).`

const auditText = `# 検証用の回答について
この表は、機械の答えがどれだけ正しいかを確かめるために、無作為に選んだものです。機械の答えは表示していません。候補の順番にも意味はありません。
This sheet is an audit: rows were drawn at random, the machine's answer is not shown, and the order of candidates means nothing.

`

// writeHelp writes the sheet that tells a reviewer what to do. A line that begins with # is a heading.
func (s *sheet) writeHelp() error {
	if _, err := s.NewSheet(helpName); err != nil {
		return err
	}
	text := helpText
	if s.round.Audit {
		text = auditText + text
	}
	text += fmt.Sprintf("\n\n%s  %d  %s", s.round.Week, s.rows, s.round.ID)
	yes, one, any, landscape, a4, margin := true, 1, 0, "landscape", 9, 0.5
	err := errors.Join(
		s.SetColWidth(helpName, "A", "A", helpWidth), s.SetColStyle(helpName, "A", s.styles.plain),
		s.SetSheetProps(helpName, &excelize.SheetPropsOptions{FitToPage: &yes}),
		s.SetPageLayout(helpName, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &one, FitToHeight: &any}),
		s.SetPageMargins(helpName, &excelize.PageLayoutMarginsOptions{Left: &margin, Right: &margin, Top: &margin, Bottom: &margin}))
	for i, line := range strings.Split(text, "\n") {
		err = errors.Join(err, s.helpLine(i+1, line))
	}
	return err
}

const helpWidth = 120

func (s *sheet) helpLine(row int, line string) error {
	cell := fmt.Sprintf("A%d", row)
	plain := strings.TrimLeft(line, "# ")
	var r rich
	if r.add(plain, fontText); plain != line {
		r = nil
		r.add(plain, fontBold)
	}
	err := s.SetRowHeight(helpName, row, 16.5*linesOf(plain, helpWidth)+2)
	if len(r) > 0 {
		err = errors.Join(err, s.SetCellRichText(helpName, cell, r))
	}
	return err
}
