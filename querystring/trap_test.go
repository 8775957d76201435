package querystring_test

import (
	"testing"

	"github.com/zharvest/zharvest/querystring"
)

func TestWarnings(t *testing.T) {
	tests := []struct{ typed, at, suggestion string }{
		{"license.id:mit", "license.id", "license.identifier"},
		{"a AND (communities.id:x OR b)", "communities.id", "communities"},
		{"metadata.creators.name:x", "metadata.creators.name", "creators.name"},
		{"grants.id:x", "grants.id", "grants.code"},
		{"keyword:x", "keyword", "keywords"},
		{"author:x", "author", "creators.name"},
		{"files.key:x", "files.key", "filename"},
		{"Title:x", "Title", "title"},
		{"titel:x", "titel", "title"},
		{"a AND -keyords:x", "keyords", "keywords"},
		{"creators:Smith", "creators", "creators.name"},
		{"orcid:0000-0002-1825-0097", "orcid", "creators.orcid"},
		{"Publisher:x", "Publisher", "metadata.publisher"},
		{"publication_dat:2021*", "publication_dat", "publication_date"},
		{"year:2021", "year:2021", "publication_date:2021*"},
		{"NOT date:2021 bats", "date:2021", "publication_date:2021*"},
		{"creators.nmae:x", "creators.nmae", "creators.name"},
		{"metadata.titel:x", "metadata.titel", "metadata.title"},
		{"journl.title:x", "journl.title", "journal.title"},
		{"EGI-ACE:x", "EGI-ACE", ""},
		{"foo:bar", "foo", ""},
		{"metadata.funding:x", "metadata.funding", ""},
		{"foo:*", "foo", ""},
		{`a\:b:x`, `a\:b`, ""},
		{"_exists_:titel", "_exists_:titel", "_exists_:metadata.title"},
		{"_exists_:grnats", "_exists_:grnats", "_exists_:metadata.funding"},
		{"_exists_:nosuchthing", "_exists_:nosuchthing", ""},
		{"!title:x", "!title", "-title"},
		{"a -_exists_:title", "_exists_:title", "_exists_:metadata.title"},
		{"_exists_:grants", "_exists_:grants", "_exists_:metadata.funding"},
		{"_exists_:journal", "_exists_:journal", `_exists_:custom_fields.journal\:journal`},
		{"type:(dataset software)", "type:(dataset software)", "type:(dataset OR software)"},
		{"publication_date:[2020 TO 2021]", "publication_date:[2020 TO 2021]", "publication_date:[2020 TO 2021-12-31]"},
		{"publication_date:<=2021-05", "publication_date:<=2021-05", "publication_date:[* TO 2021-05-31]"},
		{"publication_date:{2020 TO *]", "publication_date:{2020 TO *]", "publication_date:{2020-12-31 TO *]"},
		{"publication_date:2021", "publication_date:2021", "publication_date:2021*"},
		{"bats and caves", "bats and caves", "bats AND caves"},
		{"title:(bats or caves)", "title:(bats or caves)", "title:(bats OR caves)"},
		{`"a" not b`, "not b", "NOT b"},
		{"a OR b AND c", "a OR b AND c", "a OR (b AND c)"},
		{"x AND title:(-a OR b AND c)", "title:(-a OR b AND c)", "title:((NOT a) OR (b AND c))"},
		{"a OR b AND NOT c", "a OR b AND NOT c", "a OR (b AND NOT c)"},
		{"NOT a OR b AND c", "NOT a OR b AND c", "(NOT a) OR (b AND c)"},
		{"a AND b OR NOT c", "a AND b OR NOT c", "(a AND b) OR (NOT c)"},
		{"+a OR b AND c", "+a OR b AND c", ""},
		{"a OR NOT b", "a OR NOT b", "a OR (NOT b)"},
		{"NOT a OR b", "NOT a OR b", "(NOT a) OR b"},
		{"title:(NOT a OR -b)", "title:(NOT a OR -b)", "title:((NOT a) OR (NOT b))"},
		{"a -b OR c", "a -b OR c", ""},
		{"created:2024", "created:2024", "created:[2024-01-01 TO 2024-12-31]"},
		{"updated:2024-02", "updated:2024-02", "updated:[2024-02-01 TO 2024-02-29]"},
		{`created:"2023-02"`, `created:"2023-02"`, "created:[2023-02-01 TO 2023-02-28]"},
		{"updated:[2020 TO 2021]", "updated:[2020 TO 2021]", "updated:[2020 TO 2021-12-31]"},
		{"created:>2020-04", "created:>2020-04", "created:{2020-04-30 TO *]"},
		{"0000-0002-1825-009X", "0000-0002-1825-009X", `creators.orcid:"0000-0002-1825-009X"`},
		{"bats \"0000-0002-1825-0097\"", "\"0000-0002-1825-0097\"", `creators.orcid:"0000-0002-1825-0097"`},
		{`"https://orcid.org/0000-0002-1825-0097"`, `"https://orcid.org/0000-0002-1825-0097"`, `creators.orcid:"0000-0002-1825-0097"`},
		{`creators.orcid:"https://orcid.org/0000-0002-1825-0097"`, `creators.orcid:"https://orcid.org/0000-0002-1825-0097"`, `creators.orcid:"0000-0002-1825-0097"`},
		{"views:>100", "views", "stats.all_versions.unique_views"},
		{"a AND stats.downloads:5", "stats.downloads", "stats.all_versions.unique_downloads"},
		{"foo^10 bar", "^10", "^10.1"},
		{"foo~ bar", "foo~", "foo~1"},
		{"doi:10.5281/zenodo.*", "doi:10.5281/zenodo.*", `pids.doi.identifier.keyword:10.5281\/zenodo.*`},
		{"communities:*", "communities:*", "_exists_:parent.communities.ids"},
		{"communities:eg*", "communities:eg*", ""},
		{`title:"rhino*"`, `title:"rhino*"`, ""},
		{"resource_type.subtype:book", "resource_type.subtype:book", "resource_type.subtype:publication-book"},
		{"resource_type.subtype:computationalnotebook", "resource_type.subtype:computationalnotebook", "resource_type.subtype:software-computationalnotebook"},
		{"resource_type.subtype:studyregistration", "resource_type.subtype:studyregistration", "resource_type.subtype:publication-studyregistration"},
		{"resource_type.subtype:thesis", "resource_type.subtype:thesis", "resource_type.subtype:publication-dissertation"},
		{"license.identifier:CC-BY-4.0", "license.identifier:CC-BY-4.0", "license.identifier:cc-by-4.0"},
		{"x license.identifier:cc-zero", "license.identifier:cc-zero", "license.identifier:cc0-1.0"},
		{"license.identifier:cc-by", "license.identifier:cc-by", "license.identifier:cc-by-4.0"},
		{"language:en", "language:en", "language:eng"},
		{"language:English", "language:English", "language:eng"},
		{"language:(ger)", "language:(ger)", "language:deu"},
		{"related.relation:isSupplementTo", "related.relation:isSupplementTo", "related.relation:issupplementto"},
		{`metadata.contributors.role.id:"DataCollector"`, `metadata.contributors.role.id:"DataCollector"`, "metadata.contributors.role.id:datacollector"},
		{"access_right:closed", "access_right:closed", "access_right:restricted"},
		{"version:v1.0", "version:v1.0", `metadata.version:"v1.0"`},
		{"10.1234/a/b", "10.1234/a/b", `doi:"10.1234/a/b"`},
		{"title:10.1234/a/b", "10.1234/a/b", `"10.1234/a/b"`},
		{`x "10.5281/zenodo.1"`, `"10.5281/zenodo.1"`, `doi:"10.5281/zenodo.1"`},
		{"https://doi.org/10.5281/zenodo.1", "https://doi.org/10.5281/zenodo.1", `doi:"10.5281/zenodo.1"`},
		{"(cave AND roost", "(cave AND roost", "(cave AND roost)"},
		{`title:"a b`, `title:"a b`, `title:"a b"`},
		{"cave AND", "cave AND", "cave"},
		{"created:[2024-01-01T00:00:00+00:00 TO *]", "created:[2024-01-01T00:00:00+00:00 TO *]", `created:["2024-01-01T00:00:00+00:00" TO *]`},
		{"'a", "'a", ""},
		{"“green energy”", "“green energy”", `"green energy"`},
		{"„green energy“ AND x", "„green energy“", `"green energy"`},
		{"x title:“green and energy”~2 y", "“green and energy”", `"green and energy"`},
		{"title：“green energy”", "title：“green energy”", `title:"green energy"`},
		{"a AND -title：bats", "title：bats", "title:bats"},
		{"creators.name：Smith type：dataset", "creators.name：Smith type：dataset", "creators.name:Smith type:dataset"},
		{"(“green energy OR 'x”)", "(“green energy OR 'x”)", `("green energy OR 'x")`},
	}
	for _, tt := range tests {
		q, err := querystring.Parse(tt.typed)
		if err != nil || len(q.Warnings) != 1 {
			t.Errorf("Parse(%q) = %+v, %v; want one warning", tt.typed, q, err)
			continue
		}
		w := q.Warnings[0]
		if at := q.Text[w.Pos:w.End]; at != tt.at || w.Suggestion != tt.suggestion || w.Message == "" {
			t.Errorf("Parse(%q): warning about %q, suggestion %q (%s); want %q, %q", tt.typed, at, w.Suggestion, w.Message, tt.at, tt.suggestion)
		}
		if tt.suggestion != "" {
			checkSuggestion(t, q, w)
		}
	}
}

