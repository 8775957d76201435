package zenodo

import (
	"encoding/json"
	"slices"
)

// fileList reads the files of a record in every form that is served: the
// array of the legacy JSON, the same as a publish call answers it, and the
// object with entries of InvenioRDM.
type fileList struct{ files []File }

type wireFile struct {
	Key      text   `json:"key"`
	Filename text   `json:"filename"` // publish calls
	Size     number `json:"size"`
	Filesize number `json:"filesize"` // publish calls
	Checksum text   `json:"checksum"`
	Links    struct {
		Self     text `json:"self"`
		Download text `json:"download"`
		Content  text `json:"content"`
	} `json:"links"`
}

func (w wireFile) file() File {
	f := File{Key: string(w.Key), Size: int64(w.Size), Checksum: string(w.Checksum), URL: string(w.Links.Self)}
	if f.Key == "" {
		f.Key, f.Size = string(w.Filename), int64(w.Filesize)
	}
	if w.Links.Content != "" {
		f.URL = string(w.Links.Content)
	} else if w.Links.Download != "" {
		f.URL = string(w.Links.Download)
	}
	if isHexMD5(f.Checksum) {
		f.Checksum = "md5:" + f.Checksum
	}
	return f
}

// UnmarshalJSON reads an array or an object with entries; anything else is
// an empty list.
func (l *fileList) UnmarshalJSON(b []byte) error {
	l.files = []File{}
	if b[0] == '{' {
		return l.unmarshalEntries(b)
	}
	var wire list[wireFile]
	if err := wire.UnmarshalJSON(b); err != nil {
		return err
	}
	for _, w := range wire {
		l.files = append(l.files, w.file())
	}
	return nil
}

func (l *fileList) unmarshalEntries(b []byte) error {
	var wire struct {
		Order   list[text]      `json:"order"`
		Entries json.RawMessage `json:"entries"`
	}
	if err := lenient(json.Unmarshal(b, &wire)); err != nil || len(wire.Entries) == 0 {
		return err
	}
	if wire.Entries[0] == '[' {
		return l.UnmarshalJSON(wire.Entries)
	}
	var entries map[string]wireFile
	if err := lenient(json.Unmarshal(wire.Entries, &entries)); err != nil {
		return err
	}
	for _, key := range inOrder(entries, wire.Order) {
		w := entries[key]
		if w.Key == "" {
			w.Key = text(key)
		}
		l.files = append(l.files, w.file())
	}
	return nil
}

// inOrder is the keys in the order that the record's owner gave them, those
// without a place after them by name.
func inOrder(entries map[string]wireFile, order []text) []string {
	keys := make([]string, 0, len(entries))
	for _, key := range order {
		if _, ok := entries[string(key)]; ok && !slices.Contains(keys, string(key)) {
			keys = append(keys, string(key))
		}
	}
	placed := len(keys)
	for key := range entries {
		if !slices.Contains(keys[:placed], key) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys[placed:])
	return keys
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
