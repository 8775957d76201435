package index

import (
	_ "embed"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// recordDictionary is text that records have in common. It must never change
// once an index was made with it: a better one gets another number.
//
//go:embed record.dict
var recordDictionary []byte

const dictionaryID = 1

// maxUnpacked is what one value can grow to, whatever a file says that somebody
// else has made: a few kilobytes can stand for gigabytes.
const maxUnpacked = 64 << 20

// codec compresses records and parts of segments. Both end with a checksum.
// It is safe for concurrent use.
type codec struct {
	records *zstd.Encoder
	parts   *zstd.Encoder
	decoder *zstd.Decoder
}

func newCodec() (*codec, error) {
	records, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderDictRaw(dictionaryID, recordDictionary),
		zstd.WithWindowSize(64<<10))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	parts, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithWindowSize(128<<10))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderDictRaw(dictionaryID, recordDictionary), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		return nil, fmt.Errorf("set up decompression: %w", err)
	}
	return &codec{records, parts, decoder}, nil
}

func (c *codec) compressRecord(raw []byte) ([]byte, error) {
	if len(raw) > maxUnpacked {
		return nil, fmt.Errorf("%d bytes are more than the index keeps of one record (%d)", len(raw), maxUnpacked)
	}
	return c.records.EncodeAll(raw, make([]byte, 0, len(raw)/3)), nil
}

// decompressRecord gives the record as received. What is damaged here cannot
// be made anew.
func (c *codec) decompressRecord(data []byte) ([]byte, error) {
	raw, err := c.decoder.DecodeAll(data, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: a record as received: %w", ErrDamaged, err)
	}
	return raw, nil
}

// compress is for parts of segments.
func (c *codec) compress(raw []byte) []byte {
	return c.parts.EncodeAll(raw, make([]byte, 0, len(raw)*3/4))
}

func (c *codec) decompressSegment(data []byte) ([]byte, error) { return c.decompressInto(nil, data) }

// decompressInto uses the room that buf has.
func (c *codec) decompressInto(buf, data []byte) ([]byte, error) {
	raw, err := c.decoder.DecodeAll(data, buf[:0])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", segment.ErrDamaged, err)
	}
	return raw, nil
}
