// Package datacite writes records as Zenodo gives them out by OAI-PMH and in
// its monthly dump: as DataCite's kernel 4, in the envelope that repositories
// of DataCite agreed upon.
//
// What DataCite has no place for, such as files, statistics and the time of
// creation, is not in it. Titles and descriptions lose their HTML tags, as they
// do on Zenodo.
package datacite
