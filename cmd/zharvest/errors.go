package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/mirror"
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

// restatedError is an error in other words.
type restatedError struct {
	text string
	err  error
}

func (e *restatedError) Error() string { return e.text }
func (e *restatedError) Unwrap() error { return e.err }

// reportedError is the exit code of errors that were printed already.
type reportedError struct{ code int }

func (e *reportedError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

func usageError(problem, hint string) error {
	return &hintedError{errors.New(problem), hint, exitUsage}
}

// report prints an error and what to do about it, and returns the exit code.
func (a *app) report(err error) int {
	if err == nil {
		return exitOK
	}
	if e, ok := errors.AsType[*reportedError](err); ok {
		return e.code
	}
	if onlyClosedPipe(err) {
		return exitOK // whoever closed the pipe has read enough
	}
	code, hint := a.classify(err)
	lines := message(err)
	if _, restated := errors.AsType[*restatedError](err); code == exitInterrupted && !restated {
		lines = []string{"interrupted"}
	}
	for i, line := range lines {
		start := "\t"
		if i == 0 {
			start = a.stderr.Paint(term.Red, "zharvest:") + " "
		}
		fmt.Fprintln(a.stderr.Painted(), start+term.Printable(line))
	}
	if hint != "" {
		fmt.Fprintln(a.stderr, "hint: "+term.Printable(hint))
	}
	return code
}

// onlyClosedPipe reports whether all that failed is writing into a pipe that
// its reader has closed. A connection that broke is another matter.
func onlyClosedPipe(err error) bool {
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return false
	}
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		return !slices.ContainsFunc(several.Unwrap(), func(e error) bool { return !onlyClosedPipe(e) })
	}
	if inner := errors.Unwrap(err); inner != nil {
		return onlyClosedPipe(inner)
	}
	return err == syscall.EPIPE
}

// classify finds the exit code of an error, and what to do about it.
func (a *app) classify(err error) (code int, hint string) {
	if e, ok := errors.AsType[*hintedError](err); ok {
		return e.code, e.hint
	}
	if code, hint, ok := a.classifyUsage(err); ok {
		return code, hint
	}
	if errors.Is(err, context.Canceled) {
		return exitInterrupted, "run the command again"
	}
	if _, ok := errors.AsType[*harvest.MissingError](err); ok {
		return exitIncomplete, "run it with --full, or without --quick: that compares ids, fetches what is missing, and finds out what became of the rest"
	}
	if _, ok := errors.AsType[*harvest.UnlistedError](err); ok {
		return exitIncomplete, "run it again in some hours; nothing was taken out of the index"
	}
	if errors.Is(err, harvest.ErrArchive) {
		return incompleteCode(err), "download the dump again, or name another file"
	}
	if e, ok := errors.AsType[*zenodo.FilterError](err); ok {
		return incompleteCode(err), e.Hint
	}
	if errors.Is(err, harvest.ErrIncomplete) {
		return exitIncomplete, "run the command again: it resumes where it stopped"
	}
	if code, hint, ok := classifyLocal(err); ok {
		return code, hint
	}
	if code, hint, ok := classifyOpenSearch(err); ok {
		return code, hint
	}
	if code, hint, ok := classifyOAI(err); ok {
		return code, hint
	}
	return a.classifyServer(err)
}

// incompleteCode is that of an error after which the harvest is incomplete, or
// of one that came before anything was stored.
func incompleteCode(err error) int {
	if errors.Is(err, harvest.ErrIncomplete) {
		return exitIncomplete
	}
	return exitFailure
}

