package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// place is a key in the queue of a name. Who has the oldest key is the holder.
type place struct {
	store   *etcd
	session *session
	key     string
	// created is the revision of the store at which the key was made
	created int64
	// token is a revision of the store at which this place was the first
	token int64
}

// take makes the key. Sent again after a lost answer it finds its own key: the name has the lease's number in it.
func take(ctx context.Context, store *etcd, s *session, name, value string) (*place, error) {
	p := &place{store: store, session: s, key: fmt.Sprintf("%s/%x", name, s.lease)}
	key := []byte(p.key)
	return p, insist(ctx, func() error {
		got, err := store.call(ctx, "kv/txn", object{
			"compare": []object{{"key": key, "target": "CREATE", "result": "EQUAL", "create_revision": "0"}},
			"success": []object{{"request_put": object{"key": key, "value": []byte(value), "lease": fmt.Sprint(s.lease)}}},
			"failure": []object{{"request_range": object{"key": key}}},
		})
		if err != nil {
			return err
		}
		p.created = got.Header.Revision
		if !got.Succeeded {
			p.created = got.Responses[0].Range.Kvs[0].CreateRevision
		}
		return nil
	})
}

// wait returns when nobody is before this place any more, and this place is still there.
func (p *place) wait(ctx context.Context, name string) error {
	for {
		var before *keyValue
		var revision int64
		err := insist(ctx, func() error {
			var err error
			before, revision, err = p.before(ctx, name)
			return err
		})
		if err != nil {
			return err
		}
		if _, err := p.check(ctx); err != nil {
			return err
		}
		if before == nil {
			p.token = revision
			return nil
		}
		// The one right before is enough: whoever is further ahead has somebody else behind it. A watch that breaks is
		// no news, so all is looked at again.
		if err := p.store.untilOneIsDeleted(ctx, revision, string(before.Key), p.key); err != nil {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(100 * time.Millisecond):
			}
		}
	}
}

// before is the youngest key that is older than this one, nil when there is none, and the revision at which that was so.
func (p *place) before(ctx context.Context, name string) (*keyValue, int64, error) {
	got, err := p.store.call(ctx, "kv/range", object{
		"key": []byte(name + "/"), "range_end": []byte(name + "0"), // "0" follows "/"
		"max_create_revision": fmt.Sprint(p.created - 1),
		"sort_target":         "CREATE", "sort_order": "DESCEND", "limit": "1",
	})
	if err != nil || len(got.Kvs) == 0 {
		return nil, got.Header.Revision, err
	}
	return &got.Kvs[0], got.Header.Revision, nil
}

// check fails when the key is not there, or is another one of the same name. It returns the revision at which it was there.
func (p *place) check(ctx context.Context) (int64, error) {
	var revision int64
	err := insist(ctx, func() error {
		own, at, err := p.store.get(ctx, p.key)
		if err == nil && (own == nil || own.CreateRevision != p.created) {
			err = fmt.Errorf("%w: the key %s is gone", errRefused, p.key)
		}
		revision = at
		return err
	})
	return revision, err
}

// hold tells the session as soon as the key is deleted; it returns at the session's end.
func (p *place) hold(ctx context.Context) {
	ctx, cancel := p.session.whileHeld(ctx)
	defer cancel()
	for ctx.Err() == nil {
		revision, err := p.check(ctx)
		if err == nil && p.store.untilDeleted(ctx, p.key, revision) == nil || errors.Is(err, errRefused) {
			p.session.lose(errors.New("the key " + p.key + " was deleted"))
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// leave gives the lease back, and with it the key. What etcd does not hear in time it finds out by the lease's end.
func (p *place) leave() {
	ctx, cancel := context.WithDeadline(context.Background(), p.session.moment(1))
	defer cancel()
	_ = insist(ctx, func() error {
		_, err := p.store.call(ctx, "lease/revoke", object{"ID": fmt.Sprint(p.session.lease)})
		return err
	})
}
