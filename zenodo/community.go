package zenodo

// Community is a curated collection of records. Zenodo serves communities
// only in InvenioRDM's shape.
type Community struct {
	ID          string // a UUID
	Slug        Slug
	Title       string
	Description string
	Type        string // organization, event, topic, project, or ""
	Website     string
	CreatedAt   Timestamp
	UpdatedAt   Timestamp
	URL         string // the page

	// Raw is what the server sent, byte for byte.
	Raw []byte
}
