// Package naive answers queries as Zenodo's search engine does, by looking at
// every record: no index, no shortcuts. It is what the in-process emulator of
// Zenodo answers with, and what tests compare the index with. So it shares no
// code with package index: its fields are read from Zenodo's own mapping, and
// its analysers, patterns, dates and scores are its own. Shared are the parser of
// query strings, package querystring, and the tables of Zenodo's vocabularies.
package naive
