package deposit

// attribute is what Zenodo reads under one name of the metadata.
type attribute struct {
	text  bool // a text, and no list or object
	check func(c *checker, path string, value any)
}

// attributes are the names that the deposit API reads; all others it ignores.
// Source: the loader of zenodo-rdm's legacy API, and the documentation where
// they agree.
var attributes = map[string]attribute{
	"upload_type":      {text: true, check: (*checker).uploadType},
	"publication_type": {text: true, check: subtypeOf("publication")},
	"image_type":       {text: true, check: subtypeOf("image")},
	"software_type":    {text: true, check: subtypeOf("software")},
	"title":            {text: true, check: atLeast(3)},
	"creators":         {check: (*checker).creators},
	"description":      {text: true, check: atLeast(3)},
	"publication_date": {text: true, check: (*checker).publicationDate},
	"version":          {text: true, check: atMost(191)},

	"access_right":      {text: true, check: (*checker).accessRight},
	"license":           {check: (*checker).license},
	"embargo_date":      {text: true, check: (*checker).embargoDate},
	"access_conditions": {text: true, check: (*checker).accessConditions},

	"doi":            {text: true, check: (*checker).doi},
	"prereserve_doi": {check: (*checker).anything},
	"keywords":       {check: (*checker).texts},
	"subjects":       {check: (*checker).subjects},
	"language":       {text: true, check: (*checker).language},
	"notes":          {text: true, check: (*checker).text},
	"method":         {text: true, check: (*checker).text},
	"references":     {check: (*checker).texts},

	"related_identifiers": {check: (*checker).relatedIdentifiers},
	"contributors":        {check: (*checker).contributors},
	"communities":         {check: (*checker).communities},
	"grants":              {check: (*checker).grants},
	"locations":           {check: (*checker).locations},
	"dates":               {check: (*checker).dates},
	"custom":              {check: (*checker).custom},

	"journal_title":  {text: true, check: (*checker).text},
	"journal_volume": {text: true, check: (*checker).text},
	"journal_issue":  {text: true, check: (*checker).text},
	"journal_pages":  {text: true, check: (*checker).text},

	"conference_title":        {text: true, check: (*checker).text},
	"conference_acronym":      {text: true, check: (*checker).text},
	"conference_dates":        {text: true, check: (*checker).text},
	"conference_place":        {text: true, check: (*checker).text},
	"conference_url":          {text: true, check: (*checker).webAddress},
	"conference_session":      {text: true, check: (*checker).text},
	"conference_session_part": {text: true, check: (*checker).text},

	"imprint_publisher": {text: true, check: (*checker).text},
	"imprint_isbn":      {text: true, check: (*checker).isbn},
	"imprint_place":     {text: true, check: (*checker).text},
	"partof_title":      {text: true, check: (*checker).text},
	"partof_pages":      {text: true, check: (*checker).text},

	"thesis_supervisors": {check: (*checker).people},
	"thesis_university":  {text: true, check: (*checker).text},
}
