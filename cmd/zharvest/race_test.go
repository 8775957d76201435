//go:build race

package main

// underRace makes tests smaller: the detector makes the database many times
// slower, and finds in little what it finds in much.
const underRace = true
