package matcher

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"nayose"
)

// TestAddressPairs is how near a mention's address is to a company's, by what either may leave out or write otherwise. The
// company's is as registered. A row with a reason is what should be and is not.
func TestAddressPairs(t *testing.T) {
	for _, c := range []struct{ mention, company, want string }{
		// 丁目, 番, 号 and how they are written
		{"東京都港区芝1-2-3", "東京都港区芝１丁目２番３号", "same number"},
		{"東京都港区芝1丁目2番地3", "東京都港区芝１丁目２番３号", "same number"},
		{"東京都港区芝一丁目二番三号", "東京都港区芝１丁目２番３号", "same number"},
		{"東京都港区芝1丁目2-3", "東京都港区芝１丁目２番３号", "same number"},
		{"東京都港区芝１－２－３", "東京都港区芝１丁目２番３号", "same number"},
		{"東京都港区芝1―2‐3", "東京都港区芝１丁目２番３号", "same number"},
		{"東京都港区芝1の2の3", "東京都港区芝１丁目２番３号", "same number"},
		{"東京都 港区 芝 1-2-3", "東京都港区芝１丁目２番３号", "same number"},
		{"〒105-0014 東京都港区芝1-2-3", "東京都港区芝１丁目２番３号", "same number"},
		{"東京都港区芝1-2", "東京都港区芝１丁目２番３号", "same number"}, // without its 号
		{"東京都港区芝1-2-3", "東京都港区芝１丁目２番", "same number"},
		{"東京都港区芝1-2-4", "東京都港区芝１丁目２番３号", "same block"},
		{"東京都港区芝1", "東京都港区芝１丁目２番３号", "same block"},
		{"東京都港区芝2-2-3", "東京都港区芝１丁目２番３号", "same town"},
		{"東京都港区三田1-2-3", "東京都港区芝１丁目２番３号", "same city"},
		{"東京都北区芝1-2-3", "東京都港区芝１丁目２番３号", "same prefecture"},
		{"かすみ町1548-1", "富山県高岡市かすみ町１５４８番地１", "same number"},
		{"大阪府港区芝1-2-3", "東京都港区芝１丁目２番３号", "other prefecture"},
		{"長野県松本市島内10番地1", "長野県松本市島内１０番地１", "same number"},
		{"長野県松本市島内10番地の1", "長野県松本市島内１０番地１", "same number"},
		{"長野県松本市島内10番1号", "長野県松本市島内１０番地１", "same number"},
		{"長野県松本市島内十番地一", "長野県松本市島内１０番地", "same number"},
		{"長野県松本市島内1234", "長野県松本市島内１２３４番地１", "same block"},
		{"札幌市東区北七条東三丁目28番32号", "北海道札幌市東区北七条東３丁目２８－３２", "same number"},
		{"札幌市東区北17条東3-28-32", "北海道札幌市東区北七条東３丁目２８－３２", "same city"},
		{"東京都千代田区3番町6", "東京都千代田区三番町６番地", "same number"},
		{"東京都千代田区六番町6", "東京都千代田区三番町６番地", "same city"},
		{"東京都港区六本木6-10-1", "東京都港区六本木六丁目１０番１号", "same number"},
		{"千葉県旭市ロ1234", "千葉県旭市イ１２３４番地", "same city"},

		// numbers missing
		{"東京都港区芝", "東京都港区芝１丁目２番３号", "same town"},
		{"東京都港区", "東京都港区芝１丁目２番３号", "same city"},
		{"東京都", "東京都港区芝１丁目２番３号", "same prefecture"},
		{"", "東京都港区芝１丁目２番３号", ""},
		{"東京都港区芝1-2-3", "東京都港区芝", "same town"},
		{"東京都港区芝1-2-3", "東京都港区", "same city"},
		{"東京都港区芝1-2-3", "東京都", "same prefecture"},
		{"東京都港区芝1-2-3", "", ""},
		{"東京都港区", "東京都港区", "same city"},
		{"茨城県龍ケ崎市3710", "茨城県龍ケ崎市３７１０番地", "same city"}, // one number without a town is no address
		{"横浜市", "", ""},
		{"北海道札幌市3-28", "北海道", "same prefecture"},

		// 大字 and 字
		{"松本市島内10", "長野県松本市大字島内１０番地", "same number"},
		{"松本市大字島内10", "長野県松本市島内１０番地", "same number"},
		{"檜山郡江差町中歌町193-1", "北海道檜山郡江差町字中歌町１９３－１", "same number"},
		{"松本市島内字上平1234", "長野県松本市大字島内１２３４番地", "same number"},
		{"松本市島内1234-5", "長野県松本市大字島内字上平１２３４番地５", "same number"},
		{"松本市上平1234-5", "長野県松本市大字島内字上平１２３４番地５", "same number"},
		{"松本市島内上平1234-5", "長野県松本市大字島内字上平１２３４番地５", "same number"},
		{"松本市島内10", "長野県松本市大字島内字上平１０番地", "same city"}, // one low number is not enough
		{"松本市1234-5", "長野県松本市大字島内１２３４番地５", "same number"},
		{"松本市12", "長野県松本市大字島内１２番地", "same city"},
		{"七尾市藤橋町45-1", "石川県七尾市藤橋町亥４５番地１", "same number"},
		{"東京都港区芝浦1-2-3", "東京都港区芝１丁目２番３号", "same city"},
		{"新宿区西新宿2-8-1", "東京都新宿区新宿２丁目８番１号", "same city"},
		{"渋谷区神宮前1-2-3", "東京都渋谷区神宮１丁目２番３号", "same city"},

		// the city, its ward or the 郡 left out
		{"中区桑野709-6", "岡山県岡山市中区桑野７０９番地６", "same number"},
		{"岡山市桑野709-6", "岡山県岡山市中区桑野７０９番地６", "same number"},
		{"岡山県岡山市桑野709-6", "岡山県岡山市中区桑野７０９番地６", "same number"},
		{"桑野709-6", "岡山県岡山市中区桑野７０９番地６", "same number"},
		{"岡山県桑野709-6", "岡山県岡山市中区桑野７０９番地６", "same number"},
		{"堺区北旅籠町西3-1-20", "大阪府堺市堺区北旅籠町西三丁１番２０号", "same number"},
		{"神奈川県西区みなとみらい2-2-1", "神奈川県横浜市西区みなとみらい２丁目２番１号", "same number"},
		{"横浜市みなとみらい2-2-1", "神奈川県横浜市西区みなとみらい２丁目２番１号", "same number"},
		{"横浜市中区みなとみらい2-2-1", "神奈川県横浜市西区みなとみらい２丁目２番１号", "other city"},
		{"大阪市西区みなとみらい2-2-1", "神奈川県横浜市西区みなとみらい２丁目２番１号", "other city"},
		{"さいたま市大宮区桜木町1-7-5", "埼玉県さいたま市大宮区桜木町１丁目７番地５", "same number"},
		{"大宮区桜木町1-7-5", "埼玉県さいたま市大宮区桜木町１丁目７番地５", "same number"},
		{"さいたま市桜木町1-7-5", "埼玉県さいたま市大宮区桜木町１丁目７番地５", "same number"},
		{"東神楽町南1条西1-3-2", "北海道上川郡東神楽町南一条西１丁目３－２", "same number"},
		{"神奈川県二宮町二宮5-2", "神奈川県中郡二宮町二宮５番２", "same number"},
		{"早島町前潟360-1", "岡山県都窪郡早島町前潟３６０番地の１", "same number"},
		{"知多郡美浜町河和1-1", "愛知県知多郡美浜町河和１－１", "same number"},
		{"三方郡美浜町河和1-1", "愛知県知多郡美浜町河和１－１", "other city"},
		{"野村1548-1", "富山県高岡市野村１５４８番地１", "same number"}, // the town looks like a village
		{"富山県野村1548-1", "富山県高岡市野村１５４８番地１", "same number"},
		{"神楽町1-2-3", "北海道旭川市神楽町１丁目２－３", "same number"},
		{"みなとみらい2", "神奈川県横浜市西区みなとみらい２丁目２番１号", ""}, // one low number and no city
		{"野村5", "富山県高岡市野村５", ""},
		{"本町1-1", "富山県高岡市野村１－１", ""},

		// cities that end or begin alike, or have one name
		{"秋田市本町1-2", "秋田県北秋田市本町１－２", "other city"},
		{"津市丸之内1-1", "滋賀県大津市丸之内１－１", "other city"},
		{"村山市本町1-1", "東京都東村山市本町１－１", "other city"},
		{"大阪府大阪市北区本町1-1", "大阪府東大阪市本町１－１", "same prefecture"},
		{"広島市本町1-1", "広島県東広島市本町１－１", "other city"},
		{"名古屋市本町1-1", "愛知県北名古屋市本町１－１", "other city"},
		{"府中市本町1-1", "広島県府中市本町１－１", "same number"}, // which one is not said
		{"東京都府中市本町1-1", "広島県府中市本町１－１", "other prefecture"},
		{"東京都中央区本町1-1", "大阪府大阪市中央区本町１－１", "other prefecture"},

		// Kyoto's streets on one side
		{"京都市中京区寺町通御池上る上本能寺前町488", "京都府京都市中京区上本能寺前町４８８", "same number"},
		{"京都市中京区上本能寺前町488", "京都府京都市中京区寺町通御池上る上本能寺前町４８８番地", "same number"},
		{"京都市中京区寺町通御池上ル上本能寺前町488", "京都府京都市中京区寺町通御池上る上本能寺前町４８８番地", "same number"},
		{"京都市下京区烏丸通七条下る東塩小路町721-1", "京都府京都市下京区東塩小路町７２１番地１", "same number"},
		{"京都市下京区四条通室町東入長刀鉾町20", "京都府京都市下京区長刀鉾町２０番地", "same number"},
		{"京都市下京区四条通室町東入ル函谷鉾町79", "京都府京都市下京区四条通室町東入函谷鉾町７９番地", "same number"},
		{"京都市下京区四条通室町東入函谷鉾町79", "京都府京都市下京区四条通烏丸西入函谷鉾町７９番地", "same number"},

		// buildings, floors and rooms
		{"東京都渋谷区桜丘町26-1 セルリアンタワー15F", "東京都渋谷区桜丘町２６番１号", "same number"},
		{"東京都渋谷区桜丘町26-1セルリアンタワー15階", "東京都渋谷区桜丘町２６番１号", "same number"},
		{"東京都渋谷区桜丘町26-1", "東京都渋谷区桜丘町２６番１号セルリアンタワー１５階", "same number"},
		{"東京都渋谷区桜丘町26-1-1501", "東京都渋谷区桜丘町２６番１号", "same number"},
		{"東京都渋谷区桜丘町26-1 第2ビル", "東京都渋谷区桜丘町２６番１号", "same number"},
		{"東京都港区芝1-2-3-201", "東京都港区芝１丁目２番３号", "same number"},
		{"東京都港区芝1-2-3(芝ビル 201)", "東京都港区芝１丁目２番３号", "same number"},
		{"東京都港区芝1丁目2番3号 201号室", "東京都港区芝１丁目２番３号", "same number"},
		{"東京都港区芝1-2-3 201号室", "東京都港区芝１丁目２番３号", "same number"},
		{"東京都渋谷区桜丘町26-1 15F", "東京都渋谷区桜丘町２６番１号", "same number"},
		{"東京都渋谷区桜丘町 セルリアンタワー15F", "東京都渋谷区桜丘町２６番１号", "same town"},

		// ヶ, ケ, が; の, ノ, 之
		{"目黒区自由が丘1-2-3", "東京都目黒区自由ヶ丘１丁目２番３号", "same number"},
		{"目黒区自由ケ丘1-2-3", "東京都目黒区自由が丘１丁目２番３号", "same number"},
		{"目黒区自由ガ丘1-2-3", "東京都目黒区自由ヶ丘１丁目２番３号", "same number"},
		{"竜ヶ崎市緑町1-1", "茨城県龍ケ崎市緑町１－１", "same number"},
		{"鎌ヶ谷市東初富1-1", "千葉県鎌ケ谷市東初富１－１", "same number"},
		{"台東区三の輪1-2-3", "東京都台東区三ノ輪１丁目２－３", "same number"},
		{"江戸川区一ノ江7-1", "東京都江戸川区一之江７丁目１", "same number"},
		{"中郡二宮町二ノ宮5-2", "神奈川県中郡二宮町二の宮五の２", "same number"},
	} {
		t.Run(c.mention+" "+c.company, func(t *testing.T) {
			m := newTestMatcher(t, []nayose.Company{{ID: "1", Name: "ア", Address: c.company}})
			q := &m.deskFor(&nayose.Mention{Address: c.mention}).query
			if got := levelNames[byAddress][m.compareAddress(&q.place, 0)]; got != c.want {
				t.Errorf("address %q against %q is %q, want %q; read as %+v", c.mention, c.company, got, c.want, q.place)
			}
		})
	}
}

