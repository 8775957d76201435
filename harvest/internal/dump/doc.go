// Package dump reads the archives in which Zenodo publishes all its records, and
// its table of those that were deleted.
package dump
