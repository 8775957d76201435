package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// emulate runs an emulated Zenodo in a process of its own, with a window that
// lists everything, while use runs.
func (b *bench) emulate(ctx context.Context, records int, use func(api string) error) error {
	cmd := exec.CommandContext(ctx, b.program, "emulate", "--synthetic", strconv.Itoa(records), "--window", strconv.Itoa(2*records))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	api, err := bufio.NewReader(out).ReadString('\n')
	if err == nil {
		err = use(strings.TrimSpace(api))
	}
	killed := cmd.Process.Kill()
	_ = cmd.Wait() // it was killed
	return errors.Join(err, killed)
}

// harvestInto harvests all versions from an emulated Zenodo into a new index.
func (b *bench) harvestInto(ctx context.Context, api, db string) (cost, error) {
	if err := remove(db); err != nil {
		return cost{}, err
	}
	if err := b.writeToken(); err != nil { // with it pages have 100 records
		return cost{}, err
	}
	return b.measure(ctx, discard, b.program, "harvest", "--all-versions", "--api", api, "--token-file", b.tokenFile(), "--db", db, "--no-progress", "--quiet")
}

// tokenFile holds an access token. The emulated Zenodo takes any.
func (b *bench) tokenFile() string { return filepath.Join(b.cache, "token") }

func (b *bench) writeToken() error { return os.WriteFile(b.tokenFile(), []byte("bench\n"), 0o600) }

// remove removes an index with the files that SQLite puts beside it.
func remove(db string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(db + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// index is an index of made-up records. It is made where there is none that
// this program can read.
func (b *bench) index(ctx context.Context, records int) (db string, err error) {
	db = filepath.Join(b.cache, fmt.Sprintf("synthetic-%d.db", records))
	if _, err := os.Stat(db); err == nil {
		if _, err := b.measure(ctx, discard, b.program, "status", "--db", db); err == nil {
			return db, nil
		}
	}
	fmt.Fprintf(os.Stderr, "harvesting %d made-up records into %s\n", records, db)
	next := db + ".new"
	err = b.emulate(ctx, records, func(api string) error {
		_, err := b.harvestInto(ctx, api, next)
		return err
	})
	if err != nil {
		return "", err
	}
	if err := remove(db); err != nil {
		return "", err
	}
	return db, os.Rename(next, db)
}