func TestComparePlace(t *testing.T) {
	for _, c := range []struct{ mention, company, want string }{
		{"北海道札幌市東区北7条東3-28-32", "北海道札幌市東区北七条東３丁目２８－３２", "same number"},
		{"札幌市東区北7条東3-28", "北海道札幌市東区北七条東３丁目２８－３２", "same number"},
		{"札幌市東区北7条東3-99", "北海道札幌市東区北七条東３丁目２８－３２", "same block"},
		{"札幌市東区北7条東9-1", "北海道札幌市東区北七条東３丁目２８－３２", "same town"},
		{"北海道札幌市東区北8条東9-1", "北海道札幌市東区北七条東３丁目２８－３２", "same city"},
		{"北海道札幌市西区二十四軒1-1", "北海道札幌市東区北七条東３丁目２８－３２", "same prefecture"},
		{"東京都東区北7条東3-28-32", "北海道札幌市東区北七条東３丁目２８－３２", "other prefecture"},
		{"旭川市1条通1-1", "北海道札幌市東区北七条東３丁目２８－３２", "other city"},
		{"東神楽町南1条西1-3-2", "北海道上川郡東神楽町南一条西１丁目３－２", "same number"}, // 郡 left out
		{"秋田県秋田市本町1-2", "秋田県北秋田市本町１－２", "same prefecture"},       // they only end alike
		{"札幌市11条通1-1", "札幌市1条通1-1", "same city"},
		{"岡山市桑野709-6", "岡山県岡山市中区桑野７０９番地６", "same number"}, // the ward left out
		{"中区桑野709-6", "岡山県岡山市中区桑野７０９番地６", "same number"},  // the city left out
		{"野村1548番地1", "富山県高岡市野村１５４８番地１", "same number"},   // the city left out, the town looks like one
		{"東境町神田57-1", "愛知県刈谷市東境町神田５７番地１", "same number"},
		{"本町1-2", "富山県高岡市野村１－２", ""},
		{"高岡市", "富山県高岡市野村１５４８番地１", "same city"},
		{"高岡市1", "富山県高岡市１", "same city"}, // one number without a town is no address
		{"中央区八丁堀1-2-3", "東京都中央区八丁堀１丁目２番３号", "same number"},
		{"中央区八丁堀1-2-3", "東京都中央区新川１丁目２番３号", "same city"},
		{"", "北海道札幌市東区", ""},
		{"札幌市東区", "", ""},
		{"北海道", "北海道札幌市東区", "same prefecture"},
	} {
		m := newTestMatcher(t, []nayose.Company{{ID: "1", Name: "ア", Address: c.company}})
		p := placeOf(m, c.mention)
		if got := levelNames[byAddress][m.compareAddress(&p, 0)]; got != c.want {
			t.Errorf("address %q against %q is %q, want %q", c.mention, c.company, got, c.want)
		}
	}
}

