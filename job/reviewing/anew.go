package main

import (
	"fmt"
	"strings"

	"nayose"
	"nayose/job/internal/sampling"
)

// anew is a mention as its partner writes it from some day on. Which change it is hangs on the seed; one that changes nothing gives way
// to the next. That the phone is another is what always changes something.
func anew(m nayose.Mention, seed string) nayose.Mention {
	changes := []func(*nayose.Mention, string){shortForm, otherWidth, otherWorkplace, branch, otherPhone}
	first := int(sampling.Chance("change", seed) * float64(len(changes)))
	for i := range changes {
		changed := m
		changes[(first+i)%len(changes)](&changed, seed)
		if changed != m {
			return changed
		}
	}
	return m
}

var shortForms = strings.NewReplacer("株式会社", "(株)", "有限会社", "(有)", "合同会社", "(同)", "社会福祉法人", "(福)", "医療法人", "(医)")

func shortForm(m *nayose.Mention, _ string) { m.CompanyName = shortForms.Replace(m.CompanyName) }

// otherWidth writes digits and the hyphens between them wide, or narrow where they are wide.
func otherWidth(m *nayose.Mention, _ string) {
	other := func(r rune) rune {
		switch {
		case r >= '0' && r <= '9' || r == '-':
			return r + '０' - '0'
		case r >= '０' && r <= '９' || r == '－':
			return r - '０' + '0'
		}
		return r
	}
	m.Address = strings.Map(other, m.Address)
}

// otherWorkplace leaves the workplace out, or names one where there was none.
func otherWorkplace(m *nayose.Mention, _ string) {
	if m.WorkplaceName != "" {
		m.WorkplaceName = ""
		return
	}
	if area := area(m.Address); area != "" {
		m.WorkplaceName = area + "事業所"
	}
}

// branch puts a branch behind the name.
func branch(m *nayose.Mention, _ string) {
	if area := area(m.Address); area != "" && m.CompanyName != "" {
		m.CompanyName += " " + area + "支店"
	}
}

func otherPhone(m *nayose.Mention, seed string) { m.Phone = nextTo(m.Phone, seed) }

// nextTo is a phone number that is drawn from those of the same exchange.
func nextTo(phone, seed string) string {
	if len(phone) < 4 {
		phone = "03-0000-0000"
	}
	return phone[:len(phone)-4] + fmt.Sprintf("%04d", int(10_000*sampling.Chance("phone", seed)))
}

// area is the town or city of an address by its bare name: 札幌 of 北海道札幌市東区北24条.
func area(address string) string {
	_, rest := cutPrefecture(address)
	for _, sign := range []string{"市", "区", "町", "村"} {
		if name, _, ok := strings.Cut(rest, sign); ok && name != "" && len([]rune(name)) <= 5 {
			return name
		}
	}
	return ""
}

// cutPrefecture takes the prefecture off the front of an address that names it.
func cutPrefecture(address string) (prefecture, rest string) {
	runes := []rune(address)
	for _, n := range []int{3, 4} {
		if len(runes) >= n && strings.ContainsRune("都道府県", runes[n-1]) {
			return string(runes[:n]), string(runes[n:])
		}
	}
	return "", address
}
