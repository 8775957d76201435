package files

import (
	"archive/zip"
	"io"
	"net/http"
	"path"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/filenames"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// The limits of what is listed of a ZIP.
const (
	maxListed   = 1000
	maxMembers  = 10_000
	maxUnpacked = 500 << 20
	maxRatio    = 200
)

// container is a list of what is inside of a ZIP.
type container struct {
	Entries     []member `json:"entries"`
	Directories []folder `json:"directories"`
	Total       int      `json:"total"`
	Truncated   bool     `json:"truncated"`
}

type member struct {
	Key       string `json:"key"`
	Size      uint64 `json:"size"`
	Packed    uint64 `json:"compressed_size"`
	MediaType string `json:"mimetype"`
	CRC       uint32 `json:"crc"`
}

type folder struct {
	Key string `json:"key"`
}

func (f *File) isZIP() bool { return strings.EqualFold(path.Ext(f.Key), ".zip") }

// unpack opens a ZIP. What is none brings the server down, as does one that
// looks made to do harm.
func (f *File) unpack() (blob wire.Blob, r *zip.Reader, failed *wire.Answer) {
	if !f.isZIP() {
		return nil, nil, wire.InternalError()
	}
	blob, err := f.Open()
	if err != nil {
		return nil, nil, wire.InternalError()
	}
	r, err = zip.NewReader(blob, f.Size)
	if err != nil || isSuspicious(r.File) {
		blob.Close()
		return nil, nil, wire.InternalError()
	}
	return blob, r, nil
}

func isSuspicious(members []*zip.File) bool {
	var unpacked uint64
	for _, m := range members {
		if m.CompressedSize64 > 0 && m.UncompressedSize64 > maxRatio*m.CompressedSize64 || strings.HasPrefix(m.Name, "/") || strings.Contains("/"+m.Name, "/../") {
			return true
		}
		unpacked += m.UncompressedSize64
	}
	return len(members) > maxMembers || unpacked > maxUnpacked
}

func (f *File) listContainer() *wire.Answer {
	blob, r, failed := f.unpack()
	if failed != nil {
		return failed
	}
	defer blob.Close()
	list := container{Entries: []member{}, Directories: []folder{}}
	for _, m := range r.File {
		if name, isFolder := strings.CutSuffix(m.Name, "/"); isFolder {
			list.Directories = append(list.Directories, folder{name})
		} else {
			list.Entries = append(list.Entries, member{m.Name, m.UncompressedSize64, m.CompressedSize64, filenames.MediaType(m.Name), m.CRC32})
		}
		if len(list.Entries)+len(list.Directories) >= maxListed {
			list.Truncated = true
			break
		}
	}
	list.Total = len(list.Entries)
	return wire.JSON(http.StatusOK, list)
}

// member answers with a file in a ZIP, or with a folder as a ZIP of its own.
func (f *File) member(id, name string) *wire.Answer {
	blob, r, failed := f.unpack()
	if failed != nil {
		return failed
	}
	for _, m := range r.File {
		switch m.Name {
		case name:
			in, err := m.Open()
			if err != nil {
				blob.Close()
				return wire.InternalError()
			}
			content := &wire.Content{ReadCloser: unpacking{in, blob}, Length: int64(m.UncompressedSize64)}
			a := &wire.Answer{Status: http.StatusOK, ContentType: filenames.MediaType(name), Content: content}
			return a.Set("Content-Disposition", `attachment; filename="`+path.Base(name)+`"`)
		case name + "/":
			a := stream(path.Base(name)+".zip", func(all *zip.Writer) error { return addFolder(all, r, m.Name) })
			a.Content.ReadCloser = unpacking{a.Content.ReadCloser, blob}
			return a
		}
	}
	blob.Close()
	return missing(id, name)
}

// addFolder adds what is in a folder of another ZIP.
func addFolder(all *zip.Writer, from *zip.Reader, folder string) error {
	for _, m := range from.File {
		name, ok := strings.CutPrefix(m.Name, folder)
		if !ok || name == "" {
			continue
		}
		in, err := m.Open()
		if err != nil {
			return err
		}
		out, err := all.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: m.Modified})
		if err == nil {
			_, err = io.Copy(out, in)
		}
		in.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// unpacking is a member together with the ZIP that it is in.
type unpacking struct {
	io.ReadCloser
	blob io.Closer
}

// Close closes both.
func (u unpacking) Close() error {
	u.ReadCloser.Close() // it was only read
	return u.blob.Close()
}