// TestNearestOfTwoPlaces holds that a company is where any of its places is.
func TestNearestOfTwoPlaces(t *testing.T) {
	m := newTestMatcher(t, []nayose.Company{{
		ID: "1", Name: "ア", Prefecture: "東京都", Address: "港区芝1-2-3",
		FormerAddresses: "大阪府大阪市北区梅田1-12-17|大阪府堺市堺区南瓦町3-1",
	}})
	for address, want := range map[string]string{
		"東京都港区芝1-2-3": "same number", "大阪市北区梅田1-12-17": "same number", "大阪市北区梅田2": "same town", "堺市堺区": "same city",
		"東京都北区": "same prefecture", "福岡県福岡市": "other prefecture", "": "",
	} {
		q := &m.deskFor(&nayose.Mention{Address: address}).query
		if got := levelNames[byAddress][m.compareAddress(&q.place, 0)]; got != want {
			t.Errorf("address %q against a company of three places is %q, want %q", address, got, want)
		}
	}
}

// TestManyPlaces holds the comparison with many places of a company against one with each. They lie in few municipalities, some of them
// wards of one city, so that many are in the mention's, or none is, or the mention leaves it out; and at some of them other companies
// crowd.
func TestManyPlaces(t *testing.T) {
	everywhere := slices.Concat(someCities, wards)
	rapid.Check(t, func(t *rapid.T) {
		cities := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(wards), rapid.SampledFrom(everywhere)), 1, 3).Draw(t, "cities")
		there := writtenIn(cities)
		written := rapid.OneOf(there, writtenIn(everywhere), writtenIn([][2]string{{"", ""}}))
		var shops []nayose.Workplace
		for _, a := range rapid.SliceOfN(there, few+1, 40).Draw(t, "workplaces") {
			shops = append(shops, nayose.Workplace{CompanyID: "1", Address: a})
		}
		companies := []nayose.Company{{ID: "1", Name: "ア", Address: rapid.OneOf(there, rapid.Just("")).Draw(t, "office")}}
		for i := range rapid.SampledFrom([]int{0, maxTenants * few}).Draw(t, "neighbours") {
			companies = append(companies, nayose.Company{ID: fmt.Sprint("neighbour ", i), Name: "イ", Address: shops[i%few].Address})
		}
		master, err := Build(seq(companies), seq(shops))
		if err != nil {
			t.Fatal(err)
		}
		m := New(master, DefaultModel())
		d := m.deskFor(&nayose.Mention{Address: written.Draw(t, "address")})
		for range rapid.IntRange(0, 5).Draw(t, "others") {
			o := m.deskFor(&nayose.Mention{Address: written.Draw(t, "another's address")}).query.place.Spot
			d.query.others, d.query.regions = append(d.query.others, o), d.query.regions|1<<o.Pref
		}
		company := m.company("1")
		office := &m.master.Company(company).Office
		want, group := m.comparePlace(&d.query.place, office), m.compareOthers(&d.query, office)
		for _, s := range m.master.Elsewhere(company) {
			want, group = nearer(want, m.comparePlace(&d.query.place, &s)), nearer(group, m.compareOthers(&d.query, &s))
		}
		if got := m.compareAddress(&d.query.place, company); got != want {
			t.Fatalf("%+v against %d places is %q, want %q", d.query.place, len(shops), levelNames[byAddress][got], levelNames[byAddress][want])
		}
		if got := m.compareGroupPlaces(&d.query, company); len(d.query.others) > 0 && got != group {
			t.Fatalf("%v against %d places is %q, want %q", d.query.others, len(shops), levelNames[byAddress][got], levelNames[byAddress][group])
		}
	})
}

