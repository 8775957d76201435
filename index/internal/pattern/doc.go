// Package pattern finds which terms a wildcard, a fuzzy word or a regular
// expression matches, as the engine of Zenodo's search does. It knows terms as
// bytes of UTF-8, and nothing of where they stand.
package pattern
