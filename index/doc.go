// Package index keeps harvested records in one SQLite file, and searches them
// offline in Zenodo's query language.
//
// [Open] a [DB]; [DB.StartRun] begins or resumes a harvest and gives a [Run], which
// stores pages of records each together with its checkpoint; [DB.Records]
// iterates over what a [Query] matches, newest first.
//
// A run is a full one, or one of what changed since the last complete run
// began. What runs found changed, and what became of records that are not
// listed any more, [DB.Changes] lists; how views and downloads grew from
// run to run, [DB.History].
//
// Searching is divided in two: internal/engine works as Zenodo's search engine
// does, on segments that this package reads from the file; what SQLite finds or
// puts in order stands in the files whose names end in _sql.
//
// The record as the server sent it is kept, compressed; the tables that
// people read with sqlite3 and the full-text index are derived from it and
// can be made anew by [DB.Reindex]. A file may be used by several processes
// at once: readers never wait, writers take turns by transaction.
//
// The package makes no requests. A DB is safe for concurrent use.
package index
