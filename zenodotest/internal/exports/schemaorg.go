package exports

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/filenames"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// SchemaOrg is a record as JSON-LD in the words of schema.org.
func SchemaOrg(r *zenodo.Record, root string) []byte {
	o := thing(r, root)
	o["@context"] = "http://schema.org"
	put(o, "identifier", r.DOI.URL())
	put(o, "container_title", r.Metadata.Journal.Title)
	put(o, "page", r.Metadata.Journal.Pages)
	put(o, "volume", r.Metadata.Journal.Volume)
	put(o, "issue", r.Metadata.Journal.Issue)
	return rawjson.Spaced(o)
}

// CodeMeta is a record in the words of CodeMeta.
func CodeMeta(r *zenodo.Record, root string) []byte {
	o := thing(r, root)
	o["@context"] = "https://doi.org/10.5063/schema/codemeta-2.0"
	if r.DOI != "" {
		o["identifier"] = object{"@type": "doi", "value": string(r.DOI), "propertyID": "http://doi.org/" + string(r.DOI)}
	}
	return rawjson.Spaced(o)
}

func thing(r *zenodo.Record, root string) object {
	m := &r.Metadata
	o := object{
		"@type": schemaType(m), "name": m.Title, "url": page(r, root), "datePublished": m.PublicationDate,
		"publisher": object{"@type": "Organization", "name": cmp.Or(m.Publisher, "Zenodo")},
	}
	put(o, "@id", r.DOI.URL())
	put(o, "description", m.Description)
	put(o, "version", m.Version)
	put(o, "dateCreated", string(r.CreatedAt))
	put(o, "dateModified", string(r.UpdatedAt))
	put(o, "keywords", strings.Join(m.Keywords, ", "))
	if _, url := license(m); url != "" {
		o["license"] = url
	}
	var people []object
	for i := range m.Creators {
		people = append(people, schemaPerson(&m.Creators[i]))
	}
	if people != nil {
		o["creator"], o["author"] = people, people
	}
	if language, ok := vocab.LanguageNamed(m.Language); ok {
		o["inLanguage"] = object{"alternateName": language.ID, "@type": "Language", "name": language.Title}
	}
	if size, known := r.Size(); known {
		o["contentSize"], o["size"] = sizeText(size), sizeText(size)
	}
	var parts []object
	for _, id := range m.RelatedIdentifiers {
		if strings.EqualFold(id.Relation, "isPartOf") {
			parts = append(parts, object{"@type": "CreativeWork", "@id": id.Identifier})
		}
	}
	if parts != nil {
		o["isPartOf"] = parts
	}
	if m.Type == "dataset" || m.Type == "software" {
		files := []object{}
		for _, f := range r.Files {
			files = append(files, object{
				"@type": "DataDownload", "contentUrl": page(r, root) + "/files/" + filenames.Quote(f.Key), "encodingFormat": filenames.MediaType(f.Key), "name": f.Key,
			})
		}
		if m.Type == "dataset" && len(files) > 0 {
			o["distribution"] = files
		}
	}
	return o
}

func schemaType(m *zenodo.Metadata) string {
	known := map[string]string{
		"dataset": "Dataset", "software": "SoftwareSourceCode", "image": "ImageObject", "video": "MediaObject", "publication": "ScholarlyArticle",
		"presentation": "PresentationDigitalDocument", "lesson": "LearningResource",
	}
	if m.Subtype == "book" {
		return "https://schema.org/Book"
	}
	return "https://schema.org/" + cmp.Or(known[m.Type], "CreativeWork")
}

func schemaPerson(c *zenodo.Creator) object {
	o := object{"@type": "Organization", "name": c.Name}
	if family, given := c.NameParts(); family != "" && !c.IsOrganization() {
		o["@type"], o["familyName"] = "Person", family
		put(o, "givenName", given)
	}
	if c.ORCID != "" {
		o["@id"] = "https://orcid.org/" + c.ORCID
	}
	var affiliations []object
	for _, a := range c.Affiliations {
		affiliation := object{"@type": "Organization", "name": a.Name}
		if ror := a.ROR(); ror != "" {
			affiliation["@id"] = "https://ror.org/" + ror
		}
		affiliations = append(affiliations, affiliation)
	}
	if affiliations != nil {
		o["affiliation"] = affiliations
	}
	return o
}

// sizeText is a number of bytes for people.
func sizeText(n int64) string {
	size, unit := float64(n), 0
	units := []string{"B", "KB", "MB", "GB", "TB"}
	for size >= 1024 && unit < len(units)-1 {
		size, unit = size/1024, unit+1
	}
	return fmt.Sprintf("%.1f %s", size, units[unit])
}

// GeoJSON is the places of a record.
func GeoJSON(r *zenodo.Record, _ string) []byte {
	features := []object{}
	for _, l := range r.Metadata.Locations {
		feature := object{"type": "Feature", "properties": object{}}
		switch {
		case l.Geometry != nil:
			feature["geometry"] = l.Geometry
		case l.Point != nil:
			feature["geometry"] = object{"type": "Point", "coordinates": []float64{l.Point.Longitude, l.Point.Latitude}}
		default:
			continue
		}
		properties := object{}
		put(properties, "place", l.Place)
		put(properties, "description", l.Description)
		maps.Copy(feature["properties"].(object), properties)
		features = append(features, feature)
	}
	return rawjson.Indented(object{"type": "FeatureCollection", "features": features})
}

// DataPackage is a record with its files as a Data Package.
func DataPackage(r *zenodo.Record, root string) []byte {
	m := &r.Metadata
	o := object{
		"$schema": "https://datapackage.org/profiles/2.0/datapackage.json", "name": string(r.ID), "title": m.Title,
		"created": string(r.CreatedAt), "homepage": page(r, root),
	}
	put(o, "id", r.DOI.URL())
	put(o, "description", m.Description)
	put(o, "version", m.Version)
	if len(m.Keywords) > 0 {
		o["keywords"] = m.Keywords
	}
	resources := []object{}
	for _, f := range r.Files {
		resources = append(resources, object{
			"name": f.Key, "path": page(r, root) + "/files/" + filenames.Quote(f.Key), "format": strings.TrimPrefix(path.Ext(f.Key), "."),
			"mediatype": filenames.MediaType(f.Key), "bytes": f.Size, "hash": f.Checksum,
		})
	}
	o["resources"] = resources
	if m.License != "" {
		title, url := license(m)
		o["licenses"] = []object{{"name": m.License, "path": url, "title": title}}
	}
	var people []object
	for _, c := range m.Creators {
		p := object{"title": c.Name, "roles": []string{"creator"}}
		if family, given := c.NameParts(); family != "" && !c.IsOrganization() {
			p["familyName"] = family
			put(p, "givenName", given)
		}
		put(p, "organization", c.Affiliation())
		people = append(people, p)
	}
	if people != nil {
		o["contributors"] = people
	}
	return rawjson.Spaced(o)
}
