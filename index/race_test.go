//go:build race

package index_test

// slowdown is how much less the tests do under the race detector, which makes
// SQLite ten times slower.
const slowdown = 10
