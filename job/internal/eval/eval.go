// Package eval reads labelled postings, writes predictions and scores them: what `nayose eval` is made of, beside the
// matcher itself.
//
//	postings, err := eval.ReadPostings(file)            // posting_id, company_name, …, true_company_id
//	…matches, in the order of postings…
//	err = eval.WritePredictions(out, postings, matches) // posting_id, outcome, company_id, probability, candidates
//	report := eval.Score(eval.Set{Name: "gold.csv", Postings: postings, Matches: matches})
//
// The figures are those of the project's reference measure, to the fourth decimal, bootstrap included: precision is
// counted over all postings that were matched, so a match for a posting whose company is not in the master is wrong.
//
// For example, of four postings of which three have an answer, two matched, one of them right: precision is 0.5, recall 1/3.
//
// In reading order: read.go, write.go, score.go, and bootstrap.go, the lower bound of precision; decisions.go and weigh.go make labelled postings, and
// estimates, of what people settled. Postings and their matches are held in memory; scoring sorts them, and draws the employers of what was matched
// 400 times for each set, stratum and coverage.
package eval