// checkSuggestion checks that what a warning suggests can be searched.
func checkSuggestion(t *testing.T, q *querystring.Query, w querystring.Warning) {
	t.Helper()
	better := q.Text[:w.Pos] + w.Suggestion + q.Text[w.End:]
	if got, err := querystring.Parse(better); err != nil || got.Loose {
		t.Errorf("%q, as suggested for %q: %+v, %v", better, q.Text, got, err)
	}
}

func TestNoWarnings(t *testing.T) {
	for _, typed := range []string{
		"", "bats", "bats AND caves", "a OR b OR c", "title:(a OR b) AND c", "-a b", "type:dataset", "type:(a OR b)",
		"publication_date:[2020-01-01 TO 2021-12-31]", "publication_date:2021*", "publication_date:2021-05-01",
		"_exists_:metadata.funding", "_exists_:metadata.title", "journal.title:*", "doi:10.5281/zenodo.1", "version:2",
		`metadata.version:"v1.0"`, "foo~1", "foo~0", "foo^2", "and", "not", "title:and", "salt\\ and\\ pepper",
		"license.identifier:cc0-1.0", "license.identifier:gfdl", "license.identifier:house-licence", "language:eng", "language:elvish",
		"related.relation:cites", "metadata.contributors.role.id:other", "resource_type.subtype:other",
		`"bread and butter"`, "access_right:open", "resource_type.subtype:publication-book", `title:10\.1`,
		"updated:[2020 TO 2021-12-31]", "created:>=2020", "updated:{* TO 2021}", "created:2024-05-01", "a OR (NOT b)", "a NOT b",
		"creators.orcid:0000-0002-1825-0097", `metadata.\*:x`, "communities:eu", "!metadata.title:x", "files.types:csv",
		"id:1", "_id:1", "_exists_:files", "_exists_:custom_fields", "*:*", "access.embargo.until:2030", "versions.is_latest:true",
		"metadata.rights.title.en:x", `custom_fields.dwc\:genus:x`, "metadata.creators.person_or_org.type:personal",
		"parent.communities.entries.slug:x", "stats.all_versions.data_volume:>1", "metadata.subjects.props.x:y", `doi:"10.5281/zenodo.1"`,
		"12” disk", `"the “green” deal"`, "研究：数据", "l’énergie", "title:“",
	} {
		q, err := querystring.Parse(typed)
		if err != nil || len(q.Warnings) != 0 {
			t.Errorf("Parse(%q) = %+v, %v; want no warning", typed, q, err)
		}
	}
}
