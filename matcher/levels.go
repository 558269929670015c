package matcher

// A comparison is one way to compare a mention with a company, and a level is what it can come to. Names here are what
// evidence shows and what the model's file gives weights for. A level without a name compares nothing and weighs
// nothing.
type comparison uint8

const (
	byName comparison = iota
	byForm
	byKana
	byAddress
	byPhone
	byDomain
	byNumber
	byStatus
	comparisons
)

var comparisonNames = [comparisons]string{"name", "form", "kana", "address", "phone", "domain", "number", "status"}

// level is a comparison's result.
type level uint8

// How a name was found; a higher level is a better one.
const (
	nameUnlike level = iota
	nameWorkplaceBegins
	nameWorkplaceWord
	nameWorkplace
	nameContained
	nameBegins2
	nameBegins3
	nameBegins4
	nameBegins5
	nameBranch
	nameWordShort
	nameWord
	namePart
	nameKana
	nameAlias
	nameFormer
	nameLoose
	nameSame
)

// How the legal forms compare.
const (
	formUnknown level = iota // of names without a form of their own: readings, and what was not found by name
	formSame
	formOtherSide // X株式会社 for 株式会社X
	formKin       // 医療法人 for 医療法人社団
	formOmitted   // the company has one, the mention names none
	formAdded     // the mention names one, the company has none
	formNeither
	formDiffers
)

// Where the mention's place lies, seen from the company's.
const (
	addressUnknown level = iota
	addressNumber        // the same 番 or 号
	addressBlock         // the same 丁目 or first number
	addressTown
	addressCity
	addressPrefecture
	addressOtherPrefecture
	addressOtherCity // the mention gives no prefecture
)

const (
	kanaUnknown level = iota
	kanaSame
	kanaDiffers
)

const (
	phoneUnknown level = iota
	phoneSame
	phoneShared // the same, but toll-free or several companies'
	phoneExchange
	phoneDiffers
)

const (
	domainUnknown level = iota
	domainSame
	domainShared // the same, but several companies'
	domainDiffers
)

const (
	numberUnknown level = iota
	numberSame
	numberDiffers
)

const (
	statusOpen level = iota
	statusClosed
)

var levelNames = [comparisons][]string{
	byName: {
		"unlike", "workplace begins with it", "word of the workplace", "workplace", "one contains the other",
		"begins with its 2 letters", "begins with its 3 letters", "begins with its 4 letters", "begins with its 5 letters or more",
		"branch", "short word", "word", "part with legal form", "reading", "alias", "former name", "same but for kana", "same",
	},
	byForm: {
		"", "same", "same, other side", "related", "omitted", "added", "none on either side", "differs",
	},
	byKana: {"", "same", "differs"},
	byAddress: {
		"", "same number", "same block", "same town", "same city", "same prefecture", "other prefecture", "other city",
	},
	byPhone:  {"", "same", "same, shared", "same exchange", "differs"},
	byDomain: {"", "same", "same, shared", "differs"},
	byNumber: {"", "same", "differs"},
	byStatus: {"", "closed"},
}
