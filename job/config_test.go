package main

import (
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"nayose"
	"nayose/loader"
)

const goodPartner = "\ncolumns: {posting_id: id, company_name: 会社名}\n"

func readPartner(t *testing.T, text string) (p partnerConfig, err error) {
	t.Helper()
	if err = yaml.UnmarshalWithOptions([]byte(text+goodPartner), &p, yaml.Strict()); err == nil {
		err = p.validate("p")
	}
	return p, err
}

// TestRuleOfCompleteness reads the settings of a partner's files, good and bad.
func TestRuleOfCompleteness(t *testing.T) {
	for text, good := range map[string]bool{
		"files: feeds/{week}/a.csv":                                             true,
		"files: ['feeds/{monday}/a.csv', b.csv]":                                true,
		"files: part-{n}.csv\ncomplete: {count: 3}":                             true,
		"files: part-{nn}.csv\ncomplete: {marker: 'feeds/{week}/_SUCCESS'}":     true,
		"files: part-{n}.csv\ncomplete:\n  quiet: 10m\n  count: 2\n  marker: m": true,
		"files: a.csv\ncomplete: {quiet: 10m}":                                  true,
		"files: [a.csv, b.csv]\ncomplete: {count: 2}":                           true,
		"files: [a.csv, b.csv]\ncomplete: {count: 3}":                           false,
		"files: part-{n}.csv":                                                   false,
		"files: part-{n}.csv\ncomplete: {}":                                     false,
		"files: ['part-{n}.csv', b.csv]\ncomplete: {count: 3}":                  false,
		"files: part-{n}.csv\ncomplete: {count: -1}":                            false,
		"files: part-{n}.csv\ncomplete: {count: 1000000}":                       false,
		"files: part-{n}.csv\ncomplete: {marker: 'm-{n}'}":                      false,
		"files: part-{n}.csv\ncomplete: {marker: 'm-{day}'}":                    false,
		"files: '{week}.csv'\ncomplete: {marker: _SUCCESS}":                     false,
		"files: '{week}.csv'\ncomplete: {marker: '{monday}'}":                   true,
		"files: part-{n}.csv\ncomplete: {quiet: -1m}":                           false,
		"files: part-{n}.csv\ncomplete: {quiet: soon}":                          false,
		"files: part-{n}.csv\ncomplete: {number: 3}":                            false,
		"files: feeds/{wek}/a.csv":                                              false,
	} {
		_, err := readPartner(t, text)
		if (err == nil) != good {
			t.Errorf("%s: %v, want it to be good: %v", text, err, good)
		}
	}
}

