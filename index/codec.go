package index

import (
	_ "embed"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// recordDictionary is text that records have in common. It must never change
// once an index was made with it: a better one gets another number.
//
//go:embed record.dict
var recordDictionary []byte

const dictionaryID = 1

// codec compresses records and columns. It is safe for concurrent use.
type codec struct {
	records *zstd.Encoder
	columns *zstd.Encoder
	decoder *zstd.Decoder
}

func newCodec() (*codec, error) {
	records, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderDictRaw(dictionaryID, recordDictionary),
		zstd.WithWindowSize(64<<10), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	columns, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false), zstd.WithWindowSize(128<<10))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderDictRaw(dictionaryID, recordDictionary), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, fmt.Errorf("set up decompression: %w", err)
	}
	return &codec{records, columns, decoder}, nil
}

func (c *codec) compressRecord(raw []byte) []byte {
	return c.records.EncodeAll(raw, make([]byte, 0, len(raw)/3))
}

func (c *codec) compressColumn(raw []byte) []byte { return c.columns.EncodeAll(raw, nil) }

func (c *codec) decompress(data []byte) ([]byte, error) {
	raw, err := c.decoder.DecodeAll(data, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return raw, nil
}
