package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// etcd is a client of etcd's JSON gateway: each RPC is a POST, 64-bit numbers are strings, keys are base64 ([]byte does that).
// It sends nothing twice.
type etcd struct{ url string }

// One connection for each request: a connection that is dead is no worse than a new one then.
var transport = &http.Client{Transport: &http.Transport{
	DisableKeepAlives: true,
	DialContext:       (&net.Dialer{}).DialContext,
}}

type object map[string]any

// keyValue is what of a key is used here.
type keyValue struct {
	Key            []byte `json:"key"`
	CreateRevision int64  `json:"create_revision,string"`
}

type answer struct {
	Header struct {
		Revision int64 `json:"revision,string"`
	} `json:"header"`
	ID        int64      `json:"ID,string"`
	TTL       int64      `json:"TTL,string"`
	Succeeded bool       `json:"succeeded"`
	Kvs       []keyValue `json:"kvs"`
	Responses []struct {
		Range struct {
			Kvs []keyValue `json:"kvs"`
		} `json:"response_range"`
	} `json:"responses"`
}

// errRefused is an answer of etcd that says no: to ask again would not help.
var errRefused = errors.New("etcd refused")

func (e *etcd) open(ctx context.Context, method string, request object) (io.ReadCloser, error) {
	body, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	post, err := http.NewRequestWithContext(ctx, "POST", e.url+"/v3/"+method, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	response, err := transport.Do(post)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		defer response.Body.Close()
		said, _ := io.ReadAll(io.LimitReader(response.Body, 4096))
		if response.StatusCode >= 500 {
			return nil, fmt.Errorf("etcd: %s", said)
		}
		return nil, fmt.Errorf("%w: %s", errRefused, said)
	}
	return response.Body, nil
}

// call is one request and its answer.
func (e *etcd) call(ctx context.Context, method string, request object) (answer, error) {
	var got answer
	body, err := e.open(ctx, method, request)
	if err != nil {
		return got, err
	}
	defer body.Close()
	return got, json.NewDecoder(body).Decode(&got)
}

// keepAlive extends a lease and returns its TTL in seconds: 0 when there is no such lease.
func (e *etcd) keepAlive(ctx context.Context, lease int64) (int64, error) {
	body, err := e.open(ctx, "lease/keepalive", object{"ID": fmt.Sprint(lease)})
	if err != nil {
		return 0, err
	}
	defer body.Close()
	var got struct {
		Result *answer `json:"result"`
	}
	if err := json.NewDecoder(body).Decode(&got); err != nil {
		return 0, err
	}
	if got.Result == nil {
		return 0, errors.New("etcd: the keepalive was not answered")
	}
	return got.Result.TTL, nil
}

// get returns a key, nil when it is not there, and the revision at which that was so.
func (e *etcd) get(ctx context.Context, key string) (*keyValue, int64, error) {
	got, err := e.call(ctx, "kv/range", object{"key": []byte(key)})
	if err != nil || len(got.Kvs) == 0 {
		return nil, got.Header.Revision, err
	}
	return &got.Kvs[0], got.Header.Revision, nil
}

// untilDeleted returns nil once the key has been deleted after a revision, at which it was there.
func (e *etcd) untilDeleted(ctx context.Context, key string, revision int64) error {
	body, err := e.open(ctx, "watch", object{"create_request": object{
		"key": []byte(key), "start_revision": fmt.Sprint(revision + 1), "filters": []string{"NOPUT"},
	}})
	if err != nil {
		return err
	}
	defer body.Close()
	for decoder := json.NewDecoder(body); ; {
		var got struct {
			Result struct {
				Events   []object `json:"events"`
				Canceled bool     `json:"canceled"`
			} `json:"result"`
		}
		if err := decoder.Decode(&got); err != nil {
			return err
		}
		if len(got.Result.Events) > 0 {
			return nil
		}
		if got.Result.Canceled {
			return errors.New("etcd: the watch was canceled")
		}
	}
}

// untilOneIsDeleted is untilDeleted for several keys: the first news of one of them counts.
func (e *etcd) untilOneIsDeleted(ctx context.Context, revision int64, keys ...string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, len(keys))
	for _, key := range keys {
		go func(key string) { ended <- e.untilDeleted(ctx, key, revision) }(key)
	}
	return <-ended
}

// insist repeats what fails for want of an answer, until there is one or the context ends.
func insist(ctx context.Context, ask func() error) error {
	for {
		err := ask()
		if err == nil || errors.Is(err, errRefused) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}