// TestMasterSources reads the settings of the master, good and bad, and which sources come of them.
func TestMasterSources(t *testing.T) {
	imported, none := Source{Imported: true}, Source{}
	for text, want := range map[string][3]Source{
		"{}":                                     {},
		"file: c.csv":                            {{File: "c.csv"}, none, none},
		"imported: true":                         {imported, imported, none},
		"imported: true\nworkplaces: {}":         {imported, none, none},
		"imported: true\naliases: {file: a.csv}": {imported, imported, {File: "a.csv"}},
		"query: select 1\nversion: select 2":     {{Query: "select 1"}, none, none},
		"file: c.csv\nversion: select 2\nworkplaces: {query: select 1}\naliases: {imported: true}\nat_least: 9": {
			{File: "c.csv"}, {Query: "select 1"}, imported,
		},
	} {
		m, err := readMaster(text)
		got := [3]Source{}
		for i, p := range m.parts() {
			got[i] = p.Source
		}
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"file: c.csv\nimported: true":                                     "more than one source of companies",
		"file: c.csv\nworkplaces: {file: w.csv, query: select 1}":         "more than one source of workplaces",
		"file: c.csv\naliases: {imported: true, query: select 1}":         "more than one source of aliases",
		"workplaces: {file: w.csv}":                                       "the master's workplaces have a source, and its companies have none",
		"imported: true\nversion: select 1":                               "master.version is for queries",
		"version: select 1":                                               "master.version is for queries",
		"file: c.csv\nat_least: -1":                                       "at_least is -1",
		"file: c.csv\nworkplace: {file: w.csv}":                           "workplace",
		"file: c.csv\nworkplaces: {files: w.csv}":                         "files",
		"file: c.csv\nworkplaces: w.csv":                                  "w.csv",
		"query: select 1\nworkplaces: {query: select 1, version: select}": "version",
	} {
		if _, err := readMaster(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func readMaster(text string) (m masterConfig, err error) {
	if err = yaml.UnmarshalWithOptions([]byte(text), &m, yaml.Strict()); err == nil {
		err = m.validate()
	}
	return m, err
}

func TestRejectLimit(t *testing.T) {
	for text, want := range map[string]ratio{"10%": 0.1, "0.7%": 0.007, "0.1": 0.1, "29%": 0.29, " 12.5 %": 0.125, "100%": 1, "1": 1, "0": 0, "0%": 0, "1.0": 1} {
		p, err := readPartner(t, "files: a.csv\nreject_limit: "+text)
		if err != nil || p.RejectLimit == nil || *p.RejectLimit != want {
			t.Errorf("reject_limit: %s = %v, %v, want %v", text, p.RejectLimit, err, want)
		}
	}
	for _, text := range []string{"10", "101%", "-1%", "ten", "%", "NaN", "1e1%", "Inf", "[1]"} {
		if p, err := readPartner(t, "files: a.csv\nreject_limit: "+text); err == nil {
			t.Errorf("reject_limit: %s = %v, want an error", text, *p.RejectLimit)
		}
	}
	if p, err := readPartner(t, "files: a.csv"); err != nil || p.RejectLimit != nil {
		t.Errorf("no reject_limit = %v, %v, want none", p.RejectLimit, err)
	}
}

// TestLongestWait: who waits to the deadline takes those along that have nothing to wait for.
func TestLongestWait(t *testing.T) {
	const minute = duration(time.Minute)
	for _, c := range []struct{ wait, deadline, want duration }{
		{minute, 0, minute}, {minute, 60 * minute, minute}, {60 * minute, 10 * minute, 9 * minute}, {10 * minute, 10 * minute, 9 * minute}, {0, minute, 0},
	} {
		cfg := config{Wait: c.wait, Deadline: c.deadline}
		if got := cfg.longestWait(); got != c.want {
			t.Errorf("a wait of %v before a deadline of %v is %v, want %v", time.Duration(c.wait), time.Duration(c.deadline), time.Duration(got), time.Duration(c.want))
		}
	}
}

// TestDays reads times of retention, good and bad.
func TestDays(t *testing.T) {
	for text, want := range map[string]days{"400d": 400, "1d": 1, "0d": 0, "-1d": 0, "400": 0, "9h": 0, "1.5d": 0, "d": 0, "99999d": 0, "''": 0} {
		var r struct {
			Retention retention `yaml:"retention"`
		}
		err := yaml.UnmarshalWithOptions([]byte("retention: {postings: "+text+"}"), &r, yaml.Strict())
		if r.Retention.Postings != want || (err == nil) != (want > 0) {
			t.Errorf("%s: %d days, %v, want %d", text, r.Retention.Postings, err, want)
		}
	}
	week := nayose.Week{Year: 2026, Week: 47}
	if got, want := days(7).before(week), week.Last().Monday(); got != want {
		t.Errorf("7 days before %s: %s, want %s", week, got, want)
	}
}

// TestGuardLimits reads limits in both forms, and what is not said is as it is by default.
func TestGuardLimits(t *testing.T) {
	type limit = loader.Limit
	for text, want := range map[string]func(*loader.Limits){
		"{}":                                     func(*loader.Limits) {},
		"{match_drop: 10%}":                      func(*loader.Limits) {},
		"{match_drop: 0.2}":                      func(l *loader.Limits) { l.MatchDrop = limit{Hold: 0.2} },
		"{match_drop: {warn: 5%, hold: 10%}}":    func(l *loader.Limits) { l.MatchDrop = limit{Warn: 0.05, Hold: 0.1} },
		"{match_drop: {warn: 5%}}":               func(l *loader.Limits) { l.MatchDrop = limit{Warn: 0.05, Hold: 0.1} },
		"{match_drop: {warn: 5%, hold: 0}}":      func(l *loader.Limits) { l.MatchDrop = limit{Warn: 0.05} },
		"\n  match_drop:\n    warn: 5%":          func(l *loader.Limits) { l.MatchDrop = limit{Warn: 0.05, Hold: 0.1} },
		"{flip: 40%}":                            func(l *loader.Limits) { l.Flip.Hold = 0.4 },
		"{flip: 0}":                              func(l *loader.Limits) { l.Flip = limit{} },
		"{flip: {hold: 0}}":                      func(l *loader.Limits) { l.Flip.Hold = 0 },
		"{flip: {}}":                             func(*loader.Limits) {},
		"{flip: }":                               func(*loader.Limits) {},
		"{shrink: {warn: 80%, hold: 50%}}":       func(l *loader.Limits) { l.Shrink.Warn = 0.8 },
		"{grow: {warn: 1.5}}":                    func(l *loader.Limits) { l.Grow = limit{Warn: 1.5, Hold: 3} },
		"{grow: 2}":                              func(l *loader.Limits) { l.Grow.Hold = 2 },
		"{grow: 0}":                              func(l *loader.Limits) { l.Grow = limit{} },
		"{review_rise: 1%, reject_rise: 2%}":     func(l *loader.Limits) { l.ReviewRise.Hold, l.RejectRise.Hold = 0.01, 0.02 },
		"{score_shift: 0, renumber: {warn: 1%}}": func(l *loader.Limits) { l.ScoreShift, l.Renumber.Warn = limit{}, 0.01 },
		"{expire: {warn: 29%}}":                  func(l *loader.Limits) { l.Expire.Warn = 0.29 },
	} {
		limits := new(guardConfig).limits()
		want(&limits)
		p, err := readPartner(t, "files: a.csv\nguards: "+text)
		if got := p.Guards.limits(); err != nil || got != limits {
			t.Errorf("guards: %s = %+v, %v, want %+v", text, got, err, limits)
		}
	}
	for text, want := range map[string]string{
		"{match_drop: ten}":                      `[2:22] "ten" is not a share`,
		"{match_drop: [5%, 10%]}":                "[2:22] ",
		"{match_drop: {warn: ten}}":              `"ten" is not a share`,
		"{match_drop: {warn: 5%, held: 10%}}":    `[2:33] unknown field "held"`,
		"{match_drop: {warn: 10%, hold: 5%}}":    "guards.match_drop holds before it warns: warn is 10 %, hold is 5 %",
		"{match_drop: {warn: 10%, hold: 10%}}":   "guards.match_drop holds before it warns",
		"{shrink: {warn: 40%, hold: 50%}}":       "guards.shrink holds before it warns",
		"{flip: {warn: 30%}}":                    "guards.flip holds before it warns: warn is 30 %, hold is 20 %",
		"{shrink: {warn: 40%}}":                  "guards.shrink holds before it warns: warn is 40 %, hold is 50 %",
		"{grow: {warn: 4}}":                      "guards.grow holds before it warns: warn is 4, hold is 3",
		"{grow: 1}":                              "[2:16] 1 is not a number above 1",
		"{grow: {warn: .nan}}":                   "not a number above 1",
		"{grow: 50%}":                            "[2:16] ",
		"{scores: 1%}":                           `unknown field "scores"`,
		"\n  flip:\n    warn: 5%\n    hold: 5.5": `[4:9] "5.5" is not a share`,
	} {
		if _, err := readPartner(t, "files: a.csv\nguards: "+text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("guards: %s: %v, want %q", text, err, want)
		}
	}
}
