//go:build !race

package main

// underRace tells whether the race detector is on.
const underRace = false
