package main

import (
	"slices"
	"strings"
)

// word is a part of a name: as written, its reading in katakana, and in Roman letters.
type word struct{ text, kana, roman string }

// words reads pairs of a word and its reading.
func words(list string) (out []word) {
	for pair := range slices.Chunk(strings.Fields(list), 2) {
		out = append(out, word{pair[0], pair[1], romanize(pair[1])})
	}
	return out
}

// loans reads pairs of a word in katakana and the foreign word that it is.
func loans(list string) (out []word) {
	for pair := range slices.Chunk(strings.Fields(list), 2) {
		out = append(out, word{pair[0], strings.ReplaceAll(pair[0], "・", ""), pair[1]})
	}
	return out
}

// surnames are families, the commonest first, a few in old characters, and places that companies are called after.
var surnames = words(`
佐藤 サトウ 鈴木 スズキ 高橋 タカハシ 田中 タナカ 伊藤 イトウ 渡辺 ワタナベ 山本 ヤマモト 中村 ナカムラ 小林 コバヤシ 加藤 カトウ
吉田 ヨシダ 山田 ヤマダ 佐々木 ササキ 山口 ヤマグチ 松本 マツモト 井上 イノウエ 木村 キムラ 林 ハヤシ 斎藤 サイトウ 清水 シミズ
山崎 ヤマザキ 森 モリ 池田 イケダ 橋本 ハシモト 阿部 アベ 石川 イシカワ 山下 ヤマシタ 中島 ナカジマ 石井 イシイ 小川 オガワ
前田 マエダ 岡田 オカダ 長谷川 ハセガワ 藤田 フジタ 後藤 ゴトウ 近藤 コンドウ 村上 ムラカミ 遠藤 エンドウ 青木 アオキ 坂本 サカモト
斉藤 サイトウ 福田 フクダ 太田 オオタ 西村 ニシムラ 藤井 フジイ 金子 カネコ 岡本 オカモト 藤原 フジワラ 三浦 ミウラ 原田 ハラダ
松田 マツダ 竹内 タケウチ 小野 オノ 田村 タムラ 和田 ワダ 森田 モリタ 上田 ウエダ 内田 ウチダ 柴田 シバタ 酒井 サカイ 宮崎 ミヤザキ
横山 ヨコヤマ 髙木 タカギ 安藤 アンドウ 宮本 ミヤモト 大野 オオノ 小島 コジマ 工藤 クドウ 谷口 タニグチ 今井 イマイ 増田 マスダ
丸山 マルヤマ 杉山 スギヤマ 大塚 オオツカ 新井 アライ 平野 ヒラノ 河野 コウノ 野口 ノグチ 菅原 スガワラ 岩崎 イワサキ 久保 クボ
木下 キノシタ 佐野 サノ 松尾 マツオ 菊地 キクチ 市川 イチカワ 古川 フルカワ 大西 オオニシ 島田 シマダ 水野 ミズノ 桜井 サクライ
渡邉 ワタナベ 吉川 ヨシカワ 飯田 イイダ 西川 ニシカワ 小松 コマツ 北村 キタムラ 五十嵐 イガラシ 平田 ヒラタ 関 セキ 久保田 クボタ
服部 ハットリ 東 ヒガシ 土屋 ツチヤ 福島 フクシマ 本田 ホンダ 辻 ツジ 樋口 ヒグチ 秋山 アキヤマ 永井 ナガイ 中西 ナカニシ 川上 カワカミ
大橋 オオハシ 松岡 マツオカ 浜田 ハマダ 馬場 ババ 矢野 ヤノ 浅野 アサノ 星野 ホシノ 大久保 オオクボ 吉岡 ヨシオカ 小池 コイケ
荒木 アラキ 熊谷 クマガイ 松浦 マツウラ 内藤 ナイトウ 黒田 クロダ 尾崎 オザキ 望月 モチヅキ 堀 ホリ 西尾 ニシオ 広瀬 ヒロセ
宮沢 ミヤザワ 小沢 オザワ 国分 コクブ 竜野 タツノ 滝川 タキガワ 岡崎 オカザキ 長浜 ナガハマ 小野寺 オノデラ 長谷部 ハセベ 森下 モリシタ
松永 マツナガ 青柳 アオヤギ 北川 キタガワ 南條 ナンジョウ 東野 ヒガシノ 今泉 イマイズミ 桑原 クワバラ 平塚 ヒラツカ 堀内 ホリウチ
栗田 クリタ 白石 シライシ 黒川 クロカワ 齋藤 サイトウ 髙橋 タカハシ 宮﨑 ミヤザキ 濱口 ハマグチ 澤田 サワダ 廣田 ヒロタ 櫻田 サクラダ
國井 クニイ 瀧本 タキモト 中嶋 ナカジマ 冨田 トミタ 稲葉 イナバ 榎本 エノモト 奥村 オクムラ 梶原 カジワラ 片桐 カタギリ 鎌田 カマタ
神谷 カミヤ 川島 カワシマ 草野 クサノ 熊沢 クマザワ 小泉 コイズミ 坂口 サカグチ 塩見 シオミ 篠原 シノハラ 島袋 シマブクロ 須田 スダ
瀬戸 セト 高見 タカミ 滝沢 タキザワ 田辺 タナベ 津田 ツダ 富永 トミナガ 中条 ナカジョウ 成田 ナリタ 西沢 ニシザワ 根岸 ネギシ
萩原 ハギワラ 羽生 ハニュウ 日高 ヒダカ 深沢 フカザワ 福永 フクナガ 細田 ホソダ 真鍋 マナベ 三宅 ミヤケ 向井 ムカイ 最上 モガミ
八木 ヤギ 湯浅 ユアサ 横田 ヨコタ 若林 ワカバヤシ 鷲尾 ワシオ 綿貫 ワタヌキ 朝日 アサヒ 武蔵 ムサシ 駿河 スルガ 美濃 ミノ 若狭 ワカサ
相模 サガミ 信濃 シナノ 能登 ノト 加賀 カガ 伊予 イヨ 土佐 トサ 日向 ヒュウガ 筑紫 チクシ 石狩 イシカリ 十勝 トカチ 北上 キタカミ
利根 トネ 多摩 タマ 秩父 チチブ 赤城 アカギ 妙高 ミョウコウ 立山 タテヤマ 白山 ハクサン 浅間 アサマ 淀川 ヨドガワ 生駒 イコマ
六甲 ロッコウ 吉備 キビ 讃岐 サヌキ 鳴門 ナルト 阿蘇 アソ 瑞穂 ミズホ 日之出 ヒノデ 双葉 フタバ 若竹 ワカタケ 千鳥 チドリ 松風 マツカゼ
`)

