package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// A first run without the network, and one that is interrupted before anything
// came, leaves no index, which would look like one of nothing. A second one
// leaves what there is.
func TestFirstRunOffline(t *testing.T) {
	home(t)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + closed.Addr().String() + "/api"
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	db := filepath.Join(dir, "zharvest.db")
	for _, args := range [][]string{{"-c", "fed-sky"}, {"--dump"}, {"communities"}} {
		ctx, interrupt := context.WithCancel(t.Context())
		stderr := &interrupter{interrupt: interrupt}
		code := run(ctx, append([]string{"-v", "--api", nobody, "--db", db, "harvest"}, args...), strings.NewReader(""), &bytes.Buffer{}, stderr)
		interrupt()
		if code == exitOK {
			t.Errorf("%v: exit code %d", args, code)
		}
		if left, err := os.ReadDir(dir); len(left) > 0 || err != nil {
			t.Errorf("%v: left are %v, %v", args, left, err)
		}
	}

	srv := zenodotest.NewServer(t, zenodotest.Config{})
	zharvest(t, "--api", srv.API(), "--db", db, "harvest", "-c", "fed-sky")
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	if code := run(ctx, []string{"-v", "--api", nobody, "--db", db, "update", "--full"}, strings.NewReader(""), &bytes.Buffer{}, &interrupter{interrupt: interrupt}); code == exitOK {
		t.Error("an update without the network succeeds")
	}
	if n := zharvest(t, "--db", db, "search", "--count"); n != "49\n" {
		t.Errorf("there are %q records", n)
	}
}

// interrupter interrupts when a connection was refused, so that no test waits
// for what is tried again.
type interrupter struct {
	bytes.Buffer
	interrupt func()
}

func (i *interrupter) Write(p []byte) (int, error) {
	if strings.Contains(string(p), "connection refused") {
		i.interrupt()
	}
	return i.Buffer.Write(p)
}
