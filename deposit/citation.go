package deposit

import (
	"fmt"
	"html"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// citation translates the Citation File Format, version 1.2.
type citation struct {
	in  *object
	out *Metadata
}

// readCitation makes metadata of a CITATION.cff.
func readCitation(in *object) *Metadata {
	c := citation{in, NewMetadata()}
	kind := c.text("type")
	if kind != "dataset" {
		kind = "software"
	}
	c.out.fields.set("upload_type", kind)
	c.copy("title", "title")
	c.abstract()
	c.creators()
	c.copy("publication_date", "date-released")
	c.copy("version", "version")
	c.license()
	c.keywords()
	c.doi()
	c.related()
	c.references()
	return c.out
}

func (c *citation) note(format string, args ...any) {
	c.out.Notes = append(c.out.Notes, fmt.Sprintf(format, args...))
}

func (c *citation) text(key string) string { return strings.TrimSpace(textIn(c.in, key)) }

// textIn is a text or a number in an object.
func textIn(o *object, key string) string {
	switch o.get(key).(type) {
	case nil, bool, []any, *object:
		return ""
	}
	return textOf(o.get(key))
}

func (c *citation) copy(to, from string) {
	if text := c.text(from); text != "" {
		c.out.fields.set(to, text)
	}
}

// abstract makes HTML of plain text.
func (c *citation) abstract() {
	var paragraphs strings.Builder
	for part := range strings.SplitSeq(strings.ReplaceAll(c.text("abstract"), "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			paragraphs.WriteString("<p>" + html.EscapeString(part) + "</p>")
		}
	}
	if paragraphs.Len() > 0 {
		c.out.fields.set("description", paragraphs.String())
	}
}

func (c *citation) creators() {
	creators := []any{}
	for _, author := range objectsIn(c.in, "authors") {
		if person := personOf(author); person.has("name") {
			creators = append(creators, person)
		}
	}
	if len(creators) > 0 {
		c.out.fields.set("creators", creators)
	}
}

// personOf translates a person or an entity of a citation file.
func personOf(author *object) *object {
	person := newObject()
	if name := nameOf(author); name != "" {
		person.set("name", name)
	}
	if affiliation := textIn(author, "affiliation"); affiliation != "" {
		person.set("affiliation", affiliation)
	}
	if orcid := textIn(author, "orcid"); orcid != "" {
		person.set("orcid", bareORCID(orcid))
	}
	return person
}

// nameOf is Family, Given; a suffix such as Jr. follows the given names, since
// a second comma would make a family name of it all.
func nameOf(author *object) string {
	family := words(textIn(author, "name-particle"), textIn(author, "family-names"))
	given := words(textIn(author, "given-names"), textIn(author, "name-suffix"))
	switch {
	case family != "" && given != "":
		return family + ", " + given
	case family != "" || given != "":
		return family + given
	case textIn(author, "name") != "":
		return textIn(author, "name")
	}
	return textIn(author, "alias")
}

func words(parts ...string) string {
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

// license takes the first of several: Zenodo's deposit API knows one.
func (c *citation) license() {
	ids := textsIn(c.in, "license")
	if len(ids) == 0 {
		if address := c.text("license-url"); address != "" {
			c.note("license-url %s was left out: give the id of the licence as license", address)
		}
		return
	}
	c.out.fields.set("license", ids[0])
	if len(ids) > 1 {
		c.note("of several licences only the first, %s, was taken", ids[0])
	}
}

func (c *citation) keywords() {
	keywords := []any{}
	for _, word := range textsIn(c.in, "keywords") {
		keywords = append(keywords, word)
	}
	if len(keywords) > 0 {
		c.out.fields.set("keywords", keywords)
	}
}

// doi keeps a DOI that others gave. One of Zenodo is that of a version that is
// out, or of all versions: the new one gets its own.
func (c *citation) doi() {
	doi := c.text("doi")
	if doi == "" {
		return
	}
	if ref, ok := zenodo.ParseRef(doi); ok {
		if _, ours := ref.DOI.RecordID(); ours {
			c.note("doi %s was left out: Zenodo gives each version a DOI of its own", doi)
			return
		}
	}
	c.out.fields.set("doi", doi)
}

// related is where the thing itself lies elsewhere.
func (c *citation) related() {
	for _, link := range [][2]string{
		{"repository-code", "isSupplementTo"},
		{"repository", "isSupplementTo"},
		{"repository-artifact", "isVariantFormOf"},
		{"url", "isDescribedBy"},
	} {
		c.relate(c.text(link[0]), link[1])
	}
	for _, id := range objectsIn(c.in, "identifiers") {
		switch textIn(id, "type") {
		case "doi", "swh", "url":
			c.relate(textIn(id, "value"), "isAlternateIdentifier")
		}
	}
}

// relate adds a related identifier, unless it is there or is the record's own.
func (c *citation) relate(identifier, relation string) {
	list, _ := c.out.fields.get("related_identifiers").([]any)
	if identifier == "" || identifier == c.text("doi") {
		return
	}
	for _, item := range list {
		if textIn(item.(*object), "identifier") == identifier {
			return
		}
	}
	o := newObject()
	o.set("identifier", identifier)
	o.set("relation", relation)
	c.out.fields.set("related_identifiers", append(list, o))
}

// references are what the work cites, and the paper that should be cited for
// it: by DOI where there is one, and as text.
func (c *citation) references() {
	if paper, ok := c.in.get("preferred-citation").(*object); ok {
		c.relate(doiOf(paper), "isDescribedBy")
		if doiOf(paper) == "" {
			c.refer(paper)
		}
	}
	for _, reference := range objectsIn(c.in, "references") {
		c.relate(doiOf(reference), "references")
		c.refer(reference)
	}
}

func (c *citation) refer(reference *object) {
	text := referenceOf(reference)
	if text == "" {
		return
	}
	list, _ := c.out.fields.get("references").([]any)
	c.out.fields.set("references", append(list, text))
}

// doiOf is the DOI of a reference, by its key or among its identifiers.
func doiOf(reference *object) string {
	if doi := textIn(reference, "doi"); doi != "" {
		return doi
	}
	for _, id := range objectsIn(reference, "identifiers") {
		if textIn(id, "type") == "doi" {
			return textIn(id, "value")
		}
	}
	return ""
}

// referenceOf writes a reference as a line: authors (year). title. where. DOI
func referenceOf(reference *object) string {
	var authors []string
	for _, author := range objectsIn(reference, "authors") {
		if name := nameOf(author); name != "" {
			authors = append(authors, name)
		}
	}
	line := strings.Join(authors, "; ")
	if year := textIn(reference, "year"); year != "" {
		line = words(line, "("+year+")")
	}
	for _, part := range []string{textIn(reference, "title"), textIn(reference, "journal"), doiOf(reference), textIn(reference, "url")} {
		switch {
		case part != "" && line != "":
			line += ". " + part
		case part != "":
			line = part
		}
	}
	return line
}

func objectsIn(o *object, key string) []*object {
	list, _ := o.get(key).([]any)
	var objects []*object
	for _, item := range list {
		if inner, ok := item.(*object); ok {
			objects = append(objects, inner)
		}
	}
	return objects
}

// textsIn are the texts of a list, or the one text that stands in its place.
func textsIn(o *object, key string) []string {
	list, ok := o.get(key).([]any)
	if !ok {
		list = []any{o.get(key)}
	}
	var texts []string
	for _, item := range list {
		if text := strings.TrimSpace(textOf(item)); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}
