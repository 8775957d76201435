package report

import (
	"fmt"
	"strings"
)

// Selection says which records a report is about.
type Selection struct {
	Query       string   `json:"query"`
	Communities []string `json:"communities"`
	Type        string   `json:"type"`
	Subtype     string   `json:"subtype"`
	Since       string   `json:"since"` // created from then on, RFC 3339
	Until       string   `json:"until"` // created before
	Harvest     string   `json:"harvest"`
	AllVersions bool     `json:"all_versions"`
	IncludeGone bool     `json:"include_gone"`
	Limit       int      `json:"limit"` // 0 is no limit
}

// title is what a report is called where nobody said.
func (s Selection) title() string {
	switch {
	case len(s.Communities) == 1:
		return "Records of the community " + s.Communities[0]
	case len(s.Communities) > 1:
		return "Records of the communities " + strings.Join(s.Communities, ", ")
	case s.Query != "":
		return "Records that match " + s.Query
	case s.Harvest != "":
		return "Records of the harvest " + s.Harvest
	}
	return "All records"
}

// fact is something to say in two parts.
type fact struct{ Name, Value string }

// facts are the conditions of a selection, for people.
func (s Selection) facts() []fact {
	var all []fact
	add := func(name, value string) {
		if value != "" {
			all = append(all, fact{name, value})
		}
	}
	add("Query", s.Query)
	add("Communities", strings.Join(s.Communities, ", "))
	add("Type", strings.Trim(s.Type+", "+s.Subtype, ", "))
	add("Created since", s.Since)
	add("Created before", s.Until)
	add("Harvest", s.Harvest)
	if s.Limit > 0 {
		add("Limit", fmt.Sprintf("the first %s", grouped(int64(s.Limit))))
	}
	versions := "the latest of each record"
	if s.AllVersions {
		versions = "all"
	}
	add("Versions", versions)
	if s.IncludeGone {
		add("Deleted records", "included")
	}
	return all
}

// facts are where the records come from, for people.
func (s Source) facts() []fact {
	server, at := s.Server, s.HarvestedAt
	if server == "" {
		server = "not known"
	}
	if at == "" {
		at = "never"
	}
	return []fact{{"Repository", server}, {"Last harvested", moment(at)}, {"Completeness", s.Completeness.sentence()}}
}

func (c Completeness) sentence() string {
	switch c {
	case Complete:
		return "complete: all records that the server lists were harvested"
	case CountsAgree:
		return "counts agree: as many records were harvested as the server counts, though not all ids were compared lately"
	case Incomplete:
		return "incomplete: the server counted more records than were harvested"
	}
	return "unknown: no harvest selects exactly these records, so there may be more of them"
}
