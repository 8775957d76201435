// Package segment holds the inverted index: which records hold which terms,
// and where in them. It knows neither SQLite nor records, only documents,
// fields by number, and bytes.
//
// A segment is made once, by [Builder] or [Merge], and never changed. Its
// documents are numbered from 0 in the order of their creation, so that the
// newest of any result are found from its end, without sorting. A change to a
// record adds it to a newer segment and marks the older document dead; merging
// drops the dead.
//
// What a segment consists of are streams, kept in pages: its keys, the
// documents of each, the positions of each in these, and columns with one value
// a document. [Reader] reads no more pages than it needs. Words are ordered by
// term and then by field, so that to look up a word in all fields is to read
// one page of keys; other values by field and then by value.
package segment
