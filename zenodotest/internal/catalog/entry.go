package catalog

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/zharvest/zharvest/internal/naive"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/forms"
	"github.com/zharvest/zharvest/zenodotest/internal/synth"
)

// entry is a record that is kept: its bytes in the form in which it came, and what
// selections and sorts look at.
type entry struct {
	raw         []byte
	native      bool       // the form
	other       *otherForm // nil where no other is served
	id          int64
	concept     int64 // the negative id where the record has no concept
	created     int64 // microseconds since 1970, as updated
	updated     int64
	revision    int
	index       int // of the version, from 0
	latest      bool
	kind        string
	subtype     string
	access      string
	published   string
	owner       string
	communities []string
	subjects    []string
	fileTypes   []string          // each once
	uuids       map[string]string // of communities, by slug, where the record says them
	views       int64             // unknown where the record does not say, as downloads
	downloads   int64
	tombstone   *Tombstone    // nil for a record that was not deleted
	read        *naive.Record // by the engine, nil until it is needed
}

// wire is the part of a record's JSON that entries need, in both generations
// of the API.
type wire struct {
	ID       json.Number `json:"id"`
	Concept  json.Number `json:"conceptrecid"`
	Created  string      `json:"created"`
	Updated  string      `json:"updated"`
	Revision int         `json:"revision"`
	Owners   []json.RawMessage
	Stats    struct {
		Views     *float64 `json:"unique_views"`
		Downloads *float64 `json:"unique_downloads"`
	} `json:"stats"`
	Files *[]struct {
		Key      string `json:"key"`
		Filename string `json:"filename"` // before 2023
	} `json:"files"`
	Metadata struct {
		Published string `json:"publication_date"`
		Access    string `json:"access_right"`
		Keywords  []any  `json:"keywords"`
		Type      struct {
			Type    string `json:"type"`
			Subtype string `json:"subtype"`
		} `json:"resource_type"`
		Communities []struct {
			ID string `json:"id"`
		} `json:"communities"`
		Relations struct {
			Version []struct {
				Index  int `json:"index"`
				IsLast any `json:"is_last"` // was the text "True" once
			} `json:"version"`
		} `json:"relations"`
	} `json:"metadata"`
}

// otherForm is a record in the form in which it did not come, made when it is
// first asked for.
type otherForm struct {
	once sync.Once
	raw  []byte
}

// parseEntry reads a record as the catalog keeps it. The bytes are kept, not
// copied.
func (c *Catalog) parseEntry(raw []byte) (*entry, error) {
	if !forms.IsNative(raw) {
		return parseLegacy(raw)
	}
	return c.parseNative(raw)
}

// json is the record in one of its forms.
func (e *entry) json(native bool) []byte {
	if native == e.native || e.other == nil {
		return e.raw
	}
	e.other.once.Do(func() {
		raw, err := []byte(nil), error(nil)
		if native {
			var r *forms.Record
			if r, err = forms.NativeOf(e.raw); err == nil {
				raw = r.JSON()
			}
		} else {
			raw, err = forms.Legacy(e.raw)
		}
		if err != nil {
			panic(err) // it was read before
		}
		e.other.raw = raw
	})
	return e.other.raw
}

func parseLegacy(raw []byte) (*entry, error) {
	var w wire
	if err := json.Unmarshal(raw, &w); err != nil {
		return nil, err
	}
	id, err := w.ID.Int64()
	if err != nil || id <= 0 {
		return nil, fmt.Errorf("id %q is not a number", w.ID)
	}
	e := &entry{
		raw: raw, other: new(otherForm), id: id, concept: -id, revision: w.Revision, latest: true,
		kind: w.Metadata.Type.Type, subtype: w.Metadata.Type.Subtype,
		access: w.Metadata.Access, published: w.Metadata.Published,
		views: countOf(w.Stats.Views), downloads: countOf(w.Stats.Downloads),
	}
	switch {
	case e.access == "closed":
		e.access = "restricted"
	case e.access == "open" && w.Files != nil && len(*w.Files) == 0:
		e.access = "metadata-only"
	}
	if concept, err := w.Concept.Int64(); err == nil {
		e.concept = concept
	}
	if e.created, err = micros(w.Created); err != nil {
		return nil, fmt.Errorf("record %d: created: %w", id, err)
	}
	if e.updated, err = micros(w.Updated); err != nil {
		return nil, fmt.Errorf("record %d: updated: %w", id, err)
	}
	for _, c := range w.Metadata.Communities {
		e.communities = append(e.communities, c.ID)
	}
	if versions := w.Metadata.Relations.Version; len(versions) > 0 {
		e.index = versions[0].Index
		e.latest = !strings.EqualFold(fmt.Sprint(versions[0].IsLast), "false")
	}
	for _, keyword := range w.Metadata.Keywords {
		if text, ok := keyword.(string); ok {
			e.subjects = append(e.subjects, text)
		}
	}
	if w.Files != nil {
		for _, file := range *w.Files {
			e.addFile(cmp.Or(file.Key, file.Filename))
		}
	}
	if len(w.Owners) > 0 {
		e.owner = ownerID(w.Owners[0])
	}
	return e, nil
}

// addFile adds the type of a file, by its name.
func (e *entry) addFile(key string) {
	if kind := (&zenodo.File{Key: key}).Type(); kind != "" && !slices.Contains(e.fileTypes, kind) {
		e.fileTypes = append(e.fileTypes, kind)
	}
}

// unknown is a number that a record does not have.
const unknown = math.MinInt64

func countOf(n *float64) int64 {
	if n == nil {
		return unknown
	}
	return int64(*n)
}

// ownerID reads 123, {"id": 123} or {"id": "123"}.
func ownerID(raw json.RawMessage) string {
	var object struct {
		ID json.RawMessage `json:"id"`
	}
	if bytes.HasPrefix(raw, []byte("{")) && json.Unmarshal(raw, &object) == nil {
		raw = object.ID
	}
	return strings.Trim(string(raw), `"`)
}

var errTime = errors.New("not a time")

func micros(s string) (int64, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at.UnixMicro(), nil
		}
	}
	return 0, errTime
}

// isVerified makes some owners verified: which ones is arbitrary but the same
// at all times.
func isVerified(owner string, oneIn int) bool {
	if oneIn < 1 {
		return false
	}
	n, err := strconv.ParseInt(owner, 10, 64)
	if err != nil {
		h := fnv.New64a()
		h.Write([]byte(owner))
		n = int64(h.Sum64())
	}
	return isVerifiedNumber(n, oneIn)
}

func isVerifiedNumber(owner int64, oneIn int) bool {
	return oneIn > 0 && synth.Mix(uint64(owner))%uint64(oneIn) == 0
}
