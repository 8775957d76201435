package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/internal/naive"
	"github.com/zharvest/zharvest/zenodotest/internal/oai"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

type object = map[string]any

// isNative reports whether a record is in the form of InvenioRDM.
func isNative(raw []byte) bool {
	var record struct {
		Parent json.RawMessage `json:"parent"`
	}
	return json.Unmarshal(raw, &record) == nil && record.Parent != nil
}

// own is a record in the form in which the catalog serves it.
func (c *Catalog) own(raw []byte) ([]byte, error) {
	if c.cfg.Native {
		return c.nativeOf(raw)
	}
	return raw, nil
}

// appendMade appends a made-up record in that form.
func (c *Catalog) appendMade(b []byte, i int) []byte {
	if !c.cfg.Native {
		return c.made.AppendRecord(b, i)
	}
	raw, err := c.nativeOf(c.made.AppendRecord(nil, i))
	if err != nil {
		panic(err) // it was made here
	}
	return append(b, raw...)
}

// nativeOf writes a record in Zenodo's JSON as another InvenioRDM has it, with
// an id of letters. One that is such a record already is left as it is.
func (c *Catalog) nativeOf(raw []byte) ([]byte, error) {
	if isNative(raw) {
		return raw, nil
	}
	var legacy struct {
		ID       int64       `json:"id"`
		Concept  json.Number `json:"conceptrecid"`
		Revision int         `json:"revision"`
	}
	if err := json.Unmarshal(raw, &legacy); err != nil {
		return nil, err
	}
	doc, err := naive.Document(raw)
	if err != nil {
		return nil, err
	}
	id, concept := letters(legacy.ID), letters(-legacy.ID)
	if n, err := legacy.Concept.Int64(); err == nil {
		concept = letters(n)
	}
	doc["id"], doc["revision_id"], doc["is_published"] = id, legacy.Revision, true
	doc["links"] = object{
		"self": "https://repository.example/api/records/" + id, "self_html": "https://repository.example/records/" + id,
		"parent": "https://repository.example/api/records/" + concept,
	}
	doc["pids"] = object{
		"doi": object{"identifier": doiOf(id), "provider": "datacite", "client": "datacite"},
		"oai": object{"identifier": oai.NativePrefix + id, "provider": "oai"},
	}
	c.nativeParent(doc, concept)
	nativeFiles(doc)
	if metadata, ok := doc["metadata"].(object); ok {
		delete(metadata, "publication_date_range")
		if kind, ok := metadata["resource_type"].(object); ok {
			delete(kind, "props")
		}
	}
	return rawjson.Spaced(doc), nil
}

func doiOf(id string) string { return "10.5072/repository." + id }

func (c *Catalog) nativeParent(doc object, concept string) {
	parent, _ := doc["parent"].(object)
	if parent == nil {
		parent = object{}
		doc["parent"] = parent
	}
	parent["id"], parent["pids"] = concept, object{"doi": object{"identifier": doiOf(concept), "provider": "datacite"}}
	if communities, ok := parent["communities"].(object); ok {
		var slugs []string
		ids, _ := communities["ids"].([]any)
		for _, slug := range ids {
			slugs = append(slugs, fmt.Sprint(slug))
		}
		parent["communities"] = membership(slugs)
	}
}

// membership is which communities a record is in.
func membership(slugs []string) object {
	ids, entries := []any{}, []any{}
	for _, slug := range slugs {
		ids = append(ids, communityID(slug))
		entries = append(entries, object{"id": communityID(slug), "slug": slug, "metadata": object{"title": titled(slug)}})
	}
	return object{"ids": ids, "entries": entries}
}

