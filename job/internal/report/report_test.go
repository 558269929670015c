package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"math"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nayose"
)

func written(t *testing.T, r Week) string {
	t.Helper()
	var b strings.Builder
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestLibrary holds the chart library to the published build that NOTICE names.
func TestLibrary(t *testing.T) {
	notice, err := os.ReadFile("../../../NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(echartsJS))
	if digest := hex.EncodeToString(sum[:]); !strings.Contains(string(notice), digest) {
		t.Errorf("echarts.min.js is %s, of which NOTICE says nothing", digest)
	}
	if !strings.Contains(echartsJS, `t.version="6.1.0"`) || !strings.Contains(string(notice), "Apache ECharts 6.1.0") || !strings.Contains(pageHTML, "Apache ECharts 6.1.0") {
		t.Error("the library, NOTICE and the page do not name one version")
	}
	page := written(t, sampleWeek(1, 1))
	for _, script := range []string{echartsJS, pageJS, pageCSS} {
		if strings.Count(page, ">"+script+"</") != 1 || !strings.Contains(html.UnescapeString(page), hash(script)) {
			t.Error("a script or the style does not stand in the page as it is, or its policy does not let it run")
		}
		if strings.Contains(script, "</script") || strings.Contains(script, "<!--") || strings.Contains(script, "</style") || strings.Contains(script, "\r") {
			t.Error("a script or style cannot stand in a page as it is")
		}
	}
}

// TestSame writes equal bytes for equal weeks.
func TestSame(t *testing.T) {
	first := written(t, hostileWeek())
	for range 20 {
		if written(t, hostileWeek()) != first {
			t.Fatal("the same week gives other bytes")
		}
	}
}

// TestNothing has each part say why it is empty.
func TestNothing(t *testing.T) {
	r := Week{Week: nayose.Week{Year: 2026, Week: 47}, Unknown: []string{"the ledger: Postgres did not answer"}}
	text := written(t, r)
	if n := strings.Count(text, `<p class="empty">`); n != 10 {
		t.Errorf("%d parts say that they are empty, want 10", n)
	}
	if !strings.Contains(text, "the ledger: Postgres did not answer") || strings.Count(text, `<a href="#unknown">stands at the end</a>`) != 9 {
		t.Error("what could not be found out is not said, or not where it is missed")
	}
	if strings.Contains(text, "NaN") && strings.Count(text, "NaN") > strings.Count(echartsJS, "NaN") {
		t.Error("the page shows NaN")
	}
}

// TestEveryNumber gives every number of a week a value of its own, and looks for each in the page.
func TestEveryNumber(t *testing.T) {
	r := sampleWeek(2, 3)
	for i := range r.Deliveries {
		d := &r.Deliveries[i]
		d.Samples = d.Samples[:1]
		d.Samples[0].Match.Candidates = d.Samples[0].Match.Candidates[:1]
	}
	n := &numbers{}
	n.fill(reflect.ValueOf(&r).Elem(), "Week")
	text := html.UnescapeString(ours(t, r))
	for path, ways := range n.want {
		if !containsAny(text, ways) {
			t.Errorf("%s is not in the page: none of %q", path, ways)
		}
	}
	if len(n.want) < 200 {
		t.Errorf("only %d numbers were looked for", len(n.want))
	}
}

func containsAny(text string, ways []string) bool {
	for _, way := range ways {
		for _, before := range []string{">", " ", space, "–"} {
			if strings.Contains(text, before+way) {
				return true
			}
		}
	}
	return false
}

// numbers are the values that a week was filled with, and the ways in which each may be written.
type numbers struct {
	k    int64
	want map[string][]string
}

func (n *numbers) fill(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Int64, reflect.Int, reflect.Int32:
		n.k++
		x := 1_000_003 + 7919*n.k
		v.SetInt(x)
		n.note(path, count(x), strconv.FormatInt(x, 10))
	case reflect.Float64:
		n.k++
		x := float64(1000+n.k) / 10_000
		switch name := path[strings.LastIndex(path, ".")+1:]; {
		case name == "Seconds":
			x *= 10_000
			n.note(path, fmt.Sprintf("%.1f<", x))
		case strings.HasSuffix(name, "Bits"):
			x *= 1000
			n.note(path, bits(x)+"<")
		case name == "Probability":
			n.note(path, fmt.Sprintf("%.4f<", x))
		case name == "From" || name == "To":
			n.note(path, fmt.Sprintf("%.4g–", 100*x), fmt.Sprintf("%.4g%s%%", 100*x, space))
		case name == "Value" || name == "Warn" || name == "Limit":
			n.note(path, percent(x)+"<", number(x)+"<")
		default:
			n.note(path, percent(x))
		}
		v.SetFloat(x)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[nayose.Week]() || v.Type().PkgPath() == "time" {
			return
		}
		for i := range v.NumField() {
			// What follows from others: the best candidate's probability is the match's, and what is not shown of the rest is added up.
			if name := v.Type().Field(i).Name; v.Type() != reflect.TypeFor[nayose.Candidate]() || name != "Probability" {
				n.fill(v.Field(i), path+"."+name)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			n.fill(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	case reflect.Map:
		for _, o := range outcomes {
			bands := reflect.New(v.Type().Elem()).Elem()
			for b := range bands.Len() {
				n.fill(bands.Index(b), fmt.Sprintf("%s[%s][%d]", path, o, b))
			}
			v.SetMapIndex(reflect.ValueOf(o), bands)
		}
	}
}

func (n *numbers) note(path string, ways ...string) {
	if n.want == nil {
		n.want = map[string][]string{}
	}
	n.want[path] = ways
}

// TestTold: what a person is to look at is said, the held deliveries first, and nothing of the others.
func TestTold(t *testing.T) {
	ds := []Delivery{{Partner: "calm"}, {Partner: "late", Next: "ask"}, {Partner: "odd", Warned: "fewer"}, {Partner: "passed", Passed: "by T"}, {Partner: "stuck", Held: "empty"}}
	var got []string
	for _, d := range told(ds) {
		got = append(got, d.Partner)
	}
	if want := []string{"stuck", "late", "odd", "passed"}; !slices.Equal(got, want) {
		t.Errorf("told are %q, want %q", got, want)
	}
}

// TestWhatBecame: a sentence about one record is about one, and who names nobody is not said to name an employer.
func TestWhatBecame(t *testing.T) {
	for _, test := range []struct {
		sum  Delivery
		want string
	}{
		{
			Delivery{Records: 9, Matched: 6, Review: 1, Unmatched: 2},
			"Of 9 records 6 found their company (66.7 %), 1 is left to people (11.1 %) and 2 name an employer that the master lacks, or nobody (22.2 %).",
		},
		{
			Delivery{Records: 6, Matched: 1, Unmatched: 1, Rejected: 1, Duplicates: 1, Deletions: 1},
			"Of 6 records 1 found its company (16.7 %), 1 names an employer that the master lacks, or nobody (16.7 %), 1 was rejected (16.7 %), " +
				"1 is a duplicate (16.7 %), 1 takes a posting back (16.7 %) and 1 is not matched yet (16.7 %).",
		},
	} {
		if got := strings.ReplaceAll(whatBecame(&test.sum), space, " "); got != test.want {
			t.Errorf("%+v: %q, want %q", test.sum, got, test.want)
		}
	}
}

// TestNumbers writes numbers as people read them.
func TestNumbers(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{count(0), "0"},
		{count(999), "999"},
		{count(48120), "48,120"},
		{count(-1234567), "−1,234,567"},
		{percent(0), "0.0 %"},
		{percent(1), "100.0 %"},
		{percent(0.99999), "> 99.9 %"},
		{percent(0.0001), "< 0.1 %"},
		{percent(-0.0001), "0.0 %"},
		{percent(-0.012), "−1.2 %"},
		{share(1, 0), "–"},
		{seconds(4.21), "4.2 s"},
		{seconds(59.99), "1 min 0 s"},
		{seconds(312), "5 min 12 s"},
		{seconds(3783), "1 h 3 min"},
		{bits(-0.04), "+0.0"},
		{bits(-2.5), "−2.5"},
		{plural(1, "delivery"), "1 delivery"},
		{plural(2000, "delivery"), "2,000 deliveries"},
		{list([]string{"a", "b", "c"}), "a, b and c"},
	} {
		if got := strings.ReplaceAll(test.got, space, " "); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

// TestVerdicts lays values beside limits, from above and from below.
func TestVerdicts(t *testing.T) {
	for _, test := range []struct {
		figure Figure
		want   string
	}{
		{Figure{"expire", 0.51, 0.3, 0.5}, "over"},
		{Figure{"expire", 0.5, 0.3, 0.5}, "warned"},
		{Figure{"expire", 0.3, 0.3, 0.5}, "near"},
		{Figure{"expire", 0.25, 0.3, 0.5}, "near"},
		{Figure{"expire", 0.2, 0.3, 0.5}, "within"},
		{Figure{"expire", 0.45, 0, 0.5}, "near"},
		{Figure{"expire", 0.9, 0.3, 0}, "warned"},
		{Figure{"expire", 0.9, 0, 0}, "free"},
		{Figure{"shrink", 0.49, 0.7, 0.5}, "over"},
		{Figure{"shrink", 0.6, 0.7, 0.5}, "warned"},
		{Figure{"shrink", 0.8, 0.7, 0.5}, "near"},
		{Figure{"shrink", 0.9, 0.7, 0.5}, "within"},
		{Figure{"shrink", 0.4, 0, 0.5}, "over"},
		{Figure{"match_drop", -0.2, 0.05, 0.1}, "within"},
		{Figure{"flip", 0.004, 0.03, 0.02}, "within"}, // it holds before it would warn
		{Figure{"flip", 0.018, 0.03, 0.02}, "near"},
		{Figure{"flip", 0.025, 0.03, 0.02}, "over"},
	} {
		if got := test.figure.verdict(); got != test.want {
			t.Errorf("%+v is %q, want %q", test.figure, got, test.want)
		}
	}
}

// TestVerdictsOfDeliveries: what load said nothing of is no warning, and what it held has no figures.
func TestVerdictsOfDeliveries(t *testing.T) {
	flips := []Figure{{"flip", 0.04, 0.03, 0.2}}
	for _, test := range []struct {
		delivery Delivery
		want     string
	}{
		{Delivery{Figures: flips}, "Beyond a limit, but of too few postings to matter: flip of a. The others are within their limits."},
		{Delivery{Figures: flips, Warned: "7 of 170"}, "Beyond where it warns: flip of a. The others are within their limits."},
		{Delivery{Held: "half a file"}, "All are well within their limits. Of a held delivery the reason above says what was measured."},
		{Delivery{}, "All are well within their limits."},
	} {
		test.delivery.Partner = "a"
		if got := nearLimit([]Delivery{test.delivery}); got != test.want {
			t.Errorf("%+v: %q, want %q", test.delivery, got, test.want)
		}
	}
}

// TestContrast computes the contrast of each scheme as WCAG 2.2 does: 4.5 for texts, 3 for what is drawn.
func TestContrast(t *testing.T) {
	light, dark, _ := strings.Cut(pageCSS, "@media screen and (prefers-color-scheme: dark)")
	dark, _, _ = strings.Cut(dark, "* { box-sizing")
	for scheme, css := range map[string]string{"light": light, "dark": dark} {
		colours := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z]+): #([0-9a-f]{6})`).FindAllStringSubmatch(css, -1) {
			colours[m[1]] = luminance(m[2])
		}
		for name, least := range map[string]float64{
			"ink": 7, "quiet": 4.5, "focus": 3, "matched": 4.5, "review": 4.5, "unmatched": 4.5, "rejected": 3, "duplicates": 3, "deletions": 3, "waiting": 3,
		} {
			if got := contrast(colours[name], colours["paper"]); got < least {
				t.Errorf("%s: %s on paper has contrast %.2f, want %.1f", scheme, name, got, least)
			}
		}
	}
}

// luminance is the relative luminance of an sRGB colour (WCAG 2.2).
func luminance(rgb string) float64 {
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(rgb[2*i:2*i+2], 16, 8)
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }
