package sheet

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func TestWrite(t *testing.T) {
	var text strings.Builder
	cells := []string{"=1", "b\"c,"}
	err := Write(&text, func(row func(cells ...string) error) error {
		return errors.Join(row("ａ", ""), row(cells...), row("株式会社アカネ"))
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := "\uFEFFａ,\r\n'=1,\"b\"\"c,\"\r\n株式会社アカネ\r\n"; text.String() != want {
		t.Errorf("written is %q, want %q", text.String(), want)
	}
	if cells[0] != "=1" {
		t.Errorf("the caller's cell is %q now", cells[0])
	}
}

type full struct{}

var errFull = errors.New("the disk is full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriteFails(t *testing.T) {
	errRow := errors.New("there is no such company")
	for name, c := range map[string]struct {
		to   io.Writer
		rows func(row func(cells ...string) error) error
		want error
	}{
		"no rows": {full{}, func(func(...string) error) error { return nil }, errFull},
		"many rows, all of them written": {full{}, func(row func(...string) error) error {
			for range 10_000 {
				_ = row("株式会社アカネ") // Write says it
			}
			return nil
		}, errFull},
		"many rows": {full{}, func(row func(...string) error) error {
			for range 10_000 {
				if err := row("株式会社アカネ"); err != nil {
					return err
				}
			}
			return nil
		}, errFull},
		"the rows fail": {io.Discard, func(func(...string) error) error { return errRow }, errRow},
	} {
		if err := Write(c.to, c.rows); !errors.Is(err, c.want) {
			t.Errorf("%s: Write() = %v, want %v", name, err, c.want)
		}
	}
}

func TestSafe(t *testing.T) {
	for _, cell := range []string{
		"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "−1", " =1", "　＝1", "\u00A0=1", "\uFEFF=1",
		`=HYPERLINK("https://x.example")`, "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!D2",
		"0117111234", "00", "1234567890123", "123456789012",
	} {
		if got := safe(cell); got != "'"+cell {
			t.Errorf("safe(%q) = %q", cell, got)
		}
	}
	for _, cell := range []string{"", " ", "株式会社A", "1+1", "03-1234-5678", "'=1", "ー", "A\n=1", "0", "12345678901", "0.5", "0A"} {
		if got := safe(cell); got != cell {
			t.Errorf("safe(%q) = %q", cell, got)
		}
	}
}
