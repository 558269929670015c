package feed

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestScan takes a file apart, header, damage and all, until it ends or the caller wants no more.
func TestScan(t *testing.T) {
	file := "\ufeffid,text\n1,\"a \"\"b\"\"\nc\"\n,\n2,x,y\n"
	var got []string
	collect := func(table string, rec *Record) error {
		what := fmt.Sprintf("%s%d:%d %q", table, rec.Line, rec.Offset, rec.Cells)
		if rec.Fault != nil {
			what = fmt.Sprintf("%d: %s", rec.Line, rec.Fault.Code)
		}
		got = append(got, what)
		return nil
	}
	content := memory{strings.NewReader(file)}
	if err := Scan(content, Format{Delimiter: ",", Width: 2}, collect); err != nil {
		t.Fatal(err)
	}
	want := []string{`1:3 ["id" "text"]`, `2:11 ["1" "a \"b\"\nc"]`, `4:25 ["" ""]`, "5: cell_count"}
	if !slices.Equal(got, want) {
		t.Errorf("Scan gives\n%q, want\n%q", got, want)
	}
	enough := errors.New("enough")
	if err := Scan(content, Format{}, func(string, *Record) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("Scan = %v, want the caller's error", err)
	}
}
