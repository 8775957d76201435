package zenodo

import (
	"cmp"
	"maps"
	"slices"
)

// files reads the files of a record in every form that is served: the array
// of the legacy JSON, the same as a publish call answers it, and the object
// with entries of InvenioRDM. Null, and an object of enabled files without
// entries, do not say which files there are: then it is nil. Anything else says
// that there are none. Whether they are hidden depends on the access right: see
// [withoutHiddenFiles].
func (d *decoder) files() []File {
	switch d.peek() {
	case 'n':
		d.skip()
		return nil
	case '{':
		return d.fileSet().list
	}
	files := []File{}
	for range d.items {
		files = append(files, d.file(""))
	}
	return files
}

// fileSet is the object that InvenioRDM has for files.
type fileSet struct {
	list    []File
	enabled *bool
	preview string
}

// fileSet reads the object with entries, which are an object themselves, or an
// array. The former come in the order that the record's owner gave them, those
// without a place after them by name.
func (d *decoder) fileSet() fileSet {
	var s fileSet
	entries := map[string]File{}
	var order []string
	for key := range d.fields {
		switch string(key) {
		case "enabled":
			s.enabled = d.truthOrNil()
		case "default_preview":
			s.preview = d.text()
		case "order":
			order = d.texts()
		case "entries":
			if d.peek() == 'n' {
				continue
			}
			s.list = []File{}
			if d.peek() == '[' {
				s.list = d.files()
				continue
			}
			for key := range d.fields {
				name := string(key)
				entries[name] = d.file(name)
			}
		}
	}
	for _, name := range order {
		if f, ok := entries[name]; ok {
			s.list = append(s.list, f)
			delete(entries, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		s.list = append(s.list, entries[name])
	}
	if s.list == nil && s.enabled != nil && !*s.enabled {
		s.list = []File{}
	}
	return s
}

// withoutHiddenFiles returns the files of a record with an access right. Where
// that keeps files from the public, an empty list does not mean that there are
// none; nor does it where the access right is not known.
func withoutHiddenFiles(files []File, accessRight string) []File {
	if len(files) == 0 && (accessRight == "" || isRestricted(accessRight)) {
		return nil
	}
	return files
}

// file reads one file. name is its key where the file itself has none.
func (d *decoder) file(name string) File {
	f := File{Key: name}
	var filename string // of publish calls, as is its size
	var filesize int64
	for key := range d.fields {
		switch string(key) {
		case "key":
			if key := d.text(); key != "" {
				f.Key = key
			}
		case "filename":
			filename = d.text()
		case "size":
			f.Size = d.number()
		case "filesize":
			filesize = d.number()
		case "checksum":
			f.Checksum = d.text()
		case "mimetype":
			f.MediaType = d.text()
		case "access":
			f.Hidden = d.hidden()
		case "links":
			f.URL = d.fileURL()
		}
	}
	if f.Key == "" {
		f.Key, f.Size = filename, filesize
	}
	if isHexMD5(f.Checksum) {
		f.Checksum = "md5:" + f.Checksum
	}
	return f
}

// hidden reads whether a file is not shown.
func (d *decoder) hidden() (hidden bool) {
	for key := range d.fields {
		if string(key) == "hidden" {
			hidden, _ = d.truth()
		}
	}
	return hidden
}

func (d *decoder) fileURL() string {
	var self, download, content string
	for key := range d.fields {
		switch string(key) {
		case "self":
			self = d.text()
		case "download":
			download = d.text()
		case "content":
			content = d.text()
		}
	}
	return cmp.Or(content, download, self)
}

func isHexMD5(s string) bool {
	if len(s) != 32 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
