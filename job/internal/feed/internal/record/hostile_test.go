package record

import (
	"io"
	"strings"
	"testing"
)

// TestLooks shows that no file makes the splitter look at its bytes again and again: each line of these asks for another look at all
// that is behind it.
func TestLooks(t *testing.T) {
	const size = 1 << 20
	for _, test := range []struct {
		name, unit, end string
		most            int64 // looks at a byte, on average
	}{
		{"sound", "a,b,c\n", "", 3},
		{"sound lines, several each", "a,\"b\nb\",c\n", "", 5},
		{"quoted cells that nothing opens or closes", `株式会社","東京都千代田区","月給250,000円～320,000円` + "\n", "", 80},
		{"the same, as short as can be", "x\",\"y\n", "", 700},
		{"most lines sound, the others open a quote", "a,b,c\na,b,c\nx\",\"y\n", "x\"\n", 300},
		{"quotes that close where one may open", "a,\"\n\",b\n", "", 10},
		{"quotes that do not close", "a,\"b\n", "", 10},
		{"quotes that close on the next line", "a,b,\"c\n,\"\n", "", 10},
		{"doubled quotes", strings.Repeat(`""`, 1<<16) + "\n", "", 5},
		{"a cell that goes on", "a,b,c\n" + strings.Repeat("d\n", 40), "", 5},
	} {
		file := strings.Repeat(test.unit, size/len(test.unit)) + test.end
		s := newSplitter(strings.NewReader(file))
		s.dialect, s.width = newDialect(Format{Delimiter: ",", Quote: '"'}), 3
		for {
			if _, err := s.next(); err == io.EOF {
				break
			}
		}
		if looks := s.looked / int64(len(file)); looks > test.most {
			t.Errorf("%s: %d looks at a byte, more than %d", test.name, looks, test.most)
		} else {
			t.Logf("%s: %d looks at a byte", test.name, looks)
		}
	}
}
