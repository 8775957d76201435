//go:build !linux

package main

import "os"

// peakMemory is not known: other systems count it in other units, or do not.
func peakMemory(*os.ProcessState) int64 { return 0 }
