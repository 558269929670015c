package main

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/text/encoding/japanese"
)

// partner is an invented job board with the dialect of its feed.
type partner struct {
	name      string
	weeks     []string
	sector    string // of most of its employers
	employers int
	postings  int  // over all weeks
	oneColumn bool // company and workplace stand in one column, parted by a wide space

	idFormat    string
	firstID     int
	occupations []string
	sentences   []string

	head       string // what the file begins with
	header     []string
	row        func(*posting) []string
	encode     func(row []string) ([]byte, error)
	dateColumn int
	badDate    string
	badBytes   string // bytes that the encoding does not know
}

var partners = []*partner{
	{
		name:        "kaigo-navi",
		weeks:       []string{"2026-W46", "2026-W47"},
		sector:      care,
		employers:   170,
		postings:    405,
		idFormat:    "KN%06d",
		firstID:     204_100,
		occupations: strings.Fields("介護職員 看護師 准看護師 ケアマネジャー サービス提供責任者 理学療法士 生活相談員 調理スタッフ 施設長候補 訪問介護員"),
		sentences: []string{
			"見学だけでも歓迎です。", "資格取得支援、車通勤可。", "残業は月5時間以内です。", "\"アットホーム\"な職場です。",
			"週3日から相談可。", "賞与年2回,昇給年1回。", "ブランクのある方も、安心して始められます。",
		},
		head: "\ufeff",
		header: []string{
			"求人番号", "法人名", "施設・事業所名", "法人番号", "所在地", "電話番号", "ホームページ", "職種", "雇用形態",
			"給与形態", "給与（下限）", "給与（上限）", "掲載開始日", "掲載終了日", "仕事内容",
		},
		row:        kaigoRow,
		encode:     kaigoEncode,
		dateColumn: 12,
		badDate:    "2026-02-31",
		badBytes:   "\x93\xfa\x96\x7b", // 日本 in CP932
	},
	{
		name:      "hataraku-net",
		weeks:     []string{"2026-W46", "2026-W47"},
		sector:    general,
		employers: 130,
		postings:  262,
		oneColumn: true,
		idFormat:  "%07d",
		firstID:   1_830_000,
		occupations: strings.Fields("営業 一般事務 経理 倉庫内作業 ドライバー 組立・検査 ホールスタッフ 調理補助 施工管理 " +
			"システムエンジニア 警備員 薬剤師"),
		sentences: []string{
			"未経験歓迎！", "駅から徒歩５分♪", "①日勤②夜勤から選べます。", "制服貸与、社保完備。", "\"即日\"勤務も相談OK。", "髙収入！月３０万円以上可",
		},
		header: []string{
			"お仕事No", "会社名／勤務先", "勤務地", "ＴＥＬ", "企業URL", "募集職種", "契約区分", "賃金", "最終更新日", "ＰＲ",
		},
		row:        hatarakuRow,
		encode:     hatarakuEncode,
		dateColumn: 8,
		badDate:    "2026/13/05",
		badBytes:   "\xff\xfe",
	},
}

// kaigoRow writes a posting the way of kaigo-navi: everything in a column of its own.
func kaigoRow(o *posting) []string {
	unit := strings.Replace(o.unit, "年俸", "年収", 1)
	high := ""
	if o.high > 0 {
		high = fmt.Sprint(o.high)
	}
	return []string{
		o.id, o.company, o.workplace, o.number, o.typed, o.phone, o.url, o.occupation, o.employment, unit,
		fmt.Sprint(o.low), high, o.posted.String(), (o.posted + 60).String(), strings.Join(o.lines, "\n"),
	}
}

// hatarakuRow writes a posting the way of hataraku-net: few columns that hold much.
func hatarakuRow(o *posting) []string {
	name := o.company
	if o.workplace != "" {
		name += "　" + o.workplace
	}
	phone := o.phone
	if o.style%2 == 0 {
		phone = strings.ReplaceAll(phone, "-", "")
	} else if p := strings.Split(phone, "-"); len(p) == 3 {
		phone = p[0] + "(" + p[1] + ")" + p[2]
	}
	return []string{
		o.id, name, o.typed, phone, o.url, o.occupation, o.employment, o.salaryText(),
		o.posted.Time().Format("2006/01/02"), strings.Join(o.lines, " "),
	}
}

// kaigoEncode writes UTF-8 with quotes only where needed; lines inside a field end in LF, records in CRLF.
func kaigoEncode(row []string) ([]byte, error) {
	var b bytes.Buffer
	for i, f := range row {
		if i > 0 {
			b.WriteByte(',')
		}
		if strings.ContainsAny(f, ",\"\n") {
			f = quoted(f)
		}
		b.WriteString(f)
	}
	b.WriteString("\r\n")
	return b.Bytes(), nil
}

// hatarakuEncode writes CP932 with quotes around everything and records that end in CRLF.
func hatarakuEncode(row []string) ([]byte, error) {
	fields := make([]string, len(row))
	for i, f := range row {
		fields[i] = quoted(f)
	}
	return encodeCP932(strings.Join(fields, ",") + "\r\n")
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// encodeCP932 writes s as Windows does: x/text knows the same characters, but puts those that CP932 holds twice, such as
// 髙, where NEC had them (EEE0), Windows where IBM had them (FBFC).
func encodeCP932(s string) ([]byte, error) {
	var out []byte
	for _, r := range s {
		b, err := japanese.ShiftJIS.NewEncoder().String(string(r))
		if err != nil {
			return nil, fmt.Errorf("%q in %q is not in CP932", r, s)
		}
		if ibm, ok := ibmExtension[r]; ok && (b[0] == 0xED || b[0] == 0xEE) {
			b = ibm
		}
		out = append(out, b...)
	}
	return out, nil
}

// ibmExtension is the characters of rows FA to FC with their bytes.
var ibmExtension = func() map[rune]string {
	m := map[rune]string{}
	for lead := 0xFA; lead <= 0xFC; lead++ {
		for trail := 0x40; trail <= 0xFC; trail++ {
			b := string([]byte{byte(lead), byte(trail)})
			s, err := japanese.ShiftJIS.NewDecoder().String(b)
			if r := []rune(s); err == nil && len(r) == 1 && r[0] != '\ufffd' {
				m[r[0]] = b
			}
		}
	}
	return m
}()
