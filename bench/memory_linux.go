package main

import (
	"os"
	"syscall"
)

// peakMemory is the most memory that a process held, in bytes. Less than
// its parent held when it started it is not seen.
func peakMemory(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return usage.Maxrss << 10
}
