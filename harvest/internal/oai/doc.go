// Package oai harvests through OAI-PMH: it walks the set of each community by
// intervals of the time of change, up to the present.
package oai
