package main

import (
	"bufio"
	"errors"
	"net"
	"os"
	"time"
)

// call sends one request, once, and returns what became of it. A timeout of 0 is none.
func call(sock, service, method string, payload []byte, timeout time.Duration) response {
	const stream = 1 // the only one of this connection
	begin := time.Now()
	conn, err := net.Dial("unix", sock)
	if err != nil {
		return failed(err)
	}
	defer conn.Close()
	if timeout > 0 {
		conn.SetDeadline(begin.Add(timeout))
		timeout -= time.Since(begin)
	}
	data := encode([]byte(service), []byte(method), payload, int64(timeout))
	if len(data) > maxData {
		return response{code: resourceExhausted, message: "the request has more than 4 MiB"}
	}
	if _, err := conn.Write(encodeFrame(stream, typeRequest, data)); err != nil {
		return failed(err)
	}
	for in := bufio.NewReader(conn); ; {
		f, err := readFrame(in)
		switch {
		case err != nil:
			return failed(err)
		case f.stream != stream:
			continue // not ours
		case f.tooLong:
			return response{code: resourceExhausted, message: "the response has more than 4 MiB"}
		}
		r, err := decode(f.data)
		status, errStatus := decode(r[1].bytes)
		if err != nil || errStatus != nil {
			return response{code: internal, message: "the response is not a protobuf message"}
		}
		return response{code: status[1].number, message: string(status[2].bytes), payload: r[2].bytes}
	}
}

// failed tells "too late" from "gone". Nothing is tried again: the peer may have done already what it was asked.
func failed(err error) response {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return response{code: deadlineExceeded, message: err.Error()}
	}
	return response{code: unavailable, message: err.Error()}
}
