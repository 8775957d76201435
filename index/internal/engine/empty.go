package engine

import "github.com/zharvest/zharvest/index/internal/segment"

// addEmpty adds the empty text to fields. In those that are analysed it has no
// word, and only says that the field is there.
func (d *document) addEmpty(fields []segment.Field) {
	for _, f := range fields {
		if isTextField[f] {
			d.mark(f)
		} else {
			d.term(f, "")
		}
	}
}

// isTextField are the fields that are analysed, by number.
var isTextField = func() (is [256]bool) {
	for _, f := range fieldsWhere((*field).isText) {
		is[f.id] = true
	}
	return is
}()

// emptyFields are the fields that members of the legacy JSON have as an empty
// text where the server sent one: the engine finds the records by it.
var emptyFields = map[string][]segment.Field{
	"metadata.title":                    {fTitle, fTitleOriginal, fTitleKeyword},
	"metadata.description":              {fDescription},
	"metadata.notes":                    {fAdditional},
	"metadata.method":                   {fAdditional},
	"metadata.keywords":                 {fSubject, fSubjectKeyword},
	"metadata.publication_date":         {fPublicationDate},
	"metadata.version":                  {fVersionLabel},
	"metadata.language":                 {fLanguage},
	"metadata.references":               {fReference},
	"metadata.creators.name":            {fCreatorName, fCreatorFamily},
	"metadata.creators.affiliation":     {fCreatorAffiliation},
	"metadata.contributors.name":        {fContributorName, fContributorFamily},
	"metadata.contributors.affiliation": {fContributorAffiliation},
	"metadata.dates.description":        {fDateDescription},
	"metadata.locations.place":          {fPlace},
	"metadata.locations.description":    {fPlaceDescription},
	"metadata.grants.acronym":           {fAwardAcronym, fAwardAcronymText},
	"metadata.grants.program":           {fAwardProgram},
	"metadata.grants.title":             {fAwardTitle, fAwardTitleKeyword},
	"metadata.imprint.isbn":             {fImprintISBN},
	"metadata.imprint.place":            {fImprintPlace},
	"metadata.imprint.publisher":        {fPublisher, fPublisherKeyword},
	"metadata.part_of.title":            {fPartOfTitle, fPartOfTitleKeyword},
	"metadata.part_of.pages":            {fPartOfPages},
	"metadata.journal.title":            {fJournalTitle, fJournalTitleKeyword},
	"metadata.journal.volume":           {fJournalVolume},
	"metadata.journal.issue":            {fJournalIssue},
	"metadata.journal.pages":            {fJournalPages},
	"metadata.journal.issn":             {fJournalISSN},
	"metadata.meeting.title":            {fMeetingTitle, fMeetingTitleKeyword},
	"metadata.meeting.acronym":          {fMeetingAcronym},
	"metadata.meeting.dates":            {fMeetingDates},
	"metadata.meeting.place":            {fMeetingPlace},
	"metadata.meeting.url":              {fMeetingURL},
	"metadata.meeting.session":          {fMeetingSession},
	"metadata.meeting.session_part":     {fMeetingSessionPart},
	"metadata.thesis.university":        {fThesisUniversity},
}
