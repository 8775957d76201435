// Package deposit takes a description and files to a published record of
// Zenodo, in steps that may be repeated after any failure.
//
// [ReadMetadata] reads the description, or [FromRecord] makes it of typed
// values; [Check] finds what the server would refuse or drop without a word.
// [FindFiles] finds files. A [Manifest] is the description together with files;
// [Pusher.Plan] compares it with what the server has, and [Pusher.Apply]
// carries out that plan and nothing else. [Table] does so for many. An
// [Uploader] plans and sends files alone. All of it goes by Zenodo's legacy
// deposit API; [CheckLosses] finds what a record has that this API cannot hold.
package deposit
