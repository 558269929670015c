package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Domain is the part of a URL's host that somebody registered: example.co.jp of https://www.example.co.jp/shop. On a
// host that rents out subdomains it is the whole host; on one where many share a host (social networks, job boards,
// providers' home pages and mail) there is none. An e-mail address has the domain of its host.
func (r *Reader) Domain(url string) string {
	h := r.host(url)
	count := strings.Count(h, ".") + 1
	if count < 2 {
		return ""
	}
	n := registeredLabels(h, count)
	if n > count {
		return "" // a public suffix: nobody's own
	}
	d := h[labelStart(h, n):]
	rented := rentedHosts.has(d)
	switch {
	case strings.HasPrefix(d, "www.") || sharedHosts.has(d) || sharedHosts.has(h) || rented && n == count:
		return ""
	case rented:
		return h
	}
	return r.withoutWWW(d)
}

// withoutWWW repairs wwwexample.jp, where the dot is missing.
func (r *Reader) withoutWWW(d string) string {
	const shortest = len("abc.jp")
	if rest, ok := strings.CutPrefix(d, "www"); ok && len(rest) >= shortest && r.Domain(rest) == rest {
		return rest
	}
	return d
}

// maxHost is how long a host name may be (RFC 1035).
const maxHost = 253

// host is the host name in a URL or e-mail address as people type it: without scheme, with a misspelt one (hhtp://,
// http//, http:), with a port; with a comma or slash for a dot (example,co.jp, www/example.jp), dashes of any kind, a
// dot too many.
func (r *Reader) host(url string) string {
	if url == "" {
		return ""
	}
	var parts [maxParts + 2]string // slashed looks at the two that follow
	n := 0
	for part := range strings.FieldsFuncSeq(r.replace(hostTypos, r.lower(cut(url, maxText))), partsHosts) {
		parts[n] = part
		if n++; n == len(parts) {
			break
		}
	}
	for i := range parts[:min(n, maxParts)] {
		if h := r.tidyHost(parts[i]); isHost(h) {
			return h
		}
		if h := r.slashed(parts[i:n]); isHost(h) {
			return h
		}
	}
	return ""
}

// maxParts is how many parts of a text may come before a host: "URL: http: www / example.jp".
const maxParts = 5

// lower is NFKC in small letters.
func (r *Reader) lower(s string) string {
	small := true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return r.lowerSlow(s)
		}
		small = small && (s[i] < 'A' || s[i] > 'Z')
	}
	if small {
		return s
	}
	b := append(r.begin(len(s)), s...)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] += 'a' - 'A'
		}
	}
	return r.finish(b)
}

func (r *Reader) lowerSlow(s string) string {
	b := r.begin(len(s))
	for i, c := range s {
		if c != utf8.RuneError || strings.HasPrefix(s[i:], "\ufffd") {
			b = utf8.AppendRune(b, c)
		}
	}
	s = r.nfkc(r.finish(b))
	b = r.begin(len(s))
	for _, c := range s {
		b = utf8.AppendRune(b, unicode.ToLower(c))
	}
	return r.finish(b)
}

// partsHosts reports what no host name and no e-mail address has.
func partsHosts(r rune) bool {
	if r < utf8.RuneSelf {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != '_' && r != '@'
	}
	return !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// hostTypos mends what is typed for a hyphen or a dot.
var hostTypos = newReplacer("‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "―", "-", "−", "-", "ー", "-",
	"。", ".", ",jp", ".jp", ",co.jp", ".co.jp", ",co,jp", ".co.jp", ",or.jp", ".or.jp", ",or,jp", ".or.jp",
	",ne.jp", ".ne.jp", ",com", ".com", ",net", ".net", "www,", "www.")

// tidyHost takes off the user of an e-mail address, www and empty labels, and parts cojp.
func (r *Reader) tidyHost(s string) string {
	s = strings.Trim(s[strings.LastIndexByte(s, '@')+1:], ".")
	if strings.Contains(s, "..") {
		s = r.withoutEmptyLabels(s)
	}
	for strings.HasPrefix(s, "www.") {
		s = s[len("www."):]
	}
	top := labelStart(s, 1)
	if kind, ok := strings.CutSuffix(s[top:], "jp"); top > 0 && ok && jpKinds.has(kind) {
		s = r.concat(s[:top], kind, ".jp")
	}
	return s
}

func (r *Reader) withoutEmptyLabels(s string) string {
	b := r.begin(len(s))
	for i := range len(s) {
		if s[i] != '.' || s[i-1] != '.' {
			b = append(b, s[i])
		}
	}
	return r.finish(b)
}

func (r *Reader) concat(a, b, c string) string {
	return r.finish(append(append(append(r.begin(len(a)+len(b)+len(c)), a...), b...), c...))
}

// slashed is the host that the first parts make up where slashes stand for dots: example/co/jp.
func (r *Reader) slashed(parts []string) string {
	first := r.tidyHost(parts[0])
	switch {
	case first == "" || strings.Contains(first, "."):
		return ""
	case len(parts) > 1 && topLevels.has(parts[1]):
		return r.concat(first, ".", parts[1])
	case len(parts) > 2 && jpKinds.has(parts[1]) && parts[2] == "jp":
		return r.concat(first, ".", r.concat(parts[1], ".", "jp"))
	}
	return ""
}

// isHost reports a host name with a top-level domain: neither an address of numbers nor a file (index.html).
func isHost(s string) bool {
	i := strings.LastIndexByte(s, '.')
	top := s[i+1:]
	return i > 0 && len(s) <= maxHost && len(top) > 1 && isSmall(top) && !files.has(top)
}

func isSmall(s string) bool {
	for i := range len(s) {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return true
}

// labelStart is where the last n labels of a host begin; 0 where it has no more.
func labelStart(host string, n int) int {
	at := len(host) + 1
	for ; n > 0 && at > 0; n-- {
		at = strings.LastIndexByte(host[:at-1], '.') + 1
	}
	return at
}

// registeredLabels is the number of labels, from the right, that make up a registered domain. count is how many there
// are: two or more.
func registeredLabels(host string, count int) int {
	first, second := labelStart(host, 1), labelStart(host, 2)
	top, kind := host[first:], host[second:first-1]
	switch {
	case top == "jp" && jpKinds.has(kind):
		return 3
	case top == "jp" && prefectureLabels.has(kind):
		if count < 4 {
			return 3
		}
		if city := host[labelStart(host, 3) : second-1]; city == "pref" || city == "metro" {
			return 3
		}
		return 4
	case len(top) == 2 && top != "jp" && (kind == "co" || kind == "com" || kind == "or" || kind == "org" || kind == "net"):
		return 3
	}
	return 2
}
