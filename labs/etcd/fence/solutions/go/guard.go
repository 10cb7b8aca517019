package main

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// largest is the number of bytes that a request's body may have: it is in memory before the token is looked at.
const largest = 1 << 20

// door passes requests on to the resource, one at a time, and none with a token that is smaller than one before it.
type door struct {
	upstream string
	mark     *mark

	mu sync.Mutex
}

func guard(listen, upstream, file string) error {
	m, err := readMark(file)
	if err != nil {
		return err
	}
	return http.ListenAndServe(listen, &door{upstream: upstream, mark: m})
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Two headers are a list, and no number (RFC 9110 section 5.3). ParseUint takes no sign.
	number, err := strconv.ParseUint(strings.Join(r.Header.Values("X-Fence"), ", "), 10, 63)
	token := int64(number)
	if err != nil || token < 1 {
		http.Error(w, "X-Fence has to be a revision", http.StatusBadRequest)
		return
	}
	// The whole request comes first: between the look at the token and the resource nobody may be waited for.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largest))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if token < d.mark.token {
		http.Error(w, "a holder with a greater token has been here", http.StatusPreconditionFailed)
		return
	}
	if token > d.mark.token {
		if err := d.mark.raise(token); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
	}
	d.pass(w, r, body)
}

func (d *door) pass(w http.ResponseWriter, r *http.Request, body []byte) {
	request, err := http.NewRequest(r.Method, d.upstream+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	request.Header = r.Header.Clone()
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer response.Body.Close()
	for name, values := range response.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(response.StatusCode)
	_, _ = io.Copy(w, response.Body)
}
