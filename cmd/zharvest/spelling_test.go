package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// Zenodo compares types as a whole, so that a mistyped one harvests nothing. It
// is reported before anything is sent: the context is done, so nothing is here.
func TestUnknownTypeOfZenodo(t *testing.T) {
	home(t)
	done, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tt := range []struct{ api, args, want string }{
		{"https://zenodo.org/api", "-t publicaton", "Zenodo has no type publicaton, as far as is known; did you mean publication?"},
		{"https://sandbox.zenodo.org/api", "-t nosuchthing", "Zenodo has no type nosuchthing, as far as is known"},
		{"https://zenodo.org/api", "-t preprint", "Zenodo has no type preprint, as far as is known, which is a subtype: write -t publication --subtype preprint"},
		{"https://zenodo.org/api", "-t publication --subtype artcle", "Zenodo has no subtype artcle of publication, as far as is known; did you mean article?"},
		{"https://zenodo.org/api", "-t publication --subtype thesis", "Zenodo has no subtype thesis, as far as is known; it says dissertation"},
		{"https://zenodo.org/api", "-t dataset --subtype figure", "Zenodo has no subtype figure of dataset, as far as is known"},
		{"https://zenodo.org/api", "-t Dataset", ""},
		{"https://zenodo.org/api", "-t publication --subtype article", ""},
		{"https://inveniordm.example/api", "-t publicaton", ""},
	} {
		for _, command := range []string{"harvest --dry-run", "harvest", "search --online"} {
			var stdout, stderr bytes.Buffer
			args := strings.Fields("--api " + tt.api + " " + command + " " + tt.args)
			if code := run(done, args, strings.NewReader(""), &stdout, &stderr); code != exitInterrupted {
				t.Errorf("%s: exit code %d, %s", strings.Join(args, " "), code, stderr.String())
			}
			warning, _, ok := strings.Cut(stderr.String(), "\n")
			if warned := strings.HasPrefix(warning, "zharvest: warning: "); warned != (tt.want != "") || warned && warning != "zharvest: warning: "+tt.want || !ok {
				t.Errorf("%s: got %q, want a warning: %q", strings.Join(args, " "), stderr.String(), tt.want)
			}
		}
	}
}
