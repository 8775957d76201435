package index

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// sameContent reports whether two answers in one form differ at most in what moves
// without anybody editing the record: statistics, links, the order of communities
// and what these say of themselves, how a server names the terms of its
// vocabularies, and what it shows of a record in a list, alone, or to its owner.
func sameContent(before, now []byte) bool {
	a, b := content(before), content(now)
	if a == nil || b == nil {
		return false
	}
	if !bytes.Equal(a["metadata"], b["metadata"]) {
		a["metadata"], b["metadata"] = settledMetadata(a["metadata"]), settledMetadata(b["metadata"])
	}
	return maps.EqualFunc(a, b, func(x, y json.RawMessage) bool { return bytes.Equal(x, y) })
}

// moving are the members of a record that say nothing of what somebody edits.
var moving = []string{"stats", "links", "ui", "expanded", "media_files", "internal_notes"}

// content is a record by its members, nil where it is none.
func content(raw []byte) map[string]json.RawMessage {
	var m map[string]json.RawMessage
	if json.Unmarshal(raw, &m) != nil {
		return nil
	}
	for _, name := range moving {
		delete(m, name)
	}
	if swh := string(m["swh"]); swh == "null" || swh == "{}" { // in lists, and alone
		delete(m, "swh")
	}
	if m["parent"] == nil {
		return m
	}
	m["parent"] = reduced(m["parent"], new(struct {
		ID          string          `json:"id"`
		PIDs        json.RawMessage `json:"pids"`
		Communities struct {
			IDs idSet `json:"ids"`
		} `json:"communities"`
	}))
	m["versions"] = reduced(m["versions"], new(struct {
		Index    int  `json:"index"`
		IsLatest bool `json:"is_latest"`
	}))
	type file struct {
		Checksum string      `json:"checksum"`
		Size     json.Number `json:"size"`
	}
	m["files"] = reduced(m["files"], new(struct {
		Enabled bool            `json:"enabled"`
		Preview string          `json:"default_preview"`
		Order   []string        `json:"order"`
		Entries map[string]file `json:"entries"`
	}))
	return m
}

// idSet are ids whose order means nothing.
type idSet []string

func (s *idSet) UnmarshalJSON(raw []byte) error {
	var ids []string
	err := json.Unmarshal(raw, &ids)
	slices.Sort(ids)
	*s = ids
	return err
}

// reduced is the part of an object that fits into a struct. An object of another
// shape stays as it is.
func reduced(raw json.RawMessage, into any) json.RawMessage {
	if json.Unmarshal(raw, into) != nil {
		return raw
	}
	part, err := json.Marshal(into)
	if err != nil {
		return raw
	}
	return part
}

// settledMetadata writes metadata with the communities of the legacy form in order,
// for the server lists them now in one order and now in another, and without what
// vocabularies say of their terms.
func settledMetadata(raw json.RawMessage) json.RawMessage {
	var metadata map[string]any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if dec.Decode(&metadata) != nil {
		return raw
	}
	if communities, ok := metadata["communities"].([]any); ok {
		slices.SortFunc(communities, func(a, b any) int { return bytes.Compare(marshalled(a), marshalled(b)) })
	}
	withoutTitles(metadata)
	return marshalled(metadata)
}

func marshalled(value any) []byte {
	text, _ := json.Marshal(value) // what was decoded can be encoded
	return text
}

// withoutTitles takes out of terms, which have an id and a title in each language,
// everything but the id.
func withoutTitles(value any) {
	switch value := value.(type) {
	case map[string]any:
		_, isTerm := value["title"].(map[string]any)
		if _, ok := value["id"]; ok && isTerm {
			maps.DeleteFunc(value, func(name string, _ any) bool { return name != "id" })
		}
		for _, v := range value {
			withoutTitles(v)
		}
	case []any:
		for _, v := range value {
			withoutTitles(v)
		}
	}
}
