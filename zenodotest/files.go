package zenodotest

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/files"
	"github.com/zharvest/zharvest/zenodotest/internal/filler"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// findFiles finds a record with its files: those that were deposited here, and
// for other records made-up ones under the names and of the sizes that it has.
func (e *Emulator) findFiles(r *http.Request, id string) (*files.Record, *wire.Answer) {
	if record, refusal := e.deposits.Release(r, id); record != nil || refusal != nil {
		return record, refusal
	}
	found := e.world.Find(id)
	if found.State != catalog.IsRecord {
		return nil, wire.RefusalOf(found)
	}
	raw := found.Append(nil, e.cfg.isNative())
	record, err := zenodo.DecodeRecord(raw)
	if err != nil {
		return nil, wire.InternalError()
	}
	if right := record.Metadata.AccessRight; right != "" && right != "open" && right != "metadata-only" {
		return nil, wire.ResourceError(http.StatusForbidden, wire.MsgDenied)
	}
	return &files.Record{ID: id, Bucket: madeID(id), Files: e.filesOf(id, raw, record)}, nil
}

// madeFiles are the made-up files of a record that nobody deposited here.
func (e *Emulator) madeFiles(id string) []files.File {
	found := e.world.Find(id)
	if found.State != catalog.IsRecord {
		return nil
	}
	raw := found.Append(nil, e.cfg.isNative())
	record, err := zenodo.DecodeRecord(raw)
	if err != nil {
		return nil
	}
	return e.filesOf(id, raw, record)
}

func (e *Emulator) filesOf(id string, raw []byte, record *zenodo.Record) (all []files.File) {
	created, _ := record.CreatedAt.Time()
	ids := fileIDs(raw)
	for _, f := range record.Files {
		made := filler.New(f.Key, identity(f.Checksum, id, f.Key), f.Size)
		fileID := ids[f.Key]
		if fileID == "" {
			fileID = madeID(id, f.Key)
		}
		all = append(all, files.File{
			ID: fileID, Version: madeID(id, f.Key, "version"), Key: f.Key, Size: f.Size, Checksum: e.sums.Of(made), Created: created,
			Open: func() (wire.Blob, error) { return unclosed{made}, nil },
		})
	}
	return all
}

// identity says which made-up bytes a file has: those of all files with its
// checksum, as of a file that the next version still has.
func identity(checksum, id, key string) string {
	if sum := strings.TrimPrefix(checksum, "md5:"); sum != "" {
		return sum
	}
	return id + "/" + key
}

// unclosed is a file that needs no closing.
type unclosed struct{ *filler.File }

// Close does nothing.
func (unclosed) Close() error { return nil }

// madeID is the same for the same names.
func madeID(names ...string) string {
	var all []byte
	for _, name := range names {
		all = append(append(all, name...), '/')
	}
	return uuid.NewSHA1(uuid.NameSpaceURL, all).String()
}

// fileIDs are the ids of files by their names, where a record has them.
func fileIDs(raw []byte) map[string]string {
	var record struct {
		Files []struct{ ID, Key string }
	}
	ids := map[string]string{}
	if json.Unmarshal(raw, &record) == nil { // the form of InvenioRDM has them elsewhere
		for _, f := range record.Files {
			ids[f.Key] = f.ID
		}
	}
	return ids
}
