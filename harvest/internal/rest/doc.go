// Package rest harvests through the REST API: it divides a selection into spans
// that are smaller than the server's window and walks each of them page by page.
package rest
