// Package wire is how Zenodo speaks HTTP, whatever it serves: routes and who
// asks, the parameters of a search, answers, and the words of its errors.
package wire
