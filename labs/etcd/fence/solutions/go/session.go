package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Shares of the TTL, all counted from when the last keepalive that was answered had been sent: etcd can't have got it
// earlier, so the lease lives at least one TTL from there.
const (
	renewAt = 0.2
	endAt   = 0.8 // whoever holds by this lease is asked to end
	killAt  = 0.9 // and is ended
)

// session is a lease that is kept alive.
type session struct {
	lease int64
	ttl   time.Duration
	// lost is closed when the lease is gone, or is so near its end that the holder has to end
	lost chan struct{}

	mu      sync.Mutex
	sentAt  time.Time
	why     error
	expired bool
}

func newSession(ctx context.Context, store *etcd, seconds int64) (*session, error) {
	s := &session{lost: make(chan struct{})}
	err := insist(ctx, func() error {
		s.sentAt = time.Now()
		got, err := store.call(ctx, "lease/grant", object{"TTL": fmt.Sprint(seconds)})
		s.lease, s.ttl = got.ID, time.Duration(got.TTL)*time.Second // etcd may grant more than was asked for
		return err
	})
	if err != nil {
		return nil, err
	}
	go s.keepAlive(store)
	return s, nil
}

// moment is when a share of the TTL is over.
func (s *session) moment(share float64) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sentAt.Add(time.Duration(share * float64(s.ttl)))
}

func (s *session) keepAlive(store *etcd) {
	for next := s.moment(renewAt); ; {
		time.Sleep(time.Until(next))
		end := s.moment(endAt)
		ctx, cancel := context.WithDeadline(context.Background(), end)
		sent := time.Now()
		ttl, err := store.keepAlive(ctx, s.lease)
		cancel()
		switch {
		case time.Now().After(end):
			s.lose(errors.New("no keepalive was answered in time"))
			return
		case err != nil:
			next = time.Now().Add(s.ttl / 50)
		case ttl <= 0:
			s.lose(errors.New("the lease is gone"))
			return
		default:
			s.mu.Lock()
			s.sentAt = sent
			s.mu.Unlock()
			next = s.moment(renewAt)
		}
		if next.After(end) {
			next = end
		}
	}
}

// lose is called when the lease, or the key under it, is no longer ours.
func (s *session) lose(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.expired {
		return
	}
	s.expired, s.why = true, why
	close(s.lost)
}

// hasLost says why it was lost, or nil.
func (s *session) hasLost() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.why
}

// whileHeld is a context that ends with the session.
func (s *session) whileHeld(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	go func() {
		select {
		case <-s.lost:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}
