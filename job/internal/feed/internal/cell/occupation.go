package cell

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// occupationWords are the words of Japanese job ads for what people do, each with one of nayose.Occupations. They follow the index
// of the labour ministry's classification: 施工管理 is engineering there, 医療事務 clerical, 製図 manufacturing.
//
// Japanese puts the head of a compound last: 営業事務 is clerical work for a sales team, 介護施設の清掃スタッフ cleans. So the
// word of the table that ends last in a cell says what the job is, and of those that end at one place the longest: サービス提供責任者
// is no 責任者, ケアマネージャー no マネージャー. What the table does not know (スタッフ, 候補, 募集) is passed over. A word without
// Japanese letters, a single letter, and one behind = count only where they stand alone: DTP, but not the se in nurse.
var occupationWords = map[string]string{
	"management": `管理職 管理者 部長 課長 支店長 所長 役員 取締役 社長 支配人 施設長 ホーム長 センター長 工場長 事務長 事務局長 園長 校長 マネージャー マネジャー
		マネージャ 幹部 幹部候補 経営者 理事長 局長 manager`,
	"engineering": `研究 研究員 研究者 研究職 研究開発 開発 技術者 技術職 エンジニア プログラマー プログラマ システム設計 システム運用 システム管理 サーバー管理
		ネットワーク管理 社内se se pg pm pl it engineer developer programmer itコンサルタント itサポート ヘルプデスク テクニカルサポート プロジェクトマネージャー
		プロジェクトマネジャー プロダクトマネージャー プロジェクトリーダー データサイエンティスト 施工管理 施工管理技士 施工監理 工事監理 工事管理 現場監督 現場管理
		建築士 設計 設計士 設計職 測量 測量士 測量技師 積算 生産技術 品質管理 品質保証 化学分析 分析 実験 実験補助 技術開発 テスター デバッガー デバッグ qa
		農業技術 農業普及指導員`,
	"professional": `弁護士 弁理士 司法書士 行政書士 パラリーガル 法務 公認会計士 会計士 税理士 社会保険労務士 社労士 中小企業診断士 コンサルタント コンサル アナリスト
		アクチュアリー 不動産鑑定士 土地家屋調査士 マーケター マーケティング 記者 編集 編集者 ライター 翻訳 翻訳者 通訳 校正 校閲 デザイナー デザイン designer
		イラストレーター カメラマン フォトグラファー 撮影 映像制作 動画制作 web制作 クリエイター ディレクター プロデューサー プランナー 音楽家 俳優 声優 =モデル
		タレント 司書 学芸員 カウンセラー キャリアアドバイザー キャリアコンサルタント アナウンサー 選手 芸能マネージャー dtp 僧侶 神職 証券アナリスト`,
	"medical": `医師 歯科医師 ドクター 獣医師 獣医 薬剤師 保健師 助産師 看護師 准看護師 看護職 看護 看護助手 看護補助 看護補助者 nurse 療法士 理学療法士
		作業療法士 言語聴覚士 視能訓練士 リハビリ リハビリテーション リハビリ助手 機能訓練指導員 機能訓練 放射線技師 検査技師 臨床検査技師 工学技士 臨床工学技士
		歯科衛生士 歯科技工士 歯科助手 栄養士 管理栄養士 鍼灸師 はり師 きゅう師 鍼灸 マッサージ師 あん摩マッサージ指圧師 指圧師 柔道整復師 整体師 整体 救急救命士
		臨床心理士 公認心理師 心理士 心理職 治験コーディネーター 医療技術者 pt ot st`,
	"education": `保育士 保育 保育教諭 保育補助 保育園 保育所 幼稚園 教諭 幼稚園教諭 教員 教師 教授 准教授 講師 塾講師 学習塾 家庭教師 チューター teacher インストラクター
		学童 学童保育 学童指導員 学童支援員 放課後児童支援員 児童クラブ 学習指導 学習支援 スポーツ指導員 水泳指導 教習指導員 コーチ トレーナー ベビーシッター 託児
		託児スタッフ alt`,
	"clerical": `事務 事務員 事務職 医療事務 調剤事務 介護事務 営業事務 経理 会計 財務 総務 人事 労務 採用担当 =採用 企画 広報 販売促進 販促 秘書 受付 受付係 =案内
		案内係 レセプション レセプト コールセンター テレオペ テレフォンオペレーター テレアポ テレマーケティング カスタマーサポート カスタマーサービス 問い合わせ対応
		電話対応 電話応対 電話受付 データ入力 入力 データエントリー =オペレーター =アシスタント 営業アシスタント pcオペレーター パソコンオペレーター 庶務 貿易 通関
		通関士 購買 調達 生産管理 工程管理 在庫管理 物流管理 運行管理 運行管理者 配車 検針 検針員 集金 調査員 教務 内勤 オフィスワーク 窓口 クラーク 管理部門
		経営管理 clerk accountant receptionist`,
	"sales": `営業 営業職 営業マン セールス sales セールスエンジニア 販売 販売員 販売職 レジ係 =レジ レジスタッフ レジ打ち レジ業務 店員 アパレル コンビニ =スーパー
		店舗スタッフ 店舗運営 店舗マネージャー アカウントマネージャー 店長 売場 売り場 バイヤー 仕入 仕入れ mr 医薬情報担当者 ラウンダー 保険外交員 ガソリンスタンド
		登録販売者 美容部員 ビューティーアドバイザー 不動産仲介 賃貸仲介 仲介 デモンストレーター スーパーバイザー sv カスタマーサクセス 買取 査定 ショップスタッフ
		=ショップ ドラッグストア 書店 家電量販店 モデルハウス`,
	"care": `介護 介護職 介護職員 介護員 介護士 介護福祉士 介護スタッフ 介護助手 介護補助 介護ヘルパー 訪問介護 訪問介護員 ヘルパー ホームヘルパー ガイドヘルパー 訪問入浴
		入浴介助 介助 介助員 ケアワーカー ケアスタッフ =ケア ケアマネ ケアマネジャー ケアマネージャー ケアマネージャ ケアマネジャ 介護支援専門員 相談支援専門員 支援専門員
		相談員 生活相談員 相談支援 支援相談員 支援員 生活支援 生活支援員 就労支援 就労支援員 職業指導員 世話人 サービス提供責任者 サ責 サービス管理責任者 サビ管
		児発管 児童発達支援管理責任者 児童発達支援 放課後等デイサービス 放課後デイ 児童指導員 社会福祉士 福祉士 精神保健福祉士 福祉 福祉職 福祉用具 ソーシャルワーカー
		医療ソーシャルワーカー msw ケースワーカー デイサービス グループホーム 老人ホーム 特養 ケアプランナー 障害者支援 障がい者支援 地域包括支援センター 寮母
		caregiver`,
	"service": `調理 調理師 調理員 調理補助 調理スタッフ 料理人 料理長 板前 シェフ コック キッチン 厨房 給食 給食調理 寿司職人 パティシエ バリスタ バーテンダー ソムリエ
		cook chef ホール ホール係 ホールスタッフ ウェイター ウェイトレス ウエイター ウエイトレス waiter 配膳 仲居 接客 飲食 飲食店 飲食店店長 飲食店長 レストラン
		レストラン店長 カフェ カフェ店長 居酒屋 居酒屋店長 ラーメン店 フロアスタッフ ファストフード ホテル フロント 旅館 ベルスタッフ コンシェルジュ 客室係 客室乗務員
		キャビンアテンダント 美容師 理容師 美容 理容 美容室 スタイリスト ヘアメイク アイリスト アイデザイナー ネイリスト ネイル エステティシャン エステ クリーニング
		クリーニング師 家政婦 家事代行 家事 家政 ハウスキーパー 管理人 マンション管理 マンション管理員 管理員 寮管理 駐車場管理 添乗員 ツアーコンダクター ガイド
		バスガイド 旅行 葬儀 葬祭 セレモニー ブライダル ウェディングプランナー ウエディングプランナー ブライダルプランナー トリマー トリミング ペットショップ
		ペットシッター =ペット パチンコ カラオケ アミューズメント 遊園地 映画館 ゴルフ場 キャディ キャディー 温浴 温浴施設 セラピスト リラクゼーション アロマ
		イベントスタッフ =イベント ネットカフェ インターネットカフェ フロアレディ`,
	"security": `警備 警備員 警備職 交通誘導 交通誘導員 交通整理 ガードマン 保安 保安員 巡回 監視員 プール監視 ライフガード 誘導員 自衛官 警察官 消防 消防士 守衛
		ボディガード security guard`,
	"agriculture": `農業 農作業 農場 農園 農家 農林業 栽培 収穫 果樹 園芸 造園 植木 庭師 畜産 酪農 牧場 養豚 養鶏 飼育 飼育員 厩務員 林業 伐採 森林 漁業 漁師 養殖
		ファームスタッフ 農林漁業`,
	"manufacturing": `製造 製造オペレーター 工場 工場作業 工場内作業 加工 組立 組み立て 組付け 組付 機械オペレーター マシンオペレーター ncオペレーター 機械操作 旋盤 nc旋盤
		フライス プレス マシニング マシニングセンタ 溶接 溶接工 板金 鈑金 塗装 塗装工 鋳造 鍛造 メッキ 研磨 成形 検査 検査員 整備 整備士 整備工 修理 メンテナンス 保守
		保全 点検 サービスエンジニア カスタマーエンジニア 印刷 印刷オペレーター 製本 縫製 裁断 ミシン 木工 惣菜 パン職人 製パン 製菓 cadオペレーター cad 製図
		ライン作業 技能工 技能職 期間工 鉄工 金型 半導体 染色 工員`,
	"transport": `ドライバー ドライバ driver セールスドライバー 運転手 運転 運転士 運転者 運転代行 配送 配送員 配達 配達員 宅配 集荷 集配 トラック ダンプ トレーラー タクシー
		ハイヤー =バス 路線バス 送迎バス 送迎 運送 輸送 フォークリフト =リフト 重機 重機オペレーター クレーン クレーンオペレーター 建設機械 建機 建機オペレーター
		ボイラー 設備管理 ビル管理 施設管理 ビルメンテナンス ビルメン 鉄道 車掌 駅員 船員 船舶 航海士 機関士 パイロット 操縦士 デリバリー`,
	"construction": `建設 建築 土木 土木作業員 大工 鳶 とび 鳶職 解体 型枠 鉄筋 鉄骨 左官 タイル 屋根 防水 内装 クロス 配管 配管工 水道 電気工事 電気工事士 電工 通信工事
		空調 舗装 足場 外構 エクステリア 施工 工事 現場作業 現場作業員 消防設備 消防設備士 太陽光 職長`,
	"handling": `倉庫 倉庫内作業 倉庫作業 物流 軽作業 ピッキング 仕分け 仕分 梱包 包装 箱詰め 箱詰 検品 搬入 搬出 運搬 荷役 荷物 積み込み 荷降ろし 引越 引越し 引っ越し
		清掃 清掃員 cleaner ハウスクリーニング ビルクリーニング 客室清掃 ベッドメイク ベッドメイキング ハウスキーピング 洗浄 洗車 ゴミ収集 ごみ収集 廃棄物 品出し
		陳列 補充 ラベル貼り シール貼り 用務員 =作業員 =作業スタッフ =作業 ポスティング 洗い場 皿洗い 食器洗浄 入出庫 入出荷 出荷 選別 バックヤード 設営`,
	"other": "=その他",
}

