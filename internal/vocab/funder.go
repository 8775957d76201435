package vocab

import (
	_ "embed"
	"sync"
)

// Funder is a funder whose awards Zenodo knows.
type Funder struct {
	ID      string // of ROR: 00k4n6c32
	DOI     string // of the Crossref Funder Registry, which the legacy JSON has in its place
	Acronym string // as the legacy JSON writes it
}

//go:embed data/funders.tsv
var fundersFile string

var funders = sync.OnceValue(func() *Vocabulary[Funder] {
	var also []string
	v := read(fundersFile, 4, func(row []string) (string, Funder) {
		also = append(also, row[3])
		return row[0], Funder{ID: row[0], DOI: row[1], Acronym: row[2]}
	})
	for at, funder := range v.terms {
		v.name(funder.DOI, at)
		v.name(also[at], at)
	}
	return v
})

// Funders returns the funders. They are found by both ids.
func Funders() *Vocabulary[Funder] { return funders() }