// nativeFiles has files by their names, and other names for their numbers.
func nativeFiles(doc object) {
	files, ok := doc["files"].(object)
	if !ok {
		return
	}
	entries := object{}
	list, _ := files["entries"].([]any)
	for _, entry := range list {
		if file, ok := entry.(object); ok {
			entries[fmt.Sprint(file["key"])] = file
		}
	}
	files["entries"], files["total_bytes"] = entries, files["totalbytes"]
	delete(files, "totalbytes")
	delete(files, "types")
	if len(entries) == 0 {
		files["count"], files["total_bytes"] = 0, 0
	}
}

// Ids of InvenioRDM are ten characters of Crockford's base 32, with a hyphen in
// the middle, in no order. Each stands for a number below idNumbers, and the
// other way round.
const (
	idCharacters = "0123456789abcdefghjkmnpqrstvwxyz"
	idLength     = 10
	idNumbers    = 1 << (5 * idLength)
	// scatter and gather are odd numbers whose product is 1 modulo idNumbers.
	scatter = 0x1d3c5a7b96f85
)

var gather = inverse(scatter)

// inverse is the inverse of an odd number modulo idNumbers, by Newton's method.
func inverse(odd uint64) uint64 {
	x := odd
	for range 6 {
		x *= 2 - odd*x
	}
	return x % idNumbers
}

// letters writes a number as an id of InvenioRDM.
func letters(n int64) string {
	scattered := uint64(n) * scatter % idNumbers
	var text [idLength + 1]byte
	for i := idLength; i >= 0; i-- {
		if i == idLength/2 {
			text[i] = '-'
			continue
		}
		text[i] = idCharacters[scattered%32]
		scattered /= 32
	}
	return string(text[:])
}

// numberOf is the number that an id of InvenioRDM stands for.
func numberOf(id string) (int64, bool) {
	if len(id) != idLength+1 || id[idLength/2] != '-' {
		return 0, false
	}
	var scattered uint64
	for i := range id {
		if i == idLength/2 {
			continue
		}
		at := strings.IndexByte(idCharacters, id[i])
		if at < 0 {
			return 0, false
		}
		scattered = scattered*32 + uint64(at)
	}
	return int64(scattered * gather % idNumbers), true
}

// idText is an id as it is served.
func (c *Catalog) idText(n int64) string {
	if c.cfg.Native {
		return letters(n)
	}
	return strconv.FormatInt(n, 10)
}

// idNumber is the number of an id as it is served.
func (c *Catalog) idNumber(text string) (int64, bool) {
	if c.cfg.Native {
		return numberOf(text)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

// shape says where the parts of a record are that change.
type shape struct {
	isLatest, index, revision, communities []string
	changed                                [][]string // times of the last change
	first                                  int        // index of the first version
}

var (
	zenodoShape = shape{
		isLatest: []string{"metadata", "relations", "version", "is_last"}, index: []string{"metadata", "relations", "version", "index"},
		revision: []string{"revision"}, communities: []string{"metadata", "communities"},
		changed: [][]string{{"updated"}, {"modified"}},
	}
	nativeShape = shape{
		isLatest: []string{"versions", "is_latest"}, index: []string{"versions", "index"},
		revision: []string{"revision_id"}, communities: []string{"parent", "communities"},
		changed: [][]string{{"updated"}}, first: 1,
	}
)

func (c *Catalog) shape() shape {
	if c.cfg.Native {
		return nativeShape
	}
	return zenodoShape
}

// membershipJSON is which communities a record is in, as it is served.
func (c *Catalog) membershipJSON(slugs []string) string {
	switch {
	case c.cfg.Native:
		return string(rawjson.Spaced(membership(slugs)))
	case len(slugs) == 0:
		return "[]"
	}
	return `[{"id": ` + rawjson.QuoteAll(slugs, `}, {"id": `) + `}]`
}

// renumber puts another id in the place of that of a record, wherever it stands.
func (c *Catalog) renumber(raw []byte, before, after int64) []byte {
	if c.cfg.Native {
		return bytes.ReplaceAll(raw, []byte(letters(before)), []byte(letters(after)))
	}
	return rawjson.ReplaceNumber(raw, before, after)
}
