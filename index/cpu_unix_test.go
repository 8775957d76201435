//go:build unix

package index_test

import (
	"syscall"
	"time"
)

// processTime is the processor time that this process has taken, which does not
// depend on what else the machine does.
func processTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
