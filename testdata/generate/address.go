package main

import (
	"fmt"
	"strings"

	"golang.org/x/text/width"
)

// place is a city with its telephone area code and the first three digits of its postal codes.
type place struct{ prefecture, city, area, zip string }

// short is the city's name as a branch bears it: 新宿, 札幌.
func (p place) short() string {
	if i := strings.LastIndex(p.city, "市"); i > 0 {
		return p.city[:i]
	}
	return strings.TrimSuffix(p.city, "区")
}

var places = func() []place {
	var out []place
	for line := range strings.Lines(strings.TrimSpace(`
北海道 札幌市中央区 011 060
北海道 札幌市東区 011 065
北海道 旭川市 0166 070
青森県 弘前市 0172 036
岩手県 盛岡市 019 020
宮城県 仙台市青葉区 022 980
秋田県 横手市 0182 013
山形県 鶴岡市 0235 997
福島県 郡山市 024 963
茨城県 つくば市 029 305
栃木県 宇都宮市 028 320
群馬県 高崎市 027 370
埼玉県 川口市 048 332
埼玉県 さいたま市大宮区 048 330
千葉県 船橋市 047 273
千葉県 鎌ケ谷市 047 273
東京都 新宿区 03 160
東京都 千代田区 03 101
東京都 大田区 03 144
東京都 江戸川区 03 132
東京都 八王子市 042 192
神奈川県 横浜市中区 045 231
神奈川県 茅ヶ崎市 0467 253
新潟県 長岡市 0258 940
富山県 高岡市 0766 933
石川県 金沢市 076 920
福井県 鯖江市 0778 916
山梨県 甲府市 055 400
長野県 松本市 0263 390
岐阜県 大垣市 0584 503
静岡県 浜松市中央区 053 430
愛知県 名古屋市中村区 052 450
愛知県 豊橋市 0532 440
三重県 四日市市 059 510
滋賀県 彦根市 0749 522
京都府 京都市下京区 075 600
大阪府 大阪市北区 06 530
大阪府 堺市堺区 072 590
兵庫県 神戸市中央区 078 650
兵庫県 姫路市 079 670
奈良県 橿原市 0744 634
和歌山県 田辺市 0739 646
鳥取県 米子市 0859 683
島根県 出雲市 0853 693
岡山県 倉敷市 086 710
広島県 福山市 084 720
山口県 周南市 0834 745
徳島県 徳島市 088 770
香川県 丸亀市 0877 763
愛媛県 今治市 0898 794
高知県 高知市 088 780
福岡県 福岡市博多区 092 812
福岡県 久留米市 0942 830
佐賀県 唐津市 0955 847
長崎県 佐世保市 0956 857
熊本県 熊本市中央区 096 860
大分県 別府市 0977 874
宮崎県 都城市 0986 885
鹿児島県 霧島市 0995 899
沖縄県 那覇市 098 900
`)) {
		f := strings.Fields(line)
		out = append(out, place{f[0], f[1], f[2], f[3]})
	}
	return out
}()

var (
	towns     = strings.Fields("本町 中央 栄町 緑町 旭町 桜木町 若葉町 東町 新町 大手町 幸町 寿町 末広町 泉町 西ノ宮 美原 千代田 松ヶ丘")
	buildings = strings.Fields("中央ビル２Ｆ 第一ビル 駅前プラザ３０１ サンハイツ１０５ ＫＭビル５階")
)

// address is a place down to the door.
type address struct {
	place
	town             string
	chome, ban, door int
	building         string
}

// newAddress is an address somewhere in p.
func newAddress(d dice, p place) address {
	a := address{place: p, town: one(d, towns), chome: d.between(1, 9), ban: d.between(1, 40), door: d.between(1, 30)}
	if d.percent(12) {
		a.building = one(d, buildings)
	}
	return a
}

// registered is the address as the registry writes it, in wide digits.
func (a address) registered() string {
	return a.prefecture + a.city + a.town + width.Widen.String(fmt.Sprintf("%d丁目%d番%d号", a.chome, a.ban, a.door)) + a.building
}

// typed is the address as somebody at a partner types it.
func (a address) typed(d dice) string {
	var s string
	switch d.IntN(6) {
	case 0:
		s = a.city + a.town + fmt.Sprintf("%d-%d-%d", a.chome, a.ban, a.door)
	case 1:
		s = a.prefecture + a.city + a.town + fmt.Sprintf("%d丁目%d-%d", a.chome, a.ban, a.door)
	case 2:
		s = a.prefecture + a.city + a.town + width.Widen.String(fmt.Sprintf("%d-%d-%d", a.chome, a.ban, a.door))
	case 3:
		s = a.prefecture + " " + a.city + a.town + fmt.Sprintf("%d丁目%d番%d号", a.chome, a.ban, a.door)
	default:
		s = a.prefecture + a.city + a.town + fmt.Sprintf("%d-%d-%d", a.chome, a.ban, a.door)
	}
	if a.building != "" && d.percent(60) {
		s += " " + width.Fold.String(a.building)
	}
	return s
}

// newPhone is a telephone number in p, with hyphens. Its exchange begins with 1, which is given to nobody.
func newPhone(d dice, p place) string {
	exchange := 6 - len(p.area) // area code and exchange are six digits together
	n := "1"
	for range exchange - 1 {
		n += fmt.Sprint(d.IntN(10))
	}
	return fmt.Sprintf("%s-%s-%04d", p.area, n, d.IntN(10000))
}
