// Package deposit takes a description and files to a published record of
// Zenodo, in steps that may be repeated after any failure.
//
// [ReadMetadata] reads the description, [Check] finds what the server would
// refuse or drop without a word. A [Manifest] is the description together with
// files; [Pusher.Plan] compares it with what the server has, and
// [Pusher.Apply] carries the plan out. [Table] does so for many. All of it goes
// by Zenodo's legacy deposit API; [CheckLosses] finds what a record has that
// this API cannot hold.
package deposit
