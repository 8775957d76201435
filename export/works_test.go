package export_test

import (
	"fmt"

	"github.com/zharvest/zharvest/zenodo"
)

// works are records of all types, and some with everything that a citation of
// their type needs.
func works() []*zenodo.Record {
	return append([]*zenodo.Record{
		article(), conferencePaper(), bookSection(), book(), thesis(), patent(), softwareRelease(), specialsOfLaTeX(), namesOfAllForms(), scripted(), collaboration(),
	}, ofEachType()...)
}

// work is a record of a type with a date.
func work(id zenodo.RecordID, kind, subtype, title, date string) *zenodo.Record {
	return &zenodo.Record{
		ID: id, DOI: zenodo.DOI("10.5281/zenodo." + id), URL: "https://zenodo.org/records/" + string(id),
		Metadata: zenodo.Metadata{Title: title, PublicationDate: date, Type: kind, Subtype: subtype},
	}
}

func article() *zenodo.Record {
	r := work("50", "publication", "article", "Bats of the Alps: DNA barcodes of a vanishing fauna", "2021-07")
	r.DOI = "10.1000/j.bats(2021)<1:3>#_%"
	r.Metadata.Journal = zenodo.Journal{Title: "Annals & Magazine of Natural History", Volume: "12", Issue: "3-4", Pages: "101-119", ISSN: "1234-5679"}
	r.Metadata.Creators = []zenodo.Creator{
		{Name: "van der Berg, Jan", ORCID: "0000-0002-1825-0097", Affiliations: []zenodo.Affiliation{{Name: "Université de Genève"}}},
		{Name: "Núñez Pérez, María José", GND: "170118215"},
	}
	r.Metadata.Language = "fra"
	r.Metadata.Description = "<p>Bats &lt;em&gt; &amp; birds:</p><ul><li>first</li><li>second<br>line</li></ul><script>alert('1')</script><p>100&nbsp;% <i>Myotis</i></p>"
	r.Metadata.Keywords = []string{"bats", "DNA, barcodes", "a;b"}
	return r
}

func conferencePaper() *zenodo.Record {
	r := work("51", "publication", "conferencepaper", "Federating GPUs", "2020-02-29")
	r.Metadata.Meeting = zenodo.Meeting{
		Title: "International Symposium on Grids & Clouds", Acronym: "ISGC'20", Dates: "8-13 March 2020",
		Place: "Taipei, Taiwan", URL: "https://indico.example/e/1?a=1&b=2", Session: "IV", SessionPart: "2",
	}
	r.Metadata.Imprint = zenodo.Imprint{Place: "Trieste", ISBN: "978-3-16-148410-0"}
	r.Metadata.Publisher = "SISSA"
	r.Metadata.PartOf = zenodo.PartOf{Title: "Proceedings of Science", Pages: "7–21"}
	r.Metadata.Creators = []zenodo.Creator{{Name: "Doe, Jane"}, {Name: "EGI Foundation and Partners"}}
	r.Metadata.Contributors = []zenodo.Contributor{
		{Creator: zenodo.Creator{Name: "Poe, Edgar Allan", ORCID: "0000-0001-5109-3700"}, Type: "Editor"},
		{Creator: zenodo.Creator{Name: "Roe, R."}, Type: "DataCurator"},
	}
	return r
}

func bookSection() *zenodo.Record {
	r := work("52", "publication", "section", "Felidae", "2009")
	r.Metadata.PartOf = zenodo.PartOf{Title: "Handbook of the Mammals of the World", Pages: "pp. 54-168"}
	r.Metadata.Imprint = zenodo.Imprint{Place: "Barcelona", ISBN: "978-84-96553-49-1"}
	r.Metadata.Publisher = "Lynx Edicions"
	r.Metadata.Creators = []zenodo.Creator{{Name: "Wilson, Don E."}}
	r.Metadata.Contributors = []zenodo.Contributor{{Creator: zenodo.Creator{Name: "Mittermeier, Russell A."}, Type: "editor"}}
	return r
}

