// Package engine finds records as Zenodo's search engine does: its fields and
// their analysis, its query language, its scores and its facets.
//
// [Analyse] makes a document of a record. An [Index] is one state of the
// segments that documents are in; [Index.Search] returns a [Result], which is
// counted, or read in one of its orders as keys of records. Where segments are
// kept is up to the caller, who reads them through [Terms] and [Columns]: the
// package knows no SQL.
package engine
