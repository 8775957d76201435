// Bench measures zharvest as its users run it: whole processes, from start to
// end, next to the sqlite3 shell where that does the same. See README.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
)

// bench is what all measurements have in common.
type bench struct {
	program string // zharvest
	cache   string // for indexes, and for what is written
	records int
	runs    int
}

var commands = map[string]func(*bench, context.Context, []string) error{
	"compare":  (*bench).compare,
	"export":   (*bench).export,
	"harvest":  (*bench).harvest,
	"profile":  (*bench).profile,
	"search":   (*bench).search,
	"transfer": (*bench).transfer,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 2 && args[0] == "launch" {
		return launch(ctx, args[1], args[2], args[3:]...)
	}
	b := &bench{}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: go run ./bench [flags] export | harvest | search | compare | transfer | profile harvest FILE | profile export FILE")
		flags.PrintDefaults()
	}
	flags.StringVar(&b.program, "zharvest", "", "program to measure; default: built from this module")
	flags.StringVar(&b.cache, "cache", defaultCache(), "folder for what is kept between runs")
	flags.IntVar(&b.records, "records", 100_000, "made-up records to measure with")
	flags.IntVar(&b.runs, "n", 5, "runs of each measurement")
	if err := flags.Parse(args); err != nil {
		return err
	}
	command, ok := commands[flags.Arg(0)]
	if !ok || b.runs < 1 || b.records < 1 {
		flags.Usage()
		return fmt.Errorf("nothing to measure")
	}
	if err := b.prepare(ctx); err != nil {
		return err
	}
	return command(b, ctx, flags.Args()[1:])
}

func defaultCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "zharvest-bench")
}

// prepare makes the folder, and the program if none was named.
func (b *bench) prepare(ctx context.Context) error {
	if err := os.MkdirAll(b.cache, 0o755); err != nil {
		return err
	}
	if b.program != "" {
		return nil
	}
	b.program = filepath.Join(b.cache, "zharvest.exe")
	_, err := b.measure(ctx, discard, "go", "build", "-o", b.program, "github.com/zharvest/zharvest/cmd/zharvest")
	return err
}
