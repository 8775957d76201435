// Command zharvest harvests records and communities of Zenodo, or of another
// InvenioRDM repository, into a local index, searches them offline in Zenodo's
// query language, and exports lists of them.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
)

func main() {
	// Writing to a pipe that was closed becomes an error instead of the end of
	// the process: files half written are then removed.
	signal.Ignore(syscall.SIGPIPE)
	// A harvest holds little at a time and drops much: half as much garbage as
	// usual before it is collected saves a fifth of the memory. Most commands end
	// before there is anything worth collecting, and a third sooner without that.
	if os.Getenv("GOGC") == "" {
		time.AfterFunc(100*time.Millisecond, func() { debug.SetGCPercent(50) })
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second interrupt ends at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is main without the process: what it is given is all that it touches,
// besides the environment. It returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: term.New(stdout), stderr: term.New(stderr), args: args}
	exit := -1
	parser, err := newParser(a, func(code int) { exit = code })
	if err != nil {
		return a.report(err)
	}
	kctx, err := parse(parser, args, &exit)
	if exit >= 0 { // --help and --version
		return exit
	}
	if err == nil {
		err = a.prepare(kctx)
	}
	if err == nil {
		kctx.BindTo(ctx, (*context.Context)(nil))
		err = kctx.Run(a)
		a.keepRates()
	}
	return a.report(err)
}

// exited ends parsing where kong would have ended the process.
type exited struct{}

// parse parses the command line. Kong calls its exit function for --help and
// --version and expects not to come back.
func parse(parser *kong.Kong, args []string, exit *int) (kctx *kong.Context, err error) {
	defer func() {
		if v := recover(); v != nil {
			if _, ok := v.(exited); !ok || *exit < 0 {
				panic(v)
			}
		}
	}()
	return parser.Parse(args)
}
