// Package files answers with the files of published records: the lists of them,
// their bytes, all of them in one archive, and what is inside of ZIPs. Whose
// files they are it does not know.
package files
