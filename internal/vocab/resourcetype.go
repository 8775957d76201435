package vocab

import (
	_ "embed"
	"strings"
	"sync"
)

// ResourceType is a type of resource, with its subtype where it has one.
type ResourceType struct {
	ID    string // publication-article, dataset
	Title string // in English: Journal article
	// General is DataCite's resourceTypeGeneral, and Text the text beside it,
	// which is empty for most.
	General, Text string
	BibTeX        string // type of entry, without the @
	RIS           string // value of TY
	CSL           string // value of type
	Genre         string // what it is, where these three do not say it; else empty
	// Successor is the id that has taken the place of this one; empty for a type
	// that is in use.
	Successor string
}

// Type returns the type without its subtype: publication.
func (t ResourceType) Type() string {
	name, _, _ := strings.Cut(t.ID, "-")
	return name
}

// Subtype returns the subtype without its type: article. It is empty for a type
// as a whole.
func (t ResourceType) Subtype() string {
	_, subtype, _ := strings.Cut(t.ID, "-")
	return subtype
}

//go:embed data/resource_types.tsv
var resourceTypesFile string

// resourceTypeTable is the vocabulary with the types by DataCite's words:
// General, or General/Text.
type resourceTypeTable struct {
	*Vocabulary[ResourceType]
	byDataCite map[string]ResourceType
}

var resourceTypes = sync.OnceValue(func() resourceTypeTable {
	byDataCite := map[string]ResourceType{}
	v := read(resourceTypesFile, 9, func(row []string) (string, ResourceType) {
		t := ResourceType{ID: row[0], Title: row[1], BibTeX: row[3], RIS: row[4], CSL: row[5], Genre: row[6], Successor: row[8]}
		t.General, t.Text, _ = strings.Cut(row[2], "/")
		byDataCite[row[2]] = t
		for other := range strings.SplitSeq(row[7], ";") {
			byDataCite[strings.TrimSpace(other)] = t
		}
		return t.ID, t
	})
	delete(byDataCite, "")
	return resourceTypeTable{v, byDataCite}
})

// ResourceTypes returns the types of resources, and those that others have
// taken the place of.
func ResourceTypes() *Vocabulary[ResourceType] { return resourceTypes().Vocabulary }

// ResourceTypeOf returns the type of what DataCite calls general, with a text
// beside it that may be anything.
func ResourceTypeOf(general, text string) (ResourceType, bool) {
	table := resourceTypes().byDataCite
	t, ok := table[general+"/"+text]
	if !ok {
		t, ok = table[general]
	}
	return t, ok
}
