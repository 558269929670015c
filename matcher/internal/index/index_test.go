package index

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestRoundTrip(t *testing.T) {
	b := NewBuilder()
	for _, e := range []Entry{
		{ID: "1234567890123", Name: Name{Loose: "アカネ", Strict: "アカネ"}, Kana: "アカネ", Phone: "0312345678", Office: Place{Pref: 1, City: "札幌市東区", Town: "北7条東", Numbers: []uint16{3, 28}}},
		{ID: "X1", Name: Name{Loose: "アカネ食品", Strict: "アカネ食品"}, Others: []Name{{Loose: "アカネ", Role: Former}}},
	} {
		if err := b.Add(&e); err != nil {
			t.Fatal(err)
		}
	}
	x, err := b.Finish(func(a, b string) bool { return a == b })
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Check(); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	n, err := x.WriteTo(&buf)
	if err != nil || n != int64(buf.Len()) || n != x.Size() {
		t.Fatal(n, err, x.Size())
	}
	p := filepath.Join(t.TempDir(), "i")
	os.WriteFile(p, buf.Bytes(), 0o600)
	f, err := os.Open(p)
	if err != nil {
		t.Fatal(err)
	}
	y, err := Open(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := y.Check(); err != nil {
		t.Fatal(err)
	}
	if y.ID(0) != "X1" || y.ID(1) != "1234567890123" {
		t.Error(y.ID(0), y.ID(1))
	}
	y.Close()
}
