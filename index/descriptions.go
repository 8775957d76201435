package index

import (
	"fmt"

	"github.com/zharvest/zharvest/internal/htmltext"
	"github.com/zharvest/zharvest/zenodo"
)

// A part of an index has the text of descriptions, for the programs of those
// to whom it is handed. The index itself has them in documents alone: as text
// they are a quarter of the file.

// withDescriptions is the key in meta of an index that has a row of descriptions
// for each record that has one.
const withDescriptions = "descriptions"

// keepDescriptions has the index write descriptions from now on.
func (w *writer) keepDescriptions() error {
	return setMetaValue(uncancelled, w, withDescriptions, "kept")
}

// keepsDescriptions reports whether the index is one that has descriptions.
func (w *writer) keepsDescriptions() (bool, error) {
	value, err := metaValue(uncancelled, w, withDescriptions)
	return value != "", err
}

// addDescription adds the text of a description, without its markup, if there
// is any.
func (t *tables) addDescription(key int64, r *zenodo.Record) {
	if description := htmltext.Text(r.Metadata.Description); description != "" {
		t.descriptions.add(key, description)
	}
}

// describe writes the descriptions of records that have been copied.
func (w *writer) describe(raws map[int64][]byte) error {
	for key, raw := range raws {
		r, err := w.db.decode(raw)
		if err != nil {
			return fmt.Errorf("record %d: %w", key, err)
		}
		w.tables.addDescription(key, r)
	}
	return w.tables.descriptions.flush(w)
}
