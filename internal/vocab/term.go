package vocab

import (
	_ "embed"
	"sync"
)

// Term is an entry of a vocabulary that DataCite has, too. Its names differ in
// upper and lower case alone.
type Term struct {
	ID       string // of InvenioRDM: issupplementto, datacollector
	Name     string // in the legacy JSON: isSupplementTo, DataCollector
	DataCite string // IsSupplementTo, DataCollector; empty where DataCite has none
	// IsLegacy is false for what Zenodo's legacy API neither takes nor serves.
	IsLegacy bool
}

// LegacyNames returns the names of the terms that Zenodo's legacy API has, in
// the order of the vocabulary.
func LegacyNames(v *Vocabulary[Term]) (names []string) {
	for _, term := range v.Terms() {
		if term.IsLegacy {
			names = append(names, term.Name)
		}
	}
	return names
}

var (
	//go:embed data/relations.tsv
	relationsFile string
	//go:embed data/roles.tsv
	rolesFile string
	//go:embed data/date_types.tsv
	dateTypesFile string

	relations = sync.OnceValue(func() *Vocabulary[Term] { return readTerms(relationsFile) })
	roles     = sync.OnceValue(func() *Vocabulary[Term] { return readTerms(rolesFile) })
	dateTypes = sync.OnceValue(func() *Vocabulary[Term] { return readTerms(dateTypesFile) })
)

// Relations returns what a related identifier may be to a record.
func Relations() *Vocabulary[Term] { return relations() }

// Roles returns the roles of contributors.
func Roles() *Vocabulary[Term] { return roles() }

// DateTypes returns what a date of a record may be about.
func DateTypes() *Vocabulary[Term] { return dateTypes() }

func readTerms(file string) *Vocabulary[Term] {
	return read(file, 4, func(row []string) (string, Term) {
		return row[0], Term{ID: row[0], Name: row[1], DataCite: row[2], IsLegacy: row[3] == "yes"}
	})
}
