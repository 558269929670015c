package main

import (
	"testing"

	"github.com/goccy/go-yaml"
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
