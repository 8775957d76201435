package forms

import (
	"cmp"
	"fmt"
	"html"
	"regexp"
	"time"
)

// display has the strings in which the native form says what pages show, as far
// as they are the larger part of it: dates, access, creators, and the description
// without its tags.
type display struct {
	PublishedMedium string `json:"publication_date_l10n_medium"`
	PublishedLong   string `json:"publication_date_l10n_long"`
	Created         string `json:"created_date_l10n_long"`
	Updated         string `json:"updated_date_l10n_long"`
	ResourceType    object `json:"resource_type"`
	Access          object `json:"access_status"`
	Creators        object `json:"creators"`
	Description     string `json:"description_stripped,omitempty"`
	Version         string `json:"version"`
	IsDraft         bool   `json:"is_draft"`
}

const longDate = "January 2, 2006"

var tags = regexp.MustCompile(`<[^>]*>`)

func (r *Record) display() display {
	m := r.Metadata
	kind, _ := m["resource_type"].(object)
	d := display{
		Created: localDate(r.Created, longDate), Updated: localDate(r.Updated, longDate),
		ResourceType: object{"id": kind["id"], "title_l10n": member(kind, "title")["en"]}, Access: r.Access.Shown(),
		Creators: displayCreators(m["creators"]), Description: html.UnescapeString(tags.ReplaceAllString(text(m["description"]), "")),
		Version: cmp.Or(text(m["version"]), fmt.Sprintf("v%d", max(r.Versions.Index, 1))),
	}
	d.PublishedMedium, d.PublishedLong = PublicationDate(text(m["publication_date"]))
	return d
}

// PublicationDate is a publication date as pages show it, short and in full.
func PublicationDate(date string) (medium, long string) {
	switch len(date) {
	case len("2006-01"):
		medium = localDate(date+"-01", "Jan 2006")
		return medium, localDate(date+"-01", "January 2006")
	case len(time.DateOnly):
		return localDate(date, "Jan 2, 2006"), localDate(date, longDate)
	}
	return date, date
}

// localDate writes the day of a time in a layout, and leaves as it is what is
// no time.
func localDate(stamp, layout string) string {
	at, err := time.Parse(time.DateOnly, stamp[:min(len(stamp), len(time.DateOnly))])
	if err != nil {
		return stamp
	}
	return at.Format(layout)
}

// Shown is the status as pages show it.
func (a Access) Shown() object {
	var until any // the day on which an embargo ends
	title, icon, class, description := "", "", "", ""
	switch a.Status {
	case "open":
		title, icon, description = "Open", "unlock", "The record and files are publicly accessible."
	case "restricted":
		title, icon, class = "Restricted", "ban", "negative"
		description = "The record is publicly accessible, but files are restricted to users with access."
	case "embargoed":
		day := localDate(a.Embargo.Until, longDate)
		title, icon, class, until = "Embargoed", "outline clock", "warning", day
		description = "The files will be made publicly available on " + day + "."
	case "metadata-only":
		title, icon, description = "Metadata-only", "tag", "No files are available for this record."
	}
	return object{
		"id": a.Status, "title_l10n": title, "description_l10n": description, "icon": icon,
		"embargo_date_l10n": until, "message_class": class,
	}
}

// displayCreators are the creators without their affiliations, which come
// numbered on Zenodo.
func displayCreators(value any) object {
	people, _ := value.([]object)
	creators := []object{}
	for _, p := range people {
		creators = append(creators, object{"person_or_org": p["person_or_org"]})
	}
	return object{"creators": creators}
}
