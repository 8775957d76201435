package deposits

import (
	"net/http"
	"strconv"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/schema"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// adopt makes depositions of a record that nobody deposited here, and of its
// other versions, for the user who owns such records.
func (s *Server) adopt(r *http.Request, id string) {
	if !s.cfg.Access.OwnsOthers(r) {
		return
	}
	found := s.cfg.Catalog.Find(id)
	number, _ := s.cfg.Catalog.Number(id)
	if found.State != catalog.IsRecord || s.byID[number] != nil {
		return
	}
	for _, version := range s.cfg.Catalog.VersionsOf(found.Concept) {
		if s.byID[version] == nil {
			s.adoptVersion(version, found.Concept)
		}
	}
}

func (s *Server) adoptVersion(number, concept int64) {
	id := s.text(number)
	found := s.cfg.Catalog.Find(id)
	if found.State != catalog.IsRecord {
		return
	}
	value, err := schema.Decode(found.Append(nil, true))
	record, ok := value.(object)
	if err != nil || !ok {
		return
	}
	c := content{
		metadata: s.schema.Metadata(record["metadata"]).Value, custom: s.schema.CustomFields(member(record, "custom_fields")).Value,
		access: s.schema.Access(record["access"]).Value, pids: member(record, "pids"),
	}
	released := newEdition(c, timeOf(record["updated"]))
	released.locked, released.revision = true, found.Revision
	released.isMetadata = member(record, "files")["enabled"] == false
	released.preview = textOf(member(record, "files")["default_preview"])
	for _, f := range s.cfg.Files(id) {
		released.files = append(released.files, &file{
			id: f.ID, version: f.Version, key: f.Key, created: f.Created, metadata: object{}, done: true,
			blob: &blob{open: func() (wire.Blob, error) { return f.Open() }, size: f.Size, checksum: f.Checksum, users: 1},
		})
	}
	created := timeOf(record["created"])
	owner, _ := strconv.ParseInt(textOf(member(member(member(record, "parent"), "access"), "owned_by")["user"]), 10, 64)
	d := &deposition{
		id: number, concept: concept, owner: owner, drafted: created, created: created, released: released, revision: found.Revision,
		isAdopted: true, stats: member(record, "stats"),
	}
	s.all = append(s.all, d)
	s.byID[number] = d
}

func timeOf(value any) time.Time {
	at, _ := time.Parse(time.RFC3339Nano, textOf(value)) // that of a record of the catalog
	return at
}
