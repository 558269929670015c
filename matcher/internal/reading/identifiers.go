package reading

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// CorporateNumber is the 13-digit number in s, with T prefix or a label, hyphens and any width; empty where there is none or
// its check digit is wrong.
func CorporateNumber(s string) string {
	s = norm.NFKC.String(cut(s, maxText))
	d := digits(strings.TrimLeftFunc(s, func(r rune) bool { return r < '0' || r > '9' }))
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

// Phone is the first Japanese telephone number in s as digits, country code taken off; empty where there is none.
//
//	Phone("TEL：０３（1234）5678 (代表)") = "0312345678"    Phone("+81-3-1234-5678") = "0312345678"
func Phone(s string) string {
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

// IsShared reports a number that says nothing about a place: toll-free, navigation dial, internet telephony.
func IsShared(phone string) bool {
	for _, p := range []string{"0120", "0800", "0570", "050"} {
		if strings.HasPrefix(phone, p) {
			return true
		}
	}
	return false
}

// Domain is the part of a URL's host that somebody registered: example.co.jp of https://www.example.co.jp/shop. On a
// host that rents out subdomains it is the whole host; on one where many share a host (social networks, job boards,
// providers' home pages and mail) there is none. An e-mail address has the domain of its host.
func Domain(url string) string {
	h := host(url)
	labels := strings.Split(h, ".")
	if len(labels) < 2 {
		return ""
	}
	n := registeredLabels(labels)
	if n > len(labels) {
		return "" // a public suffix: nobody's own
	}
	d := strings.Join(labels[len(labels)-n:], ".")
	switch {
	case strings.HasPrefix(d, "www.") || sharedHosts[d] || sharedHosts[h] || rentedHosts[d] && len(labels) == n:
		return ""
	case rentedHosts[d]:
		return h
	}
	return withoutWWW(d)
}

// withoutWWW repairs wwwexample.jp, where the dot is missing.
func withoutWWW(d string) string {
	const shortest = len("abc.jp")
	if rest, ok := strings.CutPrefix(d, "www"); ok && len(rest) >= shortest && Domain(rest) == rest {
		return rest
	}
	return d
}

// maxHost is how long a host name may be (RFC 1035).
const maxHost = 253

// host is the host name in a URL or e-mail address as people type it: without scheme, with a misspelt one (hhtp://,
// http//, http:), with a port; with a comma or slash for a dot (example,co.jp, www/example.jp), dashes of any kind, a
// dot too many.
func host(url string) string {
	if url == "" {
		return ""
	}
	s := hostTypos.Replace(strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(cut(url, maxText), ""))))
	parts := strings.FieldsFunc(s, func(r rune) bool {
		return !strings.ContainsRune(".-_@", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for i := range parts[:min(len(parts), maxParts)] {
		if h := tidyHost(parts[i]); isHost(h) {
			return h
		}
		if h := slashed(parts[i:]); isHost(h) {
			return h
		}
	}
	return ""
}

// maxParts is how many parts of a text may come before a host: "URL: http: www / example.jp".
const maxParts = 5

// hostTypos mends what is typed for a hyphen or a dot.
var hostTypos = strings.NewReplacer("‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "―", "-", "−", "-", "ー", "-",
	"。", ".", ",jp", ".jp", ",co.jp", ".co.jp", ",co,jp", ".co.jp", ",or.jp", ".or.jp", ",or,jp", ".or.jp",
	",ne.jp", ".ne.jp", ",com", ".com", ",net", ".net", "www,", "www.")

// tidyHost takes off the user of an e-mail address, www and empty labels, and parts cojp.
func tidyHost(s string) string {
	s = s[strings.LastIndexByte(s, '@')+1:]
	labels := strings.FieldsFunc(s, func(r rune) bool { return r == '.' })
	for len(labels) > 1 && labels[0] == "www" {
		labels = labels[1:]
	}
	if n := len(labels) - 1; n > 0 && strings.HasSuffix(labels[n], "jp") && jpKinds[strings.TrimSuffix(labels[n], "jp")] {
		labels[n] = strings.TrimSuffix(labels[n], "jp") + ".jp"
	}
	return strings.Join(labels, ".")
}

// slashed is the host that the first parts make up where slashes stand for dots: example/co/jp.
func slashed(parts []string) string {
	first := tidyHost(parts[0])
	switch {
	case first == "" || strings.Contains(first, "."):
		return ""
	case len(parts) > 1 && topLevels[parts[1]]:
		return first + "." + parts[1]
	case len(parts) > 2 && jpKinds[parts[1]] && parts[2] == "jp":
		return first + "." + parts[1] + ".jp"
	}
	return ""
}

// isHost reports a host name with a top-level domain: neither an address of numbers nor a file (index.html).
func isHost(s string) bool {
	i := strings.LastIndexByte(s, '.')
	top := s[i+1:]
	return i > 0 && len(s) <= maxHost && len(top) > 1 && strings.Trim(top, "abcdefghijklmnopqrstuvwxyz") == "" && !files[top]
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
	topLevels   = set("jp com net org biz info")
	files       = set("html htm shtml php pdf asp aspx cgi jsp jpg jpeg png gif txt xls xlsx doc docx")
	sharedHosts = set(`
		facebook.com fb.com instagram.com twitter.com x.com t.co youtube.com youtu.be line.me lin.ee tiktok.com
		threads.net linkedin.com note.com note.mu mixi.jp pinterest.com pinterest.jp ameblo.jp ameba.jp linktr.ee
		lit.link select-type.com google.com google.co.jp goo.gl goo.ne.jp bit.ly yahoo.co.jp yahoo.com geocities.jp
		geocities.co.jp wikipedia.org forms.gle g.page

		indeed.com rikunabi.com r-agent.com townwork.net froma.com hatalike.jp toranet.jp airregi.jp arwrk.net
		mynavi.jp mynavi-agent.jp mynavi-job20s.jp mynavi-creator.jp mynavi-ms.jp mynavi-kaigo.jp doda.jp doda-x.jp
		en-japan.com en-gage.net en-ambi.com en-hyouban.com en-courage.com bizreach.jp hrmos.co careertrek.com
		green-japan.com wantedly.com herp.careers talentio.com jobcan.jp job-gear.net saiyo.page kyujinbox.com
		xn--pckua2a7gp15o89zb.com 求人ボックス.com kyujin.box baitoru.com hatarako.net machbaito.jp weban.jp jobsense.jp
		arubaito-ex.jp gakubaito.com sharefull.com lacotto.jp shufu-job.jp joboplite.jp e-aidem.com
		hatarakunavi.net jobhouse.jp type.jp woman-type.jp re-katsu.jp shigotonavi.co.jp jobmedley.com
		job-medley.com kaigojob.com minnanokaigo.com kaigo-kyuujin.com kaigoworker.jp kaigo-work.jp care-mane.com
		hoikushibank.com hoiku-box.net guppy.jp kango-roo.com nursejinzaibank.com co-medical.com m3career.com
		fukushi-work.jp doraever.jp cookbiz.jp inshokuten.com relax-job.com careerjet.jp careerindex.jp stanby.com
		jobrapido.com glassdoor.com openwork.jp vorkers.com jobtalk.jp syukatsu-kaigi.jp onecareer.jp
		gaishishukatsu.com offerbox.jp career-tasu.jp hellowork.go.jp

		homes.co.jp suumo.jp hotpepper.jp tabelog.com gnavi.co.jp retty.me ekiten.jp epark.jp itp.ne.jp
		navitime.co.jp mapion.co.jp mapfan.com rakuten.co.jp amazon.co.jp jalan.net minkou.jp caloo.jp qlife.jp
		myclinic.ne.jp clinic.ne.jp alarmbox.jp baseconnect.in musubu.in salesnow.jp prtimes.jp mhlw.go.jp
		wam.go.jp npo-homepage.go.jp canpan.info care-net.biz h-navi.jp snabi.jp kaigodb.com oasisnavi.jp
		sagasix.jp r.goope.jp hp.kaipoke.biz big-advance.site tkcnf.com gogo.jp

		ocn.ne.jp plala.or.jp so-net.ne.jp biglobe.ne.jp nifty.com dti.ne.jp asahi-net.or.jp infoweb.ne.jp
		dion.ne.jp au-net.ne.jp auone-net.jp eonet.ne.jp zaq.ne.jp home.ne.jp odn.ne.jp wakwak.com wind.ne.jp
		tokai.or.jp tiki.ne.jp synapse.ne.jp saganet.ne.jp bbiq.jp pikara.ne.jp megaegg.ne.jp enjoy.ne.jp
		hi-ho.ne.jp sannet.ne.jp tnc.ne.jp commufa.jp coralnet.or.jp janis.or.jp gmail.com googlemail.com
		icloud.com me.com mac.com outlook.com outlook.jp hotmail.com hotmail.co.jp live.jp msn.com aol.com
		excite.co.jp ymail.ne.jp ybb.ne.jp docomo.ne.jp mopera.net ezweb.ne.jp au.com uqmobile.jp softbank.ne.jp
		softbank.jp vodafone.ne.jp disney.ne.jp ymobile.ne.jp`)
	rentedHosts = set(`
		jimdo.com jimdofree.com jimdosite.com wixsite.com wix.com blogspot.com fc2.com web.fc2.com sakura.ne.jp
		xsrv.jp lolipop.jp heteml.jp wordpress.com weebly.com webnode.jp webnode.com business.site peraichi.com
		goope.jp crayonsite.com crayonsite.net crayonsite.info strikingly.com studio.site amebaownd.com themedia.jp
		shopinfo.jp localinfo.jp theblog.me storeinfo.jp base.shop thebase.in stores.jp coocan.jp la.coocan.jp
		hp-ez.com secret.jp chicappa.jp main.jp sub.jp p-kit.com mystrikingly.com site-builder.jp hatenablog.com
		hatenablog.jp livedoor.jp livedoor.blog seesaa.net cocolog-nifty.com exblog.jp jugem.jp github.io pages.dev
		netlify.app vercel.app web.app conohawing.com xsrv.net wpx.jp wpxblog.jp kir.jp moo.jp ciao.jp kaipoke.biz
		xdomain.jp server-shared.com xrea.com mond.jp canva.site starfree.jp pupu.jp npo-jp.net jpn.com jp.net
		webcrow.jp ti-da.net ecnet.jp ec-net.jp shakyo.or.jp e-doctor.info byoinnavi.jp flips.jp best-hp.jp
		notion.site jbplt.jp snar.jp hp-recruit.jp`)
)
