package zenodo

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// DepositionState says how far a deposition has come.
type DepositionState string

// The states of depositions.
const (
	StateUnsubmitted DepositionState = "unsubmitted" // a draft that was never published
	StateInProgress  DepositionState = "inprogress"  // published, with an edit that is open
	StateDone        DepositionState = "done"        // published
	StateError       DepositionState = "error"       // only in old answers
)

// Deposition is the unit of Zenodo's deposit API: a record and what is to
// become of it. Zero values mean that the server did not say.
type Deposition struct {
	ID         RecordID
	ConceptID  ConceptID
	DOI        DOI
	ConceptDOI DOI
	// ReservedDOI is the DOI that a draft will have once it is published.
	ReservedDOI DOI
	Title       string
	State       DepositionState
	Submitted   bool   // it was published before
	Owner       string // the id of a user
	CreatedAt   Timestamp
	ModifiedAt  Timestamp
	// Metadata is what the server sent, in the shape that
	// [DepositionsService.Update] takes. It shares memory with Raw.
	Metadata json.RawMessage
	Files    []DepositionFile
	// BucketURL is where files are sent to. Lists mostly lack it.
	BucketURL string
	// URL is the page for people: of the record where there is one, else of
	// the draft.
	URL string
	// Raw is what the server sent, byte for byte.
	Raw []byte

	latestDraft string // the URL of a draft
}

// Published reports whether what the deposition holds is public: nothing of it
// is being edited.
func (d *Deposition) Published() bool { return d.Submitted && d.State == StateDone }

// DepositionFile is a file of a deposition.
type DepositionFile struct {
	ID       string // a UUID; empty in the answer to an upload
	Key      string // its name
	Size     int64  // in bytes
	Checksum string // with its algorithm: md5:…
	// Raw is what the server sent.
	Raw json.RawMessage

	download string // URL of the content; of a published record it leads nowhere
}

// API is how the server was asked for what the deposit API has no answer to
// any more.
type API string

// The two APIs.
const (
	APILegacy API = "legacy" // by the deposit API
	APIRDM    API = "native" // by the API of InvenioRDM
)

// Upload is a file to be sent.
type Upload struct {
	Key  string // the name that it gets
	Size int64  // in bytes; -1 where it is not known, which only Once allows
	// Checksum, as [Checksum] writes it, is that of the content. Where it is
	// given, other content is not sent: the error is [ErrChanged].
	Checksum string
	// Open opens the content. It is called for each attempt.
	Open func() (io.ReadCloser, error)
	// Once says that the content can be read only once, as standard input: the
	// upload is then not tried again.
	Once bool
	// Progress, which may be nil, receives how many bytes were sent; less than
	// before when a transfer begins anew.
	Progress func(done int64)
}

// DecodeDeposition reads one deposition as the deposit API writes it, today or
// in years past. A field of an unexpected type is read as well as can be, or
// left out. An error means that raw is no JSON or has no id.
//
// The deposition keeps raw itself, not a copy.
func DecodeDeposition(raw []byte) (*Deposition, error) {
	d := newDecoder(raw)
	dep := d.deposition()
	err := d.end()
	if err == nil && dep.ID == "" {
		err = errors.New("it has no id")
	}
	if err != nil {
		return nil, fmt.Errorf("decode deposition: %w", err)
	}
	dep.Raw = raw
	return dep, nil
}