// classifyUsage knows the errors of whoever typed the command.
func (a *app) classifyUsage(err error) (code int, hint string, ok bool) {
	if e, is := errors.AsType[*kong.ParseError](err); is {
		return exitUsage, a.usageHint(e), true
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
	if e, is := errors.AsType[*deposit.FileError](err); is {
		if e.Usage {
			return exitUsage, e.Hint, true
		}
		return exitFailure, e.Hint, true
	}
	if _, is := errors.AsType[*mirror.HostError](err); is {
		return exitUsage, "name another index with --db", true
	}
	for _, known := range []error{export.ErrUnknownField, export.ErrUnknownFormat, export.ErrRawUnsupported, export.ErrTemplate} {
		if errors.Is(err, known) {
			return exitUsage, "see zharvest export --help", true
		}
	}
	if errors.Is(err, export.ErrFieldsUnsupported) {
		return exitUsage, "leave out --fields, or choose csv, tsv, json, jsonl, markdown, html, xlsx or parquet", true
	}
	return 0, "", false
}

// usageHint knows the mistakes of a query that looks like a flag, and of one of
// several words.
func (a *app) usageHint(e *kong.ParseError) string {
	flag, unknown := strings.CutPrefix(e.Error(), "unknown flag ")
	if e.Context == nil {
		return "see zharvest --help"
	}
	flag, _, _ = strings.Cut(flag, ",")
	if strings.HasPrefix(e.Error(), "unexpected argument ") && takesQuery(e.Context.Selected()) {
		return "put a query of several words between quotes, as in zharvest search 'open science'"
	}
	if unknown && takesQuery(e.Context.Selected()) {
		for i, arg := range a.args {
			if strings.HasPrefix(arg, flag) && looksLikeQuery(arg) {
				rest := append(slices.Delete(slices.Clone(a.args), i, i+1), "--", shellQuote(arg))
				return "a query that begins with - comes last, after --: zharvest " + strings.Join(rest, " ")
			}
		}
	}
	if node := e.Context.Selected(); node != nil {
		return "see " + node.FullPath() + " --help"
	}
	return "see zharvest --help"
}

// looksLikeQuery tells a query such as -keywords:HPC from a flag that does not
// exist.
func looksLikeQuery(arg string) bool { return !strings.HasPrefix(arg, "--") && len(arg) > len("-x") }

// takesQuery reports whether a command, or what it does by default, takes a
// query.
func takesQuery(node *kong.Node) bool {
	if node != nil && node.DefaultCmd != nil {
		node = node.DefaultCmd
	}
	return node != nil && slices.ContainsFunc(node.Positional, func(p *kong.Positional) bool { return p.Name == "query" })
}

// shellQuote writes an argument as a shell takes it.
func shellQuote(arg string) string {
	if strings.ContainsFunc(arg, func(r rune) bool { return strings.ContainsRune(" \t\n\"'$&|;<>()*?[]#~!`\\{}", r) }) {
		return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
	}
	return arg
}

// classifyLocal knows the errors of this machine.
func classifyLocal(err error) (code int, hint string, ok bool) {
	if e, is := errors.AsType[*index.LeaseError](err); is {
		return exitFailure, fmt.Sprintf("wait for process %d to end, or end it", e.PID), true
	}
	if _, is := errors.AsType[*index.GoneError](err); is {
		return exitNotFound, "--include-gone prints what the index has kept of it", true
	}
	switch {
	case errors.Is(err, export.ErrNoRaw):
		return exitFailure, `"zharvest update --fill" fetches the JSON of records that are known only from DataCite's XML`, true
	case errors.Is(err, index.ErrNotFound):
		return exitNotFound, `"zharvest status" and "zharvest search" show what there is`, true
	case errors.Is(err, index.ErrNotIndex):
		return exitFailure, "name an index of zharvest with --db; the file was left as it is", true
	case errors.Is(err, index.ErrDamaged), errors.Is(err, index.ErrSchemaTooNew), errors.Is(err, index.ErrSchemaTooOld), errors.Is(err, index.ErrLeaseLost):
		return exitFailure, "", true // they say themselves what to do
	case errors.Is(err, index.ErrInUse):
		return exitFailure, "wait for the other process to end and run the command again", true
	case errors.Is(err, index.ErrNotWritable):
		return exitFailure, permissionHint, true
	case errors.Is(err, index.ErrDiskFull):
		return exitFailure, spaceHint, true
	}
	if index.IsDatabase(err) {
		return exitFailure, "the index is not as zharvest makes it, or its disk fails: name another with --db, or harvest into a new one", true
	}
	return fileHint(err)
}

const (
	permissionHint = "check the permissions of the file and its folder"
	spaceHint      = "free some space and run the command again; what was stored is valid"
)

// fileHint is the exit code of an error of a file, and what to do about it. A
// connection fails in the same words.
func fileHint(err error) (code int, hint string, ok bool) {
	if _, network := errors.AsType[*net.OpError](err); network {
		return 0, "", false
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return exitFailure, permissionHint, true
	case errors.Is(err, syscall.EISDIR):
		return exitFailure, "name a file in it", true
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return exitFailure, spaceHint, true
	case errors.Is(err, fs.ErrNotExist):
		return exitNotFound, "check the spelling of the file's name", true
	case errors.Is(err, syscall.EINVAL), errors.Is(err, syscall.ENAMETOOLONG):
		return exitFailure, "check the name of the file: not every system takes all characters, or as many", true
	}
	if _, is := errors.AsType[syscall.Errno](err); is {
		return exitFailure, "check the file, its folder and its disk", true
	}
	return 0, "", false
}

// classifyServer knows what servers answer.
func (a *app) classifyServer(err error) (code int, hint string) {
	switch {
	case errors.Is(err, zenodo.ErrInsecureToken):
		return exitNotAllowed, "use https, so that nobody reads the token on its way"
	case errors.Is(err, zenodo.ErrBlocked):
		return exitFailure, "wait, try from another network, or write to the repository's support with the reference"
	case errors.Is(err, zenodo.ErrForeignPart):
		return exitFailure, "remove it, or have the file in another folder"
	case errors.Is(err, zenodo.ErrChanged):
		return exitFailure, "run the command again: it reads the file as it is now"
	case errors.Is(err, zenodo.ErrChecksum):
		return exitFailure, "run the command again: the file is transferred anew"
	case errors.Is(err, zenodo.ErrUnacceptable):
		return exitFailure, "see zharvest deposit upload --help"
	case errors.Is(err, zenodo.ErrNoBucket):
		return exitFailure, "check --api; files up to 100 MB can be sent with zharvest deposit upload --multipart"
	case errors.Is(err, zenodo.ErrMediaType), errors.Is(err, zenodo.ErrUnsupported):
		return exitFailure, "the server does not do that; check --api"
	case errors.Is(err, zenodo.ErrConflict), errors.Is(err, zenodo.ErrPrecondition):
		return exitFailure, "someone else changed it; check it, then run the command again"
	case errors.Is(err, zenodo.ErrWindow):
		return exitFailure, "narrow the selection, for example by --since and --until"
	case errors.Is(err, zenodo.ErrNoDepositAPI):
		return exitFailure, "zharvest ping shows what the server is"
	case errors.Is(err, zenodo.ErrNotFound):
		if !strings.Contains(a.flags.API, "/api") {
			return exitNotFound, "check the spelling, and --api: it usually ends in /api"
		}
		return exitNotFound, "check the spelling; slugs and ids are case-sensitive"
	case errors.Is(err, zenodo.ErrGone):
		return exitNotFound, ""
	case errors.Is(err, zenodo.ErrUnauthorized), errors.Is(err, zenodo.ErrForbidden):
		return exitNotAllowed, "zharvest ping reports whether the access token is accepted"
	case errors.Is(err, zenodo.ErrQuery):
		return exitRefused, "quote DOIs and paths in the query, write \\: and \\/ for signs that mean themselves, or use fewer words"
	case errors.Is(err, zenodo.ErrBadRequest):
		return exitRefused, refusedHint
	case errors.Is(err, zenodo.ErrRateLimited):
		return exitFailure, "wait some minutes, and send fewer requests with --rate"
	case answeredWith(err, http.StatusRequestEntityTooLarge):
		return exitFailure, "the server takes nothing as large: divide it, or ask the repository for more room"
	case answeredWith(err, http.StatusRequestTimeout, http.StatusTooEarly):
		return exitFailure, tryAgain
	case a.client == nil: // nothing was asked of a server
		return exitFailure, "run it with --help for what it takes, and with -v for more of what it does"
	}
	if e, ok := errors.AsType[*zenodo.Error](err); ok && e.Status < http.StatusInternalServerError {
		return exitFailure, refusedHint
	}
	return exitFailure, tryAgain
}

const (
	refusedHint = "check what was asked for; zharvest -v shows the request"
	tryAgain    = `try again; "zharvest ping" shows whether the server can be reached`
)

// answeredWith reports whether a server has answered with one of these statuses.
func answeredWith(err error, statuses ...int) bool {
	e, ok := errors.AsType[*zenodo.Error](err)
	return ok && slices.Contains(statuses, e.Status)
}

// message is the error in lines: what failed, the fields that a server found
// wrong, and the tombstone of what is gone.
func message(err error) []string {
	text := err.Error()
	e, ok := errors.AsType[*zenodo.Error](err)
	if ok && len(e.Fields) > 0 { // they get lines of their own
		brief := *e
		brief.Fields = nil
		text = strings.Replace(text, e.Error(), brief.Error(), 1)
	}
	lines := strings.Split(text, "\n")
	if !ok {
		return lines
	}
	for _, f := range deposit.UserFields(e.Fields) {
		lines = append(lines, strings.TrimPrefix(f.Field+": ", ": ")+f.Message) // some name no field
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
