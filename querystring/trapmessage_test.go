package querystring_test

import (
	"testing"

	"github.com/zharvest/zharvest/querystring"
)

// What warnings say.
func TestWarningMessages(t *testing.T) {
	const nothing = "it matches nothing"
	for _, tt := range []struct{ typed, want string }{
		{"license.id:mit", "there is no field license.id: " + nothing},
		{"Title:x", "there is no field Title: names are case-sensitive"},
		{"Publisher:x", "there is no field Publisher: " + nothing},
		{"year:2021", "there is no field year: " + nothing},
		{"EGI-ACE:x", "there is no field EGI-ACE: " + nothing + "; a colon that belongs to the text goes in quotes"},
		{"views:>100", "there is no field views: " + nothing + "; this count is in stats.all_versions.unique_views, and --sort views has the largest first"},
		{"downloads:1", "there is no field downloads: " + nothing + "; this count is in stats.all_versions.unique_downloads, and --sort downloads has the largest first"},
		{"_exists_:titel", "there is no field titel, so no record has it"},
		{"_exists_:title", "behind _exists_ the name title is not translated, and no record has such a field"},
		{"!title:x", "behind ! the name title is not translated, and no record has such a field"},
		{"type:(dataset software)", `these words are looked for as the one value "dataset software"`},
		{"publication_date:[2020 TO 2021]", "publication dates are compared as strings: 2021-05-01 comes after 2021"},
		{"publication_date:2021", "this is the exact value 2021; dates with a day do not match"},
		{"created:2024", "this is the one day 2024-01-01"},
		{"updated:2024-02", "this is the one day 2024-02-01"},
		{"created:>2020-04", "a year or a month is its first day here"},
		{"bats and caves", "operators are written in capitals; in small letters they are searched as words"},
		{"a OR b AND c", "AND and OR have no precedence: what stands beside an AND is required, and the rest changes nothing"},
		{"a OR NOT b", "NOT excludes records, whatever OR stands beside it"},
		{"0000-0002-1825-009X", "without a field this finds records whose texts have the ORCID, not those of its owner"},
		{`creators.orcid:"https://orcid.org/0000-0002-1825-0097"`, "an ORCID is kept without its address"},
		{`x "10.5281/zenodo.1"`, "without a field this finds records that mention the DOI, not the one that has it"},
		{"10.1234/a/b", "what stands between the slashes is read as a regular expression: quote a DOI"},
		{"https://doi.org/10.5281/zenodo.1", "a URL is read as a field and regular expressions: quote it"},
		{"foo^10 bar", "Zenodo sends ^1E+1, which means a boost of 1 and one more optional word, E+1"},
		{"foo^0.0000001 bar", "Zenodo sends ^1E-7, which means a boost of 1 and one more optional word, E-7"},
		{"foo~ bar", "Zenodo allows 0 edits here, so only the very word matches"},
		{"doi:10.5281/zenodo.*", "Zenodo quotes this word, and in quotes a star is no wildcard"},
		{`title:"rhino*"`, "in quotes a star is no wildcard"},
		{"communities:*", "the star is looked up as the slug of a community"},
		{"communities:eg*", "slugs are looked up as they are: there are no wildcards"},
		{"resource_type.subtype:book", "subtypes are written with their type, as in publication-book"},
		{"license.identifier:CC-BY-4.0", "the id of this licence is cc-by-4.0, and no other name of it is found"},
		{"language:English", "the id of this language is eng, and no other name of it is found"},
		{"related.relation:isSupplementTo", "the id of this relation is issupplementto, and no other name of it is found"},
		{`metadata.contributors.role.id:"DataCollector"`, "the id of this role is datacollector, and no other name of it is found"},
		{"access_right:closed", "there is no such access right: closed is now restricted or metadata-only"},
		{"version:v1.0", "version is the number of the version, from 1; its label is metadata.version"},
		{"“green energy”", "quotation marks that are not straight are letters to Zenodo"},
		{"title：“green energy”", "quotation marks that are not straight are letters to Zenodo"},
		{"title：bats", "a full-width colon is a letter to Zenodo"},
	} {
		q, err := querystring.Parse(tt.typed)
		if err != nil || len(q.Warnings) != 1 || q.Warnings[0].Message != tt.want {
			t.Errorf("Parse(%q) = %+v, %v; want one warning: %s", tt.typed, q, err, tt.want)
		}
	}
}

// What looks like a trap and is none, or cannot be made better, gets no suggestion
// that says something else.
func TestWarningsElsewhere(t *testing.T) {
	for _, tt := range []struct {
		typed string
		want  []string // suggestions
	}{
		{"date:20210", []string{"publication_date"}}, // no year
		{"date:202x", []string{"publication_date"}},
		{"foo:a\tTitle:x", []string{"", "title"}},
		{"(foo:a)", []string{""}},
		{"a or b and c", []string{"a OR b AND c"}},
		{"or", nil},
		{"x (or) y", nil}, // for which x (OR) y used to be suggested, which is no query
		{"x -or y", nil},
		{`"x" or^2 "y"`, nil},
		{"x title:or y", nil},
		{"x title:(or b) y", nil},
		{"x title:(a or b) y", []string{"title:(a OR b)"}},
		{`"x" or "y"`, []string{"OR"}},
		{"title:x and", nil},
		{"foo^0.0000001 bar", []string{""}}, // no number like it has no E
		{"foo^15 bar^20", []string{"^20.1"}},
		{"12” disk", nil},
	} {
		q, err := querystring.Parse(tt.typed)
		if err != nil {
			t.Errorf("Parse(%q): %v", tt.typed, err)
			continue
		}
		var got []string
		for _, w := range q.Warnings {
			got = append(got, w.Suggestion)
			if w.Suggestion != "" {
				checkSuggestion(t, q, w)
			}
		}
		if len(got) != len(tt.want) {
			t.Errorf("Parse(%q): suggestions %q, want %q", tt.typed, got, tt.want)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("Parse(%q): suggestions %q, want %q", tt.typed, got, tt.want)
			}
		}
	}
}