// TestTowers counts the companies at one address.
func TestTowers(t *testing.T) {
	const tower = "東京都港区芝1-2-3"
	tenants := func(n int) (all []nayose.Company) {
		for i := range n {
			all = append(all, nayose.Company{ID: fmt.Sprint(i), Name: "株式会社アカネ", Address: fmt.Sprintf("%s タワー%dF", tower, i+1)})
		}
		return all
	}
	moved := tenants(1) // thrice, within its building
	moved[0].FormerAddresses = strings.Repeat(tower+"|", maxTenants)
	for _, c := range []struct {
		about     string
		companies []nayose.Company
		want      string
	}{
		{"one company", tenants(1), "same number"},
		{"as many as may share an address", tenants(maxTenants), "same number"},
		{"more", tenants(maxTenants + 1), "same number, of many"},
		{"an office tower", tenants(3 * maxSharing), "same number, of many"},
		{"one that moved within its building", moved, "same number"},
	} {
		t.Run(c.about, func(t *testing.T) {
			m := newTestMatcher(t, c.companies)
			q := &m.deskFor(&nayose.Mention{Address: "港区芝1丁目2番3号 タワー9F"}).query
			for i := range c.companies {
				if got := levelNames[byAddress][m.compareAddress(&q.place, uint32(i))]; got != c.want {
					t.Errorf("%s: the address is %q, want %q", c.about, got, c.want)
				}
			}
			for _, near := range []string{"東京都港区芝1-2-9", "東京都港区芝1"} {
				q := &m.deskFor(&nayose.Mention{Address: near}).query
				if got := levelNames[byAddress][m.compareAddress(&q.place, 0)]; got != "same block" {
					t.Errorf("%s: %s is %q, want the same block: of a tower only the very address says less", c.about, near, got)
				}
			}
		})
	}
}

