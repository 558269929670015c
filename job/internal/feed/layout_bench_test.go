package feed

import (
	"fmt"
	"strings"
	"testing"
)

// benchMapping and benchRows are a feed heavy with text: rows of about 1.8 KB, most of it the description, three columns that the
// mapping does not name, and words, dates and amounts that come again and again, as they do.
const benchMapping = `
columns:
  posting_id: 求人ID
  company_name: 法人名
  workplace_name: 事業所名
  address: 勤務地
  phone: 電話番号
  url: ホームページ
  title: タイトル
  occupation: 職種
  employment_type: 雇用形態
  salary: 給与
  posted_on: 掲載開始日
  closes_on: 掲載終了日
  description: 仕事内容
`

func benchRows(n int) (header []string, rows [][]string) {
	header = strings.Split("求人ID,法人名,事業所名,勤務地,電話番号,ホームページ,タイトル,職種,雇用形態,給与,掲載開始日,掲載終了日,仕事内容,勤務時間,待遇,備考", ",")
	places := strings.Fields("北海道札幌市東区北24条東 東京都千代田区丸の内 大阪府大阪市北区梅田２丁目 佐波郡玉村町下新田 福岡県北九州市小倉北区浅野")
	occupations := strings.Fields("理学療法士 ★調理スタッフ 【急募】訪問介護員 送迎ドライバー 《未経験歓迎》事務スタッフ ケアマネジャー 看護師 倉庫内作業 ホールスタッフ")
	types := strings.Fields("正社員 契約社員 派遣社員 アルバイト・パート パート")
	text := strings.Repeat("利用者さま一人ひとりに寄り添ったケアを行っています。未経験の方も先輩が丁寧に指導します。\n", 10)
	for i := range n {
		rows = append(rows, []string{
			fmt.Sprintf("kaig%06d", i), fmt.Sprintf("株式会社サンプル%d", i/3), fmt.Sprintf("サンプルケア第%d", i/2),
			fmt.Sprintf("%s%d丁目%d-%d", places[i%5], i%7, i%11, i%13), fmt.Sprintf("03-%04d-%04d", i%9999, i/2%9999),
			fmt.Sprintf("https://www.sample%d.example/recruit/", i/3), "＼駅チカ／ " + occupations[i%9] + "（経験者優遇）", occupations[i%9], types[i%5],
			fmt.Sprintf("時給1,%d50円～1,%d90円", i%10, i%10), fmt.Sprintf("2026-10-%02d", 1+i%30), fmt.Sprintf("2026/12/%02d", 1+i%30),
			text, "9:00〜18:00（休憩60分）", "社会保険完備、交通費支給（月額上限30,000円）、制服貸与、車通勤可", "資格取得支援あり。\r\n\"アットホーム\"な職場です。",
		})
	}
	return header, rows
}

// BenchmarkLayoutRead is what a record costs once it is decoded.
func BenchmarkLayoutRead(b *testing.B) {
	header, rows := benchRows(3000)
	l, err := newLayout(parse(b, benchMapping), header)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(strings.Join(rows[0], ","))))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, _, bad := l.read("p", rows[i%len(rows)]); bad != nil {
			b.Fatal(bad)
		}
		i++
	}
}
