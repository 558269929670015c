package reading

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// show writes a wording as name/form/scope.
func show(w Wording) string {
	side := "後"
	if w.Front {
		side = "前"
	}
	if w.Form == 0 {
		side = ""
	}
	return fmt.Sprintf("%s/%s%s/%s", w.Strict, side, forms[w.Form].name, [...]string{"whole", "part", "word"}[w.Scope])
}

func TestWordings(t *testing.T) {
	r := new(Reader)
	for _, c := range []struct{ in, want string }{
		{"株式会社アカネ", "アカネ/前株式会社/whole"},
		{"アカネ", "アカネ//whole"},
		{
			"(株)ABC 新宿店",
			"ABC新宿店/前株式会社/whole ABC/前株式会社/part 新宿店//word",
		},
		{
			"ABC株式会社新宿店",
			"ABC株式会社新宿店//whole ABC/後株式会社/part 新宿店//word",
		},
		{
			"(株)田中呉服店 茅ヶ崎店", // a name may end like a shop's
			"田中呉服店茅ヶ崎店/前株式会社/whole 田中呉服店/前株式会社/part 茅ヶ崎店//word",
		},
		{
			"(株)ルーホンスタッフ／さくら眼科内 福岡オフィス",
			"ルーホンスタッフさくら眼科内福岡オフィス/前株式会社/whole ルーホンスタッフ/前株式会社/part " +
				"ルーホンスタッフさくら眼科内/前株式会社/part さくら眼科内//word 福岡オフィス//word",
		},
		{"アカネ水産株式会社 人事部", "アカネ水産株式会社人事部//whole アカネ水産/後株式会社/part 人事部//word"},
		{"アカネ水産株式会社　京都", "アカネ水産株式会社京都//whole アカネ水産/後株式会社/part 京都//word"},
		{"株式会社アオゾラ(派遣先:アカネ株式会社)", "アオゾラ/前株式会社/whole"},
		{"（株）アオゾラ／勤務先　アカネ工場", "アオゾラ/前株式会社/whole"},
		{
			"アカネ介護【株式会社アカネ】",
			"アカネ介護株式会社アカネ//whole アカネ介護//whole アカネ/前株式会社/part",
		},
		{
			"株式会社アカネ（旧：アオバ）",
			"アカネ旧アオバ/前株式会社/whole アカネ/前株式会社/whole アオバ//word",
		},
		{
			"医療法人社団八洲会　介護医療院　袋井病院",
			"八洲会介護医療院袋井病院/前医療法人社団/whole 八洲会/前医療法人社団/part 八洲会介護医療院/前医療法人社団/part " +
				"介護医療院//word 袋井病院//word",
		},
		{"【急募】★", "急募//whole"},
		{"【急募】株式会社アカネ", "アカネ/前株式会社/whole"}, // decorations
		{"急募！株式会社アカネ", "アカネ/前株式会社/whole"},
		{"株式会社アカネ★未経験OK", "アカネ/前株式会社/whole"},
		{"株式会社アカネ／週3日～OK", "アカネ/前株式会社/whole"},
		{"株式会社アカネ 正社員募集", "アカネ/前株式会社/whole"},
		{"No.12345　株式会社アカネ", "アカネ/前株式会社/whole"},
		{"🌸株式会社アカネ🌸", "アカネ/前株式会社/whole"},
		{"《未経験OK》㈱アカネ◎時給1,200円～", "アカネ/前株式会社/whole"},
		{"アカネ介護 介護職", "アカネ介護//whole"},
		{"株式会社アカネ(介護職員)", "アカネ介護職員/前株式会社/whole アカネ/前株式会社/whole 介護職員//word"},
		{
			"アットホームな職場♪株式会社アカネ♪駅前",
			"アットホームな職場株式会社アカネ駅前//whole アカネ/前株式会社/whole アットホームな職場//word 駅前//word",
		},
		{"株式会社アカネ／アオバ株式会社", "アカネアオバ/前株式会社/whole アカネ/前株式会社/part アオバ/後株式会社/part"},
		{"NPO アカネ", "NPOアカネ//whole NPO//word アカネ//word"},
		{"アカネグループ", "アカネグループ//whole"}, // a group, a holding: another company's name
		{"アカネホールディングス株式会社", "アカネホールディングス/後株式会社/whole"},
		{"株式会社有限会社設立サポート", "有限会社設立サポート/前株式会社/whole 設立サポート/前有限会社/part"},
		{"アカネ歯科医院", "アカネ歯科医院//whole"}, // a shop's name alone
		{"新潟県新発田市", "新潟県新発田市//whole"},
		{"派遣元:株式会社アカネ 派遣先:アオバ株式会社", "アカネ/前株式会社/whole"},
		{"派遣先:アオバ株式会社", ""},
		{"", ""},
	} {
		var got []string
		for _, w := range r.Wordings(r.Clean(c.in)) {
			got = append(got, show(w))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("Wordings(%q) =\n %s, want\n %s", c.in, s, c.want)
		}
	}
}

