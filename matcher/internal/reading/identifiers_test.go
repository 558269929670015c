package reading

import "testing"

func TestCorporateNumber(t *testing.T) {
	r := new(Reader)
	for _, c := range []struct{ in, want string }{
		{"7000012050002", "7000012050002"}, // 国税庁
		{"T7000012050002", "7000012050002"},
		{"７０００－０１－２０５０００２", "7000012050002"},
		{" 7000-0120-50002 ", "7000012050002"},
		{"法人番号：T7000012050002", "7000012050002"},
		{"7000012050003", ""}, // the check digit is wrong
		{"17000012050002", ""},
		{"700001205000", ""},
		{"7000012050002a", ""},
		{"", ""},
	} {
		if got := r.CorporateNumber(c.in); got != c.want {
			t.Errorf("CorporateNumber(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestPhone(t *testing.T) {
	r := new(Reader)
	for _, c := range []struct{ in, want string }{
		{"03-1234-5678", "0312345678"},
		{"０３（１２３４）５６７８", "0312345678"},
		{"+81-3-1234-5678", "0312345678"},
		{"+81 (0)3 1234 5678", "0312345678"},
		{"TEL:03-1234-5678(代表)", "0312345678"},
		{"03-1234-5678 内線12", "0312345678"},
		{"03-1234-5678 / 03-8765-4321", "0312345678"},
		{"03-1234-5678 03-8765-4321", "0312345678"},
		{"090-1234-5678", "09012345678"},
		{"0120-123-456", "0120123456"},
		{"0800-123-4567", "08001234567"},
		{"03ー1234ー5678", "0312345678"}, // dashes of other kinds
		{"03−1234−5678", "0312345678"},
		{"03.1234.5678", "0312345678"},
		{"03 1234 5678", "0312345678"},
		{"0312345678", "0312345678"},
		{"81-3-1234-5678", "0312345678"},
		{"（03）1234-5678（採用係）", "0312345678"},
		{"代表：０３－１２３４－５６７８", "0312345678"},
		{"050-1234-5678", "05012345678"},
		{"00-0000-0000", ""},
		{"03-0000-0000", ""},
		{"1234-5678", ""},
		{"なし", ""},
		{"", ""},
	} {
		if got := r.Phone(c.in); got != c.want {
			t.Errorf("Phone(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestDomain(t *testing.T) {
	r := new(Reader)
	for _, c := range []struct{ in, want string }{
		{"https://www.example.co.jp/shop/?a=1", "example.co.jp"},
		{"http://shop.example.co.jp:8080", "example.co.jp"},
		{"example.com", "example.com"},
		{"WWW.EXAMPLE.COM/", "example.com"},
		{"ｈｔｔｐ：／／ｗｗｗ．ｅｘａｍｐｌｅ．ｃｏｍ", "example.com"},
		{"htto://www.example.or.jp", "example.or.jp"}, // as people type it
		{"http//example.jp", "example.jp"},
		{"http://www.city.chiyoda.tokyo.jp/", "city.chiyoda.tokyo.jp"},
		{"http://www.pref.okinawa.jp/", "pref.okinawa.jp"},
		{"http://www.city.chiyoda.lg.jp/", "chiyoda.lg.jp"},
		{"https://akane.jimdofree.com/", "akane.jimdofree.com"}, // a rented subdomain
		{"https://jimdofree.com/", ""},
		{"https://www.facebook.com/akane", ""},
		{"http://www4.ocn.ne.jp/~akane", ""},
		{"https://example.co.uk", "example.co.uk"},
		{"https://日本語.jp/", "日本語.jp"},
		{"hhtp://www.example.jp", "example.jp"},
		{"htto:/www.example.jp/", "example.jp"},
		{"http:example.jp", "example.jp"},
		{"//www.example.jp", "example.jp"},
		{"///www.example.jp", "example.jp"},
		{"http;//www.example.jp", "example.jp"},
		{"http.//www.example.jp", "example.jp"},
		{"URL:http://www.example.jp", "example.jp"},
		{"http://https://example.jp/", "example.jp"},
		{"http://www/example.jp/", "example.jp"},
		{"http://www:example.jp", "example.jp"},
		{"http://www.example.jp./a", "example.jp"},
		{"www..example.jp", "example.jp"},
		{"http//wwwexample.co.jp", "example.co.jp"}, // dots left out, or other signs
		{"www.example.cojp", "example.co.jp"},
		{"http://www.example,co,jp", "example.co.jp"},
		{"http://www,example.jp", "example.jp"},
		{"http://example/co/jp", "example.co.jp"},
		{"www.example/com/", "example.com"},
		{"https://a‐b−c.jp/", "a-b-c.jp"},
		{"https://www.example.co.jp/jp/", "example.co.jp"},
		{"https://example.jp/index.html", "example.jp"},
		{"index.html", ""},
		{"http://www/index.html", ""},
		{"info@example.com", "example.com"}, // e-mail addresses
		{"mailto:info@mail.example.co.jp", "example.co.jp"},
		{"ｉｎｆｏ＠ｅｘａｍｐｌｅ．ｃｏｍ", "example.com"},
		{"akane@gmail.com", ""},
		{"akane@yahoo.co.jp", ""},
		{"akane@mail.goo.ne.jp", ""},
		{"akane@docomo.ne.jp", ""},
		{"https://job-medley.com/facility/1/", ""}, // job boards
		{"https://en-gage.net/akane_saiyo/", ""},
		{"https://arwrk.net/recruit/akane", ""},
		{"https://hrmos.co/pages/akane/jobs", ""},
		{"https://www.wantedly.com/companies/akane", ""},
		{"https://herp.careers/v1/akane", ""},
		{"https://open.talentio.com/r/1/c/akane", ""},
		{"https://xn--pckua2a7gp15o89zb.com/jb/1", ""},
		{"https://jp.stanby.com/", ""},
		{"https://next.rikunabi.com/company/1/", ""},
		{"https://tenshoku.mynavi.jp/jobinfo-1/", ""},
		{"https://jp.indeed.com/cmp/akane", ""},
		{"https://akane.jbplt.jp/", "akane.jbplt.jp"},
		{"https://hp.kaipoke.biz/akn/", ""},
		{"https://www.tokyo-akane.jp/", "tokyo-akane.jp"},
		{"192.168.1.1", ""},
		{"採用係。よろしく", ""},
		{"1.5", ""},
		{"co.jp", ""}, // public suffixes are nobody's
		{"http://www.tokyo.jp/", ""},
		{"co.uk", ""},
		{"localhost", ""},
		{"http://", ""},
		{"なし", ""},
		{"", ""},
	} {
		if got := r.Domain(c.in); got != c.want {
			t.Errorf("Domain(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzIdentifiers(f *testing.F) {
	for _, s := range []string{
		"03-1234-5678", "https://a.b.co.jp/", "T7000012050002", ".jp", "a..b", "+81", "\xff.jp", "()+-", "@a.jp", "@ jp", ",jp", "a/co/jp",
		"wwwwww.jp", "wwwco.jp", "www,www,a", "wwww.www.aa", "wwww,cojp",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := new(Reader)
		if p := r.Phone(s); p != "" && r.Phone(p) != p {
			t.Errorf("Phone(%q) = %q, which is read as %q", s, p, r.Phone(p))
		}
		if n := r.CorporateNumber(s); n != "" && r.CorporateNumber(n) != n {
			t.Errorf("CorporateNumber(%q) = %q, which is none", s, n)
		}
		if d := r.Domain(s); d != "" && r.Domain(d) != d {
			t.Errorf("Domain(%q) = %q, which is read as %q", s, d, r.Domain(d))
		}
	})
}
