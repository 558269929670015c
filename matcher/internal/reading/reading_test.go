package reading_test

import (
	"fmt"

	"nayose/matcher/internal/reading"
)

// Example is the one of the package comment.
func Example() {
	var r reading.Reader
	name := r.Clean("急募！㈱ｱｶﾈ　新宿店")
	fmt.Println(name)
	company := r.Registered("株式会社アカネ")
	for _, w := range r.Wordings(name) {
		fmt.Println(w.Loose, w.Loose == company.Loose && w.Form == company.Form)
	}
	p := r.Address("", "新宿区新宿三丁目１番１３号")
	fmt.Println(p.Pref, p.City, p.Town, p.Numbers)
	fmt.Println(r.Phone("ＴＥＬ０３（１２３４）５６７８"))
	// Output:
	// 急募!(株)アカネ 新宿店
	// アカネ新宿店 false
	// アカネ true
	// 新宿店 false
	// 0 新宿区 新宿 [3 1 13]
	// 0312345678
}
