package main

import (
	"encoding/binary"
	"errors"
)

// A field on the wire is a key, number<<3 | wire type, and a value: type 0 a varint, 1 eight bytes, 2 a length and that
// many bytes, 5 four bytes (protobuf.dev, "Encoding"). A field that has its default value is left out.

// encode makes a message of its fields 1, 2, 3 …; each is an int64 or a []byte.
func encode(fields ...any) []byte {
	var b []byte
	for i, field := range fields {
		key := uint64(i+1) << 3
		switch value := field.(type) {
		case int64:
			if value != 0 {
				b = binary.AppendUvarint(binary.AppendUvarint(b, key), uint64(value))
			}
		case []byte:
			if len(value) != 0 {
				b = binary.AppendUvarint(binary.AppendUvarint(b, key|2), uint64(len(value)))
				b = append(b, value...)
			}
		}
	}
	return b
}

// message holds the fields of a message by number: the value of a varint, the bytes of anything else.
type message map[uint64]struct {
	number int64
	bytes  []byte
}

var errMalformed = errors.New("not a protobuf message")

// decode keeps fields that nobody asks for too: it does not know which those are.
func decode(data []byte) (message, error) {
	m := message{}
	varint := func() uint64 {
		number, n := binary.Uvarint(data)
		if n <= 0 {
			data = nil
			return 0 // as a key: field 0, which does not exist
		}
		data = data[n:]
		return number
	}
	for len(data) > 0 {
		key := varint()
		field, size := m[key>>3], uint64(0)
		switch key & 7 {
		case 0:
			field.number = int64(varint())
		case 1:
			size = 8
		case 2:
			size = varint()
		case 5:
			size = 4
		default:
			return m, errMalformed
		}
		if key>>3 == 0 || size > uint64(len(data)) {
			return m, errMalformed
		}
		field.bytes, data = data[:size], data[size:]
		m[key>>3] = field
	}
	return m, nil
}
