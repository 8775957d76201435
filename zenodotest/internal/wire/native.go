package wire

import (
	"math"
	"net/url"
	"slices"
)

// nativeSorts are the orders of records on an InvenioRDM that is not Zenodo.
var nativeSorts = []string{"bestmatch", "newest", "oldest", "version", "updated-desc", "updated-asc", "mostviewed", "mostdownloaded"}

// nativeParameters are those that mean something there: any other is dropped
// without a word.
var nativeParameters = []string{
	"q", "sort", "page", "size", "allversions", "access_token", "access_status", "resource_type", "file_type", "publication_date",
}

// known are the parameters of a search that the server knows.
func (a Access) known(query url.Values) url.Values {
	if !a.Native {
		return query
	}
	known := url.Values{}
	for key, values := range query {
		if slices.Contains(nativeParameters, key) {
			known[key] = values
		}
	}
	return known
}

// nativePage reads page and size. A size beyond the window is cut without a word.
func (a Access) nativePage(query url.Values) (page, size int, refusal *Answer) {
	page, size, refusal = ReadPage(query, math.MaxInt, "")
	return page, min(size, a.GuestPageSize), refusal
}
