// Package harvest fetches what a selection selects from Zenodo, or another
// InvenioRDM server, and hands it to a store, so that nothing is lost: neither
// when the run is interrupted nor when the server's list moves meanwhile.
//
// A [Selection] says what to harvest. A [Harvester] divides it into spans,
// walks each of them page by page, and gives the pages to a [Sink], each
// together with a checkpoint. The sink stores both or neither, so a run that
// was killed goes on after the last page that was stored. [Memory] is a sink
// for programs that need no index.
//
// # Completeness
//
// A span is read in order of creation and closed at the moment at which the
// harvest began. What can still happen while it is read is that a record is
// deleted, or superseded by a new version: later ones then move up, past the
// reader. This shows, because the total moves or fewer distinct records than
// that were received, and the span is read again, up to four times. A run that
// still ends short says so: its error matches [ErrIncomplete].
//
// A query that Zenodo cannot parse, and takes for plain words, cannot be
// closed in this way. Its list is read as it is, and a new version that takes
// the place of an old one at the right moment can hide a record there.
//
// # Limits
//
// A server lists only so many members of a search, 10,000 on Zenodo. A larger
// selection is refused with a [*WindowError] before anything is stored.
package harvest
