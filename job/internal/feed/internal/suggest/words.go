package suggest

import "strings"

// The columns of ours that are more here than one among others.
const (
	postingID     = "posting_id"
	companyName   = "company_name"
	workplaceName = "workplace_name"
	address       = "address"
	description   = "description"
	salaryText    = "salary"
	salaryUnit    = "salary_unit"
	salaryMin     = "salary_min"
	salaryMax     = "salary_max"
	prefecture    = "prefecture"
	city          = "city"
	postedOn      = "posted_on"
	closesOn      = "closes_on"
	deleted       = "deleted"
)

// anyText are columns whose cells may look like anything, so that it says nothing against them.
var anyText = []string{companyName, workplaceName, salaryText, description}

// column is one of ours, with its usual headers by Guesser.Word, the likeliest first.
type column struct {
	name  string
	words []string
}

// ours are all of our columns, posting_id first. Their own names are the likeliest headers of all.
var ours = func() (all []column) {
	for _, c := range usualHeaders {
		own := strings.ReplaceAll(c.column, "_", "")
		all = append(all, column{c.column, append([]string{own}, strings.Fields(c.headers)...)})
	}
	return all
}()

var usualHeaders = []struct{ column, headers string }{
	{postingID, `求人id 求人番号 求人管理番号 管理番号 求人コード 求人no 案件番号 案件id お仕事番号 お仕事no お仕事id 仕事番号 仕事no 仕事id 原稿id 原稿番号 掲載番号 掲載id
			広告番号 整理番号 ジョブid jobid jobno jobcode id no 番号`},
	{companyName, `会社名 法人名 企業名 法人名称 企業名称 会社名称 事業者名 事業主名 社名 商号 雇用主 求人企業名 掲載企業名 掲載企業 勤務先企業名 会社名勤務先 勤務先会社名
			運営会社 運営法人 company companyname employer employername 会社 企業 法人 勤務先 事業所名 事業所`},
	{"company_name_kana", `会社名カナ 企業名カナ 法人名カナ 会社名フリガナ 法人名フリガナ 企業名フリガナ 会社名かな 事業所名カナ 社名カナ フリガナ カナ companykana`},
	{workplaceName, `事業所名 施設名 店舗名 施設事業所名 事業所名称 施設名称 店舗名称 勤務先名 勤務先 就業先 就業先名 就業場所名 支店名 店名 屋号 配属先 勤務地名 事業所 施設
			店舗 workplace shopname storename facility branch`},
	{address, `勤務地住所 勤務先住所 就業場所住所 就業先住所 勤務地 就業場所 勤務先所在地 勤務地所在地 事業所所在地 施設所在地 所在地 住所 勤務場所 会社住所 本社住所
			本社所在地 会社所在地 location workplaceaddress`},
	{"phone", `電話番号 tel 電話 代表電話 代表電話番号 連絡先電話番号 問い合わせ電話番号 お問い合わせ電話番号 応募電話番号 採用電話番号 telno 電話no 連絡先tel 連絡先`},
	{"url", `ホームページ 企業url 会社url 企業hp 会社hp hp url ホームページurl ウェブサイト webサイト 公式サイト サイトurl website homepage companyurl`},
	{"corporate_number", `法人番号 企業法人番号 国税庁法人番号 houjinbango`},
	{"title", `タイトル 求人タイトル 募集タイトル 求人名 件名 見出し 求人見出し キャッチコピー キャッチ お仕事名 仕事名 案件名 jobtitle headline`},
	{description, `仕事内容 業務内容 職務内容 お仕事内容 仕事の内容 求人内容 業務詳細 仕事詳細 求人詳細 募集要項 詳細 説明 本文 紹介文 pr prコメント jobdescription body
			detail`},
	{"occupation", `職種 募集職種 職種名 求人職種 希望職種 職業 職種分類 職種カテゴリ 職種区分 仕事の種類 jobtype jobcategory`},
	{"employment_type", `雇用形態 雇用区分 契約区分 契約形態 就業形態 勤務形態 採用形態 雇用形態名 雇用種別 身分 employment jobtypes`},
	{salaryText, `給与 賃金 給料 給与額 賃金額 給与情報 給与欄 月給 時給 日給 年収 年俸 想定年収 報酬 待遇給与 wage pay`},
	{salaryUnit, `給与区分 給与形態 賃金形態 給与種別 給与体系 給与タイプ 給与単位 賃金区分 賃金種別 給与支払区分 wagetype salarytype`},
	{salaryMin, `給与下限 給与最低 最低給与 賃金下限 月給下限 時給下限 年収下限 給与下限額 下限給与 最低賃金 給与min 給与from 給与額下限 minsalary salaryfrom 下限`},
	{salaryMax, `給与上限 給与最高 最高給与 賃金上限 月給上限 時給上限 年収上限 給与上限額 上限給与 最高賃金 給与max 給与to 給与額上限 maxsalary salaryto 上限`},
	{prefecture, `都道府県 都道府県名 勤務地都道府県 勤務先都道府県 県名 県 pref`},
	{city, `市区町村 市区町村名 市町村 市区郡 市町村名 勤務地市区町村 勤務先市区町村`},
	{postedOn, `掲載開始日 掲載開始 掲載日 公開日 公開開始日 求人公開日 募集開始日 受付日 更新日 最終更新日 更新日時 登録日 作成日 開始日 published posted
			updated updatedat date`},
	{closesOn, `掲載終了日 掲載終了 掲載期限 掲載終了予定日 締切日 締切 応募締切 応募締切日 応募期限 有効期限 求人有効期限 募集終了日 公開終了日 紹介期限日 終了日
			expires expireson deadline validthrough`},
	{deleted, `削除フラグ 削除 取消フラグ 取消 削除区分 deleteflag isdeleted 処理区分 更新区分`},
}

