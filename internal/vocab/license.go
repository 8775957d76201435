package vocab

import (
	"cmp"
	_ "embed"
	"strings"
	"sync"
)

// License is a licence, or what Zenodo has in the place of one.
type License struct {
	ID    string // of InvenioRDM: cc-by-4.0
	Title string // in English
	URL   string // of its text; empty where it has none
	// IsSPDX is true where the id is that of SPDX in small letters.
	IsSPDX bool
	// Legacy is the id in the legacy JSON, which for a few is one that the
	// deposit API takes for another licence.
	Legacy string

	older, given string // further ids, divided by blanks
}

//go:embed data/licenses.tsv
var licensesFile string

// licenseTable is the vocabulary, and what the deposit API takes otherwise.
type licenseTable struct {
	*Vocabulary[License]
	given map[string]License
}

var licenses = sync.OnceValue(func() licenseTable {
	table := licenseTable{given: map[string]License{}}
	table.Vocabulary = read(licensesFile, 7, func(row []string) (string, License) {
		id := strings.TrimPrefix(row[0], "-")
		license := License{
			ID: id, Title: row[1], URL: row[2], IsSPDX: row[3] == "yes", Legacy: cmp.Or(row[4], id),
			older: row[5], given: row[6],
		}
		for name := range strings.FieldsSeq(license.given) {
			table.given[name] = license
		}
		return id, license
	})
	for at, license := range table.terms {
		for name := range strings.FieldsSeq(license.Legacy + " " + license.older) {
			table.name(name, at)
		}
	}
	for at, license := range table.terms {
		for name := range strings.FieldsSeq(license.given) {
			table.name(name, at)
		}
	}
	return table
})

// Licenses returns the licences. They are found by the ids that records have
// them under: those of today, and those of the legacy JSON.
func Licenses() *Vocabulary[License] { return licenses().Vocabulary }

// DepositLicense returns the licence that Zenodo's deposit API takes an id for.
// It takes the ids of records, but a few for another licence than records mean
// by them: there, cc-by is cc-by-1.0; here, cc-by-4.0. Two it takes and keeps as
// mere text, as a licence that has no id.
func DepositLicense(id string) (license License, ok bool) {
	id = strings.ToLower(strings.TrimSpace(id))
	if license, ok := licenses().given[id]; ok {
		return license, true
	}
	return Licenses().Find(id)
}
