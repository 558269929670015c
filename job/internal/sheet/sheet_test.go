package sheet

import (
	"errors"
	"strings"
	"testing"
)

func TestWriter(t *testing.T) {
	var text strings.Builder
	out := New(&text)
	row := []string{"=1", "b\"c,"}
	if err := errors.Join(out.Row("ａ", ""), out.Row(row...), out.Row("株式会社アカネ"), out.Flush()); err != nil {
		t.Fatal(err)
	}
	if want := "\uFEFFａ,\r\n'=1,\"b\"\"c,\"\r\n株式会社アカネ\r\n"; text.String() != want {
		t.Errorf("written is %q, want %q", text.String(), want)
	}
	if row[0] != "=1" {
		t.Errorf("the caller's cell is %q now", row[0])
	}
}

type full struct{}

var errFull = errors.New("the disk is full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriterFails(t *testing.T) {
	if err := New(full{}).Flush(); !errors.Is(err, errFull) {
		t.Errorf("Flush() = %v, want %v", err, errFull)
	}
	out := New(full{})
	var err error
	for range 10_000 {
		err = errors.Join(err, out.Row("株式会社アカネ"))
	}
	if !errors.Is(err, errFull) {
		t.Errorf("Row() = %v, want %v", err, errFull)
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
