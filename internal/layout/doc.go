// Package layout has no code, only a test: that every package imports what
// the architecture lets it import, and nothing else.
package layout
