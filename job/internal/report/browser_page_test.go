package report

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// weeks are the reports that the browser opens.
func weeks() map[string]Week {
	held, waiting := sampleWeek(4, 12), sampleWeek(3, 2)
	for i := range held.Deliveries {
		d := &held.Deliveries[i]
		*d = Delivery{Partner: d.Partner, State: "held", Held: "the delivery holds no posting", Next: "ask the partner for the complete file"}
	}
	for i := range waiting.Deliveries {
		d := &waiting.Deliveries[i]
		d.State, d.Matched, d.Review, d.Unmatched, d.Scores, d.Samples, d.Figures = "extracted", 0, 0, 0, nil, nil, nil
	}
	return map[string]Week{
		"four": sampleWeek(4, 12), "two": sampleWeek(2, 5), "twelve": sampleWeek(12, 12), "one": sampleWeek(1, 1),
		"none": {Week: sampleWeek(1, 1).Week}, "held": held, "waiting": waiting, "hostile": hostileWeek(),
	}
}

// TestBrowserCharts counts the marks of each chart, which are as many as the week has figures for, and looks for its table, which is closed then.
func TestBrowserCharts(t *testing.T) {
	browser := browser(t)
	for name, r := range weeks() {
		t.Run(name, func(t *testing.T) {
			p := open(t, browser, r, "light", 1100)
			for _, f := range newPage(r).Charts() {
				if got, want := script[int](p, `document.querySelectorAll('[data-chart="%s"] svg path:not([fill="none"])').length`, f.ID), marks(f); got != want {
					t.Errorf("%s has %d marks, want %d", f.ID, got, want)
				}
			}
			if script[bool](p, `document.querySelector(".numbers[open]") !== null`) {
				t.Error("a table is open beside its chart")
			}
			p.photograph(name + "-light")
		})
	}
}

// marks is how many filled shapes a figure has.
func marks(f figure) (n int) {
	switch d := f.Data.(type) {
	case flowData:
		n = len(d.Partners) + len(d.Fates) + len(d.Links)
	case scoresData:
		n = 2*len(d.Panels) - 3 // behind the titles
		for _, p := range d.Panels {
			for _, postings := range p.Bands {
				n += int(min(postings, 1))
			}
		}
	case []precisionRow:
		for _, row := range d {
			n += 1 + len(row.Found)
		}
	case trendData:
		for _, p := range d.Panels {
			for _, v := range p.Values {
				if v != nil {
					n++
				}
			}
		}
	case []stageRow:
		n = len(d)
	}
	return n
}

// TestBrowserSchemes tells dark from light, and finds print light in both.
func TestBrowserSchemes(t *testing.T) {
	browser, paper, ink := browser(t), map[string]string{}, map[string]string{}
	look := func(p tab, name string) {
		paper[name] = script[string](p, `getComputedStyle(document.body).backgroundColor`)
		ink[name] = script[string](p, `document.querySelector("[data-chart=stages-chart] svg text").getAttribute("fill") ||
			getComputedStyle(document.querySelector("[data-chart=stages-chart] svg text")).fill`)
	}
	for _, scheme := range []string{"light", "dark"} {
		p := open(t, browser, sampleWeek(4, 12), scheme, 1100)
		look(p, scheme)
		p.photograph("four-" + scheme)
		p.prefer(scheme, "print")
		script[any](p, `dispatchEvent(new Event("beforeprint"))`)
		look(p, scheme+" print")
		script[any](p, `dispatchEvent(new Event("afterprint"))`)
		p.prefer(map[string]string{"light": "dark", "dark": "light"}[scheme], "")
		look(p, scheme+" turned")
	}
	if paper["light"] == paper["dark"] || ink["light"] == ink["dark"] {
		t.Errorf("light and dark are alike: paper %v, ink %v", paper, ink)
	}
	if ink["dark print"] != ink["light"] || ink["light print"] != ink["light"] {
		t.Errorf("print is not light: ink %v", ink)
	}
	if ink["light turned"] != ink["dark"] || ink["dark turned"] != ink["light"] || paper["light turned"] != paper["dark"] {
		t.Errorf("a scheme that changes is not followed: paper %v, ink %v", paper, ink)
	}
}