func book() *zenodo.Record {
	r := work("53", "publication", "book", "Open Science by Design", "2018-12-31/2019-01-02")
	r.Metadata.Imprint = zenodo.Imprint{Place: "Washington, DC", ISBN: "9780309476249"}
	r.Metadata.Version = "2nd edition"
	r.Metadata.Contributors = []zenodo.Contributor{{Creator: zenodo.Creator{Name: "Curry, S."}, Type: "Editor"}}
	return r
}

func thesis() *zenodo.Record {
	r := work("54", "publication", "thesis", "On the {unbalanced brace", "1999-04-01")
	r.Metadata.ThesisUniversity = "École Polytechnique Fédérale de Lausanne"
	r.Metadata.Creators = []zenodo.Creator{{Name: "Østergård, Åse"}}
	r.Metadata.Contributors = []zenodo.Contributor{{Creator: zenodo.Creator{Name: "Prof, A."}, Type: "Supervisor"}}
	return r
}

func patent() *zenodo.Record {
	r := work("55", "publication", "patent", "Method for counting }braces{", "1984-01")
	r.Metadata.AlternateIdentifiers = []zenodo.AlternateIdentifier{{Identifier: "EP1234567", Scheme: "other"}}
	r.Metadata.Creators = []zenodo.Creator{{Name: "Edison, T.A."}}
	return r
}

func softwareRelease() *zenodo.Record {
	r := work("56", "software", "", "zharvest/zharvest: v1.0.0-rc.1", "2024-05-06")
	r.ConceptID, r.ConceptDOI = "48", "10.5281/zenodo.48"
	r.Metadata.Version = "v1.0.0-rc.1"
	r.Metadata.License, r.Metadata.LicenseURL = "apache-2.0", "https://www.apache.org/licenses/LICENSE-2.0"
	r.Metadata.Creators = []zenodo.Creator{{Name: "Ада Лавлейс"}, {Name: "torvalds"}}
	r.Metadata.RelatedIdentifiers = []zenodo.RelatedIdentifier{
		{Identifier: "https://github.com/zharvest/zharvest/tree/v1.0.0-rc.1", Relation: "isSupplementTo", Scheme: "url", ResourceType: "software"},
		{Identifier: "10.1000/cited", Relation: "cites", Scheme: "doi", ResourceType: "publication-article"},
		{Identifier: "arXiv:1512.00849", Relation: "isNewVersionOf", Scheme: "arxiv"},
		{Identifier: "x", Relation: "unheardOf", Scheme: "unheardof"},
	}
	r.Metadata.Grants = []zenodo.Grant{{
		Code: "777536", Title: "EOSC-hub", Acronym: "EOSC-hub", Program: "H2020", URL: "https://cordis.europa.eu/projects/777536",
		Funder: zenodo.Funder{Name: "European Commission", DOI: "10.13039/501100000780", Acronym: "EC"},
	}}
	r.Metadata.Locations = []zenodo.Location{{Place: "Orange County (Calif.)"}}
	r.Metadata.Subjects = []zenodo.Subject{{Term: "Chiroptera", Identifier: "https://id.nlm.nih.gov/mesh/D002685", Scheme: "MeSH"}}
	r.Metadata.Dates = []zenodo.Date{{Type: "collected", Start: "2020-01-01", End: "2020-12-31", Description: "in the field"}, {Type: "unheardof", Start: "2021"}}
	r.Metadata.References = []string{"Doe J (2019): Something. https://doi.org/10.1000/ref"}
	r.Metadata.Notes, r.Metadata.Method = "<p>A note</p>", "<p>How</p>"
	r.Files = []zenodo.File{{Key: "zharvest.zip", Size: 123456}}
	return r
}

