//go:build !unix

package atomicfile

import "io/fs"

// isOwn is true where files have no owners that could be asked for.
func isOwn(fs.FileInfo) bool { return true }