// A compound is a kanji of the first list and one of the second, read the Chinese way: 東 and 和, トウワ.
var (
	compoundHeads = words(`
大 ダイ 三 サン 東 トウ 新 シン 日 ニチ 共 キョウ 協 キョウ 富 フ 光 コウ 栄 エイ 北 ホク 南 ナン 西 セイ 太 タイ 明 メイ 昭 ショウ
京 ケイ 信 シン 旭 キョク 恵 ケイ 双 ソウ 正 セイ 竜 リュウ 高 コウ 国 コク 豊 ホウ 泰 タイ 中 チュウ 万 バン 和 ワ 伸 シン 玉 ギョク`)
	compoundTails = words(`
和 ワ 栄 エイ 洋 ヨウ 光 コウ 興 コウ 信 シン 成 セイ 進 シン 友 ユウ 陽 ヨウ 央 オウ 亜 ア 都 ト 海 カイ 晃 コウ 邦 ホウ 昌 ショウ
恵 ケイ 広 コウ 立 リツ 宝 ホウ 峰 ホウ 竜 リュウ 翔 ショウ 勢 セイ 雄 ユウ 善 ゼン 隆 リュウ 永 エイ 滋 ジ`)
)

// The same for the names that 社会福祉法人 and 医療法人 bear: 清 and 風, before 会.
var (
	welfareHeads = words(`
愛 アイ 清 セイ 恵 ケイ 和 ワ 桜 オウ 博 ハク 友 ユウ 慈 ジ 長 チョウ 光 コウ 仁 ジン 敬 ケイ 寿 ジュ 健 ケン 明 メイ 泰 タイ 陽 ヨウ
真 シン 正 セイ 誠 セイ 孝 コウ 緑 リョク 永 エイ 徳 トク 福 フク 聖 セイ 希 キ 青 セイ`)
	welfareTails = words(`
光会 コウカイ 風会 フウカイ 寿会 ジュカイ 和会 ワカイ 心会 シンカイ 生会 セイカイ 愛会 アイカイ 友会 ユウカイ 仁会 ジンカイ
明会 メイカイ 楽会 ラクカイ 幸会 コウカイ 祥会 ショウカイ 徳会 トクカイ 泉会 センカイ 樹会 ジュカイ 峰会 ホウカイ 翔会 ショウカイ`)
)

