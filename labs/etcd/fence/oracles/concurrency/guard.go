package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"
)

var bucket, key = []byte("fence"), []byte("token")

// raise returns whether a token may pass; when it may, it is in the database. A transaction of bbolt is on the disk when
// Update returns.
func raise(db *bbolt.DB, token uint64) (passes bool, err error) {
	err = db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(bucket)
		if err != nil {
			return err
		}
		if old := b.Get(key); old != nil && binary.BigEndian.Uint64(old) > token {
			return nil
		}
		passes = true
		return b.Put(key, binary.BigEndian.AppendUint64(nil, token))
	})
	return passes && err == nil, err
}

func guard(listen, upstream, state string) error {
	// bbolt takes an empty file for a new database.
	if info, err := os.Stat(state); err == nil && info.Size() == 0 {
		return fmt.Errorf("%s is empty", state)
	}
	db, err := bbolt.Open(state, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		return err
	}
	target, err := url.Parse(upstream)
	if err != nil {
		return err
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	var one sync.Mutex
	return http.ListenAndServe(listen, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, err := strconv.ParseUint(strings.Join(r.Header.Values("X-Fence"), ", "), 10, 63)
		if err != nil || token < 1 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		one.Lock()
		defer one.Unlock()
		switch passes, err := raise(db, token); {
		case err != nil:
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		case !passes:
			w.WriteHeader(http.StatusPreconditionFailed)
		default:
			// ReverseProxy gives up when the context of the request ends, and that of the server ends when the client has gone.
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			proxy.ServeHTTP(w, r.WithContext(ctx))
		}
	}))
}
