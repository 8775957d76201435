package deposits

import (
	"net/http"
	"os"

	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// serveBlob answers with the bytes of a file from where the client asks for
// them.
func (s *Server) serveBlob(r *http.Request, f *file) *wire.Answer {
	opened, err := os.Open(f.blob.path)
	if err != nil {
		return wire.AppError(http.StatusInternalServerError, err.Error())
	}
	return wire.Bytes(r, opened, f.blob.size, !s.cfg.NoRanges).Set("Content-Disposition", disposition(f.key))
}

// disposition makes a browser save the file under its name.
func disposition(key string) string { return "attachment; filename*=UTF-8''" + quoteKey(key) }
