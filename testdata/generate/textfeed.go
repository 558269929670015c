package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"nayose"
)

// A textFeed is a partner's feed of any size that is mostly text: 25 columns, about 1.8 KB a row in UTF-8, of which a description of
// some 500 letters with line breaks, and here and there quotes, is most. Row i is drawn from dice that only i decides.
type textFeed struct{ *registry }

var textHeader = strings.Split("求人番号,法人名,法人名カナ,事業所名,法人番号,郵便番号,都道府県,市区町村,所在地,電話番号,ホームページ,タイトル,職種,雇用形態,"+
	"給与形態,給与下限,給与上限,給与備考,掲載開始日,掲載終了日,勤務時間,休日,待遇,最寄駅,仕事内容", ",")

// textLetters is how long a description is at least, in letters.
const textLetters = 465

// writeTextFeed writes a feed of n rows, in an encoding: utf-8, quoted where needed, or cp932, all quoted.
func writeTextFeed(name, encoding string, n int) error {
	write := map[string]func(dst []byte, row []string) []byte{"utf-8": appendUTF8, "cp932": cp932{}.append}[encoding]
	if write == nil {
		return fmt.Errorf("a feed is utf-8 or cp932, not %q", encoding)
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	feed := textFeed{newRegistry(n)}
	line := write(nil, textHeader)
	for i := range n {
		_, _ = w.Write(line) // the writer keeps an error for Flush
		line = write(line[:0], feed.row(i))
	}
	_, _ = w.Write(line)
	return errors.Join(w.Flush(), f.Close())
}

func appendUTF8(dst []byte, row []string) []byte {
	line, _ := kaigoEncode(row) // has no error
	return append(dst, line...)
}

// cp932 remembers how each letter is written: to ask for one costs more than the rest of a row.
type cp932 map[rune][]byte

func (c cp932) append(dst []byte, row []string) []byte {
	for i, cell := range row {
		if i > 0 {
			dst = append(dst, ',')
		}
		for _, r := range quoted(cell) {
			dst = append(dst, c.letter(r)...)
		}
	}
	return append(dst, "\r\n"...)
}

// letter is how a letter is written.
func (c cp932) letter(r rune) []byte {
	known, ok := c[r]
	if !ok {
		var err error
		if known, err = encodeCP932(string(r)); err != nil {
			known = []byte("?") // as whoever exports a feed does
		}
		c[r] = known
	}
	return known
}

// row is row i.
func (f textFeed) row(i int) []string {
	var into [16]string
	m := f.posting(i, into[:0])
	d := f.dice
	work, a := one(d, textOccupations), anywhere(d)
	o := &posting{employment: one(d, employments), style: d.IntN(6)}
	o.salary(d)
	high := ""
	if o.high > 0 {
		high = fmt.Sprint(o.high)
	}
	posted := nayose.Week{Year: 2026, Week: 46}.Monday() - nayose.Date(d.IntN(60))
	text := f.text(work, a)
	return []string{
		fmt.Sprintf("J%010d", 1_000_000_000+7*i), m[1], m[2], m[3], m[7], a.zip + fmt.Sprintf("-%04d", d.IntN(10_000)), a.prefecture, a.city,
		m[4], m[5], m[6], one(d, catches) + work + "／" + one(d, perks), work, o.employment,
		o.unit, fmt.Sprint(o.low), high, o.salaryText() + "、" + one(d, perks),
		posted.Time().Format("2006/01/02"), (posted + 90).Time().Format("2006/01/02"),
		fmt.Sprintf("%d:00～%d:30（休憩%d分）", d.between(6, 11), d.between(15, 21), 15*d.between(2, 6)), one(d, daysOff),
		one(d, perks) + "、" + one(d, perks), a.short() + "駅 徒歩" + fmt.Sprint(d.between(1, 19)) + "分", text,
	}
}

// text is the description of a job: sentences that hold together only grammatically, a few to a line.
func (f textFeed) text(work string, a address) string {
	var b strings.Builder
	d := f.dice
	for letters, line := 0, 0; letters < textLetters; {
		s := fmt.Sprintf(one(d, sentenceShapes), one(d, textSubjects), one(d, textObjects), one(d, textVerbs))
		switch n := d.IntN(40); {
		case n == 0:
			s = fmt.Sprintf("\"%s\"な職場です。", one(d, textSubjects))
		case n < 4:
			s = fmt.Sprintf("%sの%sを%d名募集します。", a.short(), work, d.between(1, 12))
		case n < 7:
			s = fmt.Sprintf("月平均の残業は%d時間、年間休日は%d日です。", d.between(0, 35), d.between(96, 130))
		}
		b.WriteString(s)
		letters += utf8.RuneCountInString(s)
		if line += d.between(0, 2); line > 2 {
			b.WriteByte('\n')
			line = 0
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// What the rows of a textFeed are put together from.
var (
	textOccupations = strings.Fields("介護職員 看護師 保育士 ケアマネジャー 調理スタッフ 営業 一般事務 経理 倉庫内作業 大型ドライバー 組立・検査 ホールスタッフ " +
		"施工管理 システムエンジニア 施設警備員 薬剤師 販売スタッフ 清掃スタッフ コールセンター 機械オペレーター 歯科衛生士 美容師 塾講師 フォークリフト")
	catches = strings.Split("【急募】|★|＼未経験歓迎／|||◎駅チカ◎|【正社員登用あり】|", "|")
	daysOff = strings.Fields("土日祝 シフト制（月8日） 週休2日（日曜＋他1日） 4週8休 日曜・祝日、年末年始 会社カレンダーによる")
	perks   = strings.Fields("社会保険完備 交通費規定支給 制服貸与 車通勤可 資格取得支援 賞与年2回 昇給年1回 退職金制度あり 住宅手当あり 食事補助 髪型自由 " +
		"産休・育休の実績あり 扶養内勤務OK 週3日から相談可 副業OK 寮・社宅あり 転勤なし 残業少なめ 託児所あり")
	sentenceShapes = []string{
		"%[1]sが%[2]sを%[3]s。", "%[2]sについては、%[1]sが%[3]s。", "%[1]sと一緒に%[2]sを%[3]s。", "はじめは%[1]sのもとで%[2]sを%[3]s。", "%[1]sには%[2]sを%[3]s。",
		"※%[2]sは%[1]sと相談のうえ%[3]s。", "・%[2]s（%[1]sが%[3]s）", "◆%[1]s：%[2]sを%[3]s。",
	}
	textSubjects = strings.Fields("先輩スタッフ 専任の担当者 地域のお客さま 利用者さま一人ひとり 経験豊富なチーム 20代から60代の仲間 エリアマネージャー 本社の研修部門 子育て中の方 未経験の方 " +
		"ブランクのある方 施設長 現場の責任者 お取引先 アットホーム 店長 パートの皆さん 新卒入社の社員 Uターンの方 看護と介護の職員 協力会社 配属先の部署 人事担当 外国籍の方 学生さん")
	textObjects = strings.Fields("毎日の業務の流れ 書類の作成と整理 電話やメールの応対 商品の検品、梱包と出荷 安全を第一にした作業手順 入浴・食事・排泄の介助 レクリエーションの企画 シフトの希望 " +
		"機械の操作と日々の点検 売上の集計とレポート 新しい店舗の立ち上げ お部屋の清掃と備品の補充 季節のメニューの仕込み 図面の確認と数量の拾い出し 配送ルートの見直し 資格取得にかかる費用 " +
		"研修の内容と期間 給与と各種手当 お休みの取り方 在庫の管理 請求書の発行 見積もりの提案 品質の検査 訪問先での記録 健康診断と予防接種")
	textVerbs = strings.Fields("丁寧に教えます ていねいに確認していただきます 担当します 少しずつ覚えていきます 大切にしています お任せします 一から学べます サポートします 支えています " +
		"見直しています 分担して進めます 改善してきました ご説明します 選べます 会社が負担します 引き継ぎます 話し合って決めます 続けています 準備しています 応援します")
)
