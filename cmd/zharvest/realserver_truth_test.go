//go:build realserver

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// realRecord is a published record, as the server's database has it: a row for
// each version.
type realRecord struct {
	ID, Parent, Title, Type string
	DOI, ConceptDOI, OAI    string
	Created                 time.Time
	Latest, Public          bool
	Licences                int
	Provider                string // of the DOI
	Subjects, Communities   []string
}

type realRecords []realRecord

// realSQL reads the records that were not deleted.
const realSQL = `SELECT coalesce(json_agg(found), '[]') FROM (
	SELECT r.json->>'id' AS id, p.json->>'id' AS parent, r.json#>>'{metadata,title}' AS title, r.json#>>'{metadata,resource_type,id}' AS type,
		r.json#>>'{pids,doi,identifier}' AS doi, p.json#>>'{pids,doi,identifier}' AS conceptdoi, r.json#>>'{pids,oai,identifier}' AS oai,
		r.json#>>'{pids,doi,provider}' AS provider, coalesce(jsonb_array_length(r.json#>'{metadata,rights}'), 0) AS licences,
		r.created, v.latest_id = r.id AS latest, r.json#>>'{access,record}' = 'public' AS public,
		ARRAY(SELECT jsonb_path_query(r.json, '$.metadata.subjects[*].subject') #>> '{}') AS subjects,
		ARRAY(SELECT c.slug FROM rdm_parents_community m JOIN communities_metadata c ON c.id = m.community_id WHERE m.record_id = p.id) AS communities
	FROM rdm_records_metadata r JOIN rdm_parents_metadata p ON p.id = r.parent_id JOIN rdm_versions_state v ON v.parent_id = p.id
	WHERE r.deletion_status = 'P') found`

// records are those of the server's database, which no search takes part in.
func (s *realServer) records(t *testing.T) (records realRecords) {
	t.Helper()
	found, err := exec.CommandContext(t.Context(), "psql", os.Getenv("INVENIO_DATABASE"), "-At", "-c", realSQL).Output()
	if err != nil {
		t.Fatalf("ask the server's database: %v", err)
	}
	if err := json.Unmarshal(found, &records); err != nil {
		t.Fatal(err)
	}
	return records
}

func (all realRecords) where(ok func(realRecord) bool) realRecords {
	return slices.DeleteFunc(slices.Clone(all), func(r realRecord) bool { return !ok(r) })
}

func (all realRecords) latest() realRecords {
	return all.where(func(r realRecord) bool { return r.Latest })
}

func (all realRecords) public() realRecords {
	return all.where(func(r realRecord) bool { return r.Public })
}

func (all realRecords) in(community string) realRecords {
	return all.where(func(r realRecord) bool { return slices.Contains(r.Communities, community) })
}

// ofType keeps the records of a type, and of a subtype unless it is "".
func (all realRecords) ofType(typ, subtype string) realRecords {
	return all.where(func(r realRecord) bool {
		general, special, _ := strings.Cut(r.Type, "-")
		return general == typ && (subtype == "" || special == subtype)
	})
}

// titled keeps the records with a word in their titles.
func (all realRecords) titled(word string) realRecords {
	return all.where(func(r realRecord) bool {
		return slices.Contains(strings.FieldsFunc(strings.ToLower(r.Title), func(c rune) bool { return c == ' ' || c == ',' || c == ':' }), word)
	})
}

func (all realRecords) ids() (ids []string) {
	for _, r := range all {
		ids = append(ids, r.ID)
	}
	return ids
}

// named is the record of an id.
func (all realRecords) named(t *testing.T, id string) realRecord {
	t.Helper()
	i := slices.IndexFunc(all, func(r realRecord) bool { return r.ID == id })
	if i < 0 {
		t.Fatalf("the server has no record %s", id)
	}
	return all[i]
}
