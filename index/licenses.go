package index

import (
	"database/sql"
	"encoding/json"

	"github.com/zharvest/zharvest/internal/vocab"
)

// renameLicenses gives the records of older versions the ids that licences have
// today. They are indexed again.
func (w *writer) renameLicenses() error {
	renamed := map[string]string{}
	err := eachRow(w.ctx, w, "SELECT DISTINCT license FROM records WHERE license IS NOT NULL", nil, func(rows *sql.Rows) error {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		if license, ok := vocab.Licenses().Find(id); ok && license.ID != id {
			renamed[id] = license.ID
		}
		return nil
	})
	if err != nil {
		return err
	}
	names, err := json.Marshal(renamed)
	if err != nil {
		return err
	}
	keys, err := numbers(w.ctx, w, "SELECT record_id FROM records WHERE license IN (SELECT key FROM json_each(?))", string(names))
	if err != nil {
		return err
	}
	if err := w.reindexLater(keys); err != nil {
		return err
	}
	return w.exec("UPDATE records SET license = value FROM json_each(?) WHERE license = key", string(names))
}
