package files

import (
	"archive/zip"
	"fmt"
	"io"
	"net/http"

	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// maxArchive is the size of all files up to which they come as one.
const maxArchive = 300_000_000

// archive answers with all files in one, which is not compressed, and whose
// length nobody knows before its end.
func (s *Server) archive(r *http.Request, args []string) *wire.Answer {
	record, refusal := s.Find(r, args[0])
	if refusal != nil {
		return refusal
	}
	var size int64
	for _, f := range record.Files {
		size += f.Size
	}
	if size > maxArchive {
		return wire.ResourceError(http.StatusBadRequest,
			fmt.Sprintf("Archive download is only available for records with total file size up to %d bytes.", maxArchive))
	}
	return stream(record.ID+".zip", func(all *zip.Writer) error {
		for i := range record.Files {
			if err := record.Files[i].addTo(all); err != nil {
				return err
			}
		}
		return nil
	})
}

func (f *File) addTo(all *zip.Writer) error {
	blob, err := f.Open()
	if err != nil {
		return err
	}
	defer blob.Close()
	out, err := all.CreateHeader(&zip.FileHeader{Name: f.Key, Method: zip.Store, Modified: f.Created})
	if err == nil {
		_, err = io.Copy(out, io.NewSectionReader(blob, 0, f.Size))
	}
	return err
}

// stream answers with a ZIP that is made while it is sent.
func stream(name string, add func(*zip.Writer) error) *wire.Answer {
	a := &wire.Answer{Status: http.StatusOK, ContentType: "application/zip", Content: &wire.Content{ReadCloser: &making{add: add}, Length: -1}}
	return a.Set("Content-Disposition", "attachment; filename="+name)
}

// making is a ZIP whose making begins with the first read, and ends where it is
// closed before its end.
type making struct {
	add  func(*zip.Writer) error
	made *io.PipeReader
}

// Read reads as io.Reader has it.
func (m *making) Read(p []byte) (int, error) {
	if m.made == nil {
		made, out := io.Pipe()
		m.made = made
		go func() {
			all := zip.NewWriter(out)
			err := m.add(all)
			if err == nil {
				err = all.Close()
			}
			out.CloseWithError(err) // nil is the end
		}()
	}
	return m.made.Read(p)
}

// Close makes the writing end.
func (m *making) Close() error {
	if m.made == nil {
		return nil
	}
	return m.made.Close()
}
