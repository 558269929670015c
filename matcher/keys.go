package matcher

import "nayose/matcher/internal/reading"

// What names are looked up by, for those who group names as the matcher does.

// RegisteredKey is what a registered name is looked up by: in loose writing, its legal form set aside. Companies of one key
// share their name.
//
//	RegisteredKey("株式会社アカネ") = "アカネ"
func RegisteredKey(name string) string {
	r := readers.Get().(*reading.Reader)
	defer readers.Put(r)
	return r.Registered(name).Loose
}

// MentionedKey is what the whole of a name that somebody typed is looked up by; "" where it names nobody.
//
//	MentionedKey("【急募】㈱ｱｶﾈ") = "アカネ"
func MentionedKey(name string) string {
	r := readers.Get().(*reading.Reader)
	defer readers.Put(r)
	clean := r.Clean(name)
	if all := r.Wordings(clean); len(all) > 0 && !r.Withheld(clean) {
		return all[0].Loose
	}
	return ""
}
