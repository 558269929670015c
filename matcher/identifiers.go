package matcher

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// corporateNumber is the 13-digit number in s, with T prefix, hyphens and any width; empty where there is none or its
// check digit is wrong.
func corporateNumber(s string) string {
	d := digits(strings.TrimLeft(strings.TrimSpace(norm.NFKC.String(cut(s, maxText))), "Tt"))
	if len(d) != 13 || checkDigit(d[1:]) != d[0] {
		return ""
	}
	return d
}

// checkDigit is the first digit of a corporate number, from its other twelve: 9 − Σ Pₙ·Qₙ mod 9, where Pₙ is the nth
// digit from the right and Qₙ is 1 for odd n and 2 for even n (法人番号の指定等に関する省令 第2条).
func checkDigit(d string) byte {
	sum := 0
	for i := range len(d) {
		q := 1
		if (len(d)-i)%2 == 0 {
			q = 2
		}
		sum += q * int(d[i]-'0')
	}
	return '0' + byte(9-sum%9)
}

// digits keeps the digits of a number written with hyphens, dots or blanks; anything else makes it no number.
func digits(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		switch r = fold(r); {
		case r >= '0' && r <= '9':
			b = append(b, byte(r))
		case r == '-' || r == ' ' || r == '.' || r == 'ー':
		default:
			return ""
		}
	}
	return string(b)
}

// phone is the first Japanese telephone number in s as digits, country code taken off; empty where there is none.
//
//	phone("TEL：０３（1234）5678 (代表)") = "0312345678"    phone("+81-3-1234-5678") = "0312345678"
func phone(s string) string {
	s = norm.NFKC.String(cut(s, maxText))
	b := make([]byte, 0, 16)
	for _, r := range s {
		switch r = fold(r); {
		case r >= '0' && r <= '9':
			b = append(b, byte(r))
		case r == ' ' && isPhone(string(b)):
			return string(b)
		case strings.ContainsRune(" -().ー+", r):
		case len(b) >= 9:
			return national(string(b))
		default:
			b = b[:0]
		}
	}
	return national(string(b))
}

// national is d with 81 replaced by the trunk prefix 0, where d is a telephone number.
func national(d string) string {
	if strings.HasPrefix(d, "81") && len(d) >= 11 {
		d = "0" + strings.TrimPrefix(d[2:], "0")
	}
	if !isPhone(d) {
		return ""
	}
	return d
}

func isPhone(d string) bool {
	mobile := len(d) == 11 && (d[2] == '0' || strings.HasPrefix(d, "0800"))
	return (len(d) == 10 || mobile) && d[0] == '0' && d[1] != '0' && strings.Trim(d[2:], d[2:3]) != ""
}

// isShared reports a number that says nothing about a place: toll-free, navigation dial, internet telephony.
func isShared(phone string) bool {
	for _, p := range []string{"0120", "0800", "0570", "050"} {
		if strings.HasPrefix(phone, p) {
			return true
		}
	}
	return false
}

// domain is the part of a URL's host that somebody registered: example.co.jp of https://www.example.co.jp/shop. On a
// host that rents out subdomains it is the whole host; on one where many share a host (social networks, job boards,
// providers' home pages) there is none.
func domain(url string) string {
	h := host(url)
	labels := strings.Split(h, ".")
	if len(labels) < 2 || strings.Contains(h, "..") || strings.Trim(labels[len(labels)-1], "0123456789") == "" {
		return ""
	}
	n := min(registeredLabels(labels), len(labels))
	d := strings.Join(labels[len(labels)-n:], ".")
	switch {
	case sharedHosts[d]:
		return ""
	case rentedHosts[d] && len(labels) == n:
		return ""
	case rentedHosts[d]:
		return h
	}
	return d
}

// maxHost is how long a host name may be (RFC 1035).
const maxHost = 253

