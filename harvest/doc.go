// Package harvest fetches what a selection selects from Zenodo, or another
// InvenioRDM server, and hands it to a store, so that nothing is lost: neither
// when the run is interrupted nor when the server's list moves meanwhile.
//
// A [Selection] says what to harvest. A [Harvester] divides it into spans,
// walks each of them page by page, and gives the pages to a [store.Sink], each
// together with a checkpoint. The sink stores both or neither, so a run that
// was killed resumes after the last page that was stored. [Memory] is a sink
// for programs that need no index.
//
// # Spans
//
// A server lists only so many members of a search, 10,000 on Zenodo: its
// window. A selection beyond that, or a community of it, is divided by time of
// creation into spans that are smaller, made one after the other as the walk
// goes. The next one is measured by how fast records came in the last, and its
// first page reports whether it is small enough: a good guess costs nothing. A
// bad one costs a second question, for the time of creation of a record well
// inside the window. Records that share a millisecond are divided by how their
// ids begin, or by type; where nothing divides them, the run says how many are
// beyond the window.
//
// Nothing can be added to a query that Zenodo cannot parse and takes for plain
// words. It is sent as it is, and refused with a [*SelectionError] where its
// list is larger than the window. So is a list of communities, which is not
// known to be divisible, with a [*WindowError].
//
// # Completeness
//
// The selection is closed at the moment at which the harvest began, by the
// server's clock, and its spans are read in order of creation. While that goes
// on, records are deleted, or superseded by new versions: others then move up,
// past the reader. That shows, because the total falls from one page to the
// next. The page before is read over once more at the end of the walk, and has
// them. A span that grows, or where fewer distinct records than its total
// were received, is read again as a whole, up to four times. When all spans of
// a divided selection are done it is counted once more, and those that have
// members now that they had not are read again.
//
// A page that the server fails to give out, while it gives out others, is asked
// for in smaller pieces, until the records it fails over stand alone. They are
// named by their places in [Result.Unserved].
//
// A run that ends short says so: its error matches [ErrIncomplete]. The next
// one walks only those spans again that ended short.
//
// # Keeping up to date
//
// A run with [Harvester.ChangedSince] fetches what was changed in the selection
// since an earlier run began, new versions included, from an hour before that
// on, because searches lag behind. It costs as many requests as the changes
// have pages, and a few. It does not see what was deleted or left the
// selection, nor views and downloads that moved without anybody editing the
// record. Where the sink is a [store.Keeper] it compares how many members the server
// counts with how many are held: if these are fewer, its error is a
// [*MissingError]; if they are more, [Result.Unlisted] says by how many.
//
// A full run into a [store.Keeper] asks for each record that is held and was not
// listed, when everything that is listed was received. What the server does
// not have any more is gone; what it has is stored once more and has left the
// selection.
//
// What nobody can see from outside: a record that leaves a list and another
// one that joins it, between the same two answers, leave the total as it was.
package harvest
