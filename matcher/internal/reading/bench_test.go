package reading

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// A mention is what a partner says of an employer, and a company what the registry does, by the fields that are read.
type (
	mention struct{ name, kana, workplace, address, phone, url, number string }
	company struct{ name, kana, prefecture, address, phone, url string }
)

// typicalMentions and typicalCompanies stand in for real ones where these are not at hand.
var (
	typicalMentions = []mention{
		{"株式会社アカネ", "", "アカネ新宿店", "東京都新宿区新宿三丁目１番１３号", "03-1234-5678", "https://www.example.co.jp/shop/", ""},
		{"㈱アカネ　新宿店", "カブシキガイシャアカネ", "", "新宿区新宿3-1-13 茜ビル2F", "０３（１２３４）５６７８", "http://example.jp", ""},
		{"社会福祉法人茜会", "", "茜の里デイサービスセンター", "北海道札幌市東区北24条東21丁目7-22", "011-787-3995", "", "T7000012050002"},
		{"【急募】ｱｶﾈｻｰﾋﾞｽ(株) 正社員募集", "", "", "京都市中京区烏丸通三条上る饅頭屋町595", "", "info@mail.example.co.jp", ""},
		{"エヌ・ティ・アカネ有限会社", "", "さくら荘", "大阪府大阪市北区梅田一丁目12番17号", "0120-123-456", "", ""},
	}
	typicalCompanies = []company{
		{"株式会社アカネ", "アカネ", "東京都", "東京都新宿区新宿３丁目１番１３号", "", ""},
		{"有限会社髙橋サービス", "タカハシサービス", "大阪府", "大阪府堺市堺区北旅籠町西３丁１番２０号", "", ""},
		{"ＡＫＡＮＥ　ＪＡＰＡＮ合同会社", "アカネジャパン", "北海道", "北海道札幌市東区北七条東３丁目２８－３２井門札幌東ビル４Ｆ", "011-787-3995", "https://example.com/"},
	}
)

// rows yields the rows of a CSV file of NAYOSE_DATA, at most some thousand; nothing where there is none.
func rows(b *testing.B, name string, visit func(row []string)) {
	b.Helper()
	f, err := os.Open(filepath.Join(os.Getenv("NAYOSE_DATA"), name))
	if err != nil {
		return
	}
	defer func() { _ = f.Close() }()
	in := io.Reader(f)
	if filepath.Ext(name) == ".gz" {
		if in, err = gzip.NewReader(f); err != nil {
			b.Fatal(err)
		}
	}
	r := csv.NewReader(in)
	for n := 0; n < 20_000; n++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			b.Fatal(err)
		}
		if n > 0 {
			visit(row)
		}
	}
}

func mentions(b *testing.B) (all []mention) {
	if os.Getenv("NAYOSE_DATA") == "" {
		return typicalMentions
	}
	for _, file := range []string{"kaigo", "est", "edinet", "listed", "rs"} {
		rows(b, "gold/"+file+".csv", func(row []string) {
			all = append(all, mention{name: row[1], kana: row[2], workplace: row[3], address: row[4], phone: row[5], url: row[6]})
		})
	}
	return all
}

func companies(b *testing.B) (all []company) {
	if os.Getenv("NAYOSE_DATA") == "" {
		return typicalCompanies
	}
	rows(b, "companies.csv.gz", func(row []string) {
		all = append(all, company{row[1], row[2], row[5], row[6], row[8], row[9]})
	})
	return all
}

// readMention reads all of a mention, as the matcher does.
func (r *Reader) readMention(x *mention) {
	r.Reset()
	name, workplace := r.Clean(x.name), r.Clean(x.workplace)
	r.Withheld(name)
	Glyphs(x.name)
	r.Wordings(name)
	if workplace != name {
		r.Wordings(workplace)
	}
	r.Kana(x.kana)
	r.CorporateNumber(x.number)
	r.Phone(x.phone)
	r.Domain(x.url)
	r.Address("", x.address)
}

// readCompany reads all of a company, as the master does.
func (r *Reader) readCompany(x *company) {
	r.Reset()
	w := r.Registered(x.name)
	r.SpelledOut(&w)
	Glyphs(x.name)
	r.Kana(x.kana)
	r.Phone(x.phone)
	r.Domain(x.url)
	r.Address(x.prefecture, x.address)
}

func benchmark[T any](b *testing.B, name string, all []T, read func(*Reader, *T)) {
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		r := new(Reader)
		for i := 0; b.Loop(); i++ {
			read(r, &all[i%len(all)])
		}
	})
}

func BenchmarkMention(b *testing.B) {
	all := mentions(b)
	benchmark(b, "all", all, (*Reader).readMention)
	benchmark(b, "Clean", all, func(r *Reader, x *mention) { r.Reset(); r.Clean(x.name) })
	benchmark(b, "Withheld", all, func(r *Reader, x *mention) { r.Reset(); r.Withheld(r.Clean(x.name)) })
	benchmark(b, "Wordings", all, func(r *Reader, x *mention) { r.Reset(); r.Wordings(r.Clean(x.name)) })
	benchmark(b, "Workplace", all, func(r *Reader, x *mention) { r.Reset(); r.Wordings(r.Clean(x.workplace)) })
	benchmark(b, "Address", all, func(r *Reader, x *mention) { r.Reset(); r.Address("", x.address) })
	benchmark(b, "Phone", all, func(r *Reader, x *mention) { r.Reset(); r.Phone(x.phone) })
	benchmark(b, "Domain", all, func(r *Reader, x *mention) { r.Reset(); r.Domain(x.url) })
}

func BenchmarkCompany(b *testing.B) {
	all := companies(b)
	benchmark(b, "all", all, (*Reader).readCompany)
	benchmark(b, "Registered", all, func(r *Reader, x *company) { r.Reset(); r.Registered(x.name) })
	benchmark(b, "SpelledOut", all, func(r *Reader, x *company) { r.Reset(); w := r.Registered(x.name); r.SpelledOut(&w) })
	benchmark(b, "Glyphs", all, func(_ *Reader, x *company) { Glyphs(x.name) })
	benchmark(b, "Kana", all, func(r *Reader, x *company) { r.Reset(); r.Kana(x.kana) })
	benchmark(b, "Address", all, func(r *Reader, x *company) { r.Reset(); r.Address(x.prefecture, x.address) })
}
