package main

import (
	"errors"
	"iter"

	"nayose"
	"nayose/job/internal/artifact"
	"nayose/job/internal/terminal"
	"nayose/loader"
)

// The outputs of freezing a partner's mentions: each is matched as a delivery of its own.
const (
	currentFile = "current.parquet" // nayose.Mention: of active postings, or of the week that is rebuilt
	formerFile  = "former.parquet"  // nayose.Mention: of expired postings only
)

// writeMentions writes a partner's mentions as rebuilds match them: the same mentions are the same bytes, whose answers stand already
// where anybody has matched them so.
func writeMentions(a *artifact.Attempt, mentions iter.Seq2[loader.StoredMention, error]) (current, former *artifact.Table[nayose.Mention], err error) {
	if current, err = artifact.NewTable[nayose.Mention](a, currentFile); err != nil {
		return nil, nil, err
	}
	if former, err = artifact.NewTable[nayose.Mention](a, formerFile); err != nil {
		return nil, nil, err
	}
	for m, err := range mentions {
		table := former
		if m.Current {
			table = current
		}
		if err == nil {
			err = table.Write(m.Mention)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return current, former, errors.Join(current.Close(), former.Close())
}

// frozenDelivery is one file of frozen mentions as the stages take a delivery: as if extract had written it, by a plan with a generation's
// model and master.
func frozenDelivery(log *terminal.Log, g *loader.Generation, partner string, frozen artifact.Manifest, mentions artifact.Output) *delivery {
	mentions.Name = mentionsFile
	frozen.Outputs = []artifact.Output{mentions}
	frozen.Extract = &nayose.ExtractCounts{Mentions: mentions.Rows}
	return &delivery{
		partner: partner, log: log.With("partner", partner), extract: frozen,
		plan: artifact.Plan{
			Partner: partner, Master: g.Master, Model: g.Model, Generation: g.Number, Decisions: pinOf(g.Decisions),
			Shards: pieces(mentions.Rows, shardMentions),
		},
	}
}

// streamOf is a list as a stream.
func streamOf[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for i := range list {
			if !yield(list[i], nil) {
				return
			}
		}
	}
}
