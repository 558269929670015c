package main

import "slices"

// family is a family's name of two kanji, many of which somebody bears.
func family(d dice) word { return fused(d, familyHeads, familyTails) }

var (
	familyHeads = words(`
小 オ 大 オオ 中 ナカ 高 タカ 松 マツ 竹 タケ 杉 スギ 梅 ウメ 石 イシ 岩 イワ 山 ヤマ 川 カワ 森 モリ 林 ハヤシ 水 ミズ 清 キヨ 白 シラ 黒 クロ
赤 アカ 青 アオ 金 カネ 村 ムラ 北 キタ 南 ミナミ 西 ニシ 東 ヒガシ 上 ウエ 下 シモ 前 マエ 内 ウチ 新 ニイ 古 フル 長 ナガ 永 ナガ 吉 ヨシ 福 フク
藤 フジ 桜 サクラ 柳 ヤナギ 桑 クワ 栗 クリ 柿 カキ 梶 カジ 楠 クス 榎 エノ 橋 ハシ 浅 アサ 深 フカ 広 ヒロ 細 ホソ 平 ヒラ 丸 マル 角 カク 今 イマ
早 ハヤ 秋 アキ 春 ハル 夏 ナツ 冬 フユ 星 ホシ 月 ツキ 朝 アサ 宮 ミヤ 神 カミ 寺 テラ 鈴 スズ 鶴 ツル 亀 カメ 鳥 トリ 鷹 タカ 熊 クマ 鹿 シカ
牛 ウシ 馬 ウマ 猪 イノ 井 イ 池 イケ 沢 サワ 滝 タキ 谷 タニ 坂 サカ 岡 オカ 島 シマ 浜 ハマ 海 ウミ 磯 イソ 塩 シオ 米 ヨネ 稲 イナ 麦 ムギ
草 クサ 花 ハナ 葉 ハ 根 ネ 木 キ 荒 アラ 安 ヤス 久 ヒサ 佐 サ 武 タケ 矢 ヤ 飯 イイ 野 ノ 原 ハラ 田 タ 江 エ 津 ツ 倉 クラ 堀 ホリ 豊 トヨ
富 トミ 宝 タカラ 若 ワカ 植 ウエ 樫 カシ 笹 ササ 菅 スガ 萩 ハギ 菊 キク 蓮 ハス 芦 アシ 茅 カヤ 三 ミ 五 イツ 八 ヤ 千 チ 渡 ワタ 速 ハヤ`)
	familyTails = words(`
田 ダ 山 ヤマ 川 カワ 村 ムラ 本 モト 井 イ 野 ノ 原 ハラ 木 キ 沢 サワ 崎 サキ 島 シマ 谷 タニ 口 グチ 岡 オカ 橋 ハシ 林 バヤシ 森 モリ 池 イケ
坂 サカ 塚 ヅカ 浜 ハマ 辺 ベ 部 ベ 内 ウチ 尾 オ 江 エ 瀬 セ 石 イシ 倉 クラ 宮 ミヤ 上 カミ 下 シタ 水 ミズ 津 ツ 屋 ヤ 垣 ガキ 戸 ト 場 バ
城 シロ 松 マツ 藤 フジ 丸 マル 葉 バ 地 チ 中 ナカ 永 ナガ 見 ミ 根 ネ 泉 イズミ 平 ヒラ 町 マチ 越 ゴシ 堀 ホリ 畑 ハタ 関 ゼキ 賀 ガ 寺 デラ`)

	// given are the names that shops and offices bear after a family's.
	given = words(`
一郎 イチロウ 健太 ケンタ 和夫 カズオ 幸子 サチコ 誠 マコト 茂 シゲル 正樹 マサキ 浩二 コウジ 直人 ナオト 美穂 ミホ 隆 タカシ 恵 メグミ
`)
	offices = words(`
税理士事務所 ゼイリシジムショ 司法書士事務所 シホウショシジムショ 設計事務所 セッケイジムショ 行政書士事務所 ギョウセイショシジムショ 動物病院 ドウブツビョウイン
`)
	// unions have long names: a city, a quarter, and what they are.
	unions = words(`
管理組合法人 カンリクミアイホウジン 商店街振興組合 ショウテンガイシンコウクミアイ 土地改良区 トチカイリョウク 生産森林組合 セイサンシンリンクミアイ
農業協同組合 ノウギョウキョウドウクミアイ 自治会 ジチカイ 町内会 チョウナイカイ 事業協同組合 ジギョウキョウドウクミアイ`)
	// secondTrades stand behind another trade: 山田電機 and 山田電機工業.
	secondTrades = words(`
工業 コウギョウ 産業 サンギョウ 商会 ショウカイ 興産 コウサン 開発 カイハツ 事務所 ジムショ 商店 ショウテン 総業 ソウギョウ 企画 キカク 販売 ハンバイ
研究所 ケンキュウショ 技術 ギジュツ 工房 コウボウ 計画 ケイカク 工営 コウエイ`)
)

// heads are the shapes of the names that hundreds of companies bear; in a tail are the names that few do.
var (
	heads = []shape{
		{45, compound, nil}, // 東和
		{10, oneOf(brands), nil},
		{15, coined, nil},
		{5, plainWord, nil},
		{15, surname, trade},
		{10, compound, trade},
	}
	anyTrade = oneOf(slices.Concat(trades, secondTrades, offices, careTrades))
	tail     = []shape{
		{22, family, anyTrade},
		{3, surname, anyTrade},
		{3, surname, both(anyTrade, oneOf(secondTrades))}, // 山田電機工業
		{4, compound, anyTrade},
		{6, compound, both(anyTrade, oneOf(secondTrades))},
		{3, town, oneOf(trades)},
		{20, coined, nil},
		{8, coined, oneOf(katakanaTrades)},
		{2, coined, coined},
		{4, family, oneOf(katakanaTrades)},
		{6, coined, anyTrade},
		{4, plainWord, both(coined, oneOf(katakanaTrades))},
		{4, initials, oneOf(katakanaTrades)},
		{4, both(family, oneOf(given)), oneOf(offices)},
		{7, both(town, family), oneOf(unions)},
	}
	tailOf = map[string][]shape{
		welfareNames: {{60, both(town, welfare), nil}, {40, welfare, nil}},
		medicalNames: {{30, both(town, welfare), nil}, {40, family, oneOf(clinics)}, {30, welfare, nil}},
		care:         {{55, coined, oneOf(careTrades)}, {25, family, oneOf(careTrades)}, {20, plainWord, both(coined, oneOf(careTrades))}},
	}
)

func oneOf(list []word) part { return func(d dice) word { return one(d, list) } }

func both(a, b part) part { return func(d dice) word { return join(a(d), b(d)) } }

// town is a city as a part of a name, any of a big master's.
func town(d dice) word {
	return word{text: one(d, regions[d.IntN(len(regions))].cities).short()}
}

// A kind of company in a big master: its legal form, what its name is like, and how many of a thousand there are.
type kind struct {
	share  int
	form   *legalForm
	sector string
}

var kinds = []kind{
	{450, kabushiki, general},
	{60, kabushiki, care},
	{290, yugen, general},
	{110, godo, general},
	{20, godo, care},
	{25, shadan, general},
	{15, npo, care},
	{10, shafuku, welfareNames},
	{12, iryo, medicalNames},
	{8, iryoShadan, medicalNames},
}

// aKind draws a kind of company.
func aKind(d dice) kind {
	n := d.IntN(1000)
	i := slices.IndexFunc(kinds, func(k kind) bool { n -= k.share; return n < 0 })
	return kinds[i]
}
