package export

// WriteGroups writes Parquet with row groups that tests can fill.
var WriteGroups = writeGroups
