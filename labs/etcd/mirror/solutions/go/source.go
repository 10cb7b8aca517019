package main

import (
	"context"
	"errors"
	"fmt"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// Keys in one response of a snapshot.
const pageSize = 500

// What is asked for is not there any more; only the present is.
var errCompacted = errors.New("the revision has been compacted")

type source struct {
	client *clientv3.Client
	prefix string
}

// snapshot tells how the prefix at one revision differs from what was told before; at first that is all of it.
func (s *source) snapshot(ctx context.Context, told *told) error {
	end := clientv3.GetPrefixRangeEnd(s.prefix)
	from, rev := s.prefix, int64(0)
	there := map[string]bool{}
	for {
		// Revision 0 is the newest, and the answer says which that is. The pages that follow are of the same one.
		page, err := s.client.Get(ctx, from, clientv3.WithRange(end), clientv3.WithLimit(pageSize), clientv3.WithRev(rev))
		if err == rpctypes.ErrCompacted {
			return errCompacted
		}
		if err != nil {
			return err
		}
		if rev == 0 {
			rev = page.Header.Revision
		}
		for _, kv := range page.Kvs {
			from = string(kv.Key) + "\x00"
			there[string(kv.Key)] = true
			told.put(kv)
		}
		if !page.More {
			break
		}
	}
	for key := range told.keys {
		if !there[key] {
			told.del(key, rev)
		}
	}
	return told.sync(rev)
}

// changes tells what has changed since the revision that was told last, until the connection or the history ends.
//
// The watch begins at that revision and not after it: then etcd says when what comes next was compacted. A watch that
// begins at the revision of the compaction is none that is too late, and a delete at that revision is gone all the same.
//
// It uses the stream and not the client's Watch, which reads on while nobody takes what it has read, and keeps it all.
// Here a Recv that is not called lets HTTP/2's window fill, and etcd waits: the history is the queue.
func (s *source) changes(ctx context.Context, told *told) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := pb.NewWatchClient(s.client.ActiveConnection()).Watch(ctx)
	if err != nil {
		return err
	}
	err = stream.Send(&pb.WatchRequest{RequestUnion: &pb.WatchRequest_CreateRequest{CreateRequest: &pb.WatchCreateRequest{
		Key:           []byte(s.prefix),
		RangeEnd:      []byte(clientv3.GetPrefixRangeEnd(s.prefix)),
		StartRevision: told.rev,
		Fragment:      true, // else one message has as many events as etcd finds at once
	}}})
	if err != nil {
		return err
	}
	open := int64(0)
	for {
		response, err := stream.Recv()
		if err != nil {
			return err
		}
		if response.CompactRevision != 0 {
			return errCompacted
		}
		if response.Canceled {
			return fmt.Errorf("etcd ended the watch: %s", response.CancelReason)
		}
		if open, err = tell(response, open, told); err != nil {
			return err
		}
	}
}

// tell writes the events of a response. The revision in the header says how far the store is, and not how far this watch
// is; so what is known to be whole is a revision that is followed by a later one, or by the end of a response. `open` is
// the revision of which changes came before and which is not known to be whole, 0 where there is none; that of what comes
// next is returned.
func tell(response *pb.WatchResponse, open int64, told *told) (int64, error) {
	for i, event := range response.Events {
		rev := event.Kv.ModRevision
		if rev <= told.rev {
			continue
		}
		if open != 0 && rev > open {
			if err := told.sync(open); err != nil {
				return 0, err
			}
		}
		open = rev
		if event.Type == mvccpb.DELETE {
			told.del(string(event.Kv.Key), rev)
		} else {
			told.put(event.Kv)
		}
		response.Events[i] = nil
	}
	// A fragment may end in the middle of a transaction.
	if open == 0 || response.Fragment {
		return open, nil
	}
	return 0, told.sync(open)
}
