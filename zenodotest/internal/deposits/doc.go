// Package deposits answers what users do with depositions as Zenodo does: both
// APIs of drafts, their files and buckets, publishing, and new versions. What is
// published goes into the catalog.
package deposits
