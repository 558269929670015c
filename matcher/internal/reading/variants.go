package reading

import "iter"

// variants are pairs of a 旧字体 or 異体字 and the character it is folded to. They are the old and new forms of the
// 常用漢字表 and 人名用漢字表 (facts of the orthography, written down from general knowledge) and the variants that
// registered names are most often typed with (髙 﨑 濵 邉 嶋 冨 𠮷). 藤 and 東, or 碕 and 崎, are different characters
// and do not fold. 斎 and 斉 are different too, but are typed for each other as often as for their own old forms.
const variants = `
亞亜 惡悪 壓圧 圍囲 爲為 醫医 壹壱 稻稲 飮飲 隱隠 營営 榮栄 衞衛 驛駅 圓円 鹽塩 緣縁 艷艶 應応 歐欧 毆殴 櫻桜 奧奥 橫横 溫温 穩穏 假仮 價価 畫画 會会
壞壊 懷懐 繪絵 擴拡 殼殻 覺覚 學学 嶽岳 樂楽 勸勧 卷巻 寬寛 歡歓 罐缶 觀観 關関 陷陥 巖巌 顏顔 歸帰 氣気 龜亀 僞偽 戲戯 犧犠 舊旧 據拠 擧挙 峽峡 挾挟
狹狭 鄕郷 堯尭 曉暁 區区 驅駆 勳勲 薰薫 徑径 惠恵 溪渓 經経 繼継 莖茎 螢蛍 輕軽 鷄鶏 藝芸 缺欠 儉倹 劍剣 圈圏 檢検 權権 獻献 縣県 險険 顯顕 驗験 嚴厳
效効 廣広 恆恒 鑛鉱 號号 國国 黑黒 濟済 碎砕 齋斉 劑剤 册冊 雜雑 參参 慘惨 棧桟 蠶蚕 贊賛 殘残 絲糸 齒歯 兒児 辭辞 濕湿 實実 寫写 釋釈 壽寿 收収 從従
澁渋 獸獣 縱縦 肅粛 處処 敍叙 奬奨 將将 燒焼 稱称 證証 乘乗 剩剰 壤壌 孃嬢 條条 淨浄 疊畳 穰穣 讓譲 釀醸 囑嘱 觸触 寢寝 愼慎 晉晋 眞真 盡尽 圖図 粹粋
醉酔 隨随 髓髄 數数 樞枢 瀨瀬 聲声 靜静 齊斉 攝摂 竊窃 專専 戰戦 淺浅 潛潜 纖繊 踐践 錢銭 禪禅 曾曽 雙双 壯壮 搜捜 插挿 爭争 總総 綜総 聰聡 莊荘 裝装
騷騒 增増 臟臓 藏蔵 屬属 續続 墮堕 體体 躰体 對対 帶帯 滯滞 臺台 瀧滝 擇択 澤沢 單単 擔担 膽胆 團団 彈弾 斷断 遲遅 癡痴 晝昼 蟲虫 鑄鋳 廳庁 聽聴 鎭鎮
遞逓 鐵鉄 轉転 點点 傳伝 黨党 盜盗 燈灯 當当 鬪闘 德徳 獨独 讀読 屆届 繩縄 貳弐 惱悩 腦脳 廢廃 拜拝 賣売 麥麦 發発 髮髪 拔抜 蠻蛮 祕秘 濱浜 濵浜 甁瓶
拂払 佛仏 變変 邊辺 邉辺 舖舗 步歩 寶宝 寳宝 豐豊 沒没 飜翻 槇槙 萬万 滿満 麵麺 默黙 彌弥 藥薬 譯訳 豫予 餘余 與与 譽誉 搖揺 樣様 謠謡 遙遥 來来 賴頼
亂乱 覽覧 龍竜 兩両 獵猟 壘塁 淚涙 勵励 禮礼 隸隷 靈霊 齡齢 戀恋 爐炉 勞労 樓楼 錄録 灣湾 槪概 黃黄 淸清 靑青 敎教 硏研 髙高 﨑崎 嵜崎 曻昇 冨富 峯峰
嶋島 嶌島 桒桑 栁柳 凛凜 埜野 靍鶴 靏鶴 祇祗 頴穎 薗園 舘館 渕淵 籠篭 檜桧 蠣蛎 礪砺 鷗鴎 麴麹 鹼鹸 繫繋 頰頬 剝剥 塡填 瘦痩 蟬蝉 搔掻 嚙噛 禱祷 瀆涜
蠟蝋 醬醤 屛屏 幷并 俱倶 諫諌 鄰隣 輛両 斎斉 吳呉 吴呉 敕勅 戾戻 槗橋 桺柳 﨟臈 䈎葉 邨村 內内 卽即 旣既 巢巣 徵徴 敘叙 歷歴 曆暦 綠緑 緖緒 虛虚
鍊錬 每毎 晚晩 渴渇 狀状 產産 稅税 祿禄 絕絶 羣群 脫脱 舩船 萊莱 蘓蘇 說説 讚讃 逹達 銳鋭 閱閲 闗関 餠餅 騨驒 囘回 圀国 囯国 廰庁 恊協 悳徳 惪徳 昻昂
枩松 栢柏 楳梅 槑梅 涌湧 灮光 熈熙 煕熙 珎珍 畊耕 砿鉱 龝秋 穐秋 秌秋 窻窓 窗窓 籏旗 舍舎 釼剣 銕鉄 鉃鉄 鴈雁 鴬鶯 皐皋 臯皋
亊事 礦鉱 剱剣 劔剣 劒剣 穗穂 凾函 禰祢 竈竃 睿叡 濤涛 塲場 凉涼 鐡鉄 鋪舗 㐂喜 辨弁 辯弁 瓣弁 纎繊 籔薮 萠萌 圡土 䑓台 蘆芦 夛多
釡釜 皷鼓 杤栃 冲沖 㟢崎 翆翠 靱靭 簞箪 聨聯 亰京 噐器 廚厨 玅妙 刄刃 亙亘 夘卯 梦夢 駈駆 隂陰 繡繍 曵曳 桝枡 菴庵
`

// rareVariants are those beyond the basic plane.
var rareVariants = map[rune]rune{'𣘺': '橋', '𠮷': '吉', '𠀋': '丈', '𣳾': '泰', '𦚰': '脇'}

// commonVariants yields each variant with what it is folded to.
func commonVariants() iter.Seq2[rune, rune] {
	return func(yield func(variant, base rune) bool) {
		variant := rune(0)
		for _, r := range variants {
			switch {
			case r == ' ' || r == '\n':
			case variant == 0:
				variant = r
			default:
				if !yield(variant, r) {
					return
				}
				variant = 0
			}
		}
	}
}

// Glyphs is a hash of the variants that a name is written with: 0 for none. 斎藤 and 斉藤 are found by each other, but who
// writes the very character is likelier meant.
func Glyphs(name string) uint8 {
	h := uint8(0)
	for _, r := range cut(name, maxText) {
		if r < foldEnd && classes[r]&variantRune != 0 || r >= foldEnd && rareVariants[r] != 0 {
			h = h*31 + uint8(r) | 1
		}
	}
	return h
}