// host is the host name in a URL as people type it: without scheme, with a misspelt one (htto://, http//), with a port.
func host(url string) string {
	s := strings.ToLower(strings.TrimSpace(norm.NFKC.String(strings.ToValidUTF8(cut(url, maxText), ""))))
	if i := strings.Index(s, "//"); i >= 0 && i < 9 {
		s = s[i+2:]
	}
	if i := strings.IndexAny(s, "/?#:; |,　"); i >= 0 {
		s = s[:i]
	}
	for _, r := range s {
		if !strings.ContainsRune(".-_", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r) || len(s) > maxHost {
			return ""
		}
	}
	return strings.TrimPrefix(strings.Trim(s, "."), "www.")
}

// registeredLabels is the number of labels, from the right, that make up a registered domain.
func registeredLabels(labels []string) int {
	n := len(labels)
	top, second := labels[n-1], labels[n-2]
	switch {
	case top == "jp" && jpKinds[second]:
		return 3
	case top == "jp" && prefectureLabels[second] && n >= 4 && labels[n-3] != "pref" && labels[n-3] != "metro":
		return 4
	case top == "jp" && prefectureLabels[second]:
		return 3
	case len(top) == 2 && top != "jp" && (second == "co" || second == "com" || second == "or" || second == "org" || second == "net"):
		return 3
	}
	return 2
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// What is known of hosts. The kinds and prefectures of .jp are JPRS's attribute and geographic types; the hosts are
// the large ones of their kind, from general knowledge.
var (
	jpKinds          = set("co or ne ac ad ed go gr lg")
	prefectureLabels = set(`hokkaido aomori iwate miyagi akita yamagata fukushima ibaraki tochigi gunma saitama chiba tokyo
		kanagawa niigata toyama ishikawa fukui yamanashi nagano gifu shizuoka aichi mie shiga kyoto osaka hyogo nara
		wakayama tottori shimane okayama hiroshima yamaguchi tokushima kagawa ehime kochi fukuoka saga nagasaki kumamoto
		oita miyazaki kagoshima okinawa sapporo sendai yokohama kawasaki nagoya kobe kitakyushu`)
	sharedHosts = set(`facebook.com instagram.com twitter.com x.com t.co youtube.com youtu.be line.me lin.ee tiktok.com
		linkedin.com note.com ameblo.jp ameba.jp google.com goo.gl bit.ly yahoo.co.jp geocities.jp geocities.co.jp
		wikipedia.org indeed.com rikunabi.com mynavi.jp doda.jp en-japan.com townwork.net baitoru.com hatarako.net
		kyujinbox.com careerjet.jp jobmedley.com kaigojob.com minnanokaigo.com homes.co.jp hotpepper.jp tabelog.com
		gnavi.co.jp ekiten.jp itp.ne.jp navitime.co.jp mapion.co.jp rakuten.co.jp amazon.co.jp hellowork.go.jp
		mhlw.go.jp kaigokensaku.mhlw.go.jp wam.go.jp care-net.biz ocn.ne.jp plala.or.jp so-net.ne.jp biglobe.ne.jp
		nifty.com dti.ne.jp asahi-net.or.jp infoweb.ne.jp dion.ne.jp au-net.ne.jp eonet.ne.jp zaq.ne.jp odn.ne.jp
		gmail.com icloud.com docomo.ne.jp ezweb.ne.jp linktr.ee lit.link select-type.com`)
	rentedHosts = set(`jimdo.com jimdofree.com wixsite.com wix.com blogspot.com fc2.com sakura.ne.jp xsrv.jp
		lolipop.jp heteml.jp wordpress.com weebly.com webnode.jp webnode.com business.site peraichi.com goope.jp
		crayonsite.com crayonsite.net crayonsite.info strikingly.com studio.site amebaownd.com themedia.jp shopinfo.jp
		localinfo.jp theblog.me storeinfo.jp base.shop thebase.in stores.jp coocan.jp la.coocan.jp hp-ez.com
		secret.jp chicappa.jp main.jp sub.jp p-kit.com mystrikingly.com site-builder.jp hatenablog.com hatenablog.jp
		livedoor.jp livedoor.blog seesaa.net cocolog-nifty.com exblog.jp jugem.jp github.io pages.dev netlify.app
		vercel.app web.app conohawing.com xsrv.net wpx.jp wpxblog.jp kir.jp moo.jp ciao.jp`)
)
