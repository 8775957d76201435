package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"
)

// consent is the flag of commands that cannot be undone.
type consent struct {
	Yes bool `short:"y" help:"Do not ask."`
}

// possible tells whether consent is given or can be asked for, before anything
// is sent.
func (c consent) possible(a *app) error {
	in, ok := a.stdin.(*os.File)
	if c.Yes || ok && term.IsTerminal(int(in.Fd())) && a.stderr.terminal {
		return nil
	}
	return usageError("this cannot be undone, and there is no terminal to ask on", "add --yes")
}

// ask asks a question, unless the answer is known.
func (c consent) ask(a *app, question string) error {
	if err := c.possible(a); c.Yes || err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "%s [y/N] ", printable(question))
	answer, _ := bufio.NewReader(a.stdin).ReadString('\n') // no answer is no consent
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	return &hintedError{errors.New("nothing was done"), "answer y to go on", exitFailure}
}
