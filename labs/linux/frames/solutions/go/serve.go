package main

import (
	"bufio"
	"context"
	"net"
	"sync"
	"time"
)

// A response, or in its place what kept one from coming.
type response struct {
	code    int64
	message string
	payload []byte
}

func serve(sock string) error {
	listener, err := net.Listen("unix", sock)
	if err != nil {
		return err
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go serveConn(conn)
	}
}

// serveConn reads and does nothing else. So no slow method, and no peer that does not read, keeps the next request
// waiting, and it sees at once that the peer is gone.
func serveConn(conn net.Conn) {
	ctx, cancel := context.WithCancel(context.Background())
	defer conn.Close() // a Write that waits for this peer fails now
	defer cancel()     // and a Sleep ends
	var writing sync.Mutex
	send := func(stream uint32, r response) {
		status := encode(r.code, []byte(r.message))
		writing.Lock() // one frame at a time
		defer writing.Unlock()
		conn.Write(encodeFrame(stream, typeResponse, encode(status, r.payload)))
	}
	in, last := bufio.NewReader(conn), uint32(0)
	for {
		f, err := readFrame(in)
		if err != nil {
			return
		}
		switch {
		case f.tooLong:
			go send(f.stream, response{code: resourceExhausted, message: "more than 4 MiB of data"})
		case f.stream%2 == 0:
			go send(f.stream, response{code: invalidArgument, message: "the stream id of a client is odd"})
		case f.kind != typeRequest:
			// of a later version of the protocol
		case f.stream <= last:
			go send(f.stream, response{code: invalidArgument, message: "stream ids must increase"})
		default:
			last = f.stream
			go func() { send(f.stream, handle(ctx, f.data)) }()
		}
	}
}

// handle does what a request asks for.
func handle(ctx context.Context, data []byte) response {
	r, err := decode(data)
	if err != nil {
		return response{code: invalidArgument, message: err.Error()}
	}
	payload := r[3].bytes
	if timeout := r[4].number; timeout != 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(timeout))
		defer cancel()
	}
	switch method := string(r[1].bytes) + "/" + string(r[2].bytes); method {
	case "echo.Echo/Say":
		return response{payload: payload}
	case "echo.Echo/Sleep":
		d, err := decode(payload)
		if err != nil {
			return response{code: invalidArgument, message: err.Error()}
		}
		select {
		case <-time.After(time.Duration(d[1].number)*time.Second + time.Duration(d[2].number)):
			return response{payload: payload}
		case <-ctx.Done():
			return response{code: deadlineExceeded, message: ctx.Err().Error()}
		}
	default:
		return response{code: unimplemented, message: "no method " + method}
	}
}