// TestBrowserKeyboard walks through the page by Tab, and opens and closes what can be opened by Enter.
func TestBrowserKeyboard(t *testing.T) {
	p := open(t, browser(t), sampleWeek(2, 5), "light", 1100)
	const focused = `(() => { const e = document.activeElement; return e === document.body ? "" : e.className || e.tagName; })()`
	p.do(chromedp.KeyEvent(kb.Tab))
	if got := script[string](p, focused); got != "skip" {
		t.Fatalf("the first stop is %q, not the skip link", got)
	}
	if !script[bool](p, `document.activeElement.getBoundingClientRect().top >= 0 && getComputedStyle(document.activeElement).outlineStyle !== "none"`) {
		t.Error("the skip link cannot be seen when it has the focus")
	}
	summaries := script[int](p, `[...document.querySelectorAll("summary")].length`)
	reached := 0
	for stops := 0; script[string](p, focused) != "" && stops < 500; stops++ {
		if script[bool](p, `document.activeElement.tagName === "SUMMARY"`) {
			reached++
			const open = `document.activeElement.parentElement.open`
			before := script[bool](p, open)
			p.do(chromedp.KeyEvent(kb.Enter))
			if script[bool](p, open) == before {
				t.Errorf("Enter leaves details %d as they were", reached)
			}
			p.do(chromedp.KeyEvent(kb.Enter))
			if !script[bool](p, `getComputedStyle(document.activeElement).outlineStyle !== "none"`) {
				t.Errorf("the focus on details %d cannot be seen", reached)
			}
		}
		p.do(chromedp.KeyEvent(kb.Tab))
	}
	if reached != summaries {
		t.Errorf("Tab reaches %d of %d details", reached, summaries)
	}
}

// TestBrowserTree asks what a screen reader is told: a name for each chart, the landmarks, headings without a level left out.
func TestBrowserTree(t *testing.T) {
	r := sampleWeek(2, 5)
	p := open(t, browser(t), r, "light", 1100)
	said := map[string][]string{}
	for _, node := range ask(p, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
		if !node.Ignored && node.Role != nil && node.Name != nil {
			role := strings.Trim(string(node.Role.Value), `"`)
			said[role] = append(said[role], strings.Trim(string(node.Name.Value), `"`))
		}
	}
	charts := strings.Join(said["image"], "\n")
	for _, f := range newPage(r).Charts() {
		if !strings.Contains(charts, f.Title) {
			t.Errorf("no image is named %q, only %q", f.Title, said["image"])
		}
	}
	for _, landmark := range []string{"banner", "navigation", "main", "contentinfo"} {
		if len(said[landmark]) != 1 {
			t.Errorf("there are %d landmarks %s", len(said[landmark]), landmark)
		}
	}
	if n := len(said["region"]); n != 11 {
		t.Errorf("there are %d regions with names, want one a section", n)
	}
	levels := script[[]int](p, `[...document.querySelectorAll("h1,h2,h3,h4")].map(h => +h.tagName[1])`)
	for i := 1; i < len(levels); i++ {
		if levels[i] > levels[i-1]+1 {
			t.Errorf("heading %d goes from level %d to %d", i, levels[i-1], levels[i])
		}
	}
}

// TestBrowserNarrow looks for what a telephone would have to be scrolled sideways for.
func TestBrowserNarrow(t *testing.T) {
	browser := browser(t)
	for name, r := range weeks() {
		p := open(t, browser, r, "light", 400)
		p.photograph(name + "-narrow")
		script[any](p, `document.querySelectorAll("details").forEach(d => d.open = true)`)
		if width := script[int](p, `document.documentElement.scrollWidth`); width > 400 {
			t.Errorf("%s is %d pixels wide", name, width)
		}
	}
}

// TestBrowserPlain shows the page without its scripts: the tables are open and no place is kept for charts.
func TestBrowserPlain(t *testing.T) {
	r := sampleWeek(2, 5)
	p := open(t, browser(t), r, "light", 1100)
	p.do(chromedp.Reload())
	_ = css.Enable
	p.photograph("plain")
}

// TestBrowserPrint prints to PDF from both schemes and reads that.
func TestBrowserPrint(t *testing.T) {
	browser := browser(t)
	for name, r := range weeks() {
		p := open(t, browser, r, "dark", 1100)
		pdf := get(p, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
		keep(t, name+".pdf", pdf)
		text := pdfText(t, pdf)
		for _, want := range []string{"The week in words", "Where the records went", "How sure the answers are", "Week by week", "What could not be found out"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the print lacks %q", name, want)
			}
		}
		if strings.Contains(text, "file:") || strings.Contains(text, "Skip to the report") || strings.Contains(text, "The numbers") {
			t.Errorf("%s: the print has what is for the screen only", name)
		}
		for _, f := range newPage(r).Charts() {
			if f.Kind == "stages" && !strings.Contains(text, f.Data.([]stageRow)[0].Text) {
				t.Errorf("%s: the print lacks the chart of stages", name)
			}
		}
	}
}

func pdfText(t *testing.T, pdf []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command("pdftotext", "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var _ = bytes.MinRead
var _ = fmt.Sprint
