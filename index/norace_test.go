//go:build !race

package index_test

// slowdown is how much less the tests do than they could.
const slowdown = 1
