package index

import (
	"database/sql"
	"slices"

	"github.com/zharvest/zharvest/internal/htmltext"
	"github.com/zharvest/zharvest/zenodo"
)

// addDescription adds the text of a description, without its markup, if there
// is any.
func (t *tables) addDescription(key int64, r *zenodo.Record) {
	if description := htmltext.Text(r.Metadata.Description); description != "" {
		t.descriptions.add(key, description)
	}
}

// fillDescriptions adds the descriptions of the records of an older schema. A
// record that is damaged has none: it must not keep the others from being read.
func (w *writer) fillDescriptions() error {
	keys, err := numbers(w.ctx, w, "SELECT record_id FROM documents ORDER BY record_id")
	if err != nil {
		return err
	}
	for part := range slices.Chunk(keys, reindexed) {
		query := "SELECT record_id, json FROM documents WHERE record_id IN (" + intList(part) + ")"
		err := eachRow(w.ctx, w, query, nil, func(rows *sql.Rows) error {
			var key int64
			var blob []byte
			if err := rows.Scan(&key, &blob); err != nil {
				return err
			}
			if r, err := w.db.decodeBlob(blob); err == nil {
				w.tables.addDescription(key, r)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := w.tables.descriptions.flush(w); err != nil {
			return err
		}
	}
	return nil
}
