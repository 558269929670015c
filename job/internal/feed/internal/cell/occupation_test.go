package cell

import (
	"slices"
	"strings"
	"testing"

	"nayose"
)

// jobs are occupations as job ads write them, under what they are.
var jobs = map[string]string{
	"management":    "施設長候補|営業部長|★工場長★|訪問看護ステーションの管理者|エリアマネージャー候補（幹部候補）|デイサービスセンター長",
	"engineering":   "システムエンジニア（Java）|施工管理|建築施工管理技士|プログラマー|社内SE|機械設計|【急募】インフラエンジニア|品質管理スタッフ|CAD設計|PM/PL",
	"professional":  "Webデザイナー|税理士補助|編集・ライター|動画クリエイター|経営コンサルタント|キャリアアドバイザー",
	"medical":       "看護師|准看護師|◎駅チカ◎ 准看護師|理学療法士|薬剤師（パート）|歯科衛生士|管理栄養士|看護助手|正看護師・准看護師|ＰＴ・ＯＴ・ＳＴ|訪問看護",
	"education":     "保育士|保育補助|塾講師|学童保育スタッフ|幼稚園教諭|英会話講師|スイミングコーチ",
	"clerical":      "一般事務|医療事務|介護事務|営業事務|経理|コールセンタースタッフ|データ入力|人事・採用担当|病院受付|事務スタッフ|オペレーター|総務/経理",
	"sales":         "法人営業|企画営業|ルートセールス|アパレル販売|コンビニスタッフ|店長候補|携帯ショップ販売員|営業|レジ|医療機器営業|インサイドセールス",
	"care":          "介護職|介護職員|介護福祉士|ヘルパー|サービス提供責任者|ケアマネジャー|ケアマネージャー|生活相談員|訪問介護員|放課後等デイサービス 児童指導員|《未経験歓迎》介護職員|世話人|介護スタッフ（夜勤専従）|主任ケアマネ",
	"service":       "調理スタッフ|調理師|ホールスタッフ|キッチン|美容師|ホテルフロント|アイリスト|カフェスタッフ|マンション管理人|給食調理補助|葬祭スタッフ|接客・販売",
	"security":      "警備員|施設警備スタッフ|交通誘導警備員|プール監視員",
	"agriculture":   "農作業スタッフ|酪農スタッフ|造園工|いちご栽培・収穫",
	"manufacturing": "製造スタッフ|製造|機械オペレーター|溶接工|自動車整備士|食品製造|組立・検査|CADオペレーター|組立・軽作業|塗装工",
	"transport":     "送迎ドライバー|大型トラック運転手|ルート配送|タクシードライバー|フォークリフトオペレーター|バス運転士|ドライバー兼事務|宅配ドライバー",
	"construction":  "電気工事士|大工|とび職人|土木作業員|配管工|内装工事スタッフ|解体工|型枠大工",
	"handling":      "倉庫内作業|清掃スタッフ|清掃|ピッキング・梱包|客室清掃|軽作業|引越スタッフ|病院の清掃スタッフ|仕分け|ホテル客室清掃スタッフ|作業員",
	"other":         "その他|スタッフ|★急募★|相棒|-|オープニング大募集",
}

func TestOccupations(t *testing.T) {
	read := func(text string) string { return Occupation(text, nil) }
	n := 0
	for want, list := range jobs {
		if !slices.Contains(nayose.Occupations, want) {
			t.Errorf("%s is no occupation", want)
		}
		for text := range strings.SplitSeq(list, "|") {
			if n++; read(text) != want {
				t.Errorf("%s is read as %s, want %s", text, read(text), want)
			}
			if got := read("【急募】★" + text + "★ 募集！"); got != want {
				t.Errorf("%s is read as %s with decorations, want %s", text, got, want)
			}
		}
	}
	if n < 60 || len(jobs) != len(nayose.Occupations) {
		t.Errorf("%d jobs in %d groups", n, len(jobs))
	}
}

// TestOccupationWords shows that the table says one thing of each word, in words of the vocabulary.
func TestOccupationWords(t *testing.T) {
	seen := map[string]string{}
	for kind, list := range occupationWords {
		if !slices.Contains(nayose.Occupations, kind) {
			t.Errorf("%s is no occupation", kind)
		}
		for word := range strings.FieldsSeq(list) {
			folded := FoldWord(word)
			if other, twice := seen[folded]; twice || folded == "" || folded != strings.TrimPrefix(word, "=") {
				t.Errorf("%s of %s: stands under %q too, or is written otherwise than it is looked up", word, kind, other)
			}
			seen[folded] = kind
		}
	}
	t.Logf("%d words", len(seen))
}