// An address as a form has it, field by field.
type fields struct {
	pref, city, town string
	numbers          []int
}

// someCities are municipalities with their prefectures, so few that addresses meet. 府中市 lies in two prefectures. wards are some that one
// address may take for another's: a city, its wards, and one of them as those write it who leave out the city.
var (
	someCities = [][2]string{
		{"東京都", "港区"}, {"東京都", "府中市"}, {"広島県", "府中市"}, {"北海道", "札幌市東区"}, {"北海道", "上川郡東神楽町"}, {"埼玉県", "さいたま市大宮区"},
	}
	wards = [][2]string{{"神奈川県", "横浜市"}, {"神奈川県", "横浜市西区"}, {"神奈川県", "横浜市中区"}, {"神奈川県", "西区"}, {"", "西区"}}
)

// addresses draws addresses in these municipalities.
func addresses(cities [][2]string) *rapid.Generator[fields] {
	return rapid.Custom(func(t *rapid.T) fields {
		city := rapid.SampledFrom(cities).Draw(t, "city")
		return fields{
			city[0], city[1], rapid.SampledFrom([]string{"", "本町", "自由ヶ丘", "北7条東", "島内"}).Draw(t, "town"),
			rapid.SliceOfN(rapid.IntRange(1, 3), 0, 3).Draw(t, "numbers"),
		}
	})
}

