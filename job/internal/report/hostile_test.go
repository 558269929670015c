package report

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// hostile are texts that a partner could write to break out of the page.
var hostile = []string{
	`</script><script>alert(1)</script>`, `<!--<script>`, `--></script><img src=x onerror=alert(1)>`, `"><svg onload=alert(1)>`, `' onmouseover='alert(1)`,
	`</td></table></main><h1>`, `</title></style><base href="http://example.com/">`, `{{.Week}}`, "`${alert(1)}`", `javascript:alert(1)`,
	`\u003cscript\u003e`, `&lt;script&gt;&#60;`, `{a|rich}{b}`, "line\u2028separator\u2029", "\x00\x07\x1b[31m", "\u202eright to left", "\xff\xfe broken",
	`<a href="http://example.com/">`, `株式会社<b>太字</b>＆＜br＞`, strings.Repeat("長い名前", 400), strings.Repeat("w", 2000),
}

// refill gives every text of a week another. What the texts mean, such as an outcome, is left.
func refill(v reflect.Value, next func() string) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() && v.String() != "" {
			v.SetString(next())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				refill(v.Field(i), next)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			refill(v.Index(i), next)
		}
	}
}

// weekOf is the sample with these texts in turn wherever it has one.
func weekOf(texts ...string) Week {
	r := sampleWeek(3, 3)
	for i := range r.Missing {
		r.Missing[i].Partners = slices.Clone(r.Missing[i].Partners)
	}
	k := -1
	refill(reflect.ValueOf(&r).Elem(), func() string { k++; return texts[k%len(texts)] })
	return r
}

func hostileWeek() Week { return weekOf(hostile...) }

// TestHostile finds no tag that comes from the data: the page has the tags of the same week with harmless texts.
func TestHostile(t *testing.T) {
	for _, text := range hostile {
		checkHarmless(t, text)
	}
}

func FuzzHostile(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if text != "" {
			checkHarmless(t, text)
		}
	})
}

var (
	tags    = regexp.MustCompile(`<[a-zA-Z/!?][^>]*`)
	quoted  = regexp.MustCompile(`"[^"]*"`)
	charted = regexp.MustCompile(`(?s)<script type="application/json" id="charts">(.*?)</script>`)
)

func checkHarmless(t *testing.T, text string) {
	t.Helper()
	odd := ours(t, weekOf(text))
	if want, got := outline(ours(t, weekOf("harmless"))), outline(odd); !slices.Equal(want, got) {
		for i := range min(len(want), len(got)) {
			if want[i] != got[i] {
				t.Fatalf("%q changes the page: tag %d is %q, want %q", text, i, got[i], want[i])
			}
		}
		t.Fatalf("%q changes the page: %d tags, want %d", text, len(got), len(want))
	}
	var charts []struct{ Title string }
	if err := json.Unmarshal([]byte(charted.FindStringSubmatch(odd)[1]), &charts); err != nil {
		t.Fatalf("%q breaks the charts' data: %v", text, err)
	}
	want := strings.ToValidUTF8(text, "\ufffd")
	if !slices.ContainsFunc(charts, func(c struct{ Title string }) bool { return c.Title == want || strings.ContainsRune(want, '\ufffd') }) {
		t.Errorf("%q is another text in the charts' data: %q", text, charts)
	}
}

// outline are the tags of a page with the names of their attributes.
func outline(page string) (list []string) {
	for _, tag := range tags.FindAllString(page, -1) {
		list = append(list, quoted.ReplaceAllString(tag, ""))
	}
	return list
}

// ours is the page without the scripts and styles that are the same in each, which TestLibrary looks at.
func ours(t *testing.T, r Week) string {
	t.Helper()
	var b strings.Builder
	p := newPage(r)
	p.Library, p.Script, p.Style = "", "", ""
	if err := pageTemplate().Execute(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
