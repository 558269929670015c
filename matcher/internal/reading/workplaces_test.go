package reading

import (
	"slices"
	"testing"
)

func TestAppendWorkplace(t *testing.T) {
	const address = "北海道札幌市東区北七条東３丁目２８－３２ ポプラビル"
	for _, c := range []struct {
		name string
		want []string
	}{
		{"アカネの里", []string{"アカネノ里"}},
		{"アカネの里（訪問介護）", []string{"アカネノ里訪問介護", "アカネノ里"}},
		{"株式会社アカネ 札幌営業所", []string{"アカネ札幌営業所"}},
		{"アカネ本店", []string{"アカネ本店"}},
		{"アカネ", []string{"アカネ"}},
		{"本社", nil},
		{"本社工場", nil},
		{"札幌支店", nil},
		{"東区店", nil},
		{"札幌", nil},
		{"ポプラビル", nil},
		{"小樽支店", []string{"小樽支店"}}, // it does not lie there
		{"大阪支店", nil},
		{"関東物流センター", nil},
		{"第二工場", nil},
		{"第2営業所", nil},
		{"12", nil},
		{"ア", nil},
		{"非公開", nil},
		{"★", nil},
		{"", nil},
	} {
		if got := new(Reader).AppendWorkplace(nil, c.name, address); !slices.Equal(got, c.want) {
			t.Errorf("the workplace %q is known by %q, want %q", c.name, got, c.want)
		}
	}
}
