package zenodo

import (
	"cmp"
	"encoding/json"
	"fmt"
)

func (d *decoder) deposition() *Deposition {
	dep := new(Deposition)
	for key := range d.fields {
		switch string(key) {
		case "id":
			dep.ID = RecordID(d.text())
		case "conceptrecid":
			dep.ConceptID = ConceptID(d.text())
		case "doi":
			dep.DOI = DOI(d.str())
		case "conceptdoi":
			dep.ConceptDOI = DOI(d.str())
		case "title":
			dep.Title = d.text()
		case "state":
			dep.State = DepositionState(d.str())
		case "submitted":
			dep.Submitted, _ = d.truth()
		case "owner":
			dep.Owner = d.text()
		case "created":
			dep.CreatedAt = Timestamp(d.str())
		case "modified":
			dep.ModifiedAt = Timestamp(d.str())
		case "metadata":
			dep.Metadata = d.raw()
		case "files":
			dep.Files = d.depositionFiles()
		case "links":
			d.depositionLinks(dep)
		}
	}
	dep.ReservedDOI = reservedDOI(dep.Metadata)
	return dep
}

// depositionLinks reads where the deposition, its draft and its bucket are.
func (d *decoder) depositionLinks(dep *Deposition) {
	var html, recordHTML string
	for key := range d.fields {
		switch string(key) {
		case "bucket":
			dep.BucketURL = d.str()
		case "html":
			html = d.str()
		case "record_html":
			recordHTML = d.str()
		case "latest_draft":
			dep.latestDraft = d.str()
		}
	}
	dep.URL = cmp.Or(recordHTML, html)
}

// reservedDOI is that of metadata.prereserve_doi, which may be a truth value
// instead of an object.
func reservedDOI(metadata []byte) DOI {
	var reserved DOI
	d := newDecoder(metadata)
	for key := range d.fields {
		if string(key) != "prereserve_doi" {
			continue
		}
		reserved = ""
		for key := range d.fields {
			if string(key) == "doi" {
				reserved = DOI(d.str())
			}
		}
	}
	return reserved
}

func (d *decoder) depositionFiles() []DepositionFile {
	var files []DepositionFile
	for range d.objects {
		files = append(files, d.depositionFile())
	}
	return files
}

// depositionFile reads a file of a deposition, or what an upload into a bucket
// answers.
func (d *decoder) depositionFile() DepositionFile {
	var f DepositionFile
	raw := d.raw()
	inner := newDecoder(raw)
	var filesize, size int64
	var filename string
	for key := range inner.fields {
		switch string(key) {
		case "id":
			f.ID = inner.text()
		case "filename":
			filename = inner.text()
		case "key":
			f.Key = inner.text()
		case "filesize":
			filesize = inner.number()
		case "size":
			size = inner.number()
		case "checksum":
			f.Checksum = inner.text()
		case "links":
			f.download = inner.fileURL()
		}
	}
	f.Key, f.Size, f.Raw = cmp.Or(f.Key, filename), cmp.Or(size, filesize), json.RawMessage(raw)
	if isHexMD5(f.Checksum) {
		f.Checksum = "md5:" + f.Checksum
	}
	return f
}

// decodeDepositions reads a list of depositions.
func decodeDepositions(body []byte) ([]*Deposition, error) {
	list, err := rawItems(body)
	if err != nil {
		return nil, fmt.Errorf("decode depositions: %w", err)
	}
	depositions := make([]*Deposition, 0, len(list))
	for i, raw := range list {
		dep, err := DecodeDeposition(raw)
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", i, err)
		}
		depositions = append(depositions, dep)
	}
	return depositions, nil
}

// rawItems are the items of an array as they are written.
func rawItems(body []byte) ([][]byte, error) {
	d := newDecoder(body)
	if d.peek() != '[' {
		return nil, fmt.Errorf("not an array")
	}
	var items [][]byte
	for range d.items {
		items = append(items, d.raw())
	}
	return items, d.end()
}

// decodeDepositionFiles reads the list of files of a deposition.
func decodeDepositionFiles(body []byte) ([]DepositionFile, error) {
	if _, err := rawItems(body); err != nil {
		return nil, fmt.Errorf("decode files: %w", err)
	}
	d := newDecoder(body)
	return d.depositionFiles(), nil
}

// decodeDepositionFile reads one file.
func decodeDepositionFile(body []byte) (*DepositionFile, error) {
	d := newDecoder(body)
	f := d.depositionFile()
	if err := d.end(); err != nil {
		return nil, fmt.Errorf("decode file: %w", err)
	}
	if f.Key == "" {
		return nil, fmt.Errorf("decode file: it has no name")
	}
	return &f, nil
}
