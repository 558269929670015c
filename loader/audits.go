package loader

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"nayose"
)

// AuditQuestion is a mention that was drawn at random for people to answer, with what the matcher had answered.
type AuditQuestion struct {
	Mention   nayose.ID
	Partner   string
	Outcome   nayose.Outcome
	CompanyID string  // the matcher's best candidate; empty for none
	Stratum   string  // what it was drawn from: mentions of one partner and outcome
	Weight    float64 // how many mentions of the stratum it stands for, 1 or more
}

// CopyAudit puts a round's questions into the table behind the view of audits; round is the name by which decisions answer it. Those that it has are left: twice is once.
func (db *DB) CopyAudit(ctx context.Context, week nayose.Week, round string, qs []AuditQuestion) error {
	var mentions, partners, outcomes, companies, strata []string
	var weights []float64
	for _, q := range qs {
		mentions, partners, outcomes = append(mentions, q.Mention.String()), append(partners, q.Partner), append(outcomes, string(q.Outcome))
		companies, strata, weights = append(companies, q.CompanyID), append(strata, q.Stratum), append(weights, q.Weight)
	}
	err := persist(ctx, func(ctx context.Context) error {
		return db.transact(ctx, pgx.TxOptions{}, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, `
				insert into nayose.audit_question (round, week, mention_id, partner, outcome, company_id, stratum, weight)
				select $1, $2, q.mention::uuid, q.partner, q.outcome, nullif(q.company, ''), q.stratum, q.weight
				from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::double precision[])
					q (mention, partner, outcome, company, stratum, weight)
				on conflict do nothing`,
				round, week.String(), mentions, partners, outcomes, companies, strata, weights)
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("copy audit %s of %s: %w", round, week, fault(ctx, err))
	}
	return nil
}

// Audit is a row of the view nayose.audits: what people's answers say of one stratum, or where Stratum is empty of all of a partner's
// mentions of a week. A figure that is not known is nil.
type Audit struct {
	Week      string          `json:"week"`
	Partner   string          `json:"partner"`
	Round     string          `json:"round"`
	Stratum   string          `json:"stratum,omitempty"`
	Outcome   *nayose.Outcome `json:"outcome,omitempty"`
	Mentions  int64           `json:"mentions"`
	Drawn     int64           `json:"drawn"`
	Answered  int64           `json:"answered"`
	Unsure    int64           `json:"unsure"`
	Present   int64           `json:"present"`
	Agreeing  int64           `json:"agreeing"`
	Precision *Share          `json:"precision,omitempty"`
	Recall    *Share          `json:"recall,omitempty"`
}

// Share is an estimated share with its 95 % interval.
type Share struct {
	Estimate float64 `json:"estimate"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
}

// Audits are the audits of the deliveries of a week and a partner; a week or a partner that is the zero value stands for every one. Each
// partner's strata stand after all of it.
func (db *DB) Audits(ctx context.Context, week nayose.Week, partner string) (list []Audit, err error) {
	text := ""
	if week != (nayose.Week{}) {
		text = week.String()
	}
	err = db.transact(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select week, partner, round, coalesce(stratum, ''), outcome, mentions, drawn, answered, unsure, present, agreeing,
				precision, precision_low, precision_high, recall, recall_low, recall_high
			from nayose.audits where (week = $1 or $1 = '') and (partner = $2 or $2 = '')
			order by week, partner, round, stratum nulls first`, text, partner)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (a Audit, err error) {
			var p, r [3]*float64
			err = row.Scan(&a.Week, &a.Partner, &a.Round, &a.Stratum, &a.Outcome, &a.Mentions, &a.Drawn, &a.Answered, &a.Unsure, &a.Present,
				&a.Agreeing, &p[0], &p[1], &p[2], &r[0], &r[1], &r[2])
			a.Precision, a.Recall = shareOf(p), shareOf(r)
			return a, err
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the audits: %w", fault(ctx, err))
	}
	return list, nil
}

func shareOf(v [3]*float64) *Share {
	if v[0] == nil {
		return nil
	}
	return &Share{*v[0], *v[1], *v[2]}
}
