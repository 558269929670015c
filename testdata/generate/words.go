package main

import "strings"

// word is a part of a name: as written, its reading in katakana, and in Roman letters.
type word struct{ text, kana, roman string }

// words reads a list of "text kana roman" triples, one a line.
func words(list string) []word {
	var out []word
	for line := range strings.Lines(strings.TrimSpace(list)) {
		f := strings.Fields(line)
		out = append(out, word{f[0], f[1], f[2]})
	}
	return out
}

var surnames = words(`
山田 ヤマダ yamada
高橋 タカハシ takahashi
山崎 ヤマザキ yamazaki
斎藤 サイトウ saito
渡辺 ワタナベ watanabe
浜田 ハマダ hamada
宮沢 ミヤザワ miyazawa
広瀬 ヒロセ hirose
桜井 サクライ sakurai
国分 コクブ kokubu
竜野 タツノ tatsuno
滝川 タキガワ takigawa
小沢 オザワ ozawa
高木 タカギ takagi
岡崎 オカザキ okazaki
長浜 ナガハマ nagahama
藤原 フジワラ fujiwara
中村 ナカムラ nakamura
小野寺 オノデラ onodera
五十嵐 イガラシ igarashi
大久保 オオクボ okubo
長谷部 ハセベ hasebe
村上 ムラカミ murakami
石井 イシイ ishii
森下 モリシタ morishita
松永 マツナガ matsunaga
青柳 アオヤギ aoyagi
北川 キタガワ kitagawa
西尾 ニシオ nishio
南條 ナンジョウ nanjo
東野 ヒガシノ higashino
丸山 マルヤマ maruyama
吉岡 ヨシオカ yoshioka
今泉 イマイズミ imaizumi
桑原 クワバラ kuwabara
平塚 ヒラツカ hiratsuka
堀内 ホリウチ horiuchi
栗田 クリタ kurita
白石 シライシ shiraishi
黒川 クロカワ kurokawa
`)

var trades = words(`
建設 ケンセツ kensetsu
工業 コウギョウ kogyo
工務店 コウムテン komuten
製作所 セイサクショ seisakusho
商店 ショウテン shoten
商事 ショウジ shoji
運輸 ウンユ unyu
物流 ブツリュウ butsuryu
電機 デンキ denki
設備 セツビ setsubi
塗装 トソウ toso
印刷 インサツ insatsu
食品 ショクヒン shokuhin
水産 スイサン suisan
薬局 ヤッキョク yakkyoku
不動産 フドウサン fudosan
警備 ケイビ keibi
酒造 シュゾウ shuzo
鉄工所 テッコウショ tekkosho
農園 ノウエン noen
石材 セキザイ sekizai
土木 ドボク doboku
化学 カガク kagaku
製菓 セイカ seika
測量設計 ソクリョウセッケイ sokuryosekkei
`)

// auspicious are words in kanji that stand in for a founder's name.
var auspicious = words(`
光陽 コウヨウ koyo
大栄 ダイエイ daiei
三恵 サンケイ sankei
東和 トウワ towa
北斗 ホクト hokuto
日之出 ヒノデ hinode
新栄 シンエイ shinei
共立 キョウリツ kyoritsu
旭陽 キョクヨウ kyokuyo
万代 バンダイ bandai
双葉 フタバ futaba
若竹 ワカタケ wakatake
千鳥 チドリ chidori
松風 マツカゼ matsukaze
富岳 フガク fugaku
清流 セイリュウ seiryu
瑞穂野 ミズホノ mizuhono
明峰 メイホウ meiho
`)

var katakana = words(`
アステル アステル asteru
ブリッジ ブリッジ bridge
クレスト クレスト crest
ドリーム ドリーム dream
エール エール yell
フォレスト フォレスト forest
グリーン グリーン green
ハーモニー ハーモニー harmony
イノベル イノベル innovel
ジョイント ジョイント joint
キャリア キャリア career
リンクス リンクス links
メイプル メイプル maple
ネクサス ネクサス nexus
オリーブ オリーブ olive
プラネット プラネット planet
クオーレ クオーレ cuore
ライフ ライフ life
サンライズ サンライズ sunrise
トラスト トラスト trust
ユニゾン ユニゾン unison
ヴィレッジ ヴィレッジ village
ウィズ ウィズ with
ゼファー ゼファー zephyr
ティアラ ティアラ tiara
ベルデ ベルデ verde
`)

var katakanaTrades = words(`
サービス サービス service
システム システム system
フーズ フーズ foods
テック テック tech
ホーム ホーム home
プランニング プランニング planning
デザイン デザイン design
クリーン クリーン clean
エステート エステート estate
ロジスティクス ロジスティクス logistics
コーポレーション コーポレーション corporation
・ワークス ワークス works
・パートナーズ パートナーズ partners
`)

var careTrades = words(`
ケア ケア care
介護サービス カイゴサービス kaigoservice
ケアサポート ケアサポート caresupport
ライフサポート ライフサポート lifesupport
ライフケア ライフケア lifecare
訪問看護 ホウモンカンゴ homonkango
`)

var agencyTrades = words(`
スタッフ スタッフ staff
スタッフサポート スタッフサポート staffsupport
人材 ジンザイ jinzai
ヒューマン ヒューマン human
キャスト キャスト cast
`)

// latin are names in Roman letters with the way their letters are read aloud.
var latin = words(`
KMG ケイエムジー kmg
ACT-Y アクトワイ act-y
NSD&P エヌエスディーアンドピー nsdp
TOWAX トワックス towax
HRB エイチアールビー hrb
D-LINE ディーライン d-line
MOKUBA モクバ mokuba
YTK ワイティーケイ ytk
`)

// welfare are the names that 社会福祉法人 and 医療法人 bear.
var welfare = words(`
愛光会 アイコウカイ aikokai
清風会 セイフウカイ seifukai
恵寿会 ケイジュカイ keijukai
和光会 ワコウカイ wakokai
桜寿会 オウジュカイ ojukai
青葉会 アオバカイ aobakai
博愛会 ハクアイカイ hakuaikai
友愛会 ユウアイカイ yuaikai
みどり会 ミドリカイ midorikai
ひかり会 ヒカリカイ hikarikai
慈光会 ジコウカイ jikokai
長寿会 チョウジュカイ chojukai
`)

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
