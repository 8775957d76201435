package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// cost is what one run of a program took.
type cost struct {
	Elapsed time.Duration
	CPU     time.Duration // of all its threads, in user and system mode
	Memory  int64         // the most that it held, in bytes; 0 where the system does not say
}

const discard = ""

// measure runs a program to its end, with its standard output in a file.
func (b *bench) measure(ctx context.Context, output, program string, args ...string) (c cost, err error) {
	self, err := os.Executable()
	if err != nil {
		return c, err
	}
	cmd := exec.CommandContext(ctx, self, append([]string{"launch", output, program}, args...)...)
	cmd.Stderr = os.Stderr
	report, err := cmd.Output()
	if err != nil {
		return c, fmt.Errorf("%s: %w", program, err)
	}
	return c, json.Unmarshal(report, &c)
}

// launch is the other end of measure: a process that does nothing but start
// the program and print what it took. Linux counts what the parent holds at
// that moment into the memory of the program, so the parent must be small.
func launch(ctx context.Context, output, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stderr = os.Stderr
	if output != discard {
		file, err := os.Create(output)
		if err != nil {
			return err
		}
		defer file.Close()
		cmd.Stdout = file
	}
	begin := time.Now()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", cmd, err)
	}
	elapsed := time.Since(begin)
	state := cmd.ProcessState
	return json.NewEncoder(os.Stdout).Encode(cost{elapsed, state.UserTime() + state.SystemTime(), peakMemory(state)})
}

// summary is what several runs of the same took.
type summary struct {
	median, best time.Duration
	cpu          time.Duration // median
	memory       int64         // most
}

func summarize(costs []cost) summary {
	slices.SortFunc(costs, func(a, b cost) int { return int(a.Elapsed - b.Elapsed) })
	s := summary{median: costs[len(costs)/2].Elapsed, best: costs[0].Elapsed}
	cpu := make([]time.Duration, len(costs))
	for i, c := range costs {
		cpu[i] = c.CPU
		s.memory = max(s.memory, c.Memory)
	}
	slices.Sort(cpu)
	s.cpu = cpu[len(cpu)/2]
	return s
}

// table prints rows as they come to be known.
type table struct{ w *tabwriter.Writer }

func newTable(heading ...string) *table {
	t := &table{tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)}
	t.row(heading...)
	return t
}

func (t *table) row(cells ...string) {
	fmt.Fprintln(t.w, strings.Join(cells, "\t")+"\t")
}

func (t *table) end() error { return t.w.Flush() }

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func rate(records int, d time.Duration) string {
	return fmt.Sprintf("%.0f/s", float64(records)/d.Seconds())
}

func megabytes(n int64) string {
	if n == 0 {
		return "?"
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// countLines counts the lines of a file.
func countLines(name string) (int, error) {
	file, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	n, buf := 0, make([]byte, 1<<16)
	for {
		got, err := file.Read(buf)
		n += bytes.Count(buf[:got], []byte{'\n'})
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}
