package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// transferSize is that of the file that is sent and fetched, in bytes.
const transferSize = 1_000_000_000

// transfer sends a large file to an emulated Zenodo and fetches it, next to
// curl: which computes no checksum when it sends, and leaves that to md5sum
// when it fetches.
func (b *bench) transfer(ctx context.Context, _ []string) error {
	file, err := b.largeFile()
	if err != nil {
		return err
	}
	if err := b.writeToken(); err != nil {
		return err
	}
	return b.emulate(ctx, 1, func(api string) error {
		t := newTable("1 GB", "median", "best", "MB/s", "CPU", "memory", "curl", "best", "speed")
		if err := b.compareUpload(ctx, t, api, file); err != nil {
			return err
		}
		if err := b.compareDownload(ctx, t, api, file); err != nil {
			return err
		}
		return t.end()
	})
}

// compareUpload sends the file to one draft after another, in turns.
func (b *bench) compareUpload(ctx context.Context, t *table, api, file string) error {
	curl, err := exec.LookPath("curl")
	if err != nil {
		return fmt.Errorf("there is no curl to compare with: %w", err)
	}
	var ours, theirs []cost
	for range b.runs {
		draft, err := b.draft(ctx, api)
		if err != nil {
			return err
		}
		c, err := b.deposit(ctx, discard, api, "upload", draft["id"], file)
		if err != nil {
			return err
		}
		ours = append(ours, c)
		c, err = b.measure(ctx, discard, curl, "-sSf", "-o", os.DevNull, "-H", "Authorization: Bearer bench",
			"-H", "Content-Type: application/octet-stream", "-T", file, draft["bucket"]+"/curl.bin")
		if err != nil {
			return err
		}
		theirs = append(theirs, c)
		if _, err := b.deposit(ctx, discard, api, "delete", draft["id"], "--yes"); err != nil {
			return err
		}
	}
	compared(t, "upload", ours, theirs)
	return nil
}

// compareDownload fetches one file, in turns.
func (b *bench) compareDownload(ctx context.Context, t *table, api, file string) error {
	draft, err := b.draft(ctx, api)
	if err != nil {
		return err
	}
	if _, err := b.deposit(ctx, discard, api, "upload", draft["id"], file); err != nil {
		return err
	}
	folder := filepath.Join(b.cache, "fetched")
	pipe := fmt.Sprintf("curl -sSf -H 'Authorization: Bearer bench' '%s/%s' | md5sum", draft["bucket"], filepath.Base(file))
	var ours, theirs []cost
	for range b.runs {
		if err := os.RemoveAll(folder); err != nil {
			return err
		}
		c, err := b.deposit(ctx, discard, api, "download", draft["id"], "-o", folder)
		if err != nil {
			return err
		}
		ours = append(ours, c)
		if c, err = b.measure(ctx, discard, "sh", "-c", pipe); err != nil {
			return err
		}
		theirs = append(theirs, c)
	}
	compared(t, "download", ours, theirs)
	return os.RemoveAll(folder)
}

func compared(t *table, name string, ours, theirs []cost) {
	s, o := summarize(ours), summarize(theirs)
	t.row(name, seconds(s.median), seconds(s.best), fmt.Sprintf("%.0f", transferSize/1e6/s.median.Seconds()), seconds(s.cpu), megabytes(s.memory),
		seconds(o.median), seconds(o.best), fmt.Sprintf("%.0f %%", 100*o.median.Seconds()/s.median.Seconds()))
}

// draft makes a draft, and reads what is printed of it.
func (b *bench) draft(ctx context.Context, api string) (map[string]string, error) {
	out := filepath.Join(b.cache, "draft.txt")
	if _, err := b.deposit(ctx, out, api, "create"); err != nil {
		return nil, err
	}
	file, err := os.Open(out)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	draft := map[string]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ": "); ok {
			draft[name] = value
		}
	}
	return draft, nil
}

func (b *bench) deposit(ctx context.Context, output, api string, args ...string) (cost, error) {
	args = append([]string{"deposit", "--api", api, "--token-file", b.tokenFile(), "--quiet", "--no-progress"}, args...)
	return b.measure(ctx, output, b.program, args...)
}

// largeFile makes the file, unless it is there.
func (b *bench) largeFile() (string, error) {
	name := filepath.Join(b.cache, "large.bin")
	if info, err := os.Stat(name); err == nil && info.Size() == transferSize {
		return name, nil
	}
	file, err := os.Create(name)
	if err != nil {
		return "", err
	}
	if _, err := io.CopyN(file, rand.Reader, transferSize); err != nil {
		file.Close()
		return "", err
	}
	return name, file.Close()
}
