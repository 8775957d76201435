// Package filenames knows what follows from the name of a file: its media type, and
// how links write it.
package filenames

import (
	"fmt"
	"path"
	"strings"
)

// mediaTypes are those of common files. Those of the machine would make what
// is served depend on it.
var mediaTypes = map[string]string{
	".csv": "text/csv", ".gif": "image/gif", ".gz": "application/gzip", ".html": "text/html", ".jpg": "image/jpeg", ".json": "application/json",
	".md": "text/markdown", ".mp3": "audio/mpeg", ".pdf": "application/pdf", ".png": "image/png", ".svg": "image/svg+xml",
	".tar": "application/x-tar", ".tif": "image/tiff", ".tsv": "text/tab-separated-values", ".txt": "text/plain",
	".xml": "application/xml", ".zip": "application/zip",
}

// MediaType is that of a file by its name.
func MediaType(name string) string {
	if known, ok := mediaTypes[strings.ToLower(path.Ext(name))]; ok {
		return known
	}
	return "application/octet-stream"
}

// Quote is the name of a file as links have it.
func Quote(key string) string {
	var out strings.Builder
	for _, c := range []byte(key) {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("_.-~/!$&'()*+,;=:@", c) >= 0 {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return out.String()
}
