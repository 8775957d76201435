package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	xterm "golang.org/x/term"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
)

// consent is the flag of commands that cannot be undone.
type consent struct {
	Yes bool `short:"y" help:"Do not ask."`
}

// canAsk reports whether there is a terminal to ask on.
func (a *app) canAsk() bool {
	in, ok := a.stdin.(*os.File)
	return ok && xterm.IsTerminal(int(in.Fd())) && a.stderr.IsTerminal()
}

// possible returns an error where consent is neither given nor can be asked
// for, before anything is sent.
func (c consent) possible(a *app) error {
	if c.Yes || a.canAsk() {
		return nil
	}
	return usageError("this cannot be undone, and there is no terminal to ask on", "add --yes")
}

// ask asks a question, unless the answer is known.
func (c consent) ask(ctx context.Context, a *app, question string) error {
	if err := c.possible(a); c.Yes || err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "%s [y/N] ", term.Printable(question))
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(a.stdin).ReadString('\n') // no answer is no consent
		answer <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case line := <-answer:
		if line == "y" || line == "yes" {
			return nil
		}
	}
	return &hintedError{errors.New("nothing was done"), "answer y to go on", exitFailure}
}
