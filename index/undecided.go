package index

import (
	"context"
	"database/sql"

	"github.com/zharvest/zharvest/zenodo"
)

// Undecided are concepts with several versions, none of them
// known from JSON to be the latest. Then the greatest id decides, which says
// nothing where ids are letters.
func (db *DB) Undecided(ctx context.Context) (concepts []zenodo.ConceptID, err error) {
	err = db.view(ctx, func(q *session) error {
		return eachRow(ctx, q, `SELECT concept_id FROM records WHERE concept_id IS NOT NULL AND gone_at IS NULL
			GROUP BY concept_id HAVING count(*) > 1 AND count(*) FILTER (WHERE is_latest AND form <> 'datacite') = 0`, nil, func(rows *sql.Rows) error {
			var concept zenodo.ConceptID
			err := rows.Scan(&concept)
			concepts = append(concepts, concept)
			return err
		})
	})
	return concepts, err
}

// StoreLatest stores a version that the server has just named as the latest of its
// concept, which is then believed. Of a concept without that version nothing
// changes.
func (db *DB) StoreLatest(ctx context.Context, latest *zenodo.Record) error {
	var held bool
	err := db.view(ctx, func(q *session) error {
		return q.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM records WHERE id = ? AND gone_at IS NULL)", string(latest.ID)).Scan(&held)
	})
	if err != nil || !held {
		return err
	}
	_, err = db.storeRecords(ctx, true, []*zenodo.Record{latest})
	return err
}