var clinics = words(`
歯科医院 シカイイン 医院 イイン クリニック クリニック 内科 ナイカ 整形外科 セイケイゲカ 眼科 ガンカ 病院 ビョウイン 小児科 ショウニカ`)

// trades and the like begin with the commonest, too.
var trades = words(`
工業 コウギョウ 建設 ケンセツ 工務店 コウムテン 商事 ショウジ 製作所 セイサクショ 産業 サンギョウ 商店 ショウテン 運輸 ウンユ
不動産 フドウサン 電機 デンキ 設備 セツビ 食品 ショクヒン 物流 ブツリュウ 興業 コウギョウ 塗装 トソウ 印刷 インサツ 鉄工所 テッコウショ
電気 デンキ 土木 ドボク 組 グミ 水産 スイサン 薬局 ヤッキョク 警備 ケイビ 酒造 シュゾウ 農園 ノウエン 石材 セキザイ 化学 カガク
製菓 セイカ 測量設計 ソクリョウセッケイ 建築設計 ケンチクセッケイ 精機 セイキ 精工 セイコウ 技研 ギケン 金属 キンゾク 鋼業 コウギョウ
木材 モクザイ 紙業 シギョウ 紙器 シキ 繊維 センイ 縫製 ホウセイ 染工場 センコウジョウ 家具 カグ 建材 ケンザイ 硝子店 ガラステン 窯業 ヨウギョウ
醸造 ジョウゾウ 製麺 セイメン 精肉店 セイニクテン 青果 セイカ 米穀 ベイコク 製茶 セイチャ 牧場 ボクジョウ 造園 ゾウエン 緑化 リョッカ
電設 デンセツ 電工 デンコウ 通信 ツウシン 情報 ジョウホウ 機械 キカイ 機工 キコウ 自動車 ジドウシャ 整備 セイビ 鈑金 バンキン 交通 コウツウ
観光 カンコウ 倉庫 ソウコ 海運 カイウン 急送 キュウソウ 陸運 リクウン 通商 ツウショウ 貿易 ボウエキ 物産 ブッサン 薬品 ヤクヒン
清掃 セイソウ 環境 カンキョウ 管工 カンコウ 空調 クウチョウ 防災 ボウサイ 燃料 ネンリョウ 石油 セキユ 書店 ショテン 文具 ブング
出版 シュッパン 広告 コウコク 企画 キカク 写真館 シャシンカン 時計店 トケイテン 呉服店 ゴフクテン 旅館 リョカン 給食 キュウショク
総業 ソウギョウ 解体 カイタイ 重機 ジュウキ 板硝子 イタガラス 左官 サカン 鋳造 チュウゾウ 樹脂 ジュシ 塗料 トリョウ 畜産 チクサン
`)

