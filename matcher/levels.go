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
	byGroup
	byDecision
	comparisons
)

var comparisonNames = [comparisons]string{"name", "form", "kana", "address", "phone", "domain", "number", "status", "group", "decision"}

// level is a comparison's result.
type level uint8

// How a name was found; a higher level is a better one. Those below namePart share no more than a piece of the name.
const (
	nameUnknown level = iota // the mention has none
	nameUnlike
	nameWorkplacePiece // a piece of the workplace's name
	nameWorkplaceWord
	nameSimilar   // shares pieces
	nameStarts    // begins alike
	nameWithin    // the mention's name stands inside the company's or ends it
	nameShortened // the company's name goes on where the mention's ends
	nameInside    // the company's name stands inside the mention's or ends it
	nameBegins    // the mention's name goes on where the company's ends
	nameBranch    // and with a branch or shop
	nameNear      // one letter is another, missing or too much
	nameWord
	nameSameWorkplace // the mention's workplace is called as one of the company's
	nameOfWorkplace   // the mention's name is that of one of the company's workplaces
	namePart
	nameWorkplace
	nameKana
	nameEnglish
	nameAlias
	nameFormer
	nameLoose
	nameVariant
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

// Where the mention's place lies, seen from the company's nearest.
const (
	addressUnknown    level = iota
	addressNumber           // the very address: all the numbers that both give, two of them or more where one side gives more
	addressTower            // the same, but many companies are registered there
	addressBlock            // the same town and first number, and not all: 2-3-1 and 2-3-5, 2-3 and 2-9
	addressTown             // another first number, or one side gives none
	addressCity             // the same municipality, another town; each ward of a large city is one
	addressPrefecture       // another municipality of the prefecture
	addressOtherPrefecture
	addressOtherCity // another municipality, where one side's prefecture is not known: not given, and not told by its municipality
	addressChain     // the employer is in many prefectures, and the company not in this town
	addressNearer    // outside the company's municipality, in whose prefecture or nearer another mention of the employer is
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
	phoneWorkplace // the same as one of its workplaces'
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
	statusHeir // it took over a closed company, whose comparisons these are
)

// Where other mentions of the same employer lie, seen from the company.
const (
	groupAlone level = iota
	groupOffice
	groupTown
	groupCity
	groupPrefecture
	groupElsewhere
	groupChain // they are in many prefectures, none of them in the company's town
)

// What people settled about the company and the mention, or one like it.
const (
	decidedNothing level = iota
	decidedThis          // it was chosen for this mention
	decidedChanged       // and has changed since
	decidedNot           // it was shown for this mention, and not chosen, nor another one
	decidedHere          // it was chosen for this name at this address
	decidedNotHere       // it was shown for this name at this address, and none was chosen
	decidedName          // it was chosen for this name, at another address
	decidedPlace         // one of its places is known from a decision, and is nearer than those of the master
)

var levelNames = [comparisons][]string{
	byName: {
		"not given", "unlike", "piece of the workplace", "word of the workplace", "similar", "begins alike", "within the company's", "shortened",
		"company's within it", "begins with the company's", "branch", "one letter off", "word", "same workplace", "name of a workplace", "part with legal form", "workplace",
		"reading", "English name", "alias", "former name", "same but for kana", "same but for 異体字", "same",
	},
	byForm: {
		"", "same", "same, other side", "related", "omitted", "added", "none on either side", "differs",
	},
	byKana: {"", "same", "differs"},
	byAddress: {
		"", "same number", "same number, of many", "same block", "same town", "same city", "same prefecture", "other prefecture", "other city",
		"elsewhere, of a chain", "elsewhere, another nearer",
	},
	byPhone:  {"", "same", "same, shared", "same exchange", "differs", "same, of a workplace"},
	byDomain: {"", "same", "same, shared", "differs"},
	byNumber: {"", "same", "differs"},
	byStatus: {"", "closed", "took over a closed company"},
	byGroup: {
		"", "another at its office", "another in its town", "another in its city", "another in its prefecture", "others elsewhere",
		"others of a chain",
	},
	byDecision: {
		"", "confirmed", "confirmed, changed since", "refused", "confirmed for this name at this address", "refused for this name at this address",
		"confirmed for this name elsewhere", "a place confirmed",
	},
}

// agreements are the levels that never count against a company, and differences those that never count for it, whatever a fit
// finds. A fit is free with the others: how well a name was found says little alone, and far away may be near for a company elsewhere.
var (
	agreements = [comparisons][]level{
		byKana:    {kanaSame},
		byAddress: {addressNumber, addressTower, addressBlock, addressTown, addressCity},
		byPhone:   {phoneSame, phoneShared, phoneExchange, phoneWorkplace},
		byDomain:  {domainSame, domainShared},
		byNumber:  {numberSame},
	}
	differences = [comparisons][]level{
		byForm:   {formDiffers},
		byKana:   {kanaDiffers},
		byPhone:  {phoneDiffers},
		byDomain: {domainDiffers},
		byNumber: {numberDiffers},
		byStatus: {statusClosed, statusHeir},
	}
)

// An amount is what a comparison measures rather than sorts into levels. Its weight is the model's slope times it.
type amount uint8

const (
	byNamesakes amount = iota // log₂ of how many companies of this name are to be expected
	byShared                  // bits of the letters that both names have
	amounts
)

var amountNames = [amounts]string{"namesakes", "shared"}
