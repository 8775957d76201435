package export

import (
	"io"
	"iter"
	"strings"

	"github.com/zharvest/zharvest/internal/htmltext"
	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

// writeCSL writes an array of items in CSL-JSON, as citation processors and
// reference managers read it.
func writeCSL(w io.Writer, records iter.Seq2[*zenodo.Record, error], _ Options) error {
	return layout{open: "[\n", between: ",\n", end: "\n]\n", none: "[]\n", row: appendCSL}.write(w, records)
}

// cslItem has the names of the schema csl-data.json, version 1.0.2.
type cslItem struct {
	ID             string    `json:"id"`
	Type           string    `json:"type"`
	Title          string    `json:"title,omitempty"`
	Author         []cslName `json:"author,omitempty"`
	Editor         []cslName `json:"editor,omitempty"`
	Issued         *cslDate  `json:"issued,omitempty"`
	ContainerTitle string    `json:"container-title,omitempty"`
	Volume         string    `json:"volume,omitempty"`
	Issue          string    `json:"issue,omitempty"`
	Page           string    `json:"page,omitempty"`
	Publisher      string    `json:"publisher,omitempty"`
	PublisherPlace string    `json:"publisher-place,omitempty"`
	EventTitle     string    `json:"event-title,omitempty"`
	EventPlace     string    `json:"event-place,omitempty"`
	Genre          string    `json:"genre,omitempty"`
	Version        string    `json:"version,omitempty"`
	Edition        string    `json:"edition,omitempty"`
	ISBN           string    `json:"ISBN,omitempty"`
	ISSN           string    `json:"ISSN,omitempty"`
	DOI            string    `json:"DOI,omitempty"`
	URL            string    `json:"URL,omitempty"`
	Language       string    `json:"language,omitempty"`
	Keyword        string    `json:"keyword,omitempty"`
	Abstract       string    `json:"abstract,omitempty"`
}

type cslName struct {
	Particle string `json:"non-dropping-particle,omitempty"`
	Family   string `json:"family,omitempty"`
	Given    string `json:"given,omitempty"`
	Suffix   string `json:"suffix,omitempty"`
	Literal  string `json:"literal,omitempty"`
}

// cslDate is a date, or two for a span, or what is no date.
type cslDate struct {
	Parts   [][]int `json:"date-parts,omitempty"`
	Literal string  `json:"literal,omitempty"`
}

func appendCSL(dst []byte, r *zenodo.Record) ([]byte, error) {
	m, k := &r.Metadata, kindOf(r)
	item := cslItem{
		ID: citationKey(r), Type: k.CSL, Title: wholeTitle(m),
		Author: cslNames(namesOf(m.Creators)), Editor: cslNames(editorsOf(m)), Issued: cslDateOf(r),
		DOI: htmltext.OneLine(string(r.DOI)), URL: addressOf(r),
		Language: languageTag(m.Language), Keyword: strings.Join(oneLines(m.Keywords), ", "), Abstract: htmltext.Text(m.Description),
	}
	item.setPlace(r, k)
	return appendJSON(dst, item)
}

// setPlace says where the record came out.
func (item *cslItem) setPlace(r *zenodo.Record, k vocab.ResourceType) {
	m := &r.Metadata
	item.ContainerTitle, item.Genre = containerOf(r, k), k.Genre
	item.Volume, item.Issue, item.ISSN = htmltext.OneLine(m.Journal.Volume), htmltext.OneLine(m.Journal.Issue), htmltext.OneLine(m.Journal.ISSN)
	first, last := pagesOf(m)
	if item.Page = first; last != "" {
		item.Page += "-" + last
	}
	item.Publisher, item.PublisherPlace, item.ISBN = citedPublisher(r, k), htmltext.OneLine(m.Imprint.Place), htmltext.OneLine(m.Imprint.ISBN)
	item.EventTitle, item.EventPlace = meetingOf(m), htmltext.OneLine(m.Meeting.Place)
	if k.CSL == "book" || k.CSL == "chapter" {
		item.Edition = editionOf(m)
	} else {
		item.Version = htmltext.OneLine(m.Version)
	}
}

func cslNames(names []name) []cslName {
	out := make([]cslName, len(names))
	for i, n := range names {
		particle, family := particle(n.family)
		out[i] = cslName{Particle: particle, Family: family, Given: n.given, Suffix: n.suffix, Literal: n.literal}
	}
	return out
}

func cslDateOf(r *zenodo.Record) *cslDate {
	from, until := publicationDates(r)
	switch {
	case from.year == 0 && r.Metadata.PublicationDate == "":
		return nil
	case from.year == 0:
		return &cslDate{Literal: htmltext.OneLine(r.Metadata.PublicationDate)}
	case until.year == 0:
		return &cslDate{Parts: [][]int{from.parts()}}
	}
	return &cslDate{Parts: [][]int{from.parts(), until.parts()}}
}

// parts are those of a date that are known.
func (d date) parts() []int {
	switch {
	case d.month == 0:
		return []int{d.year}
	case d.day == 0:
		return []int{d.year, d.month}
	}
	return []int{d.year, d.month, d.day}
}

// oneLines are the values that are not blank, a line each.
func oneLines(values []string) []string {
	var lines []string
	for _, value := range values {
		if value = htmltext.OneLine(value); value != "" {
			lines = append(lines, value)
		}
	}
	return lines
}
