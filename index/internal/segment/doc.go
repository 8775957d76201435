// Package segment holds the inverted index: which records hold which terms,
// and where in them. It knows neither SQLite nor records, only documents,
// fields by number, and bytes.
//
// A segment is made once, by [Builder] or [Merge], and never changed. Its
// documents are numbered from 0 in the order of their creation, so that the
// newest of any result are found from its end, without sorting. Its terms
// stand in blocks of a few kilobytes in the order of field and bytes: to look
// up a term is to read one block. A change to a record adds it to a newer
// segment and marks the older document dead; merging drops the dead.
package segment
