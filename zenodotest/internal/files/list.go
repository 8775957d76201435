package files

import (
	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/filenames"
)

// noFiles is the list of a record without files.
type noFiles struct {
	Enabled bool      `json:"enabled"`
	Links   listLinks `json:"links"`
}

type listJSON struct {
	noFiles
	Entries []entryJSON `json:"entries"`
	Preview *string     `json:"default_preview"`
	Order   []string    `json:"order"`
}

type listLinks struct {
	Self    string `json:"self"`
	Archive string `json:"archive"`
}

type entryJSON struct {
	Created   string            `json:"created"`
	Updated   string            `json:"updated"`
	MediaType string            `json:"mimetype"`
	VersionID string            `json:"version_id"`
	FileID    string            `json:"file_id"`
	BucketID  string            `json:"bucket_id"`
	Metadata  struct{}          `json:"metadata"`
	Access    map[string]bool   `json:"access"`
	Links     entryLinks        `json:"links"`
	Key       string            `json:"key"`
	Transfer  map[string]string `json:"transfer"`
	Status    string            `json:"status"`
	Checksum  string            `json:"checksum"`
	Size      int64             `json:"size"`
	Storage   string            `json:"storage_class"`
}

type entryLinks struct {
	Self      string `json:"self"`
	Content   string `json:"content"`
	Container string `json:"container,omitempty"`
}

// list is all files as the API lists them.
func (record *Record) list(root string) any {
	self := root + "/api/records/" + record.ID + "/files"
	head := noFiles{len(record.Files) > 0, listLinks{self, self + "-archive"}}
	if !head.Enabled {
		return head
	}
	list := listJSON{noFiles: head, Order: record.Order}
	if list.Order == nil {
		list.Order = []string{}
	}
	if record.Preview != "" {
		list.Preview = &record.Preview
	}
	for i := range record.Files {
		list.Entries = append(list.Entries, record.Files[i].entry(record, root))
	}
	return list
}

func (f *File) entry(record *Record, root string) entryJSON {
	self, at := root+"/api/records/"+record.ID+"/files/"+filenames.Quote(f.Key), f.Created.UTC().Format(catalog.TimeLayout)
	out := entryJSON{
		Created: at, Updated: at, MediaType: filenames.MediaType(f.Key), VersionID: f.Version, FileID: f.ID, BucketID: record.Bucket,
		Access: map[string]bool{"hidden": false}, Key: f.Key, Transfer: map[string]string{"type": "L"}, Status: "completed",
		Checksum: "md5:" + f.Checksum, Size: f.Size, Storage: "L", Links: entryLinks{Self: self, Content: self + "/content"},
	}
	if f.isZIP() {
		out.Links.Container = self + "/container"
	}
	return out
}
