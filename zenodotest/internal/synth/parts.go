package synth

import "strings"

// part is a stretch of a template: text, and what number follows it.
type part struct {
	text    string
	concept bool // the concept's identifier, not the record's own
	last    bool // nothing follows
}

// parse cuts a template at its marks {id} and {concept}.
func parse(template string) []part {
	var parts []part
	for {
		before, after, found := strings.Cut(template, "{")
		if !found {
			return append(parts, part{text: before, last: true})
		}
		mark, rest, _ := strings.Cut(after, "}")
		parts = append(parts, part{text: before, concept: mark == "concept"})
		template = rest
	}
}

// linksTemplate is the links object of a record since 2023, without braces.
var linksTemplate = strings.Join([]string{
	`"self": "https://zenodo.org/api/records/{id}"`,
	`"self_html": "https://zenodo.org/records/{id}"`,
	`"preview_html": "https://zenodo.org/records/{id}?preview=1"`,
	`"doi": "https://doi.org/10.5281/zenodo.{id}"`,
	`"self_doi": "https://doi.org/10.5281/zenodo.{id}"`,
	`"self_doi_html": "https://zenodo.org/doi/10.5281/zenodo.{id}"`,
	`"reserve_doi": "https://zenodo.org/api/records/{id}/draft/pids/doi"`,
	`"parent": "https://zenodo.org/api/records/{concept}"`,
	`"parent_html": "https://zenodo.org/records/{concept}"`,
	`"parent_doi": "https://doi.org/10.5281/zenodo.{concept}"`,
	`"parent_doi_html": "https://zenodo.org/doi/10.5281/zenodo.{concept}"`,
	`"self_iiif_manifest": "https://zenodo.org/api/iiif/record:{id}/manifest"`,
	`"self_iiif_sequence": "https://zenodo.org/api/iiif/record:{id}/sequence/default"`,
	`"files": "https://zenodo.org/api/records/{id}/files"`,
	`"media_files": "https://zenodo.org/api/records/{id}/media-files"`,
	`"archive": "https://zenodo.org/api/records/{id}/files-archive"`,
	`"archive_media": "https://zenodo.org/api/records/{id}/media-files-archive"`,
	`"latest": "https://zenodo.org/api/records/{id}/versions/latest"`,
	`"latest_html": "https://zenodo.org/records/{id}/latest"`,
	`"versions": "https://zenodo.org/api/records/{id}/versions"`,
	`"draft": "https://zenodo.org/api/records/{id}/draft"`,
	`"access_links": "https://zenodo.org/api/records/{id}/access/links"`,
	`"access_grants": "https://zenodo.org/api/records/{id}/access/grants"`,
	`"access_users": "https://zenodo.org/api/records/{id}/access/users"`,
	`"access_request": "https://zenodo.org/api/records/{id}/access/request"`,
	`"access": "https://zenodo.org/api/records/{id}/access"`,
	`"communities": "https://zenodo.org/api/records/{id}/communities"`,
	`"communities-suggestions": "https://zenodo.org/api/records/{id}/communities-suggestions"`,
	`"requests": "https://zenodo.org/api/records/{id}/requests"`,
}, ", ")

var (
	families = strings.Fields(`Smith Garc\u00eda M\u00fcller Rossi Silva Wang Kumar Ivanov Nov\u00e1k Jensen Dubois Kowalski Yilmaz Tanaka
		Kim Nguyen Santos Andersson Virtanen Papadopoulos Horv\u00e1th Popescu Petrov Okafor Mensah Haddad Cohen Hern\u00e1ndez Lopes
		Fern\u00e1ndez Moreau Lefebvre Bianchi Ricci Schmidt Schneider Wagner Becker Visser Janssens Peeters Lindqvist S\u00f8rensen
		Nakamura Suzuki Zhang Liu Chen Singh Sharma Das Rahman Ali Hussein Mwangi Dlamini Botha Clarke Evans Murphy O'Brien McKenzie
		Thompson Walker Baker Carter Ortiz Vargas Rojas Castro Almeida Pereira Costa Ferreira Baptista Quispe Mamani Sato Watanabe
		Park Lee Choi Huang Zhao Sokolov Morozova Kovalenko Shevchenko Balogh Ionescu Markovi\u0107 Novakovi\u0107 \u0160imi\u0107 Kuusk Ozols
		Jankauskas Eriksen Haugen J\u00f3nsd\u00f3ttir Vella Borg Azzopardi Demir Kaya \u00d6zt\u00fcrk Farahani Hosseini Tadesse Abebe Ndiaye Traor\u00e9`)
	givens = strings.Fields(`Anna Maria Laura Elena Sofia Julia Eva Ines Clara Emma Nina Olga Irina Fatima Aisha Mei Yuki Priya Ananya
		Carmen Luc\u00eda Z\u00f6e Chlo\u00e9 Ingrid Astrid Freja Helena Katarina Marta Joanna Petra Tereza D\u00f3ra Ioana Daniela Paula Beatriz
		John David Michael Peter Thomas Martin Daniel Andreas Stefan Jan Pavel Ivan Sergei Marek Tom\u00e1\u0161 L\u00e1szl\u00f3 Andrei Nikos Giorgos
		Marco Luca Giovanni Pierre Jean Louis Fran\u00e7ois Jos\u00e9 Carlos Miguel Jo\u00e3o Pedro Rui Ahmed Omar Yusuf Kwame Chidi Thabo Wei
		Jun Hiroshi Kenji Min-ho Raj Arjun Vikram Erik Lars Magnus Mikko Juhani Patrick Sean Rhys`)
	places = strings.Fields(`Lisbon Padova Ljubljana Uppsala Tartu Leuven Gda\u0144sk Brno Szeged Cluj Thessaloniki Granada Nantes Heidelberg
		Groningen Bergen Turku Aarhus Vilnius Riga Sofia Zagreb Bern Graz York Cork Edinburgh Nairobi Accra Cape-Town Cairo Ankara Haifa
		Tehran Delhi Chennai Dhaka Hanoi Osaka Seoul Wuhan Taipei Melbourne Otago S\u00e3o-Paulo Bogot\u00e1 Lima Valpara\u00edso Quito Austin Toronto`)
	licences  = []string{"cc-by-4.0", "cc-by-4.0", "cc-by-4.0", "cc-by-4.0", "cc-by-4.0", "cc-by-4.0", "cc-zero", "cc-by-sa-4.0", "cc-by-nc-4.0", "other-open", "mit-license", "apache2.0", "gpl-3.0-or-later"}
	languages = []string{"eng", "eng", "eng", "eng", "eng", "eng", "eng", "fra", "deu", "spa", "por", "ita", "ukr", "zho"}
	relations = []string{"isDerivedFrom", "hasVersion", "isPartOf", "isCompiledBy", "cites", "isSupplementTo", "references", "isCitedBy", "isReferencedBy", "hasPart", "isIdenticalTo"}
)
