// Package opensearch sends records to an OpenSearch index, in which the same
// query strings find them that find them at Zenodo.
//
// A [Client] makes the index with [Client.Prepare] and fills it with
// [Client.Send]: in bulk, one request at a time, so that the cluster sets the
// pace. What it refuses for the moment is sent again, and nothing else. The
// documents have the ids of their records: to send one twice does no harm. What
// an earlier run sent and this one did not is removed at the end.
//
// How far it came is kept in the metadata of the index itself, so that a run
// that was killed is resumed from whichever machine.
package opensearch
