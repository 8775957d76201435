package zenodotest

import (
	"net/http/httptest"
	"testing"
)

// Server is an [Emulator] that listens on a port of the loopback interface.
type Server struct {
	*httptest.Server
	*Emulator
}

// NewServer starts a server that ends with the test. A configuration that
// does not work fails the test.
func NewServer(tb testing.TB, cfg Config) *Server {
	tb.Helper()
	e, err := New(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	s := &Server{Server: httptest.NewServer(e), Emulator: e}
	tb.Cleanup(s.Close)
	return s
}

// API is the root of the API, such as http://127.0.0.1:41234/api.
func (s *Server) API() string { return s.URL + "/api" }

// Close ends the server and its emulator. [NewServer] sees to it.
func (s *Server) Close() {
	s.Server.Close()
	s.Emulator.Close() // frees memory: nothing that a test could act upon
}
