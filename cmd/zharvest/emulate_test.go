package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// emulateCommand begins a server in a process of its own and waits for the
// line with its address.
func emulateCommand(ts *testscript.TestScript, neg bool, args []string) {
	cmd := exec.Command("zharvest", append([]string{"emulate"}, args...)...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "HOME="+ts.Getenv("HOME"), "XDG_CONFIG_HOME="+ts.Getenv("XDG_CONFIG_HOME"))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	lines := bufio.NewReader(out)
	api, err := lines.ReadString('\n')
	ts.Defer(func() {
		ts.Check(cmd.Process.Signal(os.Interrupt))
		rest, _ := io.ReadAll(lines)
		if err := cmd.Wait(); err != nil || len(rest) > 0 {
			ts.Fatalf("emulate ended with %v and printed %q, want nothing after its API root", err, rest)
		}
	})
	ts.Check(err)
	ts.Setenv("ZENODO_API_URL", strings.TrimSpace(api))
}