// writtenIn draws addresses in these municipalities as they are written.
func writtenIn(cities [][2]string) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string { return addresses(cities).Draw(t, "fields").written(t) })
}

// written writes an address in one of the ways that mean the same.
func (f fields) written(t *rapid.T) string {
	way := rapid.IntRange(0, 4).Draw(t, "way")
	town, units := f.town, []string{"-", "-", ""}
	switch {
	case way == 1:
		units = []string{"丁目", "番", "号"}
	case way == 2:
		units = []string{"－", "－", " タワー9F"}
	case way == 3 && town != "":
		town, units = "大字"+strings.ReplaceAll(town, "ヶ", "が"), []string{"番地の", "の", ""}
	case way == 4:
		town, units = strings.ReplaceAll(strings.ReplaceAll(town, "7条", "七条"), "ヶ", "ケ"), []string{"丁目", "番地", "号"}
	}
	s := f.city + town
	for i, n := range f.numbers {
		s += fmt.Sprint(n)
		if i < len(f.numbers)-1 || units[2] != "" {
			s += units[i]
		}
	}
	if rapid.Bool().Draw(t, "prefecture") {
		return f.pref + s
	}
	return s
}

func (f fields) same(o fields) bool {
	return f.city == o.city && f.town == o.town && slices.Equal(f.numbers, o.numbers)
}