// specialsOfLaTeX has what LaTeX takes for a command, and what is none.
func specialsOfLaTeX() *zenodo.Record {
	r := work("57", "dataset", "", `50% of $5 & #1 under_score ^caret ~tilde \backslash {balanced} "quotes" <less> |bar| `+"`tick` 'tick' -- ---", "2022-11-05")
	r.Metadata.Creators = []zenodo.Creator{{Name: `O'Neil & Sons, \input{/etc/passwd}`}, {Name: "A and B"}, {Name: "others"}, {Name: "{Braced}, Name}"}}
	r.Metadata.Description = `<p>$x^2_i$ \write18{rm} @comment{x} % the end</p>`
	r.Metadata.Version = "1_0 #2"
	r.Metadata.Publisher = `Smith & Daughters} , title = {Injected`
	r.Metadata.Keywords = []string{"50%", "C#", "R&D"}
	r.Metadata.License = "cc-by-4.0"
	return r
}

func namesOfAllForms() *zenodo.Record {
	r := work("58", "poster", "", "Names of all forms", "2023-09-30")
	for _, name := range []string{
		"Rossi, Ada", "Ada Rossi", "de la Cruz, Juana Inés", "King, Martin Luther, Jr.", "von Neumann, John", "O’Brien-Smith, Seán",
		"Plato", "山田, 太郎", "محمد, علي", "European Commission", "World Health Organization, Regional Office for Europe", " , Given", "Family, ", ",", "d'Alembert, Jean",
	} {
		r.Metadata.Creators = append(r.Metadata.Creators, zenodo.Creator{Name: name})
	}
	return r
}

// scripted has markup and addresses that would run a script in a browser.
func scripted() *zenodo.Record {
	r := work("59", "other", "", `<script>alert("x")</script><img src=x onerror=alert(1)> [link](javascript:alert(1)) ![i](http://x/y) *star* _under_ # hash | pipe`, "2023-1-5")
	r.URL = `javascript:alert("x")`
	r.DOI = `10.1000/"><script>alert(1)</script>`
	r.Metadata.Description = `<a href="javascript:alert(1)">x</a><!-- comment --><style>b{}</style>]]>`
	r.Metadata.Creators = []zenodo.Creator{{Name: "</td><td>", ORCID: `0000"><b>`}}
	return r
}

// collaboration has 3,000 creators.
func collaboration() *zenodo.Record {
	r := work("60", "publication", "preprint", "Observation of a boson", "2012-07-31")
	for i := range 3000 {
		r.Metadata.Creators = append(r.Metadata.Creators, zenodo.Creator{Name: fmt.Sprintf("Author%d, A", i)})
	}
	return r
}

// typesOfRecords are the resource types of Zenodo, each with its
// subtype.
var typesOfRecords = [][2]string{
	{"publication", ""},
	{"publication", "annotationcollection"},
	{"publication", "book"},
	{"publication", "section"},
	{"publication", "conferencepaper"},
	{"publication", "conferenceproceeding"},
	{"publication", "datamanagementplan"},
	{"publication", "journal"},
	{"publication", "article"},
	{"publication", "patent"},
	{"publication", "peerreview"},
	{"publication", "preprint"},
	{"publication", "deliverable"},
	{"publication", "milestone"},
	{"publication", "proposal"},
	{"publication", "report"},
	{"publication", "softwaredocumentation"},
	{"publication", "taxonomictreatment"},
	{"publication", "technicalnote"},
	{"publication", "thesis"},
	{"publication", "workingpaper"},
	{"publication", "datapaper"},
	{"publication", "dissertation"},
	{"publication", "standard"},
	{"publication", "other"},
	{"poster", ""},
	{"presentation", ""},
	{"event", ""},
	{"dataset", ""},
	{"image", ""},
	{"image", "figure"},
	{"image", "plot"},
	{"image", "photo"},
	{"model", ""},
	{"video", ""},
	{"audio", ""},
	{"software", ""},
	{"software", "computationalnotebook"},
	{"lesson", ""},
	{"workflow", ""},
	{"physicalobject", ""},
	{"other", ""},
	{"unheardof", "thing"},
}

// ofEachType is a bare record of each type.
func ofEachType() []*zenodo.Record {
	var records []*zenodo.Record
	for i, t := range typesOfRecords {
		id := zenodo.RecordID(fmt.Sprint(100 + i))
		records = append(records, work(id, t[0], t[1], "A record of the type "+t[0]+" "+t[1], "2020"))
	}
	return records
}
