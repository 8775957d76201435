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
	blocks  *zstd.Encoder
	parts   *zstd.Encoder
	quick   *zstd.Encoder
	decoder *zstd.Decoder
}

func newCodec() (*codec, error) {
	records, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderDictRaw(dictionaryID, recordDictionary),
		zstd.WithWindowSize(64<<10))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	blocks, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithWindowSize(512<<10))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	parts, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithWindowSize(128<<10))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	quick, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(128<<10))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderDictRaw(dictionaryID, recordDictionary), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		return nil, fmt.Errorf("set up decompression: %w", err)
	}
	return &codec{records, blocks, parts, quick, decoder}, nil
}

// maxRecord leaves room for the lengths in a block.
const maxRecord = maxUnpacked - 1024

func (c *codec) compressRecord(raw []byte) ([]byte, error) {
	if len(raw) > maxRecord {
		return nil, fmt.Errorf("%d bytes are more than the index keeps of one record (%d)", len(raw), maxRecord)
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

// smallBlock is up to how many records have less in common with each other than
// with the dictionary.
const smallBlock = 4

func (c *codec) compressBlock(records [][]byte) ([]byte, error) {
	if len(records) == 1 && len(records[0]) > maxRecord {
		return c.compressRecord(records[0])
	}
	buffer := blockBuffers.Get().(*[]byte)
	defer blockBuffers.Put(buffer)
	*buffer = appendBlock((*buffer)[:0], records)
	encoder := c.blocks
	if len(records) <= smallBlock {
		encoder = c.records
	}
	return encoder.EncodeAll(*buffer, make([]byte, 0, len(*buffer)/3)), nil
}

// decompressBlock uses the room that buf has.
func (c *codec) decompressBlock(buf, data []byte) ([]byte, error) {
	raw, err := c.decoder.DecodeAll(data, buf)
	if err != nil {
		return buf, fmt.Errorf("%w: a block of records as received: %w", ErrDamaged, err)
	}
	return raw, nil
}

// compress is for parts of segments. Those of a segment that is soon merged are
// compressed quickly.
func (c *codec) compress(raw []byte, quickly bool) []byte {
	encoder := c.parts
	if quickly {
		encoder = c.quick
	}
	return encoder.EncodeAll(raw, make([]byte, 0, len(raw)*3/4))
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
