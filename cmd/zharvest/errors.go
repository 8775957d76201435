package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

// Exit codes: a promise to scripts. They are only ever added to.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitNotFound    = 3
	exitNotAllowed  = 4
	exitIncomplete  = 5
	exitRefused     = 6
	exitInterrupted = 130
)

// hintedError is an error with what to do about it and its exit code.
type hintedError struct {
	err  error
	hint string
	code int
}

func (e *hintedError) Error() string { return e.err.Error() }
func (e *hintedError) Unwrap() error { return e.err }

func usageError(problem, hint string) error {
	return &hintedError{errors.New(problem), hint, exitUsage}
}

// report prints an error and what to do about it, and returns the exit code.
func (a *app) report(err error) int {
	if err == nil {
		return exitOK
	}
	code, hint := a.judge(err)
	if errors.Is(err, syscall.EPIPE) {
		return code // who closed the pipe does not want to hear more
	}
	fmt.Fprintln(a.stderr, a.stderr.paint(red, "zharvest:")+" "+printable(message(err)))
	for _, line := range details(err) {
		fmt.Fprintln(a.stderr, "\t"+printable(line))
	}
	if hint != "" {
		fmt.Fprintln(a.stderr, "hint: "+printable(hint))
	}
	return code
}

// judge finds the exit code of an error, and what to do about it.
func (a *app) judge(err error) (code int, hint string) {
	if e, ok := errors.AsType[*hintedError](err); ok {
		return e.code, e.hint
	}
	if code, hint, ok := judgeUsage(err); ok {
		return code, hint
	}
	if errors.Is(err, context.Canceled) {
		return exitInterrupted, "run the command again: it goes on where it stopped"
	}
	if errors.Is(err, harvest.ErrIncomplete) {
		return exitIncomplete, "run the command again: it goes on where it stopped"
	}
	if code, hint, ok := judgeLocal(err); ok {
		return code, hint
	}
	return a.judgeServer(err)
}

// judgeUsage knows the errors of whoever typed the command.
func judgeUsage(err error) (code int, hint string, ok bool) {
	if e, is := errors.AsType[*kong.ParseError](err); is {
		return exitUsage, usageHint(e), true
	}
	if e, is := errors.AsType[*querystring.Error](err); is {
		return exitUsage, e.Hint, true
	}
	if e, is := errors.AsType[*harvest.SelectionError](err); is {
		return exitUsage, e.Hint, true
	}
	if e, is := errors.AsType[*index.SelectionError](err); is {
		return exitUsage, fmt.Sprintf("give this one another --name, or drop the other with \"zharvest forget %s\"", e.Name), true
	}
	for _, known := range []error{export.ErrUnknownField, export.ErrUnknownFormat, export.ErrRawUnsupported} {
		if errors.Is(err, known) {
			return exitUsage, "see zharvest export --help", true
		}
	}
	return 0, "", false
}

// usageHint knows the mistake of a query that looks like a flag.
func usageHint(e *kong.ParseError) string {
	if strings.HasPrefix(e.Error(), "unknown flag -") && e.Context != nil {
		if command := e.Context.Command(); strings.Contains(command, "<query>") {
			return fmt.Sprintf("a query that begins with - comes after --: zharvest %s -- QUERY", strings.Fields(command)[0])
		}
	}
	return "see zharvest --help"
}

// judgeLocal knows the errors of this machine.
func judgeLocal(err error) (code int, hint string, ok bool) {
	if e, is := errors.AsType[*index.LeaseError](err); is {
		return exitFailure, fmt.Sprintf("wait for process %d to end, or end it", e.PID), true
	}
	switch {
	case errors.Is(err, index.ErrNotFound):
		return exitNotFound, `"zharvest status" and "zharvest search" show what there is`, true
	case errors.Is(err, index.ErrNotIndex):
		return exitFailure, "name an index of zharvest with --db; the file was left as it is", true
	case errors.Is(err, index.ErrDamaged), errors.Is(err, index.ErrSchemaTooNew), errors.Is(err, index.ErrLeaseLost):
		return exitFailure, "", true // they say themselves what to do
	case errors.Is(err, fs.ErrPermission):
		return exitFailure, "check the permissions of the file and its folder", true
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, os.ErrExist), errors.Is(err, syscall.EPIPE):
		return exitFailure, "", true
	}
	return 0, "", false
}

// judgeServer knows what servers answer.
func (a *app) judgeServer(err error) (code int, hint string) {
	switch {
	case errors.Is(err, zenodo.ErrInsecureToken):
		return exitNotAllowed, "use https, so that nobody reads the token on its way"
	case errors.Is(err, zenodo.ErrBlocked):
		return exitFailure, "wait, try from another network, or write to the repository's support with the reference"
	case errors.Is(err, zenodo.ErrWindow):
		return exitFailure, "narrow the selection, for example by --since and --until"
	case errors.Is(err, zenodo.ErrNotFound):
		return exitNotFound, "check the spelling; slugs and ids are told apart by case"
	case errors.Is(err, zenodo.ErrGone):
		return exitNotFound, ""
	case errors.Is(err, zenodo.ErrUnauthorized), errors.Is(err, zenodo.ErrForbidden):
		return exitNotAllowed, "zharvest ping tells whether the access token is accepted"
	case errors.Is(err, zenodo.ErrBadRequest):
		return exitRefused, ""
	case errors.Is(err, zenodo.ErrRateLimited):
		return exitFailure, "wait some minutes, and send fewer requests with --rate"
	}
	return exitFailure, `try again; "zharvest ping" shows whether the server can be reached`
}

// message is the error in one line.
func message(err error) string {
	text := err.Error()
	if first, _, more := strings.Cut(text, "\n"); more {
		return first
	}
	return text
}

// details are the fields that a server found wrong and the tombstone of what
// is gone.
func details(err error) []string {
	var lines []string
	if _, rest, more := strings.Cut(err.Error(), "\n"); more {
		lines = append(lines, strings.Split(rest, "\n")...)
	}
	e, ok := errors.AsType[*zenodo.Error](err)
	if !ok {
		return lines
	}
	for _, f := range e.Fields {
		lines = append(lines, f.Field+": "+f.Message)
	}
	if t := e.Tombstone; t != nil {
		for _, part := range [][2]string{{"reason", t.Reason}, {"removed", string(t.Date)}, {"note", t.Note}, {"citation", t.Citation}} {
			if part[1] != "" {
				lines = append(lines, part[0]+": "+part[1])
			}
		}
	}
	return lines
}
