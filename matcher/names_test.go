package matcher

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestSetAside(t *testing.T) {
	for _, c := range []struct {
		in, core, form string
		front          bool
	}{
		{"株式会社アカネ", "アカネ", "株式会社", true},
		{"アカネ株式会社", "アカネ", "株式会社", false},
		{"㈱アカネ", "アカネ", "株式会社", true},
		{"アカネ（株）", "アカネ", "株式会社", false},
		{"【株】アカネ", "アカネ", "株式会社", true},
		{"株)アカネ", "アカネ", "株式会社", true}, // half brackets
		{"アカネ(株", "アカネ", "株式会社", false},
		{"ｶ)ｱｶﾈ", "アカネ", "株式会社", true}, // a bank's kana
		{"ｱｶﾈ(ﾕ", "アカネ", "有限会社", false},
		{"株 式 会 社　アカネ", "アカネ", "株式会社", true},
		{"株式會社アカネ", "アカネ", "株式会社", true},
		{"株式会杜アカネ", "アカネ", "株式会社", true}, // mistyped
		{"有限会社アカネ", "アカネ", "有限会社", true},
		{"合同会社アカネ", "アカネ", "合同会社", true},
		{"㈲アカネ", "アカネ", "有限会社", true},
		{"一般社団法人アカネ会", "アカネ会", "一般社団法人", true},
		{"(一社)アカネ会", "アカネ会", "一般社団法人", true},
		{"NPO法人アカネ", "アカネ", "NPO法人", true},
		{"特定非営利活動法人アカネ", "アカネ", "特定非営利活動法人", true},
		{"医療法人アカネ会", "アカネ会", "医療法人", true},
		{"医療法人社団アカネ会", "アカネ会", "医療法人社団", true},
		{"医療法人　社団　アカネ会", "アカネ会", "医療法人社団", true},
		{"医療法人(社団)アカネ会", "アカネ会", "医療法人社団", true},
		{"医療法人アカネ会（社団）", "アカネ会", "医療法人", true},
		{"社会医療法人アカネ会", "アカネ会", "社会医療法人", true},
		{"社会福祉法人アカネ会", "アカネ会", "社会福祉法人", true},
		{"国立研究開発法人産業技術研究所", "産業技術研究所", "国立研究開発法人", true},
		{"摩周湖農業協同組合", "摩周湖", "農業協同組合", false},
		{"税理士法人アカネ", "アカネ", "税理士法人", true},
		{"AKANE CO., LTD.", "AKANE", "CO.,LTD.", false},
		{"AKANE K.K.", "AKANE", "INC.", false},

		{"岩手県森林組合連合会", "岩手県森林組合連合会", "", false}, // inside a name it is no form
		{"INCUBATE", "INCUBATE", "", false},
		{"株式会社", "株式会社", "", false}, // a form alone is all the name there is
		{"有限の会", "有限の会", "", false},
		{"株式会社有限会社設立サポート", "有限会社設立サポート", "株式会社", true},
		{"", "", "", false},
	} {
		core, f, front := setAside(clean(c.in))
		if strict(core) != strict(clean(c.core)) || forms[f].name != c.form || front != c.front {
			t.Errorf("setAside(%q) = %q, %q, %v, want %q, %q, %v", c.in, core, forms[f].name, front, c.core, c.form, c.front)
		}
	}
}

func TestForms(t *testing.T) {
	if len(forms) < 60 || len(forms) > 255 {
		t.Errorf("there are %d legal forms", len(forms))
	}
	for _, s := range spellings() {
		if c := strings.ReplaceAll(clean("ア"+s.text), " ", ""); !s.half && c != "ア"+s.text {
			t.Errorf("form spelling %q is not in cleaned writing: %q", s.text, c)
		}
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"株式会社アカネ", "合同会社アカネ", false}, {"株式会社アカネ", "㈱アカネ", false}, // different, and the same
		{"医療法人アカネ", "医療法人社団アカネ", true}, {"一般社団法人アカネ", "公益社団法人アカネ", true}, {"NPO法人アカネ", "(特非)アカネ", true},
	} {
		if a, b := wholeName(c.a), wholeName(c.b); kin(a.form, b.form) != c.want {
			t.Errorf("kin(%q, %q) = %v, want %v", c.a, c.b, !c.want, c.want)
		}
	}
}

func TestReading(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"カブシキガイシャアカネ", "アカネ"},
		{"ｱｶﾈ ｶﾌﾞｼｷｶﾞｲｼｬ", "アカネ"},
		{"あかねかいごさーびす", "アカネカイゴサビス"},
		{"カブシキガイシャ", "カブシキガイシヤ"},
		{"", ""},
	} {
		if got := reading(c.in); got != c.want {
			t.Errorf("reading(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// show writes a wording as name/form/scope.
func show(w wording) string {
	side := "後"
	if w.front {
		side = "前"
	}
	if w.form == 0 {
		side = ""
	}
	return fmt.Sprintf("%s/%s%s/%s", w.strict, side, forms[w.form].name, [...]string{"whole", "part", "word"}[w.scope])
}

func TestReadName(t *testing.T) {
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
		{"", ""},
	} {
		var got []string
		for _, w := range readName(clean(c.in)) {
			got = append(got, show(w))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("readName(%q) =\n %s, want\n %s", c.in, s, c.want)
		}
	}
}

func TestWithheld(t *testing.T) {
	for _, s := range []string{
		"-", "―", "★★★", "非公開", "社名非公開", "企業名非公開（大手メーカー）", "個人", "個人事業主", "合同会社個人", "社名未定", "株式会社", "大手メーカー",
		"某有名企業", "東証プライム上場企業", "◯◯株式会社", "〇〇会社", "派遣先", "匿名", "なし", "N/A",
		"非公開（IT企業）", "非公表", "会社名は非公表です", "大手自動車部品メーカー（東証プライム上場）",
	} {
		if !withheld(clean(s)) {
			t.Errorf("withheld(%q) = false, want true", s)
		}
	}
	for _, s := range []string{"", "アカネ", "東京都個人タクシー協同組合", "大手町ビル管理株式会社", "株式会社有名堂", "某寺", "株式会社OX", "上場商事", "X"} {
		if got := withheld(clean(s)); got != (s == "株式会社OX" || s == "X") {
			t.Errorf("withheld(%q) = %v", s, got)
		}
	}
}

func TestIsBranch(t *testing.T) {
	for rest, want := range map[string]bool{"新宿店": true, "東北支社": true, "物流センタ": true, "サビス": false, "店舗開発": false, "": false} {
		if got := isBranch(rest); got != want {
			t.Errorf("isBranch(%q) = %v, want %v", rest, got, want)
		}
	}
}

func TestReadNameIsBounded(t *testing.T) {
	for _, s := range []string{
		strings.Repeat("株式会社", 30_000), strings.Repeat("ア ", 50_000), strings.Repeat("(", 100_000), strings.Repeat("(株)ア", 30_000),
		strings.Repeat("ア株式会社イ ", 30_000), strings.Repeat("★", 100_000), strings.Repeat("\xff", 100_000),
	} {
		if n := len(readName(clean(s))); n > maxWordings {
			t.Errorf("readName(%.20q…) gives %d wordings, want at most %d", s, n, maxWordings)
		}
		reading(s)
	}
	if slices.ContainsFunc(readName(clean("ア イ ウ")), func(w wording) bool { return w.scope == word }) {
		t.Error("readName makes words of single letters")
	}
}
