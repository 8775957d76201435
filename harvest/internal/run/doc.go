// Package run is what the strategies of package harvest share: what a run is
// asked for, what it counts, what it may store, and how its errors are wrapped.
package run