func TestEmployer(t *testing.T) {
	r := new(Reader)
	for _, c := range []struct{ in, want string }{
		{"(株)アカネ／派遣先:アオバ", "株アカネ"},
		{"(株)アカネ(派遣先:アオバ工業(株))", "株アカネ"},
		{"派遣元:(株)アカネ 派遣先:アオバ", "株アカネ"},
		{"派遣先:アオバ／派遣元:(株)アカネ", "株アカネ"},
		{"株式会社アカネ 紹介予定派遣", "株式会社アカネ紹介予定派遣"}, // an offer, and no client
		{"株式会社アカネ 就業先 アオバ工場", "株式会社アカネ"},
		{"株式会社アカネ【配属先】アオバ工場", "株式会社アカネ"},
		{"株式会社アカネ 取引先:アオバ", "株式会社アカネ"},
		{"株式会社アカネ(クライアント:アオバ)", "株式会社アカネ"},
		{"株式会社アカネ 委託元アオバ市", "株式会社アカネ"},
		{"勤務先:株式会社アカネ", "株式会社アカネ"}, // of one who employs where the work is
		{"派遣先:アオバ工業", ""},
		{"派遣先", ""},
		{"アオバ病院内 株式会社アカネ", "株式会社アカネ"},
		{"株式会社アカネ アオバショッピングモール内", "株式会社アカネ"},
		{"株式会社アカネ (アオバ株式会社内)", "株式会社アカネ"},
		{"アオバ病院内", "アオバ病院内"},
		{"株式会社クライアントサービス", "株式会社クライアントサービス"}, // parts of names
		{"株式会社取引先開拓", "株式会社取引先開拓"},
		{"竹内 工務店", "竹内工務店"},
		{"アカネグループ", "アカネグループ"},
		{"", ""},
	} {
		if got := r.strict(r.employer(r.Clean(c.in))); got != c.want {
			t.Errorf("employer(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestUndecorated(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"急募!(株)アカネ", "(株)アカネ"},
		{"(急募)(株)アカネ", "(株)アカネ"},
		{"(未経験OK 日払OK)(株)アカネ", "(株)アカネ"},
		{"アカネ(株) 正社員", "アカネ(株)"},
		{"アカネ(株)(パート・アルバイト)", "アカネ(株)"},
		{"(株)アカネ 時給1200円 週3日~OK", "(株)アカネ"},
		{"求人番号:1234-5678 (株)アカネ", "(株)アカネ"},
		{"NO.12345 (株)アカネ", "(株)アカネ"},
		{"NO.1カラオケ アカネ", "NO.1カラオケ アカネ"},
		{"アカネ NO.1", "アカネ NO.1"},
		{"OK STUDIOS(株)", "OK STUDIOS(株)"},
		{"(株)歓迎フーズ 新宿店", "(株)歓迎フーズ 新宿店"},
		{"(株)求人アカネ", "(株)求人アカネ"},
		{"急募 (株)", "急募 (株)"}, // the rest names nobody
		{"パート アルバイト 募集", "募集"},
		{"急募", "急募"},
		{"アカネ 1000", "アカネ 1000"},
		{"★", ""},
		{"", ""},
	} {
		if got := undecorated(c.in); got != c.want {
			t.Errorf("undecorated(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestWithheld(t *testing.T) {
	r := new(Reader)
	for _, s := range []string{
		"-", "ー", "―", "？", "★★★", "非公開", "社名非公開", "企業名非公開（大手メーカー）", "会社名非公開", "個人", "個人事業主", "合同会社個人", "個人経営", "個人宅",
		"社名未定", "株式会社", "大手メーカー", "大手メーカー系列", "大手食品メーカー", "一部上場 大手食品メーカー", "某上場企業グループ", "国内大手 自動車部品メーカー",
		"某有名企業", "東証プライム上場企業", "有名ブランド", "中堅ゼネコン", "A社", "某B社", "外資系企業", "優良企業", "都内IT企業", "匿名",
		"◯◯株式会社", "株式会社○○", "〇〇会社", "◯◯◯", "○○商事", "株式会社××", "株式会社△△工業", "XXX株式会社", "株式会社***", "□□",
		"派遣先", "派遣先:アカネ株式会社", "クライアント企業", "なし", "無し", "N/A", "NULL", "X", "未定",
		"テスト", "テスト株式会社", "サンプル", "株式会社サンプル", "dummy", "TEST",
		"非公開（IT企業）", "非公表", "会社名は非公表です", "大手自動車部品メーカー（東証プライム上場）", "応募後にお伝えします", "社名非公開(株式会社アカネ紹介)",
	} {
		if !r.Withheld(r.Clean(s)) {
			t.Errorf("Withheld(%q) = false, want true", s)
		}
	}
	for _, s := range []string{
		"", "アカネ", "東京都個人タクシー協同組合", "大手町ビル管理株式会社", "株式会社有名堂", "某寺", "上場商事", "株式会社個人代行",
		"有限会社大手", "大手町病院", "大手前病院", "株式会社大手メーカー", "株式会社地元企業", "株式会社三〇〇三", "有限会社八〇〇", "株式会社OX", "株式会社X",
		"株式会社NA", "合同会社N&A", "株式会社UNKNOWN", "株式会社クライアント", "株式会社クライアントサービス", "テストイベント企画", "アカネ(大手メーカー系列)",
		"【非公開求人】株式会社アカネ", "株式会社アカネ（クライアント：非公開）", "個人タクシーアカネ", "なしの木保育園", "株式会社A社", "名古屋テスト工業",
	} {
		if r.Withheld(r.Clean(s)) {
			t.Errorf("Withheld(%q) = true, want false", s)
		}
	}
}

// TestRegisteredNames holds that what is made for a posting's decorations does no harm to a registry's names: the first
// reading of one is the name itself, and hardly one is taken for none.
func TestRegisteredNames(t *testing.T) {
	r := new(Reader)
	names, other, none := 0, 0, 0
	registry(t, func(name, _ string) {
		c := r.Clean(name)
		names++
		if r.Withheld(c) {
			t.Logf("taken for withheld: %q", name)
			none++
		}
		w := r.Registered(name)
		if all := r.Wordings(c); w.Strict != "" && (len(all) == 0 || all[0] != w) {
			t.Logf("%q is read as %q", name, all[0].Strict)
			other++
		}
	})
	if none > 40 || other > 10 {
		t.Errorf("of %d registered names %d are taken for withheld and %d for another name, want at most 40 and 10", names, none, other)
	}
}

func TestIsBranch(t *testing.T) {
	for rest, want := range map[string]bool{"新宿店": true, "東北支社": true, "物流センタ": true, "サビス": false, "店舗開発": false, "": false} {
		if got := IsBranch(rest); got != want {
			t.Errorf("IsBranch(%q) = %v, want %v", rest, got, want)
		}
	}
}

func TestWordingsIsBounded(t *testing.T) {
	r := new(Reader)
	for _, s := range []string{
		strings.Repeat("株式会社", 30_000), strings.Repeat("ア ", 50_000), strings.Repeat("(", 100_000), strings.Repeat("(株)ア", 30_000),
		strings.Repeat("ア株式会社イ ", 30_000), strings.Repeat("★", 100_000), strings.Repeat("\xff", 100_000),
	} {
		if n := len(r.Wordings(r.Clean(s))); n > maxWordings {
			t.Errorf("Wordings(%.20q…) gives %d wordings, want at most %d", s, n, maxWordings)
		}
		r.Kana(s)
	}
	if slices.ContainsFunc(r.Wordings(r.Clean("ア イ ウ")), func(w Wording) bool { return w.Scope == Word }) {
		t.Error("Wordings makes words of single letters")
	}
}