// known reports an address that tells a place: a town and a number, or two numbers.
func (f fields) known() bool { return len(f.numbers) > 1 || len(f.numbers) == 1 && f.town != "" }

// TestPlaceKeysAgainstAll looks at every company for those at a mention's very address, however either is written. The
// prefecture, which mentions leave out, is not part of a key.
func TestPlaceKeysAgainstAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(addresses(someCities), 1, 20).Draw(t, "companies")
		companies := make([]nayose.Company, len(all))
		for i, f := range all {
			companies[i] = nayose.Company{ID: fmt.Sprint(i), Name: "ア", Prefecture: f.pref, Address: f.written(t)}
		}
		master, err := Build(seq(companies))
		if err != nil {
			t.Fatal(err)
		}
		m := New(master, DefaultModel())
		f := rapid.SampledFrom(all).Draw(t, "mention")
		switch rapid.IntRange(0, 3).Draw(t, "change") {
		case 0:
			f = addresses(someCities).Draw(t, "other")
		case 1:
			f.town = rapid.SampledFrom([]string{"鼈町", "本町", ""}).Draw(t, "other town")
		}
		x := nayose.Mention{Address: f.written(t)}
		d := m.deskFor(&x)
		found := d.atPlace()
		for i, o := range all {
			if want := f.known() && f.same(o); found[fmt.Sprint(i)] != want {
				t.Fatalf("%q finds company %d at %q: %v, want %v", x.Address, i, companies[i].Address, !want, want)
			}
			l := m.compareAddress(&d.query.place, m.company(fmt.Sprint(i)))
			if found[fmt.Sprint(i)] && l > addressTower && l != addressOtherPrefecture {
				t.Fatalf("%q finds company %d at %q, but compares as %q", x.Address, i, companies[i].Address, levelNames[byAddress][l])
			}
		}
	})
}

// atPlace is the ids of the companies that the key of the mention's place leads to.
func (d *desk) atPlace() map[string]bool {
	found := map[string]bool{}
	for _, c := range d.master.Owners(d.placeKey(&d.query.place)) {
		found[d.master.ID(c)] = true
	}
	return found
}

// TestPlaceKeysWithoutCity finds the companies of every city that has the town and the numbers, where these tell a place.
func TestPlaceKeysWithoutCity(t *testing.T) {
	m := newTestMatcher(t, []nayose.Company{
		{ID: "0", Name: "ア", Address: "富山県高岡市野村1548番地1"},
		{ID: "1", Name: "イ", Address: "三重県四日市市野村1548-1"},
		{ID: "2", Name: "ウ", Address: "富山県高岡市野村1548"},
		{ID: "3", Name: "エ", Address: "富山県高岡市本町5"},
		{ID: "4", Name: "オ", Address: "富山県富山市中島1-2"},
		{ID: "5", Name: "カ", Address: "茨城県龍ケ崎市3710-1"},
	})
	for address, want := range map[string][]string{
		"野村1548-1": {"0", "1"}, "野村1548番地1": {"0", "1"}, "野村1548": {"2"}, "中島1-2": {"4"}, "富山県中島1-2": {"4"},
		"本町5": nil, "野村": nil, "1548-1": nil, "上野村1548-1": nil, "高岡市野村1548-1": {"0"}, "高岡市西野村1548-1": nil, "": nil,
		"龍ヶ崎市3710-1": {"5"}, "龍ヶ崎市鼈町3710-1": nil, // a town that nobody knows is not none
	} {
		got := slices.Sorted(maps.Keys(m.deskFor(&nayose.Mention{Address: address}).atPlace()))
		if !slices.Equal(got, want) {
			t.Errorf("address %q leads to the companies %v, want %v", address, got, want)
		}
	}
}

// placeOf is the place of an address.
func placeOf(m *Matcher, address string) place {
	d := newDesk(m)
	return d.newPlace(d.reader.Address("", address))
}
