package deposits

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// serveBlob answers with the bytes of a file from where the client asks for
// them.
func (s *Server) serveBlob(r *http.Request, f *file) *wire.Answer {
	opened, err := os.Open(f.blob.path)
	if err != nil {
		return wire.AppError(http.StatusInternalServerError, err.Error())
	}
	a := &wire.Answer{Status: http.StatusOK, ContentType: "application/octet-stream", Content: &wire.Content{ReadCloser: opened, Length: f.blob.size}}
	a.Set("Content-Disposition", disposition(f.key))
	if s.cfg.NoRanges {
		return a
	}
	a.Set("Accept-Ranges", "bytes")
	text, ok := strings.CutPrefix(r.Header.Get("Range"), "bytes=")
	from, err := strconv.ParseInt(strings.TrimSuffix(text, "-"), 10, 64)
	if !ok || err != nil || from < 0 {
		return a
	}
	if from >= f.blob.size {
		a.Free()
		return (&wire.Answer{Status: http.StatusRequestedRangeNotSatisfiable, ContentType: wire.TypeHTML}).
			Set("Content-Range", fmt.Sprintf("bytes */%d", f.blob.size))
	}
	if _, err := opened.Seek(from, io.SeekStart); err != nil {
		a.Free()
		return wire.AppError(http.StatusInternalServerError, err.Error())
	}
	a.Status, a.Content.Length = http.StatusPartialContent, f.blob.size-from
	return a.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, f.blob.size-1, f.blob.size))
}

// disposition makes a browser save the file under its name.
func disposition(key string) string { return "attachment; filename*=UTF-8''" + quoteKey(key) }
