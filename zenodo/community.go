package zenodo

// Community is a curated collection of records. Zenodo serves communities
// only in InvenioRDM's shape.
type Community struct {
	ID          string    `json:"id"` // a UUID
	Slug        Slug      `json:"slug"`
	Title       string    `json:"title"`
	Description string    `json:"description,omitzero"`
	Type        string    `json:"type,omitzero"` // organization, event, topic, project, or ""
	Website     string    `json:"website,omitzero"`
	CreatedAt   Timestamp `json:"created,omitzero"`
	UpdatedAt   Timestamp `json:"updated,omitzero"`
	URL         string    `json:"url,omitzero"` // the page

	// Raw is what the server sent, byte for byte.
	Raw []byte `json:"-"`
}
