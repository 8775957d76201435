// Package report counts a selection of records, looks for what their metadata
// lack, and writes that as a page, as Markdown or as JSON that can be handed
// in.
//
// [Build] reads the records once and keeps counts, short lists of what is most
// frequent, and a row for each record up to a limit; [Report.Write] writes the
// result in a [Format]. With the same records and [Options] it writes the same
// bytes.
//
// # The page
//
// The page is one file: its style, script, charts and rows are in it, and its
// content security policy forbids everything else, so that nothing is loaded
// and nothing that records say is run. It works without its script, too: that
// sorts, filters and pages the list of records.
//
// # The JSON
//
// The JSON is a [Report] with the names of its tags, which are added to and not
// changed. Texts of records are on one line and at most [MaxText] characters
// long; what is longer ends in "…". Lists are never null.
//
// # What is counted
//
// A record is one version that was selected; a concept is what all versions of
// a record share. Files and bytes are those of the records that list files; how
// many records hide theirs, have none or do not say is counted beside. Views and downloads
// are counted by the server for all versions of a concept together, so that
// each concept counts once. How many versions there are is what the newest one
// selected says about its place among them, also where the others were not
// selected.
package report
