package index

import (
	"time"

	"github.com/zharvest/zharvest/index/internal/engine"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

// Query says which records of the index are wanted, in which order, and how
// much of them. The zero value is all records in their latest versions,
// newest first.
type Query struct {
	// Parsed is a text in Zenodo's query language, as [querystring.Parse] reads
	// it; nil finds everything.
	Parsed *querystring.Query
	// Communities keeps records that are in any of them.
	Communities []zenodo.Slug
	// Type and Subtype keep records of that resource type, such as
	// publication and article. There is no subtype without its type.
	Type, Subtype string
	// Since and Until keep records created in [Since, Until); zero is
	// unbounded.
	Since, Until time.Time
	// Harvest keeps the records of the saved harvest of that name.
	Harvest string
	// AllVersions keeps superseded versions too, IncludeGone what the server
	// no longer has.
	AllVersions, IncludeGone bool
	// Now is what now means in dates such as now-7d; zero is the present.
	Now time.Time
	// Sort is the order; empty is Newest.
	Sort Sort
	// ByYear is another order: year of publication by year, latest first. Sort
	// has no say in it.
	ByYear bool
	// Limit ends the list after so many records; 0 is no limit.
	Limit int
	// Columns limits what is filled in to columns that [Brief] knows, which is
	// much faster; a record is then valid only until the next one is read. Nil
	// fills in everything.
	Columns []string
}

// Sort is an order of records.
type Sort string

// The orders. Ties are in order of id.
const (
	Newest    Sort = "newest" // latest creation first
	Oldest    Sort = "oldest"
	Updated   Sort = "updated" // latest change first
	Title     Sort = "title"   // by letter
	Views     Sort = "views"   // most unique views of all versions first, as on Zenodo
	Downloads Sort = "downloads"
	BestMatch Sort = "bestmatch" // most relevant first; newest first without a text
)

// Sorts lists the orders.
func Sorts() []Sort {
	return []Sort{BestMatch, Newest, Oldest, Updated, Title, Views, Downloads}
}

// Check returns the [*querystring.Error] with which every search refuses a query
// at a moment, whatever the index holds; a zero time is the present. Its Status
// is 0 where it is only the index that cannot run the query.
func Check(q *querystring.Query, now time.Time) error { return engine.Check(q, now) }

// UnindexedFields returns the parts of a query that name fields which the index
// does not have: they match nothing in it. Zenodo may have the field, since
// its JSON does not tell all that its search knows.
func UnindexedFields(q *querystring.Query) []querystring.Node { return engine.UnindexedFields(q) }