var katakanaTrades = loans(`
サービス service システム system フーズ foods ホーム home テック tech プランニング planning ジャパン japan デザイン design
クリーン clean エステート estate ロジスティクス logistics コーポレーション corporation エンジニアリング engineering
・パートナーズ partners ・ワークス works ソリューションズ solutions コンサルティング consulting トレーディング trading
インターナショナル international マネジメント management クリエイト create サプライ supply メディカル medical エナジー energy
ソフト soft データ data ネット net メディア media プリント print パック pack モータース motors トランスポート transport
トラベル travel リゾート resort キッチン kitchen ファーム farm ハウジング housing リフォーム reform ラボ lab スタジオ studio
カンパニー company ベーカリー bakery マート mart シューズ shoes プロダクツ products ケミカル chemical ビルド build
`)

var careTrades = append(loans(`
ケア care ケアサポート caresupport ライフサポート lifesupport ライフケア lifecare ホームケア homecare シニアライフ seniorlife
リハビリ rehabili ナーシング nursing
`), words(`
介護サービス カイゴサービス 訪問看護 ホウモンカンゴ 福祉サービス フクシサービス 介護 カイゴ 在宅支援 ザイタクシエン
`)...)

var agencyTrades = append(loans(`
スタッフ staff スタッフサポート staffsupport ヒューマン human キャスト cast キャリア career ワークス works
`), words("人材 ジンザイ 人材サービス ジンザイサービス")...)

// brands are foreign words; more are coined.
var brands = loans(`
アステル aster ブリッジ bridge クレスト crest ドリーム dream エール yell フォレスト forest グリーン green ハーモニー harmony
イノベル innovel ジョイント joint リンクス links メイプル maple ネクサス nexus オリーブ olive プラネット planet クオーレ cuore
ライフ life サンライズ sunrise トラスト trust ユニゾン unison ヴィレッジ village ウィズ with ゼファー zephyr ティアラ tiara ベルデ verde
アクア aqua ベスト best キャピタル capital デルタ delta エコー echo フロンティア frontier ギャラリー gallery ホライズン horizon
アイリス iris ジュピター jupiter キーストン keystone ルーチェ luce マリン marine ノーブル noble オアシス oasis パシフィック pacific
クエスト quest レインボー rainbow シグマ sigma トライ try ユニバース universe ビクトリー victory ウエスト west スター star
アルファ alpha ボヤージュ voyage コスモ cosmo ダイヤ dia エデン eden フェニックス phoenix グローバル global ハート heart
`)

// plainWords are written in hiragana.
var plainWords = words(`
さくら サクラ ひまわり ヒマワリ あおぞら アオゾラ こもれび コモレビ つむぎ ツムギ なごみ ナゴミ みどり ミドリ ひかり ヒカリ
たんぽぽ タンポポ すみれ スミレ やまびこ ヤマビコ いずみ イズミ ほほえみ ホホエミ わかば ワカバ こころ ココロ ゆうなぎ ユウナギ
せせらぎ セセラギ はるかぜ ハルカゼ まごころ マゴコロ あさがお アサガオ
`)

// latin are names in Roman letters that are more than initials.
var latin = words(`
ACT-Y アクトワイ NSD&P エヌエスディーアンドピー TOWAX トワックス D-LINE ディーライン MOKUBA モクバ RIVERA リベラ HINATA ヒナタ
`)

// alphabet is how the letters of initials are read.
var alphabet = strings.Fields(`
エイ ビー シー ディー イー エフ ジー エイチ アイ ジェイ ケイ エル エム エヌ オー ピー キュー アール エス ティー ユー ブイ ダブリュー
エックス ワイ ゼット
`)

// variants are characters that are typed for each other: new and old forms, variant forms and, in 斎 and 斉,
// different ones. CP932 has them all.
var variants = strings.Fields("高髙 崎﨑 斎斉齋齊 沢澤 浜濱濵 国國 辺邊邉 広廣 桜櫻 栄榮 恵惠 竜龍 滝瀧 条條 島嶋 富冨")

// variantsOf are the characters that are typed for each other with r, r among them.
func variantsOf(r rune) []rune {
	i := slices.IndexFunc(variants, func(group string) bool { return strings.ContainsRune(group, r) })
	if i < 0 {
		return []rune{r}
	}
	return []rune(variants[i])
}
