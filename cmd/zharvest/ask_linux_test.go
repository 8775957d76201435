package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/zharvest/zharvest/zenodotest"
)

// openTerminal opens both ends of a terminal.
func openTerminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	t.Cleanup(func() { person.Close() })
	var number, unlocked int32
	for request, arg := range map[uintptr]*int32{syscall.TIOCSPTLCK: &unlocked, syscall.TIOCGPTN: &number} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, person.Fd(), request, uintptr(unsafe.Pointer(arg))); errno != 0 {
			t.Fatal(errno)
		}
	}
	if program, err = os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	return person, program
}

// onTerminal runs a command on a terminal on which a person answers.
func onTerminal(t *testing.T, answer string, args ...string) (code int, stdout, said string) {
	t.Helper()
	person, program := openTerminal(t)
	if _, err := person.WriteString(answer); err != nil {
		t.Fatal(err)
	}
	shown := make(chan string)
	go func() {
		text, _ := io.ReadAll(person) // an error is the end
		shown <- string(text)
	}()
	var out bytes.Buffer
	code = run(t.Context(), args, program, &out, program)
	if err := program.Close(); err != nil {
		t.Fatal(err)
	}
	return code, out.String(), strings.ReplaceAll(<-shown, "\r\n", "\n")
}

const question = "Fetch all of this? [y/N] "

// Whoever asks for everything on a terminal is asked first, and shown what it
// takes.
func TestAskBeforeEverything(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	harvestWith := func(answer string, more ...string) (code int, stdout, said string) {
		return onTerminal(t, answer, append([]string{"--api", srv.API(), "--db", db, "--no-progress", "harvest"}, more...)...)
	}
	for _, answer := range []string{"n\n", "\n", "\x04"} {
		code, stdout, said := harvestWith(answer)
		if code != exitFailure || stdout != "" || !strings.Contains(said, question) || !strings.Contains(said, "nothing was done") {
			t.Errorf("%q: exit code %d, %s%s", answer, code, stdout, said)
		}
		if !strings.Contains(said, "everything: 101 records in 1 span\n") || !strings.Contains(said, "a guest       25    5 ") {
			t.Errorf("%q: no estimate in %s", answer, said)
		}
	}
	if _, err := os.Stat(db); err == nil {
		t.Error("an index was made although the answer was no")
	}
	// What is selected, limited, or was begun before goes without a question.
	for _, more := range [][]string{{"-c", "fed-sky"}, {"--limit", "1", "--name", "one"}, {"--yes", "--limit", "0"}, {}, {"--full", "-y"}} {
		code, stdout, said := harvestWith("", more...)
		if code != exitOK || strings.Contains(said, question) || !strings.Contains(stdout, " fetched, ") {
			t.Errorf("%v: exit code %d, %s%s", more, code, stdout, said)
		}
	}
	code, stdout, said := harvestWith("y\n", "--full", "--json")
	if code != exitOK || !strings.Contains(said, question) || !strings.Contains(stdout, `"complete":true`) {
		t.Errorf("full: exit code %d, %s%s", code, stdout, said)
	}
}

// An interrupt is no answer to wait for.
func TestInterruptQuestion(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	person, program := openTerminal(t)
	ctx, cancel := context.WithCancel(t.Context())
	code := make(chan int)
	go func() {
		code <- run(ctx, []string{"--api", srv.API(), "harvest"}, program, io.Discard, program)
	}()
	var shown strings.Builder
	for buffer := make([]byte, 512); !strings.Contains(shown.String(), question); {
		n, err := person.Read(buffer)
		if err != nil {
			t.Fatal(err)
		}
		shown.Write(buffer[:n])
	}
	cancel()
	if got := <-code; got != exitInterrupted {
		t.Errorf("exit code %d, want %d", got, exitInterrupted)
	}
	if _, err := person.WriteString("\n"); err != nil { // ends what still reads
		t.Error(err)
	}
	program.Close()
}