// otherWords are in headers of what is none of our columns, though it may look like one: a FAX number, the person's phone who
// answers, the page of the job at the partner.
var otherWords = strings.Fields(`fax ファックス メール mail 担当 時間 時刻 休日 休暇 郵便 zip postal 路線 最寄 駅 沿線 緯度 経度 資格 経験 福利 年齢 性別 学歴 試用 更新者 登録者 画像
	写真 image パスワード 人数 規模 資本金 設立 創業 代表者 交通 通勤 選考 応募方法 応募url 求人url 詳細url 掲載url 募集url 備考 メモ 特徴 タグ 手当 賞与 昇給 加入保険
	コード 生年月日 企業id 会社id 法人id 店舗id`)

// numberEnds are how headers of ids end.
var numberEnds = []string{"コード", "番号", "id", "no"}

// postingWords are what the partner's own things are called, whose number is the posting's whatever stands before.
var postingWords = strings.Fields(`求人 案件 仕事 原稿 広告 掲載 募集 ジョブ job`)

// numberedWords are what else has numbers, beside all that our other columns are about.
var numberedWords = strings.Fields(`者 顧客 取引先 クライアント 代理店 ユーザ 会員 アカウント スタッフ 社員 部署 拠点 グループ ブランド 業種 業界 地域 エリア 区分 種別 分類 カテゴリ 口座
	携帯 内線 直通 フリーダイヤル 許可 免許 届出 保険 インボイス 行 項 client customer user account staff shop store office corp area category group row line tel mobile`)

// pieceWords are headers of the pieces of an address that come behind its city.
var pieceWords = strings.Fields(`町名 町域 町域名 町名番地 番地 番地等 丁目番地 丁目 地番 市区町村以降 以降の住所 それ以降の住所 住所詳細 詳細住所 住所1 住所2 住所3 建物 建物名 建物名等 ビル名
	番地建物 番地建物名 street building address1 address2 address3`)
