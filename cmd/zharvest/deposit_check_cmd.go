package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/deposit"
)

type depositCheckCmd struct {
	metadataFlags
}

// Help is shown below the flags.
func (*depositCheckCmd) Help() string {
	return "Nothing is sent, and no token is needed. Errors are what Zenodo refuses or drops without a word; they make the exit code 1, warnings do not. " +
		"Example: zharvest deposit check --metadata CITATION.cff"
}

func (c *depositCheckCmd) Run(a *app) error {
	if c.Metadata == "" {
		return usageError("nothing to check", "name a file with --metadata; - is standard input")
	}
	metadata, err := c.read(a)
	if err != nil {
		return err
	}
	problems := deposit.Check(metadata, time.Now())
	if err := a.printProblems(problems); err != nil {
		return err
	}
	if !deposit.HasErrors(problems) {
		return nil
	}
	return &hintedError{errors.New("the metadata has errors"), "fix what is listed, then check again; nothing was sent", exitFailure}
}

// printProblems prints a problem a line, or a JSON array.
func (a *app) printProblems(problems []deposit.Problem) error {
	if a.flags.JSON {
		return a.stdout.PrintJSON(append([]deposit.Problem{}, problems...))
	}
	for _, p := range problems {
		if _, err := fmt.Fprintln(a.stdout, term.Printable(p.String())); err != nil {
			return err
		}
	}
	return nil
}

// warnOfProblems tells what the server will refuse, drop or ignore of the
// metadata of a draft. The server has the last word: it may be another
// repository, or know more by now.
func (a *app) warnOfProblems(metadata *deposit.Metadata) {
	for _, p := range deposit.CheckDraft(metadata, time.Now()) {
		a.warn("%s: %s%s", p.Path, p.Message, meant(p))
	}
}

func meant(p deposit.Problem) string {
	if p.Suggestion == "" {
		return ""
	}
	return "; did you mean " + p.Suggestion + "?"
}
