package index

// tables gathers the rows that are derived from records until they are
// flushed together.
type tables struct {
	records, blocks, documents, pending, parts bulk
}

func newTables() *tables {
	return &tables{
		records:   bulk{table: "record", columns: append([]string{"record_id", "id", "seen_at"}, recordColumns...)},
		blocks:    bulk{table: "document_blocks", columns: []string{"first_record", "records", "data"}},
		documents: bulk{table: "documents", columns: []string{"record_id", "json"}, clause: "ON CONFLICT DO UPDATE SET json = excluded.json"},
		pending:   bulk{table: "pending", columns: []string{"record_id", "stamp"}, clause: "ON CONFLICT DO UPDATE SET stamp = excluded.stamp"},
		parts:     bulk{table: "part", columns: append([]string{"record_id"}, partColumns...)},
	}
}

// all lists the tables in the order that foreign keys ask for.
func (t *tables) all() []*bulk {
	return []*bulk{&t.records, &t.blocks, &t.documents, &t.pending, &t.parts}
}

func (t *tables) clear() {
	for _, b := range t.all() {
		b.args = b.args[:0]
	}
}

func (t *tables) flush(w *writer) error {
	for _, b := range t.all() {
		if err := b.flush(w); err != nil {
			return err
		}
	}
	return nil
}