// occupations are all of these words by FoldWord.
var occupations = wordTable(occupationWords)

// heads are those that count inside of a longer word, by their last letter, the longest first.
var heads = headWords()

func headWords() map[string][]string {
	table := map[string][]string{}
	for _, list := range occupationWords {
		for word := range strings.FieldsSeq(list) {
			head := FoldWord(word)
			if strings.HasPrefix(word, "=") || isASCII(head) || utf8.RuneCountInString(head) < 2 {
				continue
			}
			last := lastLetter(head)
			table[last] = append(table[last], head)
		}
	}
	for _, words := range table {
		slices.SortFunc(words, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	}
	return table
}

func lastLetter(s string) string {
	_, n := utf8.DecodeLastRuneInString(s)
	return s[len(s)-n:]
}

// Occupation is the one of nayose.Occupations that a cell names, by own words (by FoldWord), which count where they stand alone, and
// by the usual ones; other where nothing is understood.
func Occupation(cell string, own map[string]string) string {
	exact := func(word string) string { return cmp.Or(own[word], occupations[word]) }
	return understand(cell, exact, func(word string) string { return cmp.Or(exact(word), headOf(word)) })
}

// headOf is the occupation that a compound names by its head; empty where it has none in the table.
func headOf(word string) string {
	for rest := word; rest != ""; rest = rest[:len(rest)-len(lastLetter(rest))] {
		for _, head := range heads[lastLetter(rest)] {
			if strings.HasSuffix(rest, head) {
				return occupations[head]
			}
		}
	}
	return ""
}
