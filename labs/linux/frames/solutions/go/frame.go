package main

import (
	"encoding/binary"
	"io"
)

const (
	maxData = 4 << 20 // bytes of data in one frame

	typeRequest  = 1
	typeResponse = 2
)

type frame struct {
	stream  uint32
	kind    byte
	data    []byte
	tooLong bool // the data was longer than maxData and has been passed over
}

// readFrame returns the next frame, whatever the pieces are in which its bytes come. The length is what a stranger says:
// memory is reserved only when it is one that we accept.
func readFrame(r io.Reader) (frame, error) {
	var header [10]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return frame{}, err
	}
	length := binary.BigEndian.Uint32(header[:4])
	f := frame{stream: binary.BigEndian.Uint32(header[4:8]), kind: header[8]}
	if length > maxData {
		f.tooLong = true
		_, err := io.CopyN(io.Discard, r, int64(length))
		return f, err
	}
	f.data = make([]byte, length)
	_, err := io.ReadFull(r, f.data)
	return f, err
}

// encodeFrame returns header and data in one piece, so that one Write sends a whole frame.
func encodeFrame(stream uint32, kind byte, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(make([]byte, 0, 10+len(data)), uint32(len(data)))
	b = binary.BigEndian.AppendUint32(b, stream)
	b = append(b, kind, 0)
	return append(b, data...)
}
